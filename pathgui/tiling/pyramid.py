"""Coarser levels of a map, made from bands of rows as they arrive."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from pathgui.errors import TilingError
from pathgui.tiling.sink import RowSink

FloatArray = npt.NDArray[np.float32]


def pyramid_sizes(
    size: tuple[int, int], smallest: int = 256
) -> tuple[tuple[int, int], ...]:
    """Sizes of the levels of a pyramid, halved and rounded up.

    Parameters
    ----------
    size : tuple of int
        ``(width, height)`` of the finest level, which is the first of the result.
    smallest : int
        The last level is the first whose longer side is at most this.
    """
    if min(*size, smallest) < 1:
        raise TilingError(f"a map of {size} has no levels down to {smallest} px")
    sizes = [size]
    while max(sizes[-1]) > smallest:
        width, height = sizes[-1]
        sizes.append((-(-width // 2), -(-height // 2)))
    return tuple(sizes)


def halve(rows: FloatArray) -> FloatArray:
    """Mean of every 2 × 2 pixels, leaving out NaN.

    Parameters
    ----------
    rows : ndarray of float32, shape (h, w) or (h, w, C)
        The last row and column stand alone if there is an odd number of them.

    Returns
    -------
    ndarray of float32, shape (ceil(h / 2), ceil(w / 2)) or with C
        NaN only where all of the pixels are.
    """
    odd_height, odd_width = rows.shape[0] % 2, rows.shape[1] % 2
    if odd_height or odd_width:
        margin = [(0, odd_height), (0, odd_width), (0, 0)][: rows.ndim]
        rows = np.pad(rows, margin, constant_values=np.nan)
    quarters = [rows[i::2, j::2] for i in (0, 1) for j in (0, 1)]
    total = quarters[0] + quarters[1] + quarters[2] + quarters[3]
    if not np.isnan(total).any():
        return total * np.float32(0.25)
    known = [~np.isnan(quarter) for quarter in quarters]
    total = np.zeros_like(total)
    for quarter, here in zip(quarters, known, strict=True):
        np.add(total, quarter, out=total, where=here)
    with np.errstate(invalid="ignore"):
        return total / np.sum(known, axis=0, dtype=np.float32)


class PyramidSink:
    """Writes a map and its coarser levels in one pass over its rows.

    Each level is the NaN-aware mean of 2 × 2 pixels of the one before. Memory is one
    band per level, each a quarter of the one before.

    Parameters
    ----------
    sinks : sequence of RowSink
        One for each level, finest first, as many as `pyramid_sizes` gives sizes.
    height : int
        Rows of the finest level; the last band is known by it.
    """

    def __init__(self, sinks: Sequence[RowSink], height: int) -> None:
        if not sinks:
            raise TilingError("a pyramid needs at least one level to write to")
        self._sink = sinks[0]
        self._height = height
        self._coarser = (
            PyramidSink(sinks[1:], -(-height // 2)) if len(sinks) > 1 else None
        )
        self._left: FloatArray | None = None

    def write_rows(self, y: int, rows: FloatArray) -> None:
        """Take the next rows of the finest level; see `RowSink.write_rows`."""
        self._sink.write_rows(y, rows)
        if self._coarser is None:
            return
        if self._left is not None:
            rows, y = np.concatenate([self._left, rows]), y - 1
        ready = len(rows) if y + len(rows) >= self._height else len(rows) // 2 * 2
        # A copy, as the memory of the rows is used again for the next band.
        self._left = rows[ready:].copy() if ready < len(rows) else None
        if ready:
            self._coarser.write_rows(y // 2, halve(rows[:ready]))
