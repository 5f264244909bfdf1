"""A polygon drawn by clicks or by a drag, in level-0 pixels."""

from collections.abc import Sequence
from math import hypot

from PySide6.QtCore import QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from pathgui.gui.style import fonts
from pathgui.gui.viewer.canvas import SlideCanvas
from pathgui.gui.viewer.draw.sheet import DrawSheet

BLUE = "#0B57A4"
_NEAR, _STEP = 9.0, 4.0

Spot = tuple[float, float]


class PolygonTool(QObject):
    """Clicks set corners, a drag draws freehand; the first corner or Enter closes.

    Attributes
    ----------
    corners : list of (float, float)
        In level-0 pixels.
    closed : bool
        Whether it is finished.
    label : str
        Written beside it.

    Signals
    -------
    grown()
        A corner came, moved or went.
    finished()
        It was closed with three corners or more.
    """

    grown = Signal()
    finished = Signal()

    def __init__(self, canvas: SlideCanvas, sheet: DrawSheet) -> None:
        super().__init__(sheet)
        self._canvas, self._sheet = canvas, sheet
        self.corners: list[Spot] = []
        self.closed = False
        self.label = ""
        self._mouse: Spot | None = None
        self._dragging = False

    def forget(self) -> None:
        """Begin afresh."""
        self.corners, self.closed, self.label = [], False, ""
        self._mouse = None
        self._sheet.update()
        self.grown.emit()

    def resume(self, corners: Sequence[Spot]) -> None:
        """Go on with corners that were set before."""
        self.corners, self.closed, self._mouse = list(corners), False, None
        self.grown.emit()
        self._sheet.update()

    @property
    def outline(self) -> list[Spot]:
        """The corners, with the mouse as the next one while it is open."""
        if self.closed or self._mouse is None:
            return self.corners
        return [*self.corners, self._mouse]

    def press(self, at: QPointF) -> None:
        """Set a corner; on the first one, close."""
        if self.closed:
            self.forget()
        self._dragging = False
        if len(self.corners) > 2 and self._on_first(at):
            self.close()
            return
        self.corners.append(self._canvas.to_slide(at))
        self.grown.emit()
        self._sheet.update()

    def drag(self, at: QPointF) -> None:
        """Draw freehand."""
        if self.closed or not self.corners:
            return
        last = self._canvas.to_widget(*self.corners[-1])
        if hypot(at.x() - last.x(), at.y() - last.y()) >= _STEP:
            self._dragging = True
            self.corners.append(self._canvas.to_slide(at))
            self.grown.emit()
            self._sheet.update()

    def release(self) -> None:
        """The end of a drag closes what was drawn freehand."""
        if self._dragging:
            self._dragging = False
            self.close()

    def move(self, at: QPointF) -> None:
        """Follow the mouse with the open side."""
        self._mouse = self._canvas.to_slide(at)
        if self.corners and not self.closed:
            self.grown.emit()
            self._sheet.update()

    def back(self) -> None:
        """Take the last corner away."""
        if self.corners and not self.closed:
            self.corners.pop()
            self.grown.emit()
            self._sheet.update()

    def close(self) -> None:
        """Close it, if it has three corners."""
        # A double click has set its corner twice.
        while len(self.corners) > 1 and self._same(*self.corners[-2:]):
            self.corners.pop()
        if len(self.corners) >= 3 and not self.closed:
            self.closed = True
            self.finished.emit()
            self._sheet.update()

    def paint(self, painter: QPainter) -> None:
        """Draw it, with its label."""
        spots = [self._canvas.to_widget(*spot) for spot in self.outline]
        if not spots:
            return
        shape = QPolygonF(spots)
        fill = QColor(BLUE)
        fill.setAlphaF(0.12)
        for color, width in (("#FFFFFF", 4.0), (BLUE, 2.0)):
            painter.setPen(QPen(QColor(color), width))
            painter.setBrush(fill if color == BLUE else Qt.BrushStyle.NoBrush)
            if self.closed:
                painter.drawPolygon(shape)
            else:
                painter.drawPolyline(shape)
        painter.setPen(QPen(QColor(BLUE), 1.5))
        painter.setBrush(QColor("#FFFFFF"))
        if len(self.corners) < 60:
            for spot in spots:
                painter.drawEllipse(spot, 3.0, 3.0)
        if self.label:
            write_tag(painter, spots[-1], self.label)

    def _on_first(self, at: QPointF) -> bool:
        first = self._canvas.to_widget(*self.corners[0])
        return hypot(at.x() - first.x(), at.y() - first.y()) <= _NEAR

    def _same(self, a: Spot, b: Spot) -> bool:
        near = 2.0 / (self._canvas.zoom * self._canvas.unit)
        return hypot(a[0] - b[0], a[1] - b[1]) <= near


def area_of(corners: list[Spot]) -> float:
    """Area inside a polygon, by the shoelace formula."""
    total = 0.0
    for (x0, y0), (x1, y1) in zip(corners, corners[1:] + corners[:1], strict=True):
        total += x0 * y1 - x1 * y0
    return abs(total) / 2


def area_text(pixels: float, mpp: float | None) -> str:
    """An area in words: ``1,234 µm²``, ``0.52 mm²``, or pixels."""
    if mpp is None:
        return f"{pixels:,.0f} px²"
    area = pixels * mpp * mpp
    return f"{area / 1e6:.3f} mm²" if area >= 1e5 else f"{area:,.0f} µm²"


def write_tag(painter: QPainter, spot: QPointF, words: str) -> None:
    """Words on a blue ground, right of a point."""
    painter.setFont(fonts.numbers(fonts.SMALL, strong=True))
    width = painter.fontMetrics().horizontalAdvance(words)
    box = QRectF(spot.x() + 10, spot.y() - 11, width + 14, 22)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(BLUE))
    painter.drawRoundedRect(box, 5, 5)
    painter.setPen(QColor("#FFFFFF"))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)
