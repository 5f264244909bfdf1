"""Pixels for the canvas: lazy arrays over a slide, read in blocks and kept."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Condition
from typing import Any

import numpy as np
import numpy.typing as npt

from pathgui.errors import PathguiError, SlideError
from pathgui.gui.viewer.colour import Colour
from pathgui.gui.viewer.levels import OVERVIEW, ViewLevel
from pathgui.slides.region_slide import RegionSlide
from pathgui.slides.slide import Slide
from pathgui.tiling import TileCache

Image = npt.NDArray[np.uint8]
BLOCK = 512
CHUNK = 256


class SlidePixels:
    """Reads view levels of one slide; safe from several threads.

    Parameters
    ----------
    slide : Slide
        The open slide; closed by `close`.
    levels : tuple of ViewLevel
        What the canvas may ask for.
    overview : ndarray of uint8, shape (height, width, 3)
        The whole slide, over its background.
    cache : TileCache
        Shared between slides; keys carry the slide's path.
    failed : callable
        Told once, from any thread, when a part of the slide cannot be read.
    colour : callable, optional
        Brings pixels into the colours of the screen.
    """

    def __init__(
        self,
        slide: Slide,
        levels: tuple[ViewLevel, ...],
        overview: Image,
        cache: TileCache,
        failed: Callable[[PathguiError], None],
        colour: Colour | None = None,
    ) -> None:
        self.slide = slide
        self.levels = levels
        self._overview = overview
        self._cache = cache
        self._failed = failed
        self.colour = colour
        self._told = False
        coloured = colour is not None
        self._name = (str(slide.path), slide.properties.quickhash, coloured)
        self._background = np.array(slide.properties.background, np.uint8)
        self._readers = 0
        self._closed = False
        self._turn = Condition()
        self._pool = ThreadPoolExecutor(2, "viewer-read")

    def arrays(self) -> list["LevelArray"]:
        """One lazy array per level, fine to coarse, as napari takes a pyramid."""
        return [LevelArray(self, number) for number in range(len(self.levels))]

    def region(self, number: int, x0: int, y0: int, x1: int, y1: int) -> Image:
        """Pixels of a level, ``(y1 - y0, x1 - x0, 3)``; background when closed."""
        out = np.empty((y1 - y0, x1 - x0, 3), np.uint8)
        if self.levels[number].source == OVERVIEW:
            out[:] = self._overview[y0:y1, x0:x1]
            return out
        if not self._enter():
            out[:] = self._background
            return out
        try:
            spots = [
                (bx, by)
                for by in range(y0 // BLOCK, -(-y1 // BLOCK))
                for bx in range(x0 // BLOCK, -(-x1 // BLOCK))
            ]
            blocks = self._pool.map(lambda spot: self._block(number, *spot), spots)
            for (bx, by), block in zip(spots, blocks, strict=True):
                _paste(out, block, bx * BLOCK - x0, by * BLOCK - y0)
        finally:
            self._leave()
        return out

    def raw(self, number: int, x0: int, y0: int, x1: int, y1: int) -> Image:
        """The same as the file has them: what steps of a recipe work on."""
        level, factor = self.levels[number], self.levels[number].factor
        if level.source == OVERVIEW or not self._enter():
            return self.region(number, x0, y0, x1, y1)
        try:
            box = (x0 * factor, y0 * factor, (x1 - x0) * factor, (y1 - y0) * factor)
            return reduced(over_background(self.slide, level.source, *box), factor)
        finally:
            self._leave()

    def warm(self, width: int, height: int) -> None:
        """Read what a canvas of this size shows of the whole slide."""
        finest = self.levels[0]
        across, down = finest.width / max(width, 1), finest.height / max(height, 1)
        wanted = max(across, down, 1.0)
        fitting = [k for k, lv in enumerate(self.levels) if lv.downsample <= wanted]
        level = self.levels[fitting[-1]]
        self.region(fitting[-1], 0, 0, level.width, level.height)

    def associated(self, names: Sequence[str]) -> dict[str, Image]:
        """Those of the named pictures (label, macro) that can be read."""
        pictures: dict[str, Image] = {}
        if self._enter():
            try:
                for name in names:
                    if name in self.slide.properties.associated:
                        # One damaged picture does not hide the other.
                        with suppress(PathguiError):
                            pictures[name] = self.slide.associated(name)
            finally:
                self._leave()
        return pictures

    def close(self) -> None:
        """Wait for reads under way, then close the slide; later reads are blank."""
        with self._turn:
            self._closed = True
            self._turn.wait_for(lambda: self._readers == 0)
        self._pool.shutdown(cancel_futures=True)
        self.slide.close()

    def _enter(self) -> bool:
        with self._turn:
            if not self._closed:
                self._readers += 1
            return not self._closed

    def _leave(self) -> None:
        with self._turn:
            self._readers -= 1
            self._turn.notify_all()

    def _block(self, number: int, bx: int, by: int) -> Image:
        key = (*self._name, number, bx, by)
        block = self._cache.get(key)
        if block is None and not self._closed:
            block = self._read(self.levels[number], bx * BLOCK, by * BLOCK)
            self._cache.add(key, block)
        return self._blank() if block is None else block

    def _blank(self) -> Image:
        return np.broadcast_to(self._background, (BLOCK, BLOCK, 3))

    def _read(self, level: ViewLevel, x: int, y: int) -> Image:
        width = min(BLOCK, level.width - x)
        height = min(BLOCK, level.height - y)
        factor = level.factor
        area = (x * factor, y * factor, width * factor, height * factor)
        try:
            image = over_background(self.slide, level.source, *area)
        except (PathguiError, OSError) as error:
            self._tell(error)
            return np.broadcast_to(self._background, (height, width, 3))
        image = reduced(image, factor)
        return image if self.colour is None else self.colour(image)

    def _tell(self, error: PathguiError | OSError) -> None:
        if self._told:
            return
        self._told = True
        if not isinstance(error, PathguiError):
            words = f"{self.slide.path} can no longer be read: {error}"
            error = SlideError(words, "Is the disk it lies on still there?")
        self._failed(error)


class LevelArray:
    """One level as the kind of array napari slices: nothing is read before that."""

    def __init__(self, pixels: SlidePixels, number: int) -> None:
        level = pixels.levels[number]
        self._pixels = pixels
        self._number = number
        self.shape = (level.height, level.width, 3)
        self.dtype = np.dtype(np.uint8)
        self.ndim = 3
        # napari widens what it reads to these borders, so that panning by a little
        # needs nothing new.
        self.chunks = (CHUNK, CHUNK, 3)

    @property
    def size(self) -> int:
        """Number of values."""
        return self.shape[0] * self.shape[1] * 3

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, index: Any) -> Any:
        parts = index if isinstance(index, tuple) else (index,)
        if Ellipsis in parts:
            at = parts.index(Ellipsis)
            gap = (slice(None),) * (self.ndim - len(parts) + 1)
            parts = parts[:at] + gap + parts[at + 1 :]
        parts = parts + (slice(None),) * (self.ndim - len(parts))
        y0, y1, rows = _span(parts[0], self.shape[0])
        x0, x1, columns = _span(parts[1], self.shape[1])
        if y1 <= y0 or x1 <= x0:
            image = np.empty((max(0, y1 - y0), max(0, x1 - x0), 3), np.uint8)
        else:
            image = self._pixels.region(self._number, x0, y0, x1, y1)
        return image[rows, :, :][..., columns, parts[2]]

    def __array__(
        self, dtype: npt.DTypeLike | None = None, copy: bool | None = None
    ) -> npt.NDArray[Any]:
        image = self._pixels.region(self._number, 0, 0, self.shape[1], self.shape[0])
        return image if dtype is None else image.astype(dtype)


def over_background(
    slide: Slide, level: int, x: int, y: int, width: int, height: int
) -> Image:
    """Pixels of a level with the slide's background where nothing was scanned."""
    if isinstance(slide, RegionSlide):
        background = slide.properties.background
        return slide.region(level, x, y, width, height, background)
    return slide.read(level, x, y, width, height)


def reduced(image: Image, factor: int) -> Image:
    """Mean of each ``factor × factor`` square."""
    if factor == 1:
        return image
    from PIL import Image as Pillow

    return np.asarray(Pillow.fromarray(image).reduce(factor))


def _paste(out: Image, block: Image, x: int, y: int) -> None:
    x0, y0 = max(x, 0), max(y, 0)
    x1 = min(x + block.shape[1], out.shape[1])
    y1 = min(y + block.shape[0], out.shape[0])
    out[y0:y1, x0:x1] = block[y0 - y : y1 - y, x0 - x : x1 - x]


def _span(part: Any, length: int) -> tuple[int, int, Any]:
    """First and last pixel to read along an axis, and how to index what was read."""
    if isinstance(part, slice):
        start, stop, step = part.indices(length)
        if step < 1:
            raise IndexError("a level is read forwards")
        return start, stop, slice(None, None, step)
    number = range(length)[int(part)]
    return number, number + 1, 0
