"""The DICOM elements that tell a slide's files, in good and bad files."""

import struct
from pathlib import Path

import pytest

from pathgui.slides import dicom

EXPLICIT, IMPLICIT = "1.2.840.10008.1.2.1", "1.2.840.10008.1.2"


def element(tag: tuple[int, int], kind: str, value: bytes, explicit: bool) -> bytes:
    value += b"\0" * (len(value) % 2)
    if not explicit:
        return struct.pack("<HHI", *tag, len(value)) + value
    if kind in ("SQ", "OB", "UN"):
        head = struct.pack("<HH2sHI", *tag, kind.encode(), 0, len(value))
    else:
        head = struct.pack("<HH2sH", *tag, kind.encode(), len(value))
    return head + value


def sequence(explicit: bool) -> bytes:
    """A sequence and an item of undefined length, with an element inside."""
    tag = (0x0008, 0x1115)
    kind = struct.pack("<2sH", b"SQ", 0) if explicit else b""
    head = struct.pack("<HH", *tag) + kind + struct.pack("<I", 0xFFFFFFFF)
    item = struct.pack("<HHI", 0xFFFE, 0xE000, 0xFFFFFFFF)
    inner = element((0x0020, 0x000E), "UI", b"9.9.9", explicit)
    ends = struct.pack("<HHIHHI", 0xFFFE, 0xE00D, 0, 0xFFFE, 0xE0DD, 0)
    return head + item + inner + ends


def write(path: Path, syntax: str, explicit: bool) -> Path:
    content = b"\0" * 128 + b"DICM"
    content += element((0x0002, 0x0010), "UI", syntax.encode(), True)
    content += element((0x0008, 0x0016), "UI", dicom.WHOLE_SLIDE.encode(), explicit)
    content += sequence(explicit)
    content += element((0x0010, 0x0010), "PN", b"NAME^HIDDEN", explicit)
    content += element((0x0020, 0x000E), "UI", b"1.2.3", explicit)
    content += element((0x0020, 0x0010), "SH", b"x", explicit)
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(("syntax", "explicit"), [(EXPLICIT, True), (IMPLICIT, False)])
def test_that_the_series_is_found_past_nested_sequences(
    syntax: str, explicit: bool, tmp_path: Path
) -> None:
    path = write(tmp_path / "x.dcm", syntax, explicit)
    assert dicom.identify(path) == dicom.DicomId(dicom.WHOLE_SLIDE, "1.2.3")


def test_that_any_cut_gives_no_answer_and_no_error(tmp_path: Path) -> None:
    whole = write(tmp_path / "x.dcm", EXPLICIT, True).read_bytes()
    end = whole.rindex(b"1.2.3") + 5
    cut = tmp_path / "cut.dcm"
    for length in range(0, end, 3):
        cut.write_bytes(whole[:length])
        assert dicom.identify(cut) is None


@pytest.mark.parametrize("syntax", ["1.2.840.10008.1.2.1.99", "1.2.840.10008.1.2.2"])
def test_that_rare_encodings_are_left_alone(syntax: str, tmp_path: Path) -> None:
    assert dicom.identify(write(tmp_path / "x.dcm", syntax, True)) is None


def test_that_other_files_are_no_dicom(data: Path, tmp_path: Path) -> None:
    assert dicom.identify(data / "slides" / "CMU-1-Small-Region.svs") is None
    assert dicom.identify(tmp_path / "missing") is None


def test_that_deep_nesting_is_no_answer(tmp_path: Path) -> None:
    path = tmp_path / "deep.dcm"
    content = b"\0" * 128 + b"DICM"
    content += element((0x0002, 0x0010), "UI", EXPLICIT.encode(), True)
    opening = struct.pack("<HH2sHI", 0x0008, 0x1115, b"SQ", 0, 0xFFFFFFFF)
    opening += struct.pack("<HHI", 0xFFFE, 0xE000, 0xFFFFFFFF)
    path.write_bytes(content + opening * 5000)
    assert dicom.identify(path) is None
