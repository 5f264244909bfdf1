"""Raw values of attributes and datasets, found in the file without the library.

Text of any length lies in a heap that the library walks unchecked, so where a value
points to has to be known before the library follows it. What is not found here is not
read at all. Layouts are those of the HDF5 file format specification, version 3.
"""

import os
import struct
from collections.abc import Iterator
from typing import Any

from h5py import h5i, h5o

from pathgui.storage.fractal import FractalHeap, Read
from pathgui.storage.problems import Refused

_LAYOUT, _ATTRIBUTE, _CONTINUATION, _ATTRIBUTE_INFO = 0x08, 0x0C, 0x10, 0x15
_MOST_BLOCKS, _MOST_BYTES = 1024, 16 << 20
# A message's kind and the bytes of its content.
Message = tuple[int, bytes]


def reader(owner: Any) -> Read:
    """What reads bytes of the file that an object lies in: ``read(size, at)``.

    Raises
    ------
    Refused
        If addresses in this file are not eight bytes wide.
    """
    file = h5i.get_file_id(owner)
    if hasattr(os, "pread"):
        fd = file.get_vfd_handle()

        def read(size: int, at: int) -> bytes:
            return os.pread(fd, size, at) if 0 <= at < 1 << 62 else b""

    else:
        name = os.fsdecode(file.name)

        def read(size: int, at: int) -> bytes:
            with open(name, "rb") as stream:  # noqa: PTH123
                stream.seek(min(at, 1 << 62))
                return stream.read(size)

    head = read(16, 0)
    widths = head[13:15] if head[8:9] < b"\x02" else head[9:11]
    if widths != b"\x08\x08":
        raise Refused("its addresses are of an unusual width")
    return read


def attribute_value(owner: Any, name: str, read: Read) -> bytes:
    """The bytes of an attribute as they lie in the file.

    Raises
    ------
    Refused
        If they cannot be found.
    """
    key = name.encode()
    for kind, body in _messages(read, int(h5o.get_info(owner).addr)):
        if kind == _ATTRIBUTE:
            found = _value(body, key)
            if found is not None:
                return found
        elif kind == _ATTRIBUTE_INFO:
            for message in _dense(read, body):
                found = _value(message, key)
                if found is not None:
                    return found
    raise Refused(f"the text of attribute {name!r} cannot be checked")


def compact_value(dataset: Any, read: Read) -> bytes:
    """The bytes of a small dataset that lie in its header.

    Raises
    ------
    Refused
        If they cannot be found.
    """
    for kind, body in _messages(read, int(h5o.get_info(dataset).addr)):
        if kind == _LAYOUT and len(body) >= 4 and body[0] in (3, 4, 5):
            (size,) = struct.unpack_from("<H", body, 2)
            if body[1] == 0 and len(body) >= 4 + size:
                return body[4 : 4 + size]
    raise Refused("the text of a dataset cannot be checked")


def _messages(read: Read, header: int) -> Iterator[Message]:
    old = read(1, header) == b"\x01"
    waiting = [_first_old(read, header) if old else _first(read, header)]
    left = _MOST_BYTES
    for _ in range(_MOST_BLOCKS):
        if not waiting or left <= 0:
            return
        block, extra = waiting.pop()
        left -= len(block)
        for kind, body in _split_old(block) if old else _split(block, extra):
            if kind != _CONTINUATION:
                yield kind, body
            elif len(body) >= 16:
                address, length = struct.unpack_from("<QQ", body)
                more = read(min(length, _MOST_BYTES), address)
                waiting.append((more if old else more[4:-4], extra))


def _first_old(read: Read, header: int) -> tuple[bytes, int]:
    size = int.from_bytes(read(12, header)[8:], "little")
    return read(min(size, _MOST_BYTES), header + 16), 0


def _first(read: Read, header: int) -> tuple[bytes, int]:
    """Messages of the first block, and bytes between a message's head and body."""
    head = read(64, header)
    if head[:5] != b"OHDR\x02":
        return b"", 0
    flags, at = head[5], 6
    at += (16 if flags & 0x20 else 0) + (4 if flags & 0x10 else 0)
    width = 1 << (flags & 3)
    size = int.from_bytes(head[at : at + width], "little")
    block = read(min(size, _MOST_BYTES), header + at + width)
    return block, 2 if flags & 4 else 0


def _split_old(block: bytes) -> Iterator[Message]:
    at = 0
    while at + 8 <= len(block):
        kind, size = struct.unpack_from("<HH", block, at)
        yield kind, block[at + 8 : at + 8 + size]
        at += 8 + size


def _split(block: bytes, extra: int) -> Iterator[Message]:
    at = 0
    while at + 4 + extra <= len(block):
        kind, size = block[at], int.from_bytes(block[at + 1 : at + 3], "little")
        yield kind, block[at + 4 + extra : at + 4 + extra + size]
        at += 4 + extra + size


def _dense(read: Read, body: bytes) -> Iterator[bytes]:
    """Attributes that lie in a heap of their own, as many or large ones do."""
    if len(body) < 18:
        return
    at = 4 if body[1] & 1 else 2
    heap, names = struct.unpack_from("<QQ", body, at)
    if heap != (1 << 64) - 1:
        yield from FractalHeap(read, heap).objects(names)


def _value(body: bytes, name: bytes) -> bytes | None:
    """The value in an attribute's message; None if that is another attribute."""
    if len(body) < 9 or body[0] not in (1, 2, 3):
        return None
    lengths = struct.unpack_from("<HHH", body, 2)
    if body[0] == 1:  # its parts are filled up to eight bytes
        lengths = tuple((length + 7) // 8 * 8 for length in lengths)
    start = 9 if body[0] == 3 else 8
    own = body[start : start + lengths[0]].split(b"\0")[0]
    return body[start + sum(lengths) :] if own == name else None
