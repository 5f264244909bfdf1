"""A small cache of decoded tiles for reads that come one by one (the viewer)."""

import threading
from collections import OrderedDict

import numpy as np

from pathgui.slides.tiled import TiledLevel
from pathgui.tiling import Image

_BUDGET = 32 << 20  # as much as OpenSlide itself keeps per slide
# Two rows of compressed tiles serve tiles that are asked for row by row and do not lie
# on those of the file; of very wide slides that would be too much.
_ROWS, _MOST = 2, 96 << 20


class TileStore:
    """Decoded tiles of one slide, least recently used thrown away first."""

    def __init__(self, budget: int = _BUDGET) -> None:
        self._budget = budget
        self._used = 0
        self._tiles: OrderedDict[tuple[int, int, int], Image] = OrderedDict()
        self._lock = threading.Lock()

    def region(
        self, source: TiledLevel, level: int, x: int, y: int, width: int, height: int
    ) -> Image:
        """A rectangle inside a level, put together from its tiles.

        Raises
        ------
        UndecodableError
            If one of the tiles cannot be decoded or is not stored.
        """
        columns, rows = source.span(x, y, width, height)
        out = np.empty((height, width, 3), np.uint8)
        for row in rows:
            for column in columns:
                tile = self._tile(source, level, column, row)
                paste(tile, column, row, out, x, y)
        return out

    def clear(self) -> None:
        """Forget all tiles."""
        with self._lock:
            self._tiles.clear()
            self._used = 0

    def _tile(self, source: TiledLevel, level: int, column: int, row: int) -> Image:
        key = (level, column, row)
        with self._lock:
            if key in self._tiles:
                self._tiles.move_to_end(key)
                return self._tiles[key]
        tile = source.tile(column, row)
        across = -(-source.width // source.tile_width)
        budget = max(self._budget, min(_ROWS * (across + 1) * tile.nbytes, _MOST))
        with self._lock:
            if key not in self._tiles and tile.nbytes <= budget:
                self._tiles[key] = tile
                self._used += tile.nbytes
            while self._used > budget:
                self._used -= self._tiles.popitem(last=False)[1].nbytes
        return tile


def paste(tile: Image, column: int, row: int, out: Image, x: int, y: int) -> None:
    """Copy what a compressed tile and an output share; `x`, `y` are out's corner."""
    height, width = tile.shape[:2]
    left, top = column * width - x, row * height - y
    x0, y0 = max(left, 0), max(top, 0)
    x1 = min(left + width, out.shape[1])
    y1 = min(top + height, out.shape[0])
    out[y0:y1, x0:x1] = tile[y0 - top : y1 - top, x0 - left : x1 - left]
