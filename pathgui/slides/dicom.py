"""The few DICOM elements that tell which files are one slide."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

WHOLE_SLIDE = "1.2.840.10008.5.1.4.1.1.77.1.6"
_EXPLICIT = "1.2.840.10008.1.2.1"
_IMPLICIT = "1.2.840.10008.1.2"
_LONG = {b"OB", b"OD", b"OF", b"OL", b"OV", b"OW", b"SQ", b"SV", b"UC", b"UN"}
_LONG |= {b"UR", b"UT", b"UV"}
_UNDEFINED = 0xFFFFFFFF
_SYNTAX, _CLASS, _SERIES = (0x0002, 0x0010), (0x0008, 0x0016), (0x0020, 0x000E)
_ITEM, _ITEM_END, _SEQUENCE_END = 0xE000, 0xE00D, 0xE0DD
_DEPTH = 16


class _MalformedError(Exception):
    """The bytes are no DICOM elements."""


@dataclass(frozen=True, slots=True)
class DicomId:
    """What a DICOM file is part of.

    Attributes
    ----------
    sop_class : str
        Kind of object; `WHOLE_SLIDE` for slides.
    series : str
        SeriesInstanceUID; equal for all files of one slide.
    """

    sop_class: str
    series: str


def identify(path: Path) -> DicomId | None:
    """Read class and series of a DICOM file; None if it is none or is damaged."""
    try:
        with path.open("rb") as file:
            return _identify(file)
    except (OSError, struct.error, _MalformedError):
        return None


def _identify(file: BinaryIO) -> DicomId | None:
    if file.read(132)[128:] != b"DICM":
        return None
    explicit, sop_class = True, ""
    syntax_known = False
    while True:
        at = file.tell()
        group = struct.unpack("<H", _take(file, 2))[0]
        file.seek(at)
        if group != 0x0002 and not syntax_known:
            return None  # no transfer syntax: not readable anyway
        tag, length = _header(file, explicit or group == 0x0002)
        if tag == _SYNTAX:
            syntax = _text(file, length)
            # a deflated or big-endian data set is not looked into
            if syntax == "1.2.840.10008.1.2.1.99" or syntax == "1.2.840.10008.1.2.2":
                return None
            explicit, syntax_known = syntax != _IMPLICIT, True
        elif tag == _CLASS:
            sop_class = _text(file, length)
        elif tag == _SERIES:
            return DicomId(sop_class, _text(file, length))
        elif tag > _SERIES:
            return None
        else:
            _skip(file, length, explicit, 0)


def _take(file: BinaryIO, count: int) -> bytes:
    data = file.read(count)
    if len(data) != count:
        raise _MalformedError
    return data


def _header(file: BinaryIO, explicit: bool) -> tuple[tuple[int, int], int]:
    group, element = struct.unpack("<HH", _take(file, 4))
    if group == 0xFFFE or not explicit:
        return (group, element), struct.unpack("<I", _take(file, 4))[0]
    kind = _take(file, 2)
    if kind in _LONG:
        return (group, element), struct.unpack("<xxI", _take(file, 6))[0]
    return (group, element), struct.unpack("<H", _take(file, 2))[0]


def _text(file: BinaryIO, length: int) -> str:
    if length > 256:
        raise _MalformedError
    return _take(file, length).decode("ascii", "replace").strip(" \0")


def _skip(file: BinaryIO, length: int, explicit: bool, depth: int) -> None:
    """Pass over a value; sequences of undefined length are walked."""
    if length != _UNDEFINED:
        file.seek(length, 1)
        return
    if depth > _DEPTH:
        raise _MalformedError
    while True:
        (group, element), size = _header(file, explicit)
        if (group, element) in ((0xFFFE, _SEQUENCE_END), (0xFFFE, _ITEM_END)):
            return
        _skip(file, size, explicit, depth + 1)


def series_files(folder: Path, series: str) -> Iterator[Path]:
    """Whole-slide files of one series in a folder, in the order of names."""
    for path in sorted(folder.iterdir()):
        if path.is_file():
            found = identify(path)
            if found and found.series == series and found.sop_class == WHOLE_SLIDE:
                yield path
