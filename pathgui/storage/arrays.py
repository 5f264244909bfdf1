"""Reading datasets of a file that may lie: check sizes, read chunks, inflate."""

import os
import threading
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Any

import numpy as np
import numpy.typing as npt
from h5py import h5d, h5i, h5s

from pathgui.storage.chunks import ChunkTable, Place
from pathgui.storage.codec import Filter, can_decode, decode, most_inflation
from pathgui.storage.problems import Refused
from pathgui.storage.schema import FREE_BYTES, MAX_TILE_BYTES

DatasetID = Any
_KINDS = "buifS"
_RECENT = 4
_RECENT_BYTES = 64 << 20
# Floats hardly compress: what claims more than this and a hundredfold, lies.
_FLOAT_BYTES, _FLOAT_RATIO = 64 << 20, 100


@dataclass(frozen=True, slots=True)
class Stored:
    """A dataset whose declaration has been checked; no data read yet.

    `sparse` is True for floats whose missing chunks stand for NaN; `places` knows
    where chunks lie, None without chunks.
    """

    dataset: DatasetID
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    chunk: tuple[int, ...] | None
    filters: tuple[Filter, ...]
    sparse: bool = False
    places: ChunkTable | None = None

    @property
    def nbytes(self) -> int:
        """Size when inflated."""
        return prod(self.shape) * self.dtype.itemsize

    @property
    def chunk_bytes(self) -> int:
        """Size of one inflated chunk."""
        return prod(self.chunk or self.shape) * self.dtype.itemsize


def inspect(dataset: DatasetID, limit: int) -> Stored:
    """Check what a dataset claims before anything is allocated.

    Parameters
    ----------
    dataset : h5py.h5d.DatasetID
        Opened through `links.open_dataset`.
    limit : int
        Bytes that one chunk may inflate to.

    Raises
    ------
    Refused
        If its data lie in other files, its type can carry code or pointers, its
        filters are unknown, or it is larger than `limit`.
    """
    plist = dataset.get_create_plist()
    layout = plist.get_layout()
    if layout == h5d.VIRTUAL or (
        layout == h5d.CONTIGUOUS and plist.get_external_count()
    ):
        raise Refused("a dataset keeps its data in another file")
    dtype = dataset.dtype
    if dtype.kind not in _KINDS or dtype.hasobject or dtype.subdtype is not None:
        raise Refused(f"a dataset has elements of type {dtype}")
    chunk: tuple[int, ...] | None = None
    filters: tuple[Filter, ...] = ()
    if layout == h5d.CHUNKED:
        chunk = plist.get_chunk()
        filters = tuple(plist.get_filter(i)[:3] for i in range(plist.get_nfilters()))
        if not can_decode(filters):
            raise Refused(
                f"a dataset is compressed with filters {[f[0] for f in filters]}",
                "repack the file with compression 'fast'",
            )
    sparse = dtype.kind == "f" and chunk is not None and _fills_nan(plist, dtype)
    shape = dataset.shape
    places = None if chunk is None else ChunkTable(dataset, shape, chunk)
    stored = Stored(dataset, shape, dtype, chunk, filters, sparse, places)
    if stored.chunk_bytes > limit:
        raise Refused(f"a dataset claims {stored.chunk_bytes} bytes")
    return stored


def _fills_nan(plist: Any, dtype: np.dtype[Any]) -> bool:
    if plist.fill_value_defined() != h5d.FILL_VALUE_USER_DEFINED:
        return False
    value = np.zeros((), dtype)
    plist.get_fill_value(value)
    return bool(np.isnan(value))


def read_all(stored: Stored, limit: int) -> npt.NDArray[Any]:
    """A whole dataset as a new array, if it is at most `limit` bytes.

    Raises
    ------
    Refused
        If it is larger, or larger than its stored bytes can inflate to.
    RuntimeError, ValueError, OSError
        If the content is damaged.
    """
    check_claim(stored, limit)
    if stored.chunk is None:
        out = np.empty(stored.shape, stored.dtype)
        if out.size:
            stored.dataset.read(h5s.ALL, h5s.ALL, out)
        return out
    if stored.chunk == stored.shape:
        return read_chunk(stored, (0,) * len(stored.shape))
    assert stored.places is not None
    if stored.sparse:
        out = np.full(stored.shape, np.nan, stored.dtype)
        corners: Iterable[tuple[int, ...]] = stored.places.corners()
    else:
        out = np.empty(stored.shape, stored.dtype)
        sides = zip(stored.shape, stored.chunk, strict=True)
        corners = product(*(range(0, n, c) for n, c in sides))
    for corner in corners:
        block = read_chunk(stored, corner)
        where = tuple(
            slice(a, min(a + c, n))
            for a, c, n in zip(corner, stored.chunk, stored.shape, strict=True)
        )
        out[where] = block[tuple(slice(0, s.stop - s.start) for s in where)]
    return out


def read_chunk(stored: Stored, corner: tuple[int, ...]) -> npt.NDArray[Any]:
    """One inflated chunk as a new array.

    The bytes are read from the file by offset and inflated with libdeflate, both
    outside Python's lock and HDF5's, so that threads run side by side.
    """
    assert stored.chunk is not None
    assert stored.places is not None
    place = stored.places.find(corner)
    if stored.sparse and place is None:
        return np.full(stored.chunk, np.nan, stored.dtype)
    if place is None or not 0 < place.size <= 2 * stored.chunk_bytes + 4096:
        raise ValueError("a chunk is missing or has an impossible size")
    out = np.empty(stored.chunk, stored.dtype)
    payload = _payload(stored.dataset, corner, place)
    flat = out.reshape(-1).view(np.uint8)
    decode(payload, stored.filters, place.mask, flat, stored.dtype.itemsize)
    return out


class RowReader:
    """Rows of a dataset along its first axis, one at a time, from any thread.

    Keeps the last few chunks that hold more than one row.
    """

    def __init__(self, stored: Stored) -> None:
        if len(stored.shape) < 2 or stored.nbytes // max(1, stored.shape[0]) > (
            MAX_TILE_BYTES
        ):
            raise Refused(f"a stack of tiles has shape {stored.shape}")
        self._stored = stored
        self._recent: OrderedDict[tuple[int, ...], npt.NDArray[Any]] = OrderedDict()
        self._lock = threading.Lock()

    def row(self, number: int) -> npt.NDArray[Any]:
        """Row `number` as a new array."""
        stored = self._stored
        if not 0 <= number < stored.shape[0]:
            raise IndexError(f"row {number} of {stored.shape[0]}")
        if stored.chunk is None:
            return self._plain_row(number)
        block = stored.chunk[0]
        start, within = number // block * block, number % block
        if stored.chunk[1:] == stored.shape[1:] and block == 1:
            return np.asarray(read_chunk(stored, (number,) + (0,) * self._axes)[0])
        out = np.empty(stored.shape[1:], stored.dtype)
        sizes = zip(stored.shape[1:], stored.chunk[1:], strict=True)
        for rest in product(*(range(0, n, c) for n, c in sizes)):
            chunk = self._chunk((start, *rest))[within]
            where = tuple(
                slice(a, min(a + c, n))
                for a, c, n in zip(rest, chunk.shape, out.shape, strict=True)
            )
            out[where] = chunk[tuple(slice(0, s.stop - s.start) for s in where)]
        return out

    @property
    def _axes(self) -> int:
        return len(self._stored.shape) - 1

    def _plain_row(self, number: int) -> npt.NDArray[Any]:
        stored = self._stored
        check_claim(stored, stored.nbytes)
        out = np.empty((1, *stored.shape[1:]), stored.dtype)
        space = stored.dataset.get_space()
        space.select_hyperslab((number,) + (0,) * self._axes, out.shape)
        stored.dataset.read(h5s.create_simple(out.shape), space, out)
        return np.asarray(out[0])

    def _chunk(self, corner: tuple[int, ...]) -> npt.NDArray[Any]:
        with self._lock:
            found = self._recent.get(corner)
        if found is None:
            found = read_chunk(self._stored, corner)
            with self._lock:
                self._recent[corner] = found
                most = max(1, _RECENT_BYTES // max(1, found.nbytes))
                while len(self._recent) > min(_RECENT, most):
                    self._recent.popitem(last=False)
        return found


def _payload(dataset: DatasetID, corner: tuple[int, ...], place: Place) -> bytes:
    if not hasattr(os, "pread"):
        return bytes(dataset.read_direct_chunk(corner)[1])
    fd = h5i.get_file_id(dataset).get_vfd_handle()
    return os.pread(fd, place.size, place.offset)


def check_claim(stored: Stored, limit: int) -> None:
    """Refuse a dataset larger than `limit` or than its stored bytes can inflate to."""
    claimed = stored.nbytes
    if claimed > limit:
        raise Refused(f"a dataset claims {claimed} bytes")
    if claimed <= FREE_BYTES:
        return
    most = most_inflation(stored.filters)
    if stored.dtype.kind == "f" and claimed > _FLOAT_BYTES:
        most = min(most, _FLOAT_RATIO)
    if claimed > most * stored.dataset.get_storage_size():
        raise Refused(f"a dataset claims {claimed} bytes that are not in the file")
