"""Where the tiles of a result lie: one cell per tile, for drawing and for the mouse."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from pathgui.tiling import TileGrid

STORED, EXCLUDED, CHOSEN = 1, 2, 4
_MOST_CELLS = 8192
_MOST_CLASSES = 16
Values = npt.NDArray[Any]


@dataclass(eq=False)
class TileMap:
    """Tiles on a lattice of cells, one cell per stride.

    Attributes
    ----------
    size, stride : float
        Side of a tile and of a cell, in level-0 pixels.
    origin : (float, float)
        Corner ``(x, y)`` of the lattice in level-0 pixels.
    state : ndarray of uint8, shape (rows, columns)
        Bits `STORED`, `EXCLUDED` and `CHOSEN`; 0 where there is no tile.
    number : ndarray of int32, shape (rows, columns)
        Stored tile in a cell, or -1.
    coords : ndarray of int64, shape (n, 2)
        Corners ``(x, y)`` at level 0.
    labels : mapping of str to ndarray
        One value per stored tile.
    """

    size: float
    stride: float
    origin: tuple[float, float]
    state: npt.NDArray[np.uint8]
    number: npt.NDArray[np.int32]
    coords: npt.NDArray[np.int64]
    index: npt.NDArray[np.int64]
    labels: Mapping[str, Values] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        grid: TileGrid,
        index: npt.NDArray[np.int64] | None = None,
        labels: Mapping[str, Values] | None = None,
    ) -> "TileMap":
        """The map of the tiles of a grid, which may be a choice of all tiles.

        Where tiles overlap so much that one cell per stride would not fit into the
        memory of a graphics card, cells are several strides wide.

        Parameters
        ----------
        grid : TileGrid
            Tiles in their frame.
        index : ndarray of int64, optional
            Number of each tile in the whole grid of its slide.
        labels : mapping, optional
            Columns of values, one per tile.
        """
        frame = grid.frame
        side = max(frame.width, frame.height)
        stride = grid.stride * -(-side // (grid.stride * _MOST_CELLS))
        first_x = int(grid.level_x[0] % stride) if len(grid) else 0
        first_y = int(grid.level_y[0] % stride) if len(grid) else 0
        column = np.maximum(grid.level_x - first_x, 0) // stride
        row = np.maximum(grid.level_y - first_y, 0) // stride
        columns = max(-(-frame.width // stride), int(column.max(initial=0)) + 1)
        rows = max(-(-frame.height // stride), int(row.max(initial=0)) + 1)
        number = np.full((rows, columns), -1, np.int32)
        number[row, column] = np.arange(len(grid), dtype=np.int32)
        return cls(
            size=grid.tile_size * frame.downsample,
            stride=stride * frame.downsample,
            origin=(first_x * frame.downsample, first_y * frame.downsample),
            state=(number >= 0).astype(np.uint8) * STORED,
            number=number,
            coords=grid.coords,
            index=np.arange(len(grid)) if index is None else index,
            labels=labels or {},
        )

    def __len__(self) -> int:
        return len(self.coords)

    def at(self, x: float, y: float) -> int | None:
        """Stored tile under a point in level-0 pixels, or None.

        Where tiles overlap it is the last in reading order.
        """
        left, top = x - self.coords[:, 0], y - self.coords[:, 1]
        hit = (left >= 0) & (left < self.size) & (top >= 0) & (top < self.size)
        found = np.flatnonzero(hit)
        return int(found[-1]) if len(found) else None

    def inside(self, x0: float, y0: float, x1: float, y1: float) -> list[int]:
        """Stored tiles whose centre lies in a box of level-0 pixels."""
        centre = self.coords + self.size / 2
        low, high = (min(x0, x1), min(y0, y1)), (max(x0, x1), max(y0, y1))
        hit = ((centre >= low) & (centre < high)).all(axis=1)
        return [int(k) for k in np.flatnonzero(hit)]

    def box(self, number: int) -> tuple[float, float, float, float]:
        """``(x, y, width, height)`` of a tile in level-0 pixels."""
        x, y = self.coords[number]
        return float(x), float(y), self.size, self.size

    def mark(self, bit: int, numbers: npt.ArrayLike) -> None:
        """Set a bit of `state` for exactly these tiles."""
        chosen = np.zeros(len(self), bool)
        chosen[np.asarray(numbers, np.intp)] = True
        hit = np.zeros(self.number.shape, bool)
        there = self.number >= 0
        hit[there] = chosen[self.number[there]]
        self.state = np.where(hit, self.state | bit, self.state & ~np.uint8(bit))

    def has(self, bit: int, number: int) -> bool:
        """Whether a tile has a bit of `state`."""
        return bool((self.state[self.number == number] & bit).any())

    def values(self, label: str) -> npt.NDArray[np.float32]:
        """A label as a picture with one pixel per cell; NaN where there is none.

        A label of words gives the place of each word in `classes`.
        """
        classes = self.classes(label)
        if not classes:
            return self.picture(np.asarray(self.labels[label]).astype(np.float32))
        place = {name: float(k) for k, name in enumerate(classes)}
        words = _words(self.labels[label])
        codes = [place.get(word, np.nan) for word in words]
        return self.picture(np.array(codes, np.float32))

    def picture(self, column: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """One value per tile as a picture with one pixel per cell."""
        out = np.full(self.number.shape, np.nan, np.float32)
        there = self.number >= 0
        out[there] = column[self.number[there]]
        return out

    def classes(self, label: str) -> tuple[str, ...]:
        """Words of a label, sorted; none for numbers, or where they are too many."""
        column = self.labels[label]
        if np.asarray(column).dtype.kind not in "OSU":
            return ()
        found = sorted(set(_words(column)) - {""})
        return tuple(found) if len(found) <= _MOST_CLASSES else ()

    def heat_labels(self) -> list[str]:
        """Labels that can be shown as a heat map: numbers, and words that repeat."""
        return [
            name
            for name, column in self.labels.items()
            if _numeric(column) or self.classes(name)
        ]


def _words(column: Values) -> list[str]:
    cells = np.asarray(column).tolist()
    return [
        cell.decode("utf-8", "replace") if isinstance(cell, bytes) else str(cell)
        for cell in cells
    ]


def _numeric(column: Values) -> bool:
    array = np.asarray(column)
    return array.dtype.kind in "fiub" and len(array) > 0
