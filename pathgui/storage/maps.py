"""Stitched predictions in a file: tiled pyramids, read part by part."""

from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from pathgui.errors import StorageError
from pathgui.storage.arrays import Stored, inspect, read_chunk
from pathgui.storage.links import child_names, has, open_dataset, open_group
from pathgui.storage.metadata import attribute
from pathgui.storage.problems import reading
from pathgui.storage.schema import MAX_SLIDES, MAX_TILE_BYTES

_MOST_LEVELS = 32


@dataclass(frozen=True, slots=True)
class StoredMap:
    """A map in a file; readable as long as the file is open.

    Attributes
    ----------
    path : Path
        The file.
    name : str
        Its name.
    level : int
        Slide level whose size the finest level has.
    downsample : float
        Level-0 pixels per pixel of the finest level.
    method : str
        How tiles were joined.
    levels : tuple of Stored
        The pyramid, finest first.
    """

    path: Path
    name: str
    level: int
    downsample: float
    method: str
    levels: tuple[Stored, ...]

    @property
    def shapes(self) -> tuple[tuple[int, ...], ...]:
        """Shapes ``(height, width)`` or with C, finest first."""
        return tuple(level.shape for level in self.levels)

    def read(
        self, level: int, x: int, y: int, width: int, height: int
    ) -> npt.NDArray[Any]:
        """A part of one level; NaN where no tile lies and beyond the edges."""
        stored = self.levels[level]
        out = np.full((height, width, *stored.shape[2:]), np.nan, stored.dtype)
        assert stored.chunk is not None
        if out.nbytes > MAX_TILE_BYTES:
            raise StorageError(
                f"a part of {width} × {height} px of a map is too large to hold",
                "read smaller parts, or a coarser level",
            )
        x1, y1 = min(x + width, stored.shape[1]), min(y + height, stored.shape[0])
        x0, y0 = max(x, 0), max(y, 0)
        if x0 >= x1 or y0 >= y1:
            return out
        rows, columns = stored.chunk[:2]
        tops = range(y0 // rows * rows, y1, rows)
        lefts = range(x0 // columns * columns, x1, columns)
        for top, left in product(tops, lefts):
            with reading(self.path):
                corner = (top, left) + (0,) * (len(stored.shape) - 2)
                chunk = read_chunk(stored, corner)
            a, b = max(top, y0), min(top + rows, y1)
            c, d = max(left, x0), min(left + columns, x1)
            part = chunk[a - top : b - top, c - left : d - left]
            out[a - y : b - y, c - x : d - x] = part
        return out


def map_names(slide: Any) -> tuple[str, ...]:
    """Names of the maps below a slide's group."""
    if not has(slide, "maps"):
        return ()
    return tuple(child_names(open_group(slide, "maps"), MAX_SLIDES))


def open_map(path: Path, slide: Any, name: str) -> StoredMap:
    """The map of that name below a slide's group."""
    group = open_group(slide, "maps/" + name)
    names = child_names(group, _MOST_LEVELS)
    levels = []
    for k in range(len(names)):
        stored = inspect(open_dataset(group, f"level_{k}"), MAX_TILE_BYTES)
        if stored.chunk is None or not 2 <= len(stored.shape) <= 3:
            raise ValueError(f"map {name!r} is no pyramid of tiles")
        if stored.chunk[2:] != stored.shape[2:]:
            raise ValueError(f"map {name!r} is chunked by channel")
        levels.append(stored)
    return StoredMap(
        path,
        name,
        int(attribute(group, "level", 0)),
        float(attribute(group, "downsample", 1.0)),
        str(attribute(group, "method", "")),
        tuple(levels),
    )
