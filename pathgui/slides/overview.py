"""The whole slide as one picture, within bounded memory."""

import os
from math import ceil
from typing import TYPE_CHECKING

import numpy as np

from pathgui import log
from pathgui.errors import SlideError
from pathgui.slides import blocks, resample
from pathgui.tiling import Frame, Image, TileGrid

if TYPE_CHECKING:
    from pathgui.slides.region_slide import RegionSlide

_log = log.get(__name__)
_BLOCK = 1024  # px of the level read at a time, 3 MB
_SMALLEST = 256  # px; anything smaller is made from this, so that blocks stay small
_ENOUGH = 4  # a level this many times smaller than asked for is still good enough
_THREADS = min(4, os.cpu_count() or 1)


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
    side = max(max_side, _SMALLEST)
    last: SlideError | None = None
    for level in range(_choose(slide, side), -1, -1):
        try:
            image, downsample = _from_level(slide, level, side)
        except SlideError as error:
            _log.info("overview of %s: %s", slide.path.name, error)
            last = last or error
        else:
            return _smaller(image, downsample, max_side)
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
    downsample = slide.properties.level_downsamples[level] * factor
    columns, rows = ceil(width / factor), ceil(height / factor)
    frame = Frame(level, downsample, columns, rows, float(factor))
    side = max(_BLOCK // factor, 1)
    grid = TileGrid.regular(frame, side, side, pad=True)
    out = np.empty((rows, columns, 3), np.uint8)
    background = slide.properties.background
    threads = _THREADS if len(grid) > 4 * _THREADS else 1
    for index, tile in blocks.iterate(slide, grid, None, threads, background):
        x, y = int(grid.level_x[index]), int(grid.level_y[index])
        wide, high = grid.valid_size(index)
        out[y : y + high, x : x + wide] = tile[:high, :wide]
    return out, downsample


def _smaller(image: Image, downsample: float, max_side: int) -> tuple[Image, float]:
    height, width = image.shape[:2]
    factor = ceil(max(width, height) / max_side)
    if factor == 1:
        return image, downsample
    size = ceil(width / factor), ceil(height / factor)
    return resample.box(image, factor, *size), downsample * factor
