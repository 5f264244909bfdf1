"""The whole slide in a corner, with the view as a rectangle that can be dragged."""

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from pathgui.gui.style.theme import Theme
from pathgui.gui.viewer.floats import Float

_PAD = 6
_LONGEST = 150
_WIDEST = 168
_LEAST = 6.0


class Minimap(Float):
    """Shows where the view is.

    Signals
    -------
    moved(float, float)
        The person wants this point (a share of width and height) in the middle.
    """

    moved = Signal(float, float)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self._picture = QPixmap()
        self._view = QRectF(0, 0, 1, 1)
        self.setAccessibleName("Minimap")
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def set_picture(self, picture: npt.NDArray[np.uint8]) -> None:
        """Show a slide by its picture, uint8 ``(height, width, 3)``."""
        height, width = picture.shape[:2]
        raw = np.ascontiguousarray(picture)
        image = QImage(
            raw.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888
        )
        scale = min(_WIDEST / width, _LONGEST / height)
        ratio = self.devicePixelRatioF()
        side = (max(round(width * scale), 24), max(round(height * scale), 24))
        small = image.scaled(
            round(side[0] * ratio),
            round(side[1] * ratio),
            Qt.AspectRatioMode.IgnoreAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        # A pixmap has the screen's own format; an image is converted at each painting.
        self._picture = QPixmap.fromImage(small)
        self._picture.setDevicePixelRatio(ratio)
        self.setFixedSize(side[0] + 2 * _PAD, side[1] + 2 * _PAD)
        self.update()

    def set_view(self, view: QRectF) -> None:
        """Where the view is, in shares of the slide's width and height."""
        if view != self._view:
            self._view = QRectF(view)
            self.update()

    @property
    def view(self) -> QRectF:
        """The rectangle shown, in shares of the slide."""
        return QRectF(self._view)

    @override
    def draw(self, painter: QPainter) -> None:
        area = self._area()
        painter.drawPixmap(area.topLeft(), self._picture)
        frame = self._frame(area)
        blue = QColor("#0B57A4")
        fill = QColor(blue)
        fill.setAlphaF(0.10)
        painter.setClipRect(area.adjusted(-1.5, -1.5, 1.5, 1.5))
        painter.setBrush(fill)
        painter.setPen(QPen(blue, 2))
        painter.drawRect(frame)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._move(event.position())

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._move(event.position())

    def _move(self, spot: QPointF) -> None:
        area = self._area()
        x = min(max((spot.x() - area.x()) / area.width(), 0.0), 1.0)
        y = min(max((spot.y() - area.y()) / area.height(), 0.0), 1.0)
        self.moved.emit(x, y)

    def _area(self) -> QRectF:
        return QRectF(self.rect()).adjusted(_PAD, _PAD, -_PAD, -_PAD)

    def _frame(self, area: QRectF) -> QRectF:
        view = self._view.intersected(QRectF(0, 0, 1, 1))
        frame = QRectF(
            area.x() + view.x() * area.width(),
            area.y() + view.y() * area.height(),
            view.width() * area.width(),
            view.height() * area.height(),
        )
        if frame.width() < _LEAST or frame.height() < _LEAST:
            centre = frame.center()
            frame.setWidth(max(frame.width(), _LEAST))
            frame.setHeight(max(frame.height(), _LEAST))
            frame.moveCenter(centre)
        return frame
