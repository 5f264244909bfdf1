"""Tiles of a slide with transforms applied, in order, a bounded number at a time."""

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from pathgui.errors import Cancelled
from pathgui.preprocessing import FittedPipeline, SlideMaskStep
from pathgui.slides import Slide
from pathgui.tiling import Image, TileData, TileGrid

Stop = Callable[[], bool]
_CHECK_EVERY, _CHECK_SECONDS = 8, 0.5
_AHEAD = 8


def tile_data(grid: TileGrid, index: int, image: Image) -> TileData:
    """Wrap the pixels of tile `index` for transforms.

    Tiles of a padded grid get labels that tell how much of them lies in the slide,
    so that whoever reads the result need not work it out.
    """
    frame = grid.frame
    x = round(int(grid.level_x[index]) * frame.downsample)
    y = round(int(grid.level_y[index]) * frame.downsample)
    valid = grid.valid_size(index)
    tile = TileData(image, (x, y), frame.downsample, frame.mpp, valid)
    if grid.pad:
        tile.labels = {"valid_width": valid[0], "valid_height": valid[1]}
    return tile


def iter_processed(
    slide: Slide,
    grid: TileGrid,
    fitted: FittedPipeline,
    indices: Sequence[int] | None = None,
    threads: int = 1,
    cancelled: Stop | None = None,
) -> Iterator[tuple[int, TileData]]:
    """Read tiles, apply the fitted pipeline, and yield them in order.

    Parameters
    ----------
    slide : Slide
        Source of the pixels.
    grid : TileGrid
        The tiles.
    fitted : FittedPipeline
        What is done to each tile.
    indices : sequence of int, optional
        Which tiles, and in what order; all by default.
    threads : int
        Threads that read and, where a transform is dear, compute.
    cancelled : callable, optional
        Asked every few tiles; True ends the reading.

    Raises
    ------
    Cancelled
        If `cancelled` said so.
    SlideError
        If the slide is damaged at a tile.
    """

    def work(index: int, image: Image) -> tuple[int, TileData]:
        tile = tile_data(grid, index, image)
        fitted.apply(tile)
        return index, tile

    source = _stoppable(slide.iter_tiles(grid, indices, threads), cancelled)
    if threads < 2 or not computes(fitted):
        for index, image in source:
            yield work(index, image)
        return
    with ThreadPoolExecutor(threads, "transform") as pool:
        waiting: deque[Future[tuple[int, TileData]]] = deque()
        try:
            for index, image in source:
                waiting.append(pool.submit(work, index, image))
                if len(waiting) >= _AHEAD * threads:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()


def computes(fitted: FittedPipeline) -> bool:
    """Whether any step works on pixels; cutting masks is too cheap for threads."""
    return any(not isinstance(step, SlideMaskStep) for step in fitted.steps)


def _stoppable(
    tiles: Iterator[tuple[int, Image]], cancelled: Stop | None
) -> Iterator[tuple[int, Image]]:
    asked_at = time.monotonic()
    for count, item in enumerate(tiles):
        if cancelled is not None:
            now = time.monotonic()
            if count % _CHECK_EVERY == 0 or now > asked_at + _CHECK_SECONDS:
                asked_at = now
                if cancelled():
                    raise Cancelled("stopped on request")
        yield item
