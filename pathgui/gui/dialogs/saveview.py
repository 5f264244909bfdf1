"""A filter under a name: what it says, how many slides it chooses."""

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from pathgui.gui.dialogs.base import Dialog
from pathgui.gui.style import Theme
from pathgui.gui.style.parts import label


class SaveViewDialog(Dialog):
    """Asks for the name of a view.

    Parameters
    ----------
    taken : frozenset of str
        Names of views that are there.
    refusal : callable
        Why a name cannot be; empty if it can.

    Attributes
    ----------
    chosen : Signal(str)
        The name.
    """

    chosen = Signal(str)

    def __init__(
        self,
        theme: Theme,
        expression: str,
        count: int,
        taken: frozenset[str],
        refusal: Callable[[str], str],
        parent: QWidget | None = None,
    ) -> None:
        rows = "row" if count == 1 else "rows"
        super().__init__(
            theme,
            "Save this view",
            f"It shows {count:,} {rows} now, and new ones that fit later. It is listed "
            "in the project tree, and commands and recipes take it as a cohort.",
            parent,
            icon="ph.bookmark-simple",
        )
        self.setObjectName("saveViewDialog")
        self._taken, self._refusal = taken, refusal
        self.name = QLineEdit()
        self.name.setPlaceholderText("Name, such as Stage II over 50")
        self.name.setAccessibleName("Name of the view")
        self.note = label("", "warnText", wrap=True)
        self.body.addWidget(label(expression, "mono", wrap=True))
        self.body.addWidget(self.name)
        self.body.addWidget(self.note)
        self.add_cancel()
        self.save = self.add_right("Save view", role="primary")
        self.save.clicked.connect(self._choose)
        self.name.textChanged.connect(self._check)
        self._check()

    def _check(self) -> None:
        name = self.name.text().strip()
        wrong = self._refusal(name) if name else ""
        self.save.setEnabled(bool(name) and not wrong)
        known = name in self._taken
        self.save.setText("Replace view" if known else "Save view")
        replaced = f"There is a view {name}; it is replaced." if known else ""
        self.note.setText(wrong or replaced)
        self.note.setVisible(bool(self.note.text()))

    def _choose(self) -> None:
        name = self.name.text().strip()
        self.accept()
        self.chosen.emit(name)
