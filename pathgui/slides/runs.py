"""One run: a few tiles of one row, read by one thread."""

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from math import ceil, floor
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from pathgui.errors import SlideError
from pathgui.slides import resample
from pathgui.slides.shelf import Shelf
from pathgui.slides.tile_store import paste
from pathgui.slides.tiled import TiledLevel
from pathgui.tiling import Image, TileGrid

if TYPE_CHECKING:
    from pathgui.slides.region_slide import Colour, RegionSlide

_NOTHING: Image = np.empty((0, 0, 3), np.uint8)
_DENSE = 1.25  # a run is read as one rectangle if at most this much is read in vain


Outcome = tuple[list[tuple[int, Image]], SlideError | None]


@dataclass(frozen=True, slots=True)
class Rectangle:
    """Pixels of a level: left, upper, right, lower edge."""

    x0: int
    y0: int
    x1: int
    y1: int

    @property
    def size(self) -> tuple[int, int]:
        """``(width, height)``."""
        return self.x1 - self.x0, self.y1 - self.y0

    @property
    def area(self) -> int:
        """Number of pixels."""
        return (self.x1 - self.x0) * (self.y1 - self.y0)


@dataclass(frozen=True, slots=True)
class Geometry:
    """Which pixels of the level each tile of a grid is made from."""

    grid: TileGrid
    width: int
    height: int

    def inside(self, index: int) -> Rectangle | None:
        """The level's pixels that a tile needs; None if it lies outside."""
        grid = self.grid
        scale, size = grid.frame.scale, grid.tile_size
        x, y = int(grid.level_x[index]), int(grid.level_y[index])
        x0, y0 = max(floor(x * scale), 0), max(floor(y * scale), 0)
        x1 = min(ceil((x + size) * scale), self.width)
        y1 = min(ceil((y + size) * scale), self.height)
        return Rectangle(x0, y0, x1, y1) if x0 < x1 and y0 < y1 else None

    def finish(self, index: int, box: Rectangle | None, pixels: Image) -> Image:
        """Make the tile from its level pixels: resampled and padded with zeros."""
        grid = self.grid
        size, scale = grid.tile_size, grid.frame.scale
        x, y = int(grid.level_x[index]), int(grid.level_y[index])
        if box is None:
            return np.zeros((size, size, 3), np.uint8)
        if not grid.frame.native:
            left, top = x * scale - box.x0, y * scale - box.y0
            return resample.box(pixels, scale, size, size, left, top)
        if pixels.shape[:2] == (size, size):
            return pixels
        out = np.zeros((size, size, 3), np.uint8)
        left, top = box.x0 - x, box.y0 - y
        out[top : top + pixels.shape[0], left : left + pixels.shape[1]] = pixels
        return out


@dataclass(frozen=True, slots=True)
class Reader:
    """Where the pixels of an iteration come from."""

    slide: "RegionSlide"
    geometry: Geometry
    source: TiledLevel | None
    background: "Colour | None"

    def rectangle(self, box: Rectangle) -> Image:
        """Pixels through the slide's own way of reading."""
        level = self.geometry.grid.frame.level
        return self.slide.region(level, box.x0, box.y0, *box.size, self.background)

    def tile(self, index: int) -> Image:
        """One tile by itself."""
        box = self.geometry.inside(index)
        pixels = _NOTHING if box is None else self.rectangle(box)
        return self.geometry.finish(index, box, pixels)


class Run:
    """Tiles ``indices`` of a grid; made in order, read in any thread."""

    def __init__(
        self,
        reader: Reader,
        indices: npt.NDArray[np.int64],
        shelf: Shelf | None,
        below: int | None,
    ) -> None:
        self._reader = reader
        boxes = [(int(k), reader.geometry.inside(int(k))) for k in indices]
        self._boxes = boxes
        self._claim = None
        if shelf is not None:
            inside = [box for _, box in boxes if box is not None]
            spans = [shelf.source.span(b.x0, b.y0, *b.size) for b in inside]
            self._claim = shelf.claim(spans, below)

    def read(self) -> Outcome:
        """``(index, image)`` of each tile, up to the first that cannot be read."""
        done: list[tuple[int, Image]] = []
        geometry = self._reader.geometry
        try:
            with self._claim or nullcontext():
                pixels = self._prepare()
                for index, box in self._boxes:
                    part = _NOTHING if box is None else pixels(box)
                    done.append((index, geometry.finish(index, box, part)))
        except SlideError as error:
            return done, error
        return done, None

    def _prepare(self) -> Callable[[Rectangle], Image]:
        """Read what the tiles share; the result gives the pixels of one rectangle."""
        if self._claim is not None:
            return self._cut
        whole = _dense([box for _, box in self._boxes if box is not None])
        if whole is None:
            return self._reader.rectangle
        try:
            pixels = self._reader.rectangle(whole)
        except SlideError:  # read one by one, to tell which tile it is
            return self._reader.rectangle

        def part(box: Rectangle) -> Image:
            left, top = box.x0 - whole.x0, box.y0 - whole.y0
            return pixels[top : top + box.size[1], left : left + box.size[0]].copy()

        return part

    def _cut(self, box: Rectangle) -> Image:
        """A rectangle out of decoded tiles."""
        source, claim = self._reader.source, self._claim
        assert source is not None
        assert claim is not None
        columns, rows = source.span(box.x0, box.y0, *box.size)
        pieces = [(c, r, claim.tile(c, r)) for r in rows for c in columns]
        first = pieces[0][2]
        if len(pieces) == 1 and first is not None and first.shape[:2] == box.size[::-1]:
            return first if pieces[0][:2] in claim.private else first.copy()
        out = np.empty((box.y1 - box.y0, box.x1 - box.x0, 3), np.uint8)
        for column, row, tile in pieces:
            if tile is None:  # not stored, or not decodable here
                return self._reader.rectangle(box)
            paste(tile, column, row, out, box.x0, box.y0)
        return out


def _dense(boxes: list[Rectangle]) -> Rectangle | None:
    """The rectangle around all, if little in it is not asked for."""
    if len(boxes) < 2:
        return None
    whole = Rectangle(
        min(b.x0 for b in boxes),
        min(b.y0 for b in boxes),
        max(b.x1 for b in boxes),
        max(b.y1 for b in boxes),
    )
    return whole if whole.area <= _DENSE * sum(b.area for b in boxes) else None
