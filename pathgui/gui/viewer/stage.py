"""The canvas with its floats: what they say and where they lie."""

from collections.abc import Callable

from PySide6.QtCore import QRectF, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from pathgui.gui.style.theme import Theme
from pathgui.gui.viewer.canvas import SlideCanvas
from pathgui.gui.viewer.draw.area import AreaTool
from pathgui.gui.viewer.draw.bar import EditBar
from pathgui.gui.viewer.draw.names import NameTags
from pathgui.gui.viewer.draw.sheet import DrawSheet
from pathgui.gui.viewer.extras import Extras
from pathgui.gui.viewer.floats import (
    GAP,
    Float,
    Magnifications,
    ReadOut,
    ScaleBar,
    ToolStrip,
)
from pathgui.gui.viewer.heat import HeatMap
from pathgui.gui.viewer.legend import Legend
from pathgui.gui.viewer.loading import LoadedSlide
from pathgui.gui.viewer.minimap import Minimap
from pathgui.gui.viewer.notice import Banner
from pathgui.gui.viewer.pointer import Pointer
from pathgui.gui.viewer.scale import (
    Optics,
    extent_text,
    magnification_text,
    nearest_preset,
    scale_bar,
)
from pathgui.gui.viewer.tilemap import TileMap

TOOLS = (
    ("pan", "ph.hand", "Pan", "Space"),
    ("zoom", "ph.magnifying-glass-plus", "Zoom to a box", "Z"),
    ("ruler", "ph.ruler", "Ruler", "R"),
    ("area", "ph.polygon", "Area", "A"),
    ("tiles", "ph.selection-plus", "Select tiles in a box", "T"),
)
_NUMBERS_MS = 250
DEEDS = (
    ("edit", "ph.paint-brush", "Edit mask", "E"),
    ("annotate", "ph.pencil-simple", "Draw annotations", "D"),
    ("save", "ph.camera", "Save view", "F12"),
)


class Stage(QWidget):
    """A slide on its canvas with everything that floats over it.

    Attributes
    ----------
    canvas : SlideCanvas
        Draws the slide.
    pointer : Pointer
        Hover, selection and tools.
    extras : Extras
        Going to a place; label and macro.
    names : NameTags
        Names of annotations.
    veil : callable
        Takes out of a text what is to stay hidden.

    Signals
    -------
    pressed(str)
        A button of the tool strip that acts at once.
    """

    pressed = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.canvas = SlideCanvas(self)
        self.names = NameTags(self.canvas, self)
        self.pointer = Pointer(theme, self.canvas, self)
        self.strip = ToolStrip(theme, self, TOOLS, DEEDS)
        self.minimap = Minimap(theme, self)
        self.legend = Legend(theme, self)
        self.scale_bar = ScaleBar(theme, self)
        self.read_out = ReadOut(theme, self)
        self.presets = Magnifications(theme, self)
        self.banner = Banner(theme, self)
        self.draw_sheet = DrawSheet(self)
        self.area = AreaTool(self.canvas, self.draw_sheet)
        self._bars: list[EditBar] = []
        self._note = ""
        self.extras = Extras(theme, self.canvas, self.pointer, self)
        self.legend.hide()
        # Zoom and centre change one after the other; floats follow once.
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(0)
        self._writing = QTimer(self)
        self._writing.setSingleShot(True)
        self._writing.setInterval(_NUMBERS_MS)
        self._stale = False
        self.veil: Callable[[str], str] = str
        self._optics = Optics(None, None)
        self._tiles: TileMap | None = None
        self._connect()
        self.strip.set_current("pan")
        self.restyle()

    def _connect(self) -> None:
        self.canvas.view_changed.connect(self._later.start)
        self._later.timeout.connect(self._on_view)
        self.pointer.moved.connect(self._write_soon)
        self._writing.timeout.connect(self._write_again)
        self.pointer.tile_hovered.connect(self._on_tile)
        self.pointer.tool_changed.connect(self.strip.set_current)
        self.pointer.tool_changed.connect(self._on_tool)
        self.minimap.moved.connect(self._on_minimap)
        self.presets.chosen.connect(self.show_magnification)
        self.presets.fit.connect(self.canvas.fit)
        self.strip.chosen.connect(self.pointer.set_tool)
        self.strip.pressed.connect(self.pressed)

    def show_slide(self, loaded: LoadedSlide, keep_view: bool = False) -> None:
        """Show an open slide, fitted unless `keep_view`."""
        self.reset()
        self._optics = loaded.optics
        self._tiles = None if loaded.result is None else loaded.result.tiles
        self.pointer.use(self._tiles, loaded.optics)
        self.area.mpp = loaded.optics.mpp
        self.extras.use(loaded)
        self.minimap.set_picture(loaded.overview)
        self.presets.set_known(loaded.optics.power is not None)
        self.canvas.show_slide(loaded, keep_view)
        self._on_view()

    def reset(self) -> None:
        """Forget what was said and measured on the slide before."""
        self._tiles = None
        self.pointer.use(None, self._optics)
        self.area.polygon.forget()
        self.extras.use(None)
        self.legend.set_marker(None)
        self.names.use(None)
        self.banner.hide()

    def add_bar(self, bar: EditBar) -> None:
        """Take in the bar of an editor."""
        self._bars.append(bar)

    def set_note(self, words: str) -> None:
        """Name what is under the mouse, in the read-out."""
        if words != self._note:
            self._note = words
            self._write_soon()

    def say(
        self, text: str, action: str = "", label: str = "", *, bad: bool = False
    ) -> None:
        """Say something over the slide, with a way out."""
        self.banner.say(self.veil(text), action, label, bad=bad)
        self.place()

    def take_back(self, text: str) -> None:
        """Put away what was said, if nothing else was said since."""
        if text and self.banner.text == self.veil(text):
            self.banner.hide()

    @property
    def magnification(self) -> float | None:
        """Magnification of the view, where known."""
        return self._optics.magnification(self.canvas.zoom)

    def show_magnification(self, magnification: float) -> None:
        """Zoom to a magnification, the middle staying where it is."""
        zoom = self._optics.zoom_at(magnification)
        if zoom is not None:
            self.canvas.set_zoom(zoom)

    def zoom_by(self, factor: float) -> None:
        """Zoom about the mouse if it is over the slide, else about the middle."""
        mouse = self.pointer.mouse
        at = None if mouse is None else self.canvas.to_widget(*mouse)
        self.canvas.set_zoom(self.canvas.zoom * factor, at)

    def set_parts(self, minimap: bool, scale: bool, legend: bool) -> None:
        """Which floats are shown; a legend needs a visible heat map as well."""
        self.minimap.setVisible(minimap)
        self.scale_bar.setVisible(scale)
        heat = self._visible_heat()
        if heat is not None:
            self.legend.show_heat(heat)
        self.legend.setVisible(heat is not None and legend)
        self.place()

    def escape(self) -> None:
        """Put away the tool, else the selection, else what was said."""
        if not self.pointer.escape():
            self.banner.hide()
            self.extras.associated.hide()

    def restyle(self) -> None:
        """Take on the colours in force."""
        self.canvas.set_background(self._theme.tokens.canvas)
        cards: tuple[Float, ...] = (
            self.scale_bar,
            self.read_out,
            self.presets,
            self.pointer.card,
        )
        cards += (self.strip, self.minimap, self.legend, self.banner, *self._bars)
        for card in cards:
            card.restyle()
        self.extras.restyle()

    def shutdown(self) -> None:
        """Close the canvas for good."""
        self.extras.shutdown()
        self.canvas.shutdown()

    def place(self) -> None:
        """Put the floats where they belong."""
        width, height = self.width(), self.height()
        self.canvas.setGeometry(0, 0, width, height)
        self.names.setGeometry(0, 0, width, height)
        self.pointer.rubber.setGeometry(0, 0, width, height)
        self.draw_sheet.setGeometry(0, 0, width, height)
        self.strip.adjustSize()
        self.strip.move(GAP, GAP)
        self.minimap.move(width - GAP - self.minimap.width(), GAP)
        shown = not self.minimap.isHidden()
        top = GAP + (self.minimap.height() + GAP if shown else 0)
        self.legend.move(width - GAP - self.legend.width(), top)
        self.presets.adjustSize()
        self._place_low()
        self._place_middle(width)

    def _place_middle(self, width: int) -> None:
        """Put what lies at the upper edge one below the other."""
        top = GAP
        right = width if self.minimap.isHidden() else self.minimap.x()
        for card in (*self._bars, self.banner):
            if not card.isHidden():
                card.adjustSize()
                middle = min((width - card.width()) // 2, right - GAP - card.width())
                card.move(max(GAP + 50, middle), top)
                top += card.height() + GAP
        self.extras.place(width, top)

    def _place_low(self) -> None:
        """Put the floats at the lower edge side by side, or one above the other."""
        low = self.height() - GAP - self.scale_bar.height()
        self.scale_bar.move(GAP, low)
        left = 0 if self.scale_bar.isHidden() else self.scale_bar.width() + 8
        self.read_out.move(GAP + left, low)
        right = self.width() - GAP - self.presets.width()
        clear = right > self.read_out.x() + self.read_out.width() + 8
        lift = 0 if clear else self.read_out.height() + 8
        self.presets.move(right, self.height() - GAP - self.presets.height() - lift)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.place()
        self.canvas.keep_fit()
        self._on_view()

    def _on_view(self) -> None:
        if self.canvas.picture is None or self.width() < 2:
            return
        known = self._optics.mpp is not None
        self.scale_bar.set_bar(scale_bar(self.canvas.zoom, known))
        self.presets.set_current(nearest_preset(self.magnification))
        area = self.canvas.visible()
        width, height = self.canvas.picture.size
        self.minimap.set_view(
            QRectF(
                area.x() / width,
                area.y() / height,
                area.width() / width,
                area.height() / height,
            )
        )
        self.pointer.follow()
        self.names.follow()
        self.draw_sheet.update()
        self._place_low()
        self._write_soon()

    def _write_soon(self) -> None:
        """Numbers change at most four times a second."""
        if not self._writing.isActive():
            self._write()
            self._writing.start()
        else:
            self._stale = True

    def _write_again(self) -> None:
        if self._stale:
            self._stale = False
            self._write_soon()

    def _write(self) -> None:
        """Say how large the view is and what is under the mouse."""
        unit, known = self._optics.unit, self._optics.mpp is not None
        words = [magnification_text(self.magnification, self.canvas.zoom * unit)]
        if self.pointer.mouse is not None:
            x, y = self.pointer.mouse
            words.append(f"x {x:,.0f}  y {y:,.0f}")
            if known:
                words.append(f"{x * unit:,.0f}, {y * unit:,.0f} µm")
            if self._note:
                words.append(self._note)
        else:
            area = self.canvas.visible()
            words.append(extent_text(area.width() * unit, area.height() * unit, known))
        self.read_out.set_text("  ·  ".join(words))
        self._place_low()

    def _on_tool(self, tool: str) -> None:
        self.area.set_on(tool == "area")

    def _on_tile(self, number: int) -> None:
        heat = self._visible_heat()
        if self._tiles is None or heat is None:
            return
        x, y, width, height = self._tiles.box(max(number, 0))
        value = heat.at(x + width / 2, y + height / 2) if number >= 0 else None
        self.legend.set_marker(value)

    def _on_minimap(self, x: float, y: float) -> None:
        if self.canvas.picture is not None:
            width, height = self.canvas.picture.size
            self.canvas.look_at(x * width, y * height)

    def _visible_heat(self) -> HeatMap | None:
        for item in self.canvas.overlays:
            if isinstance(item, HeatMap) and item.visible:
                return item
        return None
