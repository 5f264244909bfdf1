"""A list whose rows can be ticked: Space, a click on the box, or all at once."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from typing_extensions import override

from pathgui.gui.style import Theme
from pathgui.gui.tables.rows import Head, Part
from pathgui.gui.tables.rowsview import RowsView


class TickView(RowsView):
    """The first column holds the boxes; make them with `tick`.

    Attributes
    ----------
    toggled : Signal(str)
        The box of a row was clicked, or Space pressed on it.
    """

    toggled = Signal(str)

    def __init__(self, theme: Theme, heads: Sequence[Head], name: str) -> None:
        super().__init__(theme, (Head("", 34), *heads), name)
        self.opened.connect(self._opened)

    def _opened(self, key: str, column: int) -> None:
        if column == 0:
            self.toggled.emit(key)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = self.current_key()
        if key and event.key() == Qt.Key.Key_Space:
            self.toggled.emit(key)
            return
        super().keyPressEvent(event)


def tick(on: bool | None) -> Part:
    """The box of a row; None where some of what it stands for is ticked."""
    icon = "mdi6.minus-box" if on is None else "ph.check-square-fill"
    icon = "ph.square" if on is False else icon
    return Part("", "link", icon, "text3" if on is False else "primary")
