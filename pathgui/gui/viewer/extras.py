"""What is asked for now and then: going to a place, the label and macro pictures."""

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from pathgui.gui.style.theme import Theme
from pathgui.gui.viewer.associated import AssociatedCard, AssociatedReader, Image
from pathgui.gui.viewer.canvas import SlideCanvas
from pathgui.gui.viewer.floats import GAP
from pathgui.gui.viewer.goto import GoTo, parse_place, parse_tile
from pathgui.gui.viewer.loading import LoadedSlide
from pathgui.gui.viewer.pixels import SlidePixels
from pathgui.gui.viewer.pointer import Pointer

_NEAR = 1.0


class Extras(QObject):
    """Cards that come when they are asked for.

    Attributes
    ----------
    goto : GoTo
        The field for a place.
    associated : AssociatedCard
        Label and macro.
    """

    def __init__(
        self, theme: Theme, canvas: SlideCanvas, pointer: Pointer, sheet: QWidget
    ) -> None:
        super().__init__(sheet)
        self._canvas, self._pointer = canvas, pointer
        self._loaded: LoadedSlide | None = None
        self.goto = GoTo(theme, sheet)
        self.associated = AssociatedCard(theme, sheet)
        self._reader = AssociatedReader(self)
        self.goto.asked.connect(self._go)
        self.goto.closed.connect(canvas.native.setFocus)
        self._reader.read.connect(self._on_read)

    def use(self, loaded: LoadedSlide | None) -> None:
        """Speak about another slide."""
        self._loaded = loaded
        self.associated.hide()
        self.goto.hide()

    def ask_place(self) -> None:
        """Ask for a coordinate or a tile."""
        if self._loaded is not None:
            self.goto.open()

    def toggle_associated(self) -> None:
        """Show the label and macro pictures, or put them away."""
        if not self.associated.isHidden():
            self.associated.hide()
        elif self._loaded is not None:
            self._reader.ask(self._loaded.pixels)

    def place(self, width: int, top: int) -> None:
        """Put the cards in the middle, below what lies at the top."""
        self.goto.adjustSize()
        self.goto.move((width - self.goto.width()) // 2, top)
        self.associated.move(GAP + 50, top)

    def restyle(self) -> None:
        """Take on the colours in force."""
        self.goto.restyle()
        self.associated.restyle()

    def shutdown(self) -> None:
        """End the thread that reads pictures."""
        self._reader.shutdown()

    def _on_read(self, pixels: SlidePixels, pictures: dict[str, Image]) -> None:
        if self._loaded is not None and pixels is self._loaded.pixels:
            note = "" if pictures else "The slide has no label or macro picture."
            self.associated.show_pictures(pictures, note)
            self.associated.raise_()

    def _go(self, text: str) -> None:
        if self._loaded is None:
            return
        number = parse_tile(text)
        why = self._to_place(text) if number is None else self._to_tile(number)
        self.goto.refuse(why)
        if not why:
            self.goto.hide()
            self._canvas.native.setFocus()

    def _to_place(self, text: str) -> str:
        assert self._loaded is not None
        place = parse_place(text, self._loaded.optics.mpp)
        if place is None:
            known = self._loaded.optics.mpp is not None
            return "Two numbers are needed" if known else "The slide has no mpp"
        width, height = self._loaded.size
        if not (0 <= place[0] <= width and 0 <= place[1] <= height):
            return f"The slide is {width:,} × {height:,} px"
        self._look(*place)
        return ""

    def _to_tile(self, index: int) -> str:
        assert self._loaded is not None
        result = self._loaded.result
        tiles = None if result is None else result.tiles
        found = [] if tiles is None else (tiles.index == index).nonzero()[0]
        if tiles is None or len(found) == 0:
            return f"There is no tile {index}"
        number = int(found[0])
        x, y, width, height = tiles.box(number)
        self._look(x + width / 2, y + height / 2)
        self._pointer.select([number])
        return ""

    def _look(self, x: float, y: float) -> None:
        near = _NEAR / self._canvas.unit
        self._canvas.look_at(x, y, max(self._canvas.zoom, near))
