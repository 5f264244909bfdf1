"""The right side: the inspector beside the page, or over it where there is no room."""

from PySide6.QtCore import QEvent, QObject, QPoint, QRect
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget
from typing_extensions import override

from pathgui.gui.panels.inspector import Inspector

_OVER = 301


class InspectorSide(QWidget):
    """Holds the inspector's place; over the page, it moves nothing aside.

    Parameters
    ----------
    inspector : Inspector
        What is shown.
    """

    def __init__(self, inspector: Inspector) -> None:
        super().__init__()
        self._inspector = inspector
        self._open, self._over, self._below = True, False, 0
        self._area: QWidget | None = None
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.addWidget(inspector)

    def show_as(self, *, shown: bool, over: bool, below: int = 0) -> None:
        """Show the inspector beside the page or over it, or hide it.

        `below` is how far under the top of the page it begins over it.
        """
        self._open, self._below = shown, below
        if over != self._over:
            self._over = over
            if over:
                self._lay_over()
            else:
                self._box.addWidget(self._inspector)
        self.setVisible(shown and not over)
        self._inspector.setVisible(shown)
        self._place()

    def _lay_over(self) -> None:
        # A splitter would give a child of its own a place beside the others.
        area = host = self.parentWidget()
        while isinstance(host, QSplitter) and host.parentWidget() is not None:
            host = host.parentWidget()
        self._box.removeWidget(self._inspector)
        self._inspector.setParent(host)
        if area is not self._area and area is not None:
            self._area = area
            area.installEventFilter(self)

    def _place(self) -> None:
        """At the right edge of what the splitter shows."""
        area, host = self._area, self._inspector.parentWidget()
        if not self._over or area is None or host is None:
            return
        self._inspector.setVisible(self._open and area.isVisibleTo(host))
        corner = area.mapTo(host, QPoint(area.width() - _OVER, self._below))
        height = area.height() - self._below
        self._inspector.setGeometry(QRect(corner.x(), corner.y(), _OVER, height))
        self._inspector.raise_()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _MOVES:
            self._place()
        return False


_MOVES = (
    QEvent.Type.Resize,
    QEvent.Type.Move,
    QEvent.Type.ShowToParent,
    QEvent.Type.HideToParent,
)
