"""One line of text that a person is asked for."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCompleter, QLineEdit, QWidget

from pathgui.gui.dialogs.base import Dialog
from pathgui.gui.style import Theme
from pathgui.gui.style.parts import label


class AskDialog(Dialog):
    """A field, and a button that says what is done with its text.

    Parameters
    ----------
    offers : sequence of str
        Texts that are offered while someone types.
    refusal : callable
        Why a text cannot be taken, told while it is typed; empty if it can.

    Attributes
    ----------
    given : Signal(str)
        The text, once the button was pressed.
    """

    given = Signal(str)

    def __init__(
        self,
        theme: Theme,
        title: str,
        text: str,
        verb: str,
        old: str = "",
        parent: QWidget | None = None,
        *,
        offers: Sequence[str] = (),
        refusal: Callable[[str], str] = lambda _text: "",
    ) -> None:
        super().__init__(theme, title, text, parent)
        self.setObjectName("askDialog")
        self.field = QLineEdit(old)
        self.field.setAccessibleName(title)
        self.field.selectAll()
        if offers:
            completer = QCompleter(list(offers), self.field)
            completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
            self.field.setCompleter(completer)
        self._refusal = refusal
        self.note = label("", "warnText", wrap=True)
        self.body.addWidget(self.field)
        self.body.addWidget(self.note)
        self.add_cancel()
        self.done_button = self.add_right(verb, role="primary")
        self.done_button.clicked.connect(self._give)
        self.field.textChanged.connect(self._check)
        self._check(old)
        self.field.setFocus()

    def _check(self, text: str) -> None:
        wrong = self._refusal(text)
        self.note.setText(wrong)
        self.note.setVisible(bool(wrong))
        self.done_button.setEnabled(not wrong)

    def _give(self) -> None:
        text = self.field.text()
        self.accept()
        self.given.emit(text)
