"""Where a stitched map goes: an array, a memory map, or rows handed to a writer."""

from typing import Any, Protocol, cast, runtime_checkable

import numpy as np
import numpy.typing as npt

from pathgui.errors import TilingError

FloatArray = npt.NDArray[np.float32]


@runtime_checkable
class RowSink(Protocol):
    """Takes a map band by band."""

    def write_rows(self, y: int, rows: FloatArray) -> None:
        """Take the next rows of a map; called from top to bottom, without gaps.

        Parameters
        ----------
        y : int
            Number of the first row.
        rows : ndarray of float32, shape (n, width) or (n, width, C)
            Valid during the call only: the next band is made in the same memory.
        """
        ...


class Target:
    """Gives memory to make rows in, and passes them on.

    Parameters
    ----------
    out : ndarray, RowSink, dataset or None
        Where the map goes; None makes a float32 array. A dataset is anything with
        ``shape`` and ``out[y0:y1] = rows``.
    size : tuple of int
        ``(width, height)`` of the map.
    channels : tuple of int
        ``(C,)``, or empty.

    Raises
    ------
    TilingError
        If `out` has another shape or cannot hold NaN, or memory does not suffice.
    """

    def __init__(
        self, out: Any, size: tuple[int, int], channels: tuple[int, ...]
    ) -> None:
        width, height = size
        shape = (height, width, *channels)
        self._line = (width, *channels)
        self._buffer: FloatArray | None = None
        self.out = _allocate(shape) if out is None else out
        self._sink = out if isinstance(out, RowSink) else None
        if self._sink is None:
            _check(self.out, shape)

    def rows(self, y0: int, y1: int) -> FloatArray:
        """Memory for rows, shape (y1 - y0, width, C); C is 1 if there are none."""
        if isinstance(self.out, np.ndarray):
            rows = cast(FloatArray, self.out[y0:y1])
        else:
            if self._buffer is None or len(self._buffer) < y1 - y0:
                self._buffer = _allocate((y1 - y0, *self._line))
            rows = self._buffer[: y1 - y0]
        return rows if rows.ndim == 3 else rows[:, :, None]

    def done(self, y0: int, y1: int) -> None:
        """Pass on rows that were made in the memory given."""
        if isinstance(self.out, np.ndarray) or self._buffer is None:
            return
        rows = self._buffer[: y1 - y0]
        if self._sink is not None:
            self._sink.write_rows(y0, rows)
        else:
            self.out[y0:y1] = rows


def _allocate(shape: tuple[int, ...]) -> FloatArray:
    try:
        return np.empty(shape, np.float32)
    except (MemoryError, ValueError) as error:
        size = 4 * float(np.prod(shape, dtype=float)) / 1024**3
        raise TilingError(
            f"a map of {' × '.join(map(str, shape))} values takes {size:.0f} GB",
            "give out= a memory map or a writer of rows, or stitch a coarser level",
        ) from error


def _check(out: Any, shape: tuple[int, ...]) -> None:
    found, dtype = getattr(out, "shape", None), getattr(out, "dtype", None)
    if found is None or tuple(found) != shape:
        raise TilingError(
            f"out has the shape {found}, but the map has {shape}",
            "its shape is (height, width), with the number of channels behind",
        )
    if dtype is None or not np.issubdtype(dtype, np.floating):
        raise TilingError(
            f"out is of type {dtype} and cannot hold NaN, which says where no tile is",
            "use float32",
        )
