"""Objects of a fractal heap, listed by an index of names: where attributes may lie.

Only what the library writes for attributes is understood; the rest is refused. See
"Fractal Heap" and "Version 2 B-trees" in the HDF5 file format specification.
"""

import struct
from collections.abc import Callable, Iterator

from pathgui.storage.problems import Refused

Read = Callable[[int, int], bytes]
_HEADER = struct.Struct("<4sBHHBI QQQQ QQQQ QQQQ HQQHHQH".replace(" ", ""))
_TREE = struct.Struct("<4sBBIHHBBQHQ")
_ID, _HUGE_RECORD = 8, 24
_MOST_NODE, _MOST_RECORDS, _MOST_OBJECT = 1 << 20, 65_536, 16 << 20
_MANAGED, _HUGE = 0, 1


class FractalHeap:
    """A heap of attributes at an address.

    Raises
    ------
    Refused
        If it is none, or of a kind that attributes do not need.
    """

    def __init__(self, read: Read, address: int) -> None:
        self._read = read
        head = read(_HEADER.size, address)
        if len(head) < _HEADER.size:
            raise Refused("a heap of attributes lies beyond the end of the file")
        fields = _HEADER.unpack(head)
        mark, version, id_length, filters = fields[:4]
        if (mark, version, id_length, filters) != (b"FRHP", 0, _ID, 0):
            raise Refused("a heap of attributes is damaged")
        self._huge = fields[7]
        self._width, self._start, _, bits, _, self._root, self._rows = fields[18:]
        self._offset_bytes = (bits + 7) // 8
        if not self._width or not self._start or self._offset_bytes > _ID - 2:
            raise Refused("a heap of attributes is damaged")

    def objects(self, index: int) -> Iterator[bytes]:
        """The objects that an index lists."""
        for record in _records(self._read, index, 17):
            kind = record[0] >> 4 & 3
            if kind == _MANAGED:
                yield self._managed(record[1:_ID])
            elif kind == _HUGE:
                yield self._large(record[1:_ID])
            else:
                raise Refused("a heap of attributes is damaged")

    def _managed(self, place: bytes) -> bytes:
        offset = int.from_bytes(place[: self._offset_bytes], "little")
        length = int.from_bytes(place[self._offset_bytes :], "little")
        block, within = self._root, offset
        if self._rows:
            number, within = self._block(offset)
            entry = 13 + self._offset_bytes + 8 * number
            (block,) = struct.unpack("<Q", _exactly(self._read, 8, self._root + entry))
        return _exactly(self._read, min(length, _MOST_OBJECT), block + within)

    def _block(self, offset: int) -> tuple[int, int]:
        """Number of the block that an offset lies in, and the offset within it."""
        size, row, first = self._start, 0, 0
        while offset >= first + size * self._width:
            first += size * self._width
            row += 1
            size = self._start << max(0, row - 1)
            if row >= self._rows:
                raise Refused("a heap of attributes is damaged")
        number, within = divmod(offset - first, size)
        return row * self._width + number, within

    def _large(self, place: bytes) -> bytes:
        wanted = int.from_bytes(place, "little")
        for record in _records(self._read, self._huge, _HUGE_RECORD):
            address, length, number = struct.unpack("<QQQ", record)
            if number == wanted:
                return _exactly(self._read, min(length, _MOST_OBJECT), address)
        raise Refused("an attribute is missing from its heap")


def _records(read: Read, address: int, size: int) -> Iterator[bytes]:
    """All records of a B-tree of at most two layers."""
    head = read(_TREE.size, address)
    if len(head) < _TREE.size:
        raise Refused("an index of attributes lies beyond the end of the file")
    mark, _, _, node, width, depth, _, _, root, count, _ = _TREE.unpack(head)
    if mark != b"BTHD" or width != size or not 64 <= node <= _MOST_NODE or depth > 1:
        raise Refused("an index of attributes is damaged, or very large")
    if not depth:
        yield from _leaf(read, root, count, size)
        return
    block = _exactly(read, node, root)
    most = (node - 10) // size
    counted = (most.bit_length() + 7) // 8
    at, total = 6 + count * size, count
    if block[:4] != b"BTIN" or at + (count + 1) * (8 + counted) > node:
        raise Refused("an index of attributes is damaged")
    for number in range(count):
        yield block[6 + number * size : 6 + (number + 1) * size]
    for _ in range(count + 1):
        (child,) = struct.unpack_from("<Q", block, at)
        below = int.from_bytes(block[at + 8 : at + 8 + counted], "little")
        total += below
        if total > _MOST_RECORDS:
            raise Refused("an index of attributes is damaged")
        yield from _leaf(read, child, below, size)
        at += 8 + counted


def _leaf(read: Read, address: int, count: int, size: int) -> Iterator[bytes]:
    block = _exactly(read, 6 + count * size, address)
    if block[:4] != b"BTLF":
        raise Refused("an index of attributes is damaged")
    for number in range(count):
        yield block[6 + number * size : 6 + (number + 1) * size]


def _exactly(read: Read, size: int, at: int) -> bytes:
    found = read(size, at)
    if len(found) < size:
        raise Refused("an attribute lies beyond the end of the file")
    return found
