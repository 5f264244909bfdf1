"""What is drawn while a tool is in hand: a box, or a measured line."""

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from pathgui.gui.style import fonts

BLUE = "#0B57A4"


class Rubber(QWidget):
    """A sheet over the canvas that takes the mouse while a tool other than pan is used.

    Signals
    -------
    dragged(QPointF, QPointF)
        A drag ended, or a click where both points are the same.
    measuring(QPointF, QPointF)
        A drag is under way.
    moved(QPointF)
        The mouse moved without a button.
    left()
        The mouse has gone.
    wheel(QPointF, float)
        The wheel turned by so many notches.
    """

    dragged = Signal(QPointF, QPointF)
    measuring = Signal(QPointF, QPointF)
    moved = Signal(QPointF)
    wheel = Signal(QPointF, float)
    left = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.setMouseTracking(True)
        self.line = False
        self.label = ""
        self._start: QPointF | None = None
        self._end = QPointF()
        self._kept: tuple[QPointF, QPointF] | None = None
        self.hide()

    def keep(self, start: QPointF, end: QPointF, label: str) -> None:
        """Leave a measured line in place; called again as the view moves."""
        self._kept, self.label = (start, end), label
        self.update()

    def forget(self) -> None:
        """Take away what is drawn."""
        self._kept = self._start = None
        self.label = ""
        self.update()

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._kept = None
            self._start = self._end = event.position()

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._start is None:
            self.moved.emit(event.position())
            return
        self._end = event.position()
        self.measuring.emit(self._start, self._end)
        self.update()

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._start is None or event.button() != Qt.MouseButton.LeftButton:
            return
        start, self._start = self._start, None
        self.update()
        self.dragged.emit(start, event.position())

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        self.wheel.emit(event.position(), event.angleDelta().y() / 120)
        event.accept()

    @override
    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.left.emit()

    @override
    def paintEvent(self, _: QPaintEvent) -> None:
        drag = None if self._start is None else (self._start, self._end)
        pair = drag or self._kept
        if pair is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for color, width in (("#FFFFFF", 4.0), (BLUE, 2.0)):
            painter.setPen(QPen(QColor(color), width))
            if self.line:
                painter.drawLine(*pair)
            else:
                painter.drawRect(QRectF(*pair).normalized())
        if self.label:
            self._write(painter, pair[1])

    def _write(self, painter: QPainter, spot: QPointF) -> None:
        painter.setFont(fonts.numbers(fonts.SMALL, strong=True))
        width = painter.fontMetrics().horizontalAdvance(self.label)
        box = QRectF(spot.x() + 10, spot.y() - 11, width + 14, 22)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(BLUE))
        painter.drawRoundedRect(box, 5, 5)
        painter.setPen(QColor("#FFFFFF"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self.label)
