"""One line of text that a person is asked for."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCompleter, QLineEdit, QWidget

from pathgui.gui.dialogs.base import Dialog
from pathgui.gui.style import Theme


class AskDialog(Dialog):
    """A field, and a button that says what is done with its text.

    Parameters
    ----------
    offers : sequence of str
        Texts that are offered while someone types.

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
        self.body.addWidget(self.field)
        self.add_cancel()
        self.done_button = self.add_right(verb, role="primary")
        self.done_button.clicked.connect(self._give)
        self.field.setFocus()

    def _give(self) -> None:
        text = self.field.text()
        self.accept()
        self.given.emit(text)
