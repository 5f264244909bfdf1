"""A sheet over a plot on which a region is drawn round marks."""

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from pathgui.gui.style import Theme

_STILL = 4


class Lasso(QWidget):
    """Draws what the mouse goes round; a click without a drag is told as such.

    Attributes
    ----------
    drawn : Signal(QPolygonF)
        The region, in pixels of this widget.
    clicked : Signal(QPointF)
        A click.
    """

    drawn = Signal(object)
    clicked = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._points: list[QPointF] = []
        self._down = False
        self.setCursor(Qt.CursorShape.CrossCursor)

    def forget(self) -> None:
        """Take the region away."""
        self._points = []
        self.update()

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._down, self._points = True, [event.position()]
        self.update()

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._down:
            self._points.append(event.position())
            self.update()

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._down = False
        region = QPolygonF(self._points)
        box = region.boundingRect()
        if max(box.width(), box.height()) <= _STILL:
            self.forget()
            self.clicked.emit(event.position())
        else:
            self.drawn.emit(region)
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if len(self._points) < 2:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tint = self._theme.color("accent")
        painter.setPen(QPen(tint, 1.5, Qt.PenStyle.DashLine))
        soft = QColor(tint)
        soft.setAlpha(28)
        painter.setBrush(soft)
        painter.drawPolygon(QPolygonF(self._points))
        painter.end()
