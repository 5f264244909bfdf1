"""Where the chunks of a dataset lie, found without the library's search."""

import threading
from collections.abc import Iterator
from math import prod
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Corner = tuple[int, ...]
_FEW, _ONCE = 16, 16
_MOST = 1 << 62


class Place(NamedTuple):
    """A chunk in the file: bytes from its begin, bytes in all, filters left out."""

    offset: int
    size: int
    mask: int


class ChunkTable:
    """Places of the chunks of one dataset; safe in threads.

    Asked for one chunk, the library goes through all that come before it. So where
    many are wanted, it is asked once for all of them, which takes as long as some
    forty single questions.

    Parameters
    ----------
    dataset : h5py.h5d.DatasetID
        A chunked dataset.
    shape, chunk : tuple of int
        Of the dataset and of its chunks.
    """

    def __init__(self, dataset: Any, shape: Corner, chunk: Corner) -> None:
        self._dataset, self._chunk = dataset, chunk
        sides = zip(shape, chunk, strict=True)
        self._counts = tuple(-(-side // step) for side, step in sides)
        self._lock, self._asked = threading.Lock(), 0
        self._table: tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]] | None = None

    @property
    def count(self) -> int:
        """How many chunks the dataset has if none is missing."""
        return prod(self._counts)

    def find(self, corner: Corner) -> Place | None:
        """Where the chunk with this corner lies; None if it is not in the file."""
        if self.count <= _FEW or (self._table is None and self._asked < _ONCE):
            self._asked += 1
            info = self._dataset.get_chunk_info_by_coord(corner)
            if info.byte_offset is None:
                return None
            return Place(info.byte_offset, info.size, info.filter_mask)
        numbers, places = self._read()
        number = self._number(corner)
        row = int(np.searchsorted(numbers, number))
        if row == len(numbers) or numbers[row] != number:
            return None
        return Place(*places[row].tolist())

    def corners(self) -> Iterator[Corner]:
        """Corners of the chunks that are in the file."""
        sides = list(zip(self._counts, self._chunk, strict=True))
        for number in self._read()[0].tolist():
            rest, corner = number, []
            for count, step in reversed(sides):
                rest, at = divmod(rest, count)
                corner.append(at * step)
            yield tuple(reversed(corner))

    def _number(self, corner: Corner) -> int:
        number = 0
        for at, step, count in zip(corner, self._chunk, self._counts, strict=True):
            number = number * count + at // step
        return number

    def _read(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Numbers of the chunks in order, and their places, shape (n, 3)."""
        with self._lock:
            if self._table is None:
                self._table = self._ask()
            return self._table

    def _ask(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        if self.count > _MOST:
            raise ValueError(f"a dataset claims {self.count} chunks")
        rows: list[tuple[int, int, int, int]] = []

        def note(info: Any) -> None:
            number = self._number(info.chunk_offset)
            rows.append((number, info.byte_offset, info.size, info.filter_mask))

        self._dataset.chunk_iter(note)
        table = np.array(rows, np.int64).reshape(-1, 4)
        table = table[np.argsort(table[:, 0], kind="stable")]
        return table[:, 0].copy(), table[:, 1:].copy()
