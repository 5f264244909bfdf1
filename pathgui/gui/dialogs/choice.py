"""A question whose answers are buttons named by what they do."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from pathgui.gui.dialogs.base import Dialog
from pathgui.gui.style import Theme


class ChoiceDialog(Dialog):
    """Asks; the last choice is the primary one, Esc is Cancel.

    Enter presses the button that has the focus: the last one, or Cancel where the
    last one is dangerous.

    Attributes
    ----------
    picked : Signal(str)
        The choice that was taken.
    """

    picked = Signal(str)

    def __init__(
        self,
        theme: Theme,
        title: str,
        text: str,
        choices: Sequence[str],
        parent: QWidget | None = None,
        *,
        icon: str = "ph.question",
        danger: str = "",
    ) -> None:
        super().__init__(theme, title, text, parent, icon=icon)
        self.setObjectName("choiceDialog")
        first = cancel = self.add_cancel()
        cancel.setAutoDefault(True)
        for place, choice in enumerate(choices):
            last = place == len(choices) - 1
            role = "danger" if choice == danger else "primary" if last else ""
            button = self.add_right(choice, role=role)
            button.setProperty("choice", choice)
            button.setAutoDefault(True)
            button.clicked.connect(self._pick)
            first = cancel if choice == danger else button
        first.setDefault(True)
        first.setFocus()

    def _pick(self) -> None:
        choice = str(self.sender().property("choice"))
        self.accept()
        self.picked.emit(choice)
