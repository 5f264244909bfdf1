"""Reading datasets of a file that may lie: check sizes, read chunks, inflate."""

import os
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt
from h5py import h5d, h5i, h5s

from pathgui.storage.codec import Filter, can_decode, decode
from pathgui.storage.problems import Refused
from pathgui.storage.schema import MAX_RATIO

DatasetID = Any
_KINDS = "buifS"


@dataclass(frozen=True, slots=True)
class Stored:
    """A dataset whose declaration has been checked; no data read yet."""

    dataset: DatasetID
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    chunk: tuple[int, ...] | None
    filters: tuple[Filter, ...]

    @property
    def nbytes(self) -> int:
        """Size when inflated."""
        return int(np.prod(self.shape, dtype=object)) * self.dtype.itemsize

    @property
    def chunk_bytes(self) -> int:
        """Size of one inflated chunk."""
        shape = self.chunk or self.shape
        return int(np.prod(shape, dtype=object)) * self.dtype.itemsize


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
    stored = Stored(dataset, dataset.shape, dtype, chunk, filters)
    if stored.chunk_bytes > limit:
        raise Refused(f"a dataset claims {stored.chunk_bytes} bytes")
    return stored


def read_all(stored: Stored, limit: int) -> npt.NDArray[Any]:
    """A whole dataset as a new array, if it is at most `limit` bytes.

    Raises
    ------
    Refused
        If it is larger, or larger than its stored bytes can inflate to.
    RuntimeError, ValueError, OSError
        If the content is damaged.
    """
    _check_claim(stored, limit)
    if stored.chunk is None:
        out = np.empty(stored.shape, stored.dtype)
        if out.size:
            stored.dataset.read(h5s.ALL, h5s.ALL, out)
        return out
    if stored.chunk == stored.shape:
        return read_chunk(stored, (0,) * len(stored.shape))
    out = np.empty(stored.shape, stored.dtype)
    starts = (range(0, n, c) for n, c in zip(stored.shape, stored.chunk, strict=True))
    for corner in product(*starts):
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
    info = stored.dataset.get_chunk_info_by_coord(corner)
    if info.byte_offset is None or not 0 < info.size <= 2 * stored.chunk_bytes + 4096:
        raise ValueError("a chunk is missing or has an impossible size")
    out = np.empty(stored.chunk, stored.dtype)
    payload = _payload(stored.dataset, corner, info)
    flat = out.reshape(-1).view(np.uint8)
    decode(payload, stored.filters, info.filter_mask, flat, stored.dtype.itemsize)
    return out


def _payload(dataset: DatasetID, corner: tuple[int, ...], info: Any) -> bytes:
    if not hasattr(os, "pread"):
        return bytes(dataset.read_direct_chunk(corner)[1])
    fd = h5i.get_file_id(dataset).get_vfd_handle()
    return os.pread(fd, info.size, info.byte_offset)


def _check_claim(stored: Stored, limit: int) -> None:
    claimed = stored.nbytes
    if claimed > limit:
        raise Refused(f"a dataset claims {claimed} bytes")
    if claimed > 4096 and claimed > MAX_RATIO * stored.dataset.get_storage_size():
        raise Refused(f"a dataset claims {claimed} bytes that are not in the file")
