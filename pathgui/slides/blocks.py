"""Tiles of a grid in order, read by several threads, with bounded memory."""

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from math import ceil, floor
from typing import TYPE_CHECKING

import numpy as np

from pathgui.errors import TilingError
from pathgui.slides import resample
from pathgui.tiling import Image, TileGrid

if TYPE_CHECKING:
    from pathgui.slides.region_slide import RegionSlide


def iterate(
    slide: "RegionSlide",
    grid: TileGrid,
    indices: Sequence[int] | None,
    threads: int,
) -> Iterator[tuple[int, Image]]:
    """Yield ``(index, image)`` in the order of `indices`."""
    order = range(len(grid)) if indices is None else indices
    if threads < 2:
        for index in order:
            yield int(index), tile(slide, grid, int(index))
        return
    pending: deque[tuple[int, Future[Image]]] = deque()
    with ThreadPoolExecutor(threads, "tiles") as pool:
        try:
            for index in order:
                pending.append((index, pool.submit(tile, slide, grid, int(index))))
                if len(pending) >= 8 * threads:
                    number, future = pending.popleft()
                    yield int(number), future.result()
            while pending:
                number, future = pending.popleft()
                yield int(number), future.result()
        finally:
            for _, future in pending:
                future.cancel()


def tile(slide: "RegionSlide", grid: TileGrid, index: int) -> Image:
    """One tile of a grid, resampled where its frame is."""
    if not 0 <= index < len(grid):
        raise TilingError(f"there is no tile {index} among {len(grid)}")
    frame, size = grid.frame, grid.tile_size
    x, y = int(grid.level_x[index]), int(grid.level_y[index])
    if frame.native:
        return slide.read(frame.level, x, y, size, size)
    columns, rows = slide.level_size(frame.level)
    left, top = floor(x * frame.scale), floor(y * frame.scale)
    right = min(ceil((x + size) * frame.scale), columns)
    lower = min(ceil((y + size) * frame.scale), rows)
    if left >= right or top >= lower:
        return np.zeros((size, size, 3), np.uint8)
    pixels = slide.read(frame.level, left, top, right - left, lower - top)
    offset = x * frame.scale - left, y * frame.scale - top
    return resample.box(pixels, frame.scale, size, size, *offset)
