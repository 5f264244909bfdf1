"""Looking at HDF5's global heap before the library does.

Text attributes lie there, without a checksum, and a collection with an empty free
object makes the library loop for ever. So we walk it first, in bounds.
"""

import os
import struct
from collections.abc import Iterator
from typing import Any

from h5py import h5i, h5o

from pathgui.storage.problems import Refused

_COLLECTION = struct.Struct("<4sB3xQ")
_OBJECT = struct.Struct("<HH4xQ")
_ATTRIBUTE, _CONTINUATION, _VARIABLE = 0x0C, 0x10, 9
_MOST_BYTES = 64 << 20


def check_text(owner: Any, name: str) -> None:
    """Check the heap collection that a text attribute points to.

    Parameters
    ----------
    owner : h5py identifier
        Group or dataset of a file on disk.
    name : str
        An attribute of variable length.

    Raises
    ------
    Refused
        If the collection is damaged.
    """
    if not hasattr(os, "pread"):
        return
    fd = h5i.get_file_id(owner).get_vfd_handle()
    header = int(h5o.get_info(owner).addr)
    key = name.encode()
    for data in _attributes(fd, header, key):
        for at in range(0, len(data) - 15, 16):
            length, address = struct.unpack_from("<IQ", data, at)
            if length:
                _check_collection(fd, address)


def _check_collection(fd: int, address: int) -> None:
    head = os.pread(fd, _COLLECTION.size, address)
    if len(head) < _COLLECTION.size:
        raise Refused("a text lies beyond the end of the file")
    mark, version, size = _COLLECTION.unpack(head)
    if mark != b"GCOL" or version != 1 or not 64 <= size <= _MOST_BYTES:
        raise Refused("the heap of texts is damaged")
    block = os.pread(fd, size, address)
    at = _COLLECTION.size
    while at + _OBJECT.size <= len(block):
        number, _, length = _OBJECT.unpack_from(block, at)
        # The free object counts its own head, others do not.
        step = length if number == 0 else _OBJECT.size + (length + 7) // 8 * 8
        if step < _OBJECT.size or at + step > len(block):
            raise Refused("the heap of texts is damaged")
        at += step
    if len(block) != size:
        raise Refused("the heap of texts is cut off")


def _attributes(fd: int, header: int, name: bytes) -> Iterator[bytes]:
    """Raw values of an attribute in an object's header."""
    if os.pread(fd, 1, header) == b"\x01":
        yield from _old_attributes(fd, header, name)
        return
    waiting = [_first_block(fd, header)]
    for _ in range(64):
        if not waiting:
            return
        block, extra = waiting.pop()
        at = 0
        while at + 4 + extra <= len(block):
            kind, size = block[at], int.from_bytes(block[at + 1 : at + 3], "little")
            body = block[at + 4 + extra : at + 4 + extra + size]
            at += 4 + extra + size
            if kind == _CONTINUATION and len(body) == 16:
                address, length = struct.unpack("<QQ", body)
                if length <= _MOST_BYTES:
                    found = os.pread(fd, length, address)
                    waiting.append((found[4:-4], extra))
            elif kind == _ATTRIBUTE:
                yield from _value(body, name)


def _old_attributes(fd: int, header: int, name: bytes) -> Iterator[bytes]:
    """The same in a header of version 1, as other programs write by default."""
    size = int.from_bytes(os.pread(fd, 12, header)[8:], "little")
    waiting = [os.pread(fd, min(size, _MOST_BYTES), header + 16)]
    for _ in range(64):
        if not waiting:
            return
        block, at = waiting.pop(), 0
        while at + 8 <= len(block):
            kind, size = struct.unpack_from("<HH", block, at)
            body = block[at + 8 : at + 8 + size]
            at += 8 + size
            if kind == _CONTINUATION and len(body) >= 16:
                address, length = struct.unpack_from("<QQ", body)
                if length <= _MOST_BYTES:
                    waiting.append(os.pread(fd, length, address))
            elif kind == _ATTRIBUTE:
                yield from _value(body, name)


def _first_block(fd: int, header: int) -> tuple[bytes, int]:
    """Messages of the first block, and bytes between a message's head and body."""
    head = os.pread(fd, 64, header)
    if head[:5] != b"OHDR\x02":
        return b"", 0
    flags, at = head[5], 6
    at += (16 if flags & 0x20 else 0) + (4 if flags & 0x10 else 0)
    width = 1 << (flags & 3)
    size = int.from_bytes(head[at : at + width], "little")
    block = os.pread(fd, min(size, _MOST_BYTES), header + at + width)
    return block, 2 if flags & 4 else 0


def _value(body: bytes, name: bytes) -> Iterator[bytes]:
    if len(body) < 9 or body[0] not in (1, 2, 3):
        return
    lengths = struct.unpack_from("<HHH", body, 2)
    if body[0] == 1:  # its parts are filled up to eight bytes
        lengths = tuple((length + 7) // 8 * 8 for length in lengths)
    start = 9 if body[0] == 3 else 8
    at = start + lengths[0]
    own = body[start:at].split(b"\0")[0]
    kind = body[at] & 15 if at < len(body) else 0
    data = body[start + sum(lengths) :]
    if own == name and kind == _VARIABLE and len(data) >= 16:
        yield data
