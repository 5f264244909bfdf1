"""The project's list of reasons, edited as lines of text."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from pathgui.gui.dialogs.base import Dialog
from pathgui.gui.style import Theme
from pathgui.gui.style.parts import label
from pathgui.workflows.qc.reasons import DEFAULT, KEYS


class ReasonsDialog(Dialog):
    """One reason a line; the order is that of the keys.

    Attributes
    ----------
    wished : Signal(tuple)
        The new list.
    """

    wished = Signal(tuple)

    def __init__(
        self, theme: Theme, words: tuple[str, ...], parent: QWidget | None = None
    ) -> None:
        text = (
            f"One a line. The first {len(KEYS)} have the keys {' '.join(KEYS)} in "
            "review. The list is kept in pathgui.toml and is everybody's."
        )
        super().__init__(theme, "Reasons", text, parent)
        self.setObjectName("reasonsDialog")
        self.lines = QPlainTextEdit("\n".join(words))
        self.lines.setAccessibleName("Reasons, one a line")
        self.lines.setMinimumHeight(220)
        self.hint = label("", "errText", wrap=True)
        self.body.addWidget(self.lines)
        self.body.addWidget(self.hint)
        usual = self.add_left("Usual list", "ph.arrow-counter-clockwise")
        usual.clicked.connect(lambda: self.lines.setPlainText("\n".join(DEFAULT)))
        self.add_cancel()
        self.save = self.add_right("Save list", "ph.check", "primary")
        self.save.clicked.connect(self._save)
        self.lines.textChanged.connect(self._check)
        self._check()

    def words(self) -> tuple[str, ...]:
        """The list as it stands."""
        lines = self.lines.toPlainText().splitlines()
        return tuple(line.strip() for line in lines if line.strip())

    def _check(self) -> None:
        words = self.words()
        folded = [word.casefold() for word in words]
        problem = ""
        if not words:
            problem = "Keep at least one reason."
        elif any(";" in word for word in words):
            problem = "Semicolons stand between reasons: write none in a reason."
        elif len(set(folded)) < len(folded):
            problem = "A reason is in the list twice."
        self.hint.setText(problem)
        self.hint.setVisible(bool(problem))
        self.save.setEnabled(not problem)

    def _save(self) -> None:
        words = self.words()
        self.accept()
        self.wished.emit(words)
