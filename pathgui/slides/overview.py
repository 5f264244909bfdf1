"""The whole slide as one picture, within bounded memory."""

from collections.abc import Iterator
from math import ceil
from typing import TYPE_CHECKING

import numpy as np

from pathgui import log
from pathgui.errors import SlideError
from pathgui.slides import resample
from pathgui.tiling import Image

if TYPE_CHECKING:
    from pathgui.slides.region_slide import RegionSlide

Box = tuple[int, int, int, int]
_log = log.get(__name__)
_BLOCK = 2048  # px of the level read at a time, about 12 MB
_ENOUGH = 4  # a level this many times smaller than asked for is still good enough


def make(slide: "RegionSlide", max_side: int) -> tuple[Image, float]:
    """The overview of `slide`; see `Slide.overview`.

    The finest level that fits is taken as it is, if it is at least a quarter of what
    was asked for. Else the coarsest level that is larger is shrunk by a whole number,
    block by block. A level that cannot be read is replaced by the next finer one.

    Raises
    ------
    SlideError
        If no level can be read.
    """
    last: SlideError | None = None
    for level in range(_choose(slide, max_side), -1, -1):
        try:
            return _from_level(slide, level, max_side)
        except SlideError as error:
            _log.info("overview of %s: %s", slide.path.name, error)
            last = last or error
    assert last is not None
    raise last


def _choose(slide: "RegionSlide", max_side: int) -> int:
    sides = [max(size) for size in slide.properties.level_dimensions]
    fitting = [k for k, side in enumerate(sides) if side <= max_side]
    if fitting and (fitting[0] == 0 or sides[fitting[0]] * _ENOUGH >= max_side):
        return fitting[0]
    return max(k for k, side in enumerate(sides) if side > max_side)


def _from_level(slide: "RegionSlide", level: int, max_side: int) -> tuple[Image, float]:
    width, height = slide.level_size(level)
    factor = ceil(max(width, height) / max_side)
    out = np.empty((ceil(height / factor), ceil(width / factor), 3), np.uint8)
    background = slide.properties.background
    for x, y, columns, rows in _blocks(width, height, factor):
        pixels = slide.region(level, x, y, columns, rows, background)
        size = ceil(columns / factor), ceil(rows / factor)
        if factor > 1:
            pixels = resample.box(pixels, factor, *size)
        left, top = x // factor, y // factor
        out[top : top + size[1], left : left + size[0]] = pixels
    return out, slide.properties.level_downsamples[level] * factor


def _blocks(width: int, height: int, factor: int) -> Iterator[Box]:
    step = max(_BLOCK // factor, 1) * factor
    for y in range(0, height, step):
        for x in range(0, width, step):
            yield x, y, min(step, width - x), min(step, height - y)
