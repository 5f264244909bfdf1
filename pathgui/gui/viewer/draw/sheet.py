"""A sheet over the canvas that takes the mouse while something is drawn."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

Paint = Callable[[QPainter], None]


class DrawSheet(QWidget):
    """Hands on what the mouse does, and lets its user paint over the slide.

    Attributes
    ----------
    stage : QWidget
        What it lies on.
    paint : callable or None
        Paints in widget pixels.

    Signals
    -------
    pressed(QPointF), dragged(QPointF), released(QPointF)
        Of the left button.
    moved(QPointF), left()
        The mouse without a button.
    doubled(QPointF)
        A double click; its two presses were told before.
    wheel(QPointF, float, bool)
        Notches, and whether Shift was down.
    """

    pressed = Signal(QPointF)
    dragged = Signal(QPointF)
    released = Signal(QPointF)
    moved = Signal(QPointF)
    doubled = Signal(QPointF)
    left = Signal()
    wheel = Signal(QPointF, float, bool)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.setMouseTracking(True)
        self.stage = parent
        self.paint: Paint | None = None
        self._down = False
        self.hide()

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._down = True
            self.pressed.emit(event.position())

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        (self.dragged if self._down else self.moved).emit(event.position())

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._down and event.button() == Qt.MouseButton.LeftButton:
            self._down = False
            self.released.emit(event.position())

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.doubled.emit(event.position())

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        # With Shift some systems turn the wheel sideways.
        turn = event.angleDelta().y() or event.angleDelta().x()
        self.wheel.emit(event.position(), turn / 120, shift)
        event.accept()

    @override
    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.left.emit()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if self.paint is not None:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self.paint(painter)
            painter.end()
