"""Making HDF5 objects fast: low-level calls with shared property lists and spaces.

The high-level interface spends over a millisecond on each tile; this a fifth of it.
"""

from dataclasses import dataclass
from typing import Any

import h5py
import numpy as np
import numpy.typing as npt
from h5py import h5a, h5d, h5f, h5fd, h5g, h5p, h5s, h5t

from pathgui.errors import StorageError
from pathgui.storage.access import access_list
from pathgui.storage.codec import Codec
from pathgui.storage.stream import PartStream

GroupID = Any
_SMALL = 4096
_CHUNK = 1 << 19


@dataclass(frozen=True, slots=True)
class Encoded:
    """An array turned into the payload of its only chunk."""

    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    payload: bytes


class Encoder:
    """Turns arrays into payloads; safe in threads."""

    def __init__(self, codec: Codec) -> None:
        self._codec = codec
        self._plain: dict[tuple[tuple[int, ...], bool], Encoded] = {}

    def whole(self, array: npt.NDArray[Any]) -> Encoded:
        """Compress an array as one chunk."""
        array = np.ascontiguousarray(array)
        return Encoded(array.shape, array.dtype, self._codec.encode(array))

    def mask(self, mask: npt.NDArray[Any]) -> Encoded:
        """The same; masks all inside or all outside, as most are, only once."""
        value = _only_value(mask)
        if value is None:
            return self.whole(mask)
        key = mask.shape, value
        if key not in self._plain:
            self._plain[key] = self.whole(mask)
        return self._plain[key]


def _only_value(mask: npt.NDArray[Any]) -> bool | None:
    """What a boolean mask holds everywhere; None if it holds both, or is no such."""
    if mask.dtype != np.bool_ or not mask.size:
        return None
    if mask.flat[0]:
        return True if mask.all() else None
    return None if mask.any() else False


def create_file(stream: PartStream) -> h5py.File:
    """A new HDF5 file, compact and readable by HDF5 1.10 tools."""
    create = h5p.create(h5p.FILE_CREATE)
    # Without times the same work gives the same bytes.
    create.set_obj_track_times(False)
    name = repr(stream).encode()
    return h5py.File(h5f.create(name, h5f.ACC_TRUNC, create, _access(stream)))


def edit_file(stream: PartStream) -> h5py.File:
    """A copy of a finished file, opened for changes."""
    name = repr(stream).encode()
    return h5py.File(h5f.open(name, h5f.ACC_RDWR, _access(stream)))


def _access(stream: PartStream) -> Any:
    access = access_list()
    access.set_libver_bounds(h5f.LIBVER_V110, h5f.LIBVER_V110)
    access.set_meta_block_size(1 << 16)
    access.set_fileobj_driver(h5fd.fileobj_driver, stream)
    return access


class Creator:
    """Creates groups and datasets in one file, reusing what they have in common."""

    def __init__(self, codec: Codec) -> None:
        self.codec = codec
        self._group_plist = h5p.create(h5p.GROUP_CREATE)
        self._group_plist.set_obj_track_times(False)
        self._compact = h5p.create(h5p.DATASET_CREATE)
        self._compact.set_layout(h5d.COMPACT)
        self._compact.set_obj_track_times(False)
        self._plists: dict[tuple[int, ...], Any] = {}
        self._spaces: dict[tuple[int, ...], Any] = {(): h5s.create(h5s.SCALAR)}
        self._types: dict[np.dtype[Any], Any] = {}
        self._text = h5t.py_create(h5py.string_dtype(), logical=True)

    def group(self, parent: GroupID, name: str) -> GroupID:
        """A new group."""
        return h5g.create(parent, name.encode(), gcpl=self._group_plist)

    def whole(self, parent: GroupID, name: str, data: Encoded) -> None:
        """A dataset of one chunk from a payload made elsewhere."""
        dataset = h5d.create(
            parent,
            name.encode(),
            self.type(data.dtype),
            self.space(data.shape),
            self.plist(data.shape),
        )
        dataset.write_direct_chunk((0,) * len(data.shape), data.payload)

    def small(self, parent: GroupID, name: str, array: npt.NDArray[Any]) -> None:
        """A few bytes, kept in the object's header."""
        kind, space = self.type(array.dtype), self.space(array.shape)
        dataset = h5d.create(parent, name.encode(), kind, space, self._compact)
        dataset.write(h5s.ALL, h5s.ALL, array, kind)

    def attribute(self, owner: GroupID, name: str, value: Any) -> None:
        """A scalar attribute; text as UTF-8 of variable length, for h5py a str."""
        if isinstance(value, str):
            attribute = h5a.create(owner, name.encode(), self._text, self.space(()))
            attribute.write(np.array(value, dtype=h5py.string_dtype()))
            return
        array = np.asarray(value)
        kind = self.type(array.dtype)
        # With the type given, h5py does not build that of the array once more.
        attribute = h5a.create(owner, name.encode(), kind, self.space(()))
        attribute.write(array, mtype=kind)

    def type(self, dtype: np.dtype[Any]) -> Any:
        """The HDF5 type of a numpy dtype; bool as h5py's enumeration."""
        found = self._types.get(dtype)
        if found is None:
            found = self._types[dtype] = h5t.py_create(dtype, logical=True)
        return found

    def space(self, shape: tuple[int, ...]) -> Any:
        """The dataspace of a fixed shape."""
        found = self._spaces.get(shape)
        if found is None:
            found = self._spaces[shape] = h5s.create_simple(shape)
        return found

    def plist(self, chunk: tuple[int, ...]) -> Any:
        """Creation properties of a dataset with chunks of this shape."""
        found = self._plists.get(chunk)
        if found is None:
            found = h5p.create(h5p.DATASET_CREATE)
            found.set_chunk(chunk)
            found.set_fill_time(h5d.FILL_TIME_NEVER)
            found.set_obj_track_times(False)
            self.codec.declare(found)
            self._plists[chunk] = found
        return found


def new_group(parent: h5py.Group, name: str) -> h5py.Group:
    """A new group that does not record times."""
    plist = h5p.create(h5p.GROUP_CREATE)
    plist.set_obj_track_times(False)
    return h5py.Group(h5g.create(parent.id, name.encode(), gcpl=plist))


def put(parent: h5py.Group, name: str, array: npt.NDArray[Any], codec: Codec) -> None:
    """A dataset of any size: small ones as they are, large ones in compressed rows."""
    array = np.asarray(array)
    if array.dtype.kind == "S":
        array = array.astype(h5py.string_dtype("utf-8", array.dtype.itemsize))
    if array.ndim == 0 or array.nbytes <= _SMALL:
        parent.create_dataset(name, data=array)
        return
    rows = min(len(array), max(1, _CHUNK * len(array) // array.nbytes))
    creator, chunk = Creator(codec), (rows, *array.shape[1:])
    kind, space = creator.type(array.dtype), creator.space(array.shape)
    plist = creator.plist(chunk)
    dataset = h5d.create(parent.id, name.encode(), kind, space, plist)
    for start in range(0, len(array), rows):
        block = array[start : start + rows]
        if len(block) < rows:  # a chunk is stored whole, the last one too
            whole = np.zeros(chunk, array.dtype)
            whole[: len(block)] = block
            block = whole
        corner = (start,) + (0,) * (array.ndim - 1)
        dataset.write_direct_chunk(corner, codec.encode(block))


def text(value: str) -> npt.NDArray[np.bytes_]:
    """A string as fixed-length UTF-8, ready for a dataset."""
    data = value.encode()
    return np.array(data, dtype=h5py.string_dtype("utf-8", max(1, len(data))))


def check_name(name: object, what: str) -> str:
    """The name of a mask, label or map, if HDF5 can hold it.

    Raises
    ------
    StorageError
        If it is empty, no text, too long, or contains ``/`` or a control character.
    """
    good = isinstance(name, str) and 0 < len(name.encode("utf-8", "replace")) <= 255
    if (
        not good
        or name in (".", "..")
        or not str(name).isprintable()
        or "/" in str(name)
    ):
        raise StorageError(
            f"{name!r} cannot be the name of a {what}",
            "use a short name without a slash",
        )
    return str(name)
