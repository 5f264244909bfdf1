"""What the mouse does on the slide: hover, click, and the tools."""

from math import hypot

from PySide6.QtCore import QObject, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from pathgui.gui.style.theme import Theme
from pathgui.gui.viewer.canvas import SlideCanvas
from pathgui.gui.viewer.legend import TileCard, facts
from pathgui.gui.viewer.rubber import Rubber
from pathgui.gui.viewer.scale import Optics
from pathgui.gui.viewer.tilemap import CHOSEN, TileMap

STEP = 1.25
# Tools that are drags of a box or a line.
BOXES = ("zoom", "ruler", "tiles")
_STILL = 4

Spot = tuple[float, float]


class Pointer(QObject):
    """Follows the mouse over the canvas.

    Attributes
    ----------
    mouse : (float, float) or None
        Level-0 pixel under the mouse; None when it is not on the slide.
    hovered : int
        Stored tile under the mouse, or -1.
    selected : list of int
        Stored tiles that are selected.
    tool : str
        ``pan``, ``zoom``, ``ruler``, ``area`` or ``tiles``.

    Signals
    -------
    moved()
        `mouse` changed.
    tile_hovered(int), tiles_selected(list), tool_changed(str)
        As the attributes.
    """

    moved = Signal()
    tile_hovered = Signal(int)
    tiles_selected = Signal(list)
    tool_changed = Signal(str)

    def __init__(self, theme: Theme, canvas: SlideCanvas, sheet: QWidget) -> None:
        super().__init__(sheet)
        self._canvas = canvas
        self.rubber = Rubber(sheet)
        self.card = TileCard(theme, sheet)
        self._optics = Optics(None, None)
        self._tiles: TileMap | None = None
        self._ruler: tuple[Spot, Spot] | None = None
        self.mouse: Spot | None = None
        self.hovered = -1
        self.selected: list[int] = []
        self.tool = "pan"
        canvas.hovered.connect(self.hover)
        canvas.left.connect(self.leave)
        canvas.clicked.connect(self.click)
        self.rubber.moved.connect(self._on_moved)
        self.rubber.left.connect(self.leave)
        self.rubber.dragged.connect(self._on_dragged)
        self.rubber.measuring.connect(self._on_measuring)
        self.rubber.wheel.connect(self._on_wheel)

    def use(self, tiles: TileMap | None, optics: Optics) -> None:
        """Start afresh on another slide, or on none."""
        self._tiles, self._optics = tiles, optics
        self.mouse, self.hovered, self._ruler = None, -1, None
        if self.selected:
            self.selected = []
            self.tiles_selected.emit([])
        self.card.hide()
        self.rubber.forget()

    def follow(self) -> None:
        """Keep what is drawn in place as the view moves."""
        if self._ruler is not None:
            self._draw_ruler()
        if self.hovered >= 0:
            self._describe(self.hovered)

    def set_tool(self, tool: str) -> None:
        """Take a tool in hand; the same tool again puts it away."""
        self.tool = "pan" if tool == self.tool else tool
        self._ruler = None
        self.rubber.forget()
        self.rubber.line = self.tool == "ruler"
        self.rubber.setVisible(self.tool in BOXES)
        self.tool_changed.emit(self.tool)

    def rest(self, rest: bool) -> None:
        """Let the mouse pan for a while, without putting the tool away."""
        self.rubber.setVisible(self.tool in BOXES and not rest)

    def escape(self) -> bool:
        """Put the tool away, or else the selection; False if there was neither."""
        if self.tool != "pan":
            self.set_tool("pan")
        elif self.selected:
            self.select([])
        else:
            return False
        return True

    def hover(self, x: float, y: float) -> None:
        """The mouse is over a point of the slide, in level-0 pixels."""
        picture = self._canvas.picture
        if picture is None:
            return
        width, height = picture.size
        inside = 0 <= x < width and 0 <= y < height
        self.mouse = (x, y) if inside else None
        self.moved.emit()
        self._set_hovered(self._tile_at(x, y) if inside else -1)

    def _on_moved(self, at: QPointF) -> None:
        self.hover(*self._canvas.to_slide(at))

    def leave(self) -> None:
        """The mouse is gone."""
        self.mouse = None
        self.moved.emit()
        self._set_hovered(-1)

    def click(self, x: float, y: float) -> None:
        """Select the tile at a point, or nothing; with Ctrl or Shift beside others."""
        number = self._tile_at(x, y)
        self._choose([] if number < 0 else [number])

    def _choose(self, numbers: list[int]) -> None:
        """Shift adds to what is selected, Ctrl takes back what is selected already."""
        held, kept = QGuiApplication.keyboardModifiers(), self.selected
        if held & Qt.KeyboardModifier.ControlModifier:
            both = set(kept) ^ set(numbers)
        elif held & Qt.KeyboardModifier.ShiftModifier:
            both = set(kept) | set(numbers)
        else:
            self.select(numbers)
            return
        self.select(sorted(both))

    def select(self, numbers: list[int]) -> None:
        """Mark stored tiles as selected; one is ringed, several are marked each."""
        picture, tiles = self._canvas.picture, self._tiles
        if tiles is None or picture is None or (not numbers and not self.selected):
            return
        self.selected = numbers
        one = numbers[0] if len(numbers) == 1 else None
        tiles.mark(CHOSEN, numbers if one is None else [])
        picture.set_tile_state()
        picture.ring("focus", None if one is None else tiles.box(one))
        self._canvas.redraw()
        self.tiles_selected.emit(numbers)

    def _tile_at(self, x: float, y: float) -> int:
        picture = self._canvas.picture
        if picture is None or self._tiles is None:
            return -1
        heats = [item for item in picture.overlays if item.kind == "heat"]
        own = [picture.tiles, *heats]
        shown = any(item is not None and item.visible for item in own)
        number = self._tiles.at(x, y) if shown else None
        return -1 if number is None else number

    def _set_hovered(self, number: int) -> None:
        if number == self.hovered:
            return
        self.hovered = number
        picture, tiles = self._canvas.picture, self._tiles
        if picture is None or tiles is None:
            return
        if number < 0:
            picture.ring("hover", None)
            self.card.hide()
        else:
            picture.ring("hover", tiles.box(number))
            self._describe(number)
        self._canvas.redraw()
        self.tile_hovered.emit(number)

    def _describe(self, number: int) -> None:
        if self._tiles is None:
            return
        x, y, width, _ = self._tiles.box(number)
        corner = self._canvas.to_widget(x + width, y)
        title, lines = facts(self._tiles, number)
        self.card.show_at(QPoint(round(corner.x()), round(corner.y())), title, lines)

    def _on_dragged(self, start: QPointF, end: QPointF) -> None:
        a, b = self._canvas.to_slide(start), self._canvas.to_slide(end)
        still = (end - start).manhattanLength() <= _STILL
        if self.tool == "tiles" and still:
            self.click(*b)
        elif self.tool == "tiles" and self._tiles is not None:
            self._choose(self._tiles.inside(*a, *b))
        elif self.tool == "zoom":
            self._zoom_to(start, end, still)
        elif self.tool == "ruler" and not still:
            self._ruler = (a, b)
            self._draw_ruler()

    def _zoom_to(self, start: QPointF, end: QPointF, still: bool) -> None:
        canvas = self._canvas
        if still:
            canvas.set_zoom(canvas.zoom * 2, end)
            return
        box = QRectF(start, end).normalized()
        across = canvas.width() / max(box.width(), 8.0)
        down = canvas.height() / max(box.height(), 8.0)
        canvas.look_at(*canvas.to_slide(box.center()), canvas.zoom * min(across, down))

    def _on_measuring(self, start: QPointF, end: QPointF) -> None:
        if self.tool == "ruler":
            a, b = self._canvas.to_slide(start), self._canvas.to_slide(end)
            self.rubber.label = self._length(a, b)

    def _draw_ruler(self) -> None:
        if self._ruler is not None:
            start, end = (self._canvas.to_widget(*spot) for spot in self._ruler)
            self.rubber.keep(start, end, self._length(*self._ruler))

    def _length(self, a: Spot, b: Spot) -> str:
        pixels = hypot(b[0] - a[0], b[1] - a[1])
        if self._optics.mpp is None:
            return f"{pixels:,.0f} px"
        length = pixels * self._optics.mpp
        return f"{length / 1000:.2f} mm" if length >= 1000 else f"{length:.1f} µm"

    def _on_wheel(self, at: QPointF, notches: float) -> None:
        self._canvas.set_zoom(self._canvas.zoom * STEP**notches, at)
