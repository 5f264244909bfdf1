"""A short slider from 0 to 100 %, for the opacity of a layer."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from pathgui.gui.style.theme import Theme

_KNOB = 7.0
_STEPS = {Qt.Key.Key_Left: -0.05, Qt.Key.Key_Right: 0.05}


class Strength(QWidget):
    """Sends `moved` with the new value while it is dragged or stepped."""

    moved = Signal(float)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._value = 1.0
        self.setFixedSize(66, 24)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    @property
    def value(self) -> float:
        """From 0 to 1."""
        return self._value

    def set_value(self, value: float) -> None:
        """Show a value without telling about it."""
        self._value = min(max(value, 0.0), 1.0)
        self.setAccessibleDescription(f"{self._value:.0%}")
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(66, 24)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left, right, y = _KNOB, self.width() - _KNOB, self.height() / 2
        at = left + self._value * (right - left)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("line2"))
        painter.drawRoundedRect(QRectF(left, y - 2, right - left, 4), 2, 2)
        painter.setBrush(self._theme.color("accent"))
        painter.drawRoundedRect(QRectF(left, y - 2, at - left, 4), 2, 2)
        width = 3 if self.hasFocus() else 2
        painter.setPen(QPen(self._theme.color("accent"), width))
        painter.setBrush(self._theme.color("panel"))
        painter.drawEllipse(QPointF(at, y), _KNOB - 1, _KNOB - 1)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._drag(event.position().x())

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._drag(event.position().x())

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _STEPS.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self._tell(self._value + step)

    def _drag(self, x: float) -> None:
        self._tell((x - _KNOB) / (self.width() - 2 * _KNOB))

    def _tell(self, value: float) -> None:
        self.set_value(value)
        self.moved.emit(self._value)
