"""Tiles of a grid in order: whole runs of tiles handed to threads, memory bounded.

Consecutive tiles of one row form a run, the unit of work of a thread. Each compressed
tile is decoded once for a row-major grid, also where the grid does not align with it
or overlaps itself: a tile that a later run needs is kept until the grid has passed it.
At most one row of compressed tiles and a few runs are in memory.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from pathgui.errors import TilingError
from pathgui.slides.runs import Geometry, Outcome, Reader, Run
from pathgui.slides.shelf import Shelf
from pathgui.tiling import Image, TileGrid, keep_freed

if TYPE_CHECKING:
    from pathgui.slides.region_slide import Colour, RegionSlide

_RUN_BYTES = 4 << 20
_RUN_TILES = 16

Indices = npt.NDArray[np.int64]


def iterate(
    slide: "RegionSlide",
    grid: TileGrid,
    indices: Sequence[int] | None = None,
    threads: int = 1,
    background: "Colour | None" = None,
) -> Iterator[tuple[int, Image]]:
    """Yield ``(index, image)`` in the order of `indices`; see `Slide.iter_tiles`."""
    order = _order(grid, indices)
    geometry = Geometry(grid, *slide.level_size(grid.frame.level))
    keep_freed()
    if len(order) == 1:
        # It shares nothing with others of this call, but maybe with the tile that is
        # asked for next: it goes through the slide's own cache.
        reader = Reader(slide, geometry, None, background)
        yield int(order[0]), reader.tile(int(order[0]))
        return
    source = slide.direct(grid.frame.level)
    reader = Reader(slide, geometry, source, background)
    disjoint = grid.stride >= grid.tile_size
    shelf = None if source is None else Shelf(source, grid.frame.scale, disjoint)
    runs = (Run(reader, part, shelf, below) for part, below in _runs(grid, order))
    if threads < 2:
        for run in runs:
            yield from _unpack(run.read())
    else:
        yield from _in_threads(runs, threads)


def _unpack(outcome: Outcome) -> Iterator[tuple[int, Image]]:
    tiles, error = outcome
    yield from tiles
    if error is not None:
        raise error


def _in_threads(runs: Iterator[Run], threads: int) -> Iterator[tuple[int, Image]]:
    pending: deque[Future[Outcome]] = deque()
    pool = ThreadPoolExecutor(threads, "tiles")
    try:
        for run in runs:
            pending.append(pool.submit(run.read))
            if len(pending) > 2 * threads:
                yield from _unpack(pending.popleft().result())
        while pending:
            yield from _unpack(pending.popleft().result())
    finally:
        # a run waits only for runs before it, and those have been started
        pool.shutdown(wait=True, cancel_futures=True)


def _order(grid: TileGrid, indices: Sequence[int] | None) -> Indices:
    count = len(grid)
    if indices is None:
        return np.arange(count, dtype=np.int64)
    order = np.asarray(indices, dtype=np.int64).reshape(-1)
    if len(order) and (order.min() < 0 or order.max() >= count):
        bad = order[(order < 0) | (order >= count)][0]
        raise TilingError(f"there is no tile {bad} among {count}")
    return order


def _runs(grid: TileGrid, order: Indices) -> Iterator[tuple[Indices, int | None]]:
    """Parts of the order that lie in one row, and the upper edge of the next row."""
    size = _RUN_BYTES // max(1, int((grid.tile_size * grid.frame.scale) ** 2) * 3)
    size = min(max(size, 1), _RUN_TILES)
    rows = grid.level_y[order]
    steps = np.flatnonzero((np.diff(rows) != 0) | (np.diff(grid.level_x[order]) <= 0))
    starts = [0, *(int(s) + 1 for s in steps), len(order)]
    for first, end in pairwise(starts):
        below = int(rows[end]) if end < len(order) else None
        # of equal length, or one thread waits for the other at the end of each row
        parts = max(1, -(-(end - first) // size))
        for part in np.array_split(order[first:end], parts):
            yield part, below
