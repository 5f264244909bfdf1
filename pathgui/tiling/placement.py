"""Where tiles lie in a stitched map, and the blocks the map is made in."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from pathgui.errors import TilingError

IntArray = npt.NDArray[np.int64]

_LARGEST = 512  # px; larger blocks fall out of the processor's cache
_SMALLEST = 80  # px, on average; smaller ones cost more to visit than to fill
_USUAL = 192  # px, at least, of blocks that tiles cover in part


@dataclass(frozen=True, slots=True, eq=False)
class Placement:
    """Tiles in a map, in the order given.

    Attributes
    ----------
    x, y : ndarray of int64, shape (n,)
        Top-left corners in pixels of the map; may be negative.
    x0, y0, x1, y1 : ndarray of int64, shape (n,)
        The part inside the map.
    """

    x: IntArray
    y: IntArray
    x0: IntArray
    y0: IntArray
    x1: IntArray
    y1: IntArray


@dataclass(frozen=True, slots=True)
class BlockRow:
    """One row of blocks, from row `y0` to before `y1` of the map.

    Attributes
    ----------
    tiles : list of list of int
        For each block, left to right, the tiles in it, in the order given.
    """

    y0: int
    y1: int
    tiles: list[list[int]]


class Blocks:
    """A map cut into blocks that lie, where possible, between the edges of tiles.

    Tiles of a grid then cover a block wholly or not at all. Tiles that overlap much,
    or lie anywhere, get larger blocks, which they cover in part.

    Parameters
    ----------
    placement : Placement
        Where the tiles lie.
    size : tuple of int
        ``(width, height)`` of the map.
    most_rows : int
        Largest height of a block.

    Attributes
    ----------
    columns, lines : ndarray of int64
        Where blocks begin, and the end of the last, from left to right and from top
        to bottom.
    aligned : bool
        Whether every tile covers every block that it lies in.
    after : ndarray of int64, shape (n,)
        For each tile, the number of the first column of blocks right of it.
    """

    def __init__(
        self, placement: Placement, size: tuple[int, int], most_rows: int
    ) -> None:
        width, height = size
        self._placement = placement
        self.columns = _edges(placement.x0, placement.x1, width, _LARGEST)
        self.lines = _edges(placement.y0, placement.y1, height, most_rows)
        self.aligned = _between(self.columns, placement.x0, placement.x1) and (
            _between(self.lines, placement.y0, placement.y1)
        )
        self._left = np.searchsorted(self.columns, placement.x0, "right") - 1
        self.after = np.searchsorted(self.columns, placement.x1, "left")

    def uses(self) -> list[int]:
        """For each tile, the number of rows of blocks it lies in."""
        top = np.searchsorted(self.lines, self._placement.y0, "right") - 1
        lower = np.searchsorted(self.lines, self._placement.y1, "left")
        uses: list[int] = (lower - top).tolist()
        return uses

    def rows(self) -> Iterator[BlockRow]:
        """Rows of blocks from top to bottom."""
        by_top = np.argsort(self._placement.y0, kind="stable")
        tops = self._placement.y0[by_top]
        heights = self._placement.y1 - self._placement.y0
        tallest = int(heights.max()) if len(heights) else 0
        left, right = self._left.tolist(), self.after.tolist()
        lines = self.lines.tolist()
        for y0, y1 in pairwise(lines):
            first, last = np.searchsorted(tops, (y0 - tallest, y1))
            near = by_top[first:last]
            inside = np.sort(near[self._placement.y1[near] > y0])
            tiles: list[list[int]] = [[] for _ in self.columns[1:]]
            for number in inside.tolist():
                for column in range(left[number], right[number]):
                    tiles[column].append(number)
            yield BlockRow(y0, y1, tiles)


def place(
    tiles: Sequence[Any],
    side: int,
    size: tuple[int, int],
    level: int | None,
    downsample: float,
) -> Placement:
    """Find where tiles lie in a map of `size`.

    Raises
    ------
    TilingError
        If a tile has no position, is of another level than `level`, or lies wholly
        outside the map.
    """
    corners = _exact(tiles) if level is None else None
    if corners is None:
        corners = np.array(
            [
                _corner(tile, number, level, downsample)
                for number, tile in enumerate(tiles)
            ],
            np.int64,
        ).reshape(-1, 2)
    x, y = corners.T
    x0, x1 = np.clip((x, x + side), 0, size[0])
    y0, y1 = np.clip((y, y + side), 0, size[1])
    outside = np.flatnonzero((x1 <= x0) | (y1 <= y0))
    if len(outside):
        number = int(outside[0])
        raise TilingError(
            f"tile {number} at ({x[number]}, {y[number]}) lies outside the map of "
            f"{size[0]} × {size[1]} px",
            "output_shape is (width, height) of the level the tiles were made at",
        )
    return Placement(x, y, x0, y0, x1, y1)


def _exact(tiles: Sequence[Any]) -> IntArray | None:
    # The common case, without a look at each tile: all know their exact corner.
    try:
        corners = np.array([tile.level_coords for tile in tiles])
    except (AttributeError, TypeError, ValueError):
        return None
    good = corners.shape == (len(tiles), 2) and corners.dtype == np.int64
    return corners if good else None


def _corner(
    tile: Any, number: int, level: int | None, downsample: float
) -> tuple[int, int]:
    own = getattr(tile, "level", None)
    if level is not None and own is not None and own != level:
        raise TilingError(
            f"tile {number} is of level {own}, but the map is of level {level}",
            "make the tiles at the level of the map",
        )
    corner: Any = getattr(tile, "level_coords", None)
    factor = 1.0
    if corner is None:
        corner, factor = getattr(tile, "coords", None), downsample
    try:
        x, y = corner
        return round(float(x) / factor), round(float(y) / factor)
    except (TypeError, ValueError, OverflowError) as error:
        raise TilingError(
            f"tile {number} has no position: its coords are {corner!r}",
            "a tile has coords, the (x, y) of its corner in level-0 pixels",
        ) from error


def _between(edges: IntArray, starts: IntArray, stops: IntArray) -> bool:
    ends = np.concatenate([starts, stops])
    return bool(np.isin(ends, edges).all())


def _edges(starts: IntArray, stops: IntArray, length: int, most: int) -> IntArray:
    edges = np.unique(np.concatenate([starts, stops, [0, length]]))
    if len(edges) - 1 > max(length // _SMALLEST, 1):
        # Where tiles begin, the tiles of a grid lie alike in every block.
        edges = _apart(np.unique(starts), length, min(most, _USUAL))
    pieces = [
        np.linspace(a, b, -(-(b - a) // most), endpoint=False).astype(np.int64)
        for a, b in pairwise(edges.tolist())
    ]
    return np.concatenate([*pieces, [length]])


def _apart(starts: IntArray, length: int, least: int) -> IntArray:
    edges = [0]
    for start in starts.tolist():
        if start - edges[-1] >= least:
            edges.append(start)
    return np.array([*edges, length])
