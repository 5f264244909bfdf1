"""One line of text that a person is asked for."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from pathgui.gui.dialogs.base import Dialog
from pathgui.gui.style import Theme


class AskDialog(Dialog):
    """A field, and a button that says what is done with its text.

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
    ) -> None:
        super().__init__(theme, title, text, parent)
        self.setObjectName("askDialog")
        self.field = QLineEdit(old)
        self.field.setAccessibleName(title)
        self.field.selectAll()
        self.body.addWidget(self.field)
        self.add_cancel()
        self.done_button = self.add_right(verb, role="primary")
        self.done_button.clicked.connect(self._give)
        self.field.setFocus()

    def _give(self) -> None:
        text = self.field.text()
        self.accept()
        self.given.emit(text)
