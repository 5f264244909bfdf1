"""Rows of a matrix on disk: only the bytes or chunks they touch are read."""

import math
import os
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt
from h5py import h5d, h5i, h5s

from pathgui.storage.arrays import Stored, check_claim, inspect, read_all, read_chunk
from pathgui.storage.problems import Refused

Rows = npt.NDArray[np.int64]
# No real matrix is larger; what a file claims is also held against its size.
_MOST_BYTES = 1 << 46
_CHUNK_BYTES = 256 << 20
_ROW_BYTES = 64 << 20


class Matrix:
    """A two-dimensional dataset of numbers, read by rows. Safe in threads.

    Parameters
    ----------
    dataset : h5py.h5d.DatasetID
        Opened through `links.open_dataset`.

    Raises
    ------
    Refused
        If it claims more than the file holds or reaches into other files.
    ValueError
        If it is no matrix of numbers.
    """

    def __init__(self, dataset: Any) -> None:
        self._stored = inspect(dataset, _MOST_BYTES)
        stored = self._stored
        if len(stored.shape) != 2 or stored.dtype.kind not in "iuf":
            raise ValueError(f"{stored.dtype} of shape {stored.shape} is no matrix")
        if stored.chunk is not None and stored.chunk_bytes > _CHUNK_BYTES:
            raise Refused(f"a dataset claims chunks of {stored.chunk_bytes} bytes")
        self._row_bytes = stored.shape[1] * stored.dtype.itemsize
        if self._row_bytes > _ROW_BYTES:
            raise Refused(f"a dataset claims rows of {self._row_bytes} bytes")
        check_claim(stored, _MOST_BYTES)
        self._offset = _offset(stored)

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        rows, columns = self._stored.shape
        return rows, columns

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of the numbers."""
        return self._stored.dtype

    @property
    def contiguous(self) -> bool:
        """Whether it lies in one piece, uncompressed."""
        return self._stored.chunk is None

    def check_whole(self) -> None:
        """Raise ValueError if a block of it was never written; nothing is inflated."""
        chunk = self._stored.chunk
        if chunk is None or not self._stored.nbytes:
            return
        sides = zip(self.shape, chunk, strict=True)
        expected = math.prod(-(-side // step) for side, step in sides)
        found = self._stored.dataset.get_num_chunks()
        if found != expected:
            raise ValueError(f"{found} of {expected} blocks are there")

    def rows(self, wanted: Rows) -> npt.NDArray[Any]:
        """The rows of these numbers, in this order, as a new array.

        Raises
        ------
        OSError, ValueError, RuntimeError
            If the file is damaged there.
        """
        out = np.empty((len(wanted), self.shape[1]), self.dtype)
        if not out.size:
            return out
        if self._offset is not None:
            self._from_bytes(wanted, out, self._offset)
        elif self._stored.chunk is not None:
            self._from_chunks(wanted, out, self._stored.chunk)
        else:
            self._from_library(wanted, out)
        return out

    def _from_bytes(self, wanted: Rows, out: npt.NDArray[Any], offset: int) -> None:
        # Read by offset outside HDF5's lock: no library call for each row.
        fd = h5i.get_file_id(self._stored.dataset).get_vfd_handle()
        flat, size = out.reshape(-1).view(np.uint8).data, self._row_bytes
        for start, stop, first in runs(wanted):
            _read_exactly(fd, flat[start * size : stop * size], offset + first * size)

    def _from_chunks(
        self, wanted: Rows, out: npt.NDArray[Any], chunk: tuple[int, ...]
    ) -> None:
        height, width = chunk
        block = wanted // height
        order = np.argsort(block, kind="stable")
        edges = np.flatnonzero(np.diff(block[order])) + 1
        columns = range(0, self.shape[1], width)
        for places, left in product(np.split(order, edges), columns):
            top = int(block[places[0]]) * height
            found = read_chunk(self._stored, (top, left))
            right = min(left + width, self.shape[1])
            out[places, left:right] = found[wanted[places] - top, : right - left]

    def _from_library(self, wanted: Rows, out: npt.NDArray[Any]) -> None:
        if self._stored.nbytes <= 1 << 20:
            out[:] = read_all(self._stored, 1 << 20)[wanted]
            return
        space = self._stored.dataset.get_space()
        for start, stop, first in runs(wanted):
            part = out[start:stop]
            space.select_hyperslab((first, 0), part.shape)
            self._stored.dataset.read(h5s.create_simple(part.shape), space, part)


def runs(wanted: Rows) -> list[tuple[int, int, int]]:
    """Neighbours that follow each other: (start, stop, first row), in order."""
    if not len(wanted):
        return []
    cuts = np.flatnonzero(np.diff(wanted) != 1) + 1
    starts = np.concatenate([[0], cuts])
    stops = np.concatenate([cuts, [len(wanted)]])
    firsts = wanted[starts]
    return list(zip(starts.tolist(), stops.tolist(), firsts.tolist(), strict=True))


def _offset(stored: Stored) -> int | None:
    """Where a dataset in one piece begins; None where only the library can read it."""
    layout = stored.dataset.get_create_plist().get_layout()
    if layout != h5d.CONTIGUOUS or not hasattr(os, "preadv") or not stored.nbytes:
        return None
    offset = stored.dataset.get_offset()
    if offset is None:
        return None
    fd = h5i.get_file_id(stored.dataset).get_vfd_handle()
    if offset + stored.nbytes > os.fstat(fd).st_size:
        raise ValueError("a dataset reaches beyond the end of the file")
    return int(offset)


def _read_exactly(fd: int, buffer: memoryview, offset: int) -> None:
    done = 0
    while done < len(buffer):
        count = os.preadv(fd, [buffer[done:]], offset + done)
        if not count:
            raise ValueError("the file ends before its data")
        done += count
