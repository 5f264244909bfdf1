"""Looking at text of any length before the library does.

It lies in collections of HDF5's global heap, without a checksum. A collection with an
empty free object makes the library loop for ever, a text that claims another length
than it has makes it write where it must not, and one that is gigabytes long fills the
memory. So each text is first followed here, in bounds.
"""

import struct
from math import prod
from typing import Any

import numpy as np
from h5py import h5a, h5d

from pathgui.storage.arrays import Stored, check_claim, read_chunk
from pathgui.storage.chunks import ChunkTable
from pathgui.storage.codec import can_decode
from pathgui.storage.fractal import Read
from pathgui.storage.headers import attribute_value, compact_value, reader
from pathgui.storage.problems import Refused
from pathgui.storage.schema import MAX_TEXT_BYTES

_COLLECTION = struct.Struct("<4sB3xQ")
_OBJECT = struct.Struct("<HH4xQ")
_REFERENCE = struct.Struct("<IQI")
# All collections that the texts of one object lie in.
_MOST_BYTES, _MOST_OBJECTS = 128 << 20, 2_000_000
_MOST_TEXTS = 100_000


def check_text(owner: Any, name: str, limit: int = MAX_TEXT_BYTES) -> None:
    """Check what a text attribute of variable length points to.

    Parameters
    ----------
    owner : h5py identifier
        Group or dataset of a file on disk.
    name : str
        The attribute.
    limit : int
        Bytes that its texts may have together.

    Raises
    ------
    Refused
        If a text is damaged, too long, or cannot be found.
    """
    shape = h5a.open(owner, name.encode()).shape
    if shape is None:
        return
    read, count = reader(owner), prod(shape)
    lengths = _follow(read, attribute_value(owner, name, read), count)
    if sum(lengths) > limit:
        raise Refused(f"attribute {name!r} is a text of {sum(lengths)} bytes")


def text_lengths(dataset: Any, limit: int) -> list[int]:
    """Bytes of each text in a dataset of at most one dimension, told by following it.

    Parameters
    ----------
    dataset : h5py.h5d.DatasetID
        Strings of variable length.
    limit : int
        Bytes that one of them may have.

    Raises
    ------
    Refused
        If a text is damaged or too long, or they lie in another file.
    """
    read = reader(dataset)
    count = prod(dataset.shape)
    if count > _MOST_TEXTS:
        raise Refused(f"a dataset claims {count} texts")
    references = _references(dataset, count, read)
    # Where nothing was ever written, texts are empty.
    lengths = _follow(read, references, count) if references else []
    if lengths and max(lengths) > limit:
        raise Refused(f"a text of {max(lengths)} bytes is too long")
    return lengths


def _references(dataset: Any, count: int, read: Read) -> bytes:
    """Where the texts of a dataset lie: length, collection and number of each."""
    plist = dataset.get_create_plist()
    layout = plist.get_layout()
    if plist.fill_value_defined() == h5d.FILL_VALUE_USER_DEFINED:
        raise Refused("a dataset has a text for what was never written")
    if layout == h5d.COMPACT:
        return compact_value(dataset, read)
    if layout == h5d.CONTIGUOUS and not plist.get_external_count():
        offset = dataset.get_offset()
        return b"" if offset is None else read(count * _REFERENCE.size, offset)
    if layout != h5d.CHUNKED or len(dataset.shape) != 1:
        raise Refused("a dataset keeps its texts in another file")
    return _from_chunks(dataset, plist) if count else b""


def _from_chunks(dataset: Any, plist: Any) -> bytes:
    shape, chunk = dataset.shape, plist.get_chunk()
    filters = tuple(plist.get_filter(i)[:3] for i in range(plist.get_nfilters()))
    places = ChunkTable(dataset, shape, chunk)
    dtype = np.dtype(f"V{_REFERENCE.size}")
    stored = Stored(dataset, shape, dtype, chunk, filters, False, places)
    if not can_decode(filters) or chunk[0] > 8 * _MOST_TEXTS:
        raise Refused("the texts of a dataset cannot be checked")
    check_claim(stored, _MOST_TEXTS * _REFERENCE.size)
    found = np.zeros(shape, dtype)
    for (start,) in places.corners():
        part = found[start : start + chunk[0]]
        part[:] = read_chunk(stored, (start,))[: len(part)]
    return found.tobytes()


def _follow(read: Read, references: bytes, count: int) -> list[int]:
    """Length of each text; Refused unless it lies in a sound collection."""
    if len(references) < count * _REFERENCE.size:
        raise Refused("a text is missing")
    known: dict[int, dict[int, int]] = {}
    lengths, bytes_left, objects_left = [], _MOST_BYTES, _MOST_OBJECTS
    used = references[: count * _REFERENCE.size]
    for length, address, number in _REFERENCE.iter_unpack(used):
        lengths.append(length)
        if not address:  # no text; an empty one may well lie in a collection
            continue
        if address not in known:
            size, known[address] = _collection(read, address, bytes_left)
            bytes_left -= size
            objects_left -= len(known[address])
            if objects_left < 0:
                raise Refused("the heap of texts is too large")
        if known[address].get(number) != length:
            raise Refused("a text has another length than it claims")
    return lengths


def _collection(read: Read, address: int, most: int) -> tuple[int, dict[int, int]]:
    """Size of a collection, and the lengths of its objects by number."""
    head = read(_COLLECTION.size, address)
    if len(head) < _COLLECTION.size:
        raise Refused("a text lies beyond the end of the file")
    mark, version, size = _COLLECTION.unpack(head)
    if mark != b"GCOL" or version != 1 or size < 64:
        raise Refused("the heap of texts is damaged")
    if size > most:
        raise Refused("the heap of texts is too large")
    block = read(size, address)
    if len(block) != size:
        raise Refused("the heap of texts is cut off")
    at, found = _COLLECTION.size, {}
    while at + _OBJECT.size <= size:
        number, _, length = _OBJECT.unpack_from(block, at)
        # The free object counts its own head, others do not.
        step = length if number == 0 else _OBJECT.size + (length + 7) // 8 * 8
        if step < _OBJECT.size or at + step > size:
            raise Refused("the heap of texts is damaged")
        if number:
            found[number] = length
        at += step
    return size, found
