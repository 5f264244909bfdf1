"""Measuring an area on the slide."""

from PySide6.QtCore import QObject, QPointF, Qt

from pathgui.gui.viewer.canvas import SlideCanvas
from pathgui.gui.viewer.draw.polygon import PolygonTool, area_of, area_text
from pathgui.gui.viewer.draw.sheet import DrawSheet


class AreaTool(QObject):
    """A polygon with its area beside it; it stays on the slide as the view moves.

    Attributes
    ----------
    on : bool
        Whether the tool is in hand.
    """

    def __init__(self, canvas: SlideCanvas, sheet: DrawSheet) -> None:
        super().__init__(sheet)
        self._canvas, self._sheet = canvas, sheet
        self.polygon = PolygonTool(canvas, sheet)
        self.mpp: float | None = None
        self.on = False
        sheet.pressed.connect(self._press)
        sheet.dragged.connect(self._drag)
        sheet.released.connect(self._release)
        sheet.moved.connect(self._move)
        sheet.doubled.connect(self._double)
        sheet.wheel.connect(self._wheel)
        self.polygon.grown.connect(self._measure)
        self.polygon.finished.connect(self._measure)

    @property
    def text(self) -> str:
        """The area that is shown."""
        return self.polygon.label

    def set_on(self, on: bool) -> None:
        """Take it in hand, or put it away."""
        if on == self.on:
            return
        self.on = on
        self.polygon.forget()
        self._sheet.paint = self.polygon.paint if on else None
        self._sheet.setCursor(Qt.CursorShape.CrossCursor)
        self._sheet.setVisible(on)
        if on:
            self._sheet.raise_()

    def close(self) -> None:
        """Close the polygon."""
        self.polygon.close()

    def _measure(self) -> None:
        outline = self.polygon.outline
        many = len(outline) > 2
        words = area_text(area_of(outline), self.mpp) if many else ""
        if words != self.polygon.label:
            self.polygon.label = words
            self._sheet.update()

    def _press(self, at: QPointF) -> None:
        if self.on:
            self.polygon.press(at)

    def _drag(self, at: QPointF) -> None:
        if self.on:
            self.polygon.drag(at)

    def _release(self, at: QPointF) -> None:
        del at
        if self.on:
            self.polygon.release()

    def _move(self, at: QPointF) -> None:
        if self.on:
            self.polygon.move(at)

    def _double(self, at: QPointF) -> None:
        del at
        if self.on:
            self.polygon.close()

    def _wheel(self, at: QPointF, notches: float, shift: bool) -> None:
        del shift
        if self.on:
            self._canvas.set_zoom(self._canvas.zoom * 1.25**notches, at)
