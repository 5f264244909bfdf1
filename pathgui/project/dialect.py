"""How a text table is written: encoding, separator, line ends."""

import codecs
import re
from collections import Counter
from dataclasses import dataclass
from typing import Literal

Newline = Literal["\n", "\r\n", "\r"]

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_BLOCK = 4 << 20
_SEPARATORS = (",", "\t", ";", "|")


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a table was written, so that it can be written the same way again.

    Attributes
    ----------
    encoding : str
        ``utf-8``, ``utf-16-le``, ``cp1252`` …
    bom : bool
        Whether a byte order mark leads the file.
    separator : str
        One character.
    newline : str
        What ends a line; the first line decides.
    final_newline : bool
        Whether the last line ends with one too.
    """

    encoding: str = "utf-8"
    bom: bool = False
    separator: str = ","
    newline: Newline = "\n"
    final_newline: bool = True


def detect_encoding(data: bytes) -> tuple[str, int]:
    """Encoding of a text and the length of its byte order mark.

    Bytes that are not UTF-8 are taken for Windows-1252 (which holds Latin-1's
    letters), or Latin-1 where even that has gaps.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return encoding, len(mark)
    if wide := _wide(data[:4096]):
        return wide, 0
    if data.isascii():
        return "utf-8", 0
    for encoding in ("utf-8", "cp1252"):
        if _decodes(data, encoding):
            return encoding, 0
    return "latin-1", 0


def _wide(head: bytes) -> str:
    """UTF-16 without a mark: nearly every other byte is zero."""
    half = len(head) // 2
    if half < 2:
        return ""
    odd, even = head[1::2].count(0), head[0::2].count(0)
    if odd > 0.8 * half and even == 0:
        return "utf-16-le"
    return "utf-16-be" if even > 0.8 * half and odd == 0 else ""


def _decodes(data: bytes, encoding: str) -> bool:
    """Whether all bytes are text; a large file is not held twice for that."""
    decoder = codecs.getincrementaldecoder(encoding)()
    view = memoryview(data)
    try:
        for start in range(0, len(data), _BLOCK):
            decoder.decode(view[start : start + _BLOCK])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def detect_newline(head: str) -> Newline:
    """What ends the first line (quotes are not looked at: they rarely lead)."""
    found = re.search(r"\r\n|\n|\r", head)
    if found is None:
        return "\n"
    match found.group():
        case "\r\n":
            return "\r\n"
        case "\r":
            return "\r"
        case _:
            return "\n"


def detect_separator(head: str) -> str:
    """The separator of the header, checked on the lines below it.

    The one wins that splits the most lines into as many fields as the header, and
    among equals the one that makes more fields. One column is a comma table.
    """
    lines = [line for line in re.split(r"\r\n|\n|\r", head)[:50] if line.strip()]
    if not lines:
        return ","
    best, best_score = ",", (0.0, 0)
    for separator in _SEPARATORS:
        counts = [_count_outside_quotes(line, separator) for line in lines]
        if counts[0] == 0:
            continue
        agreeing = Counter(counts)[counts[0]] / len(counts)
        score = (round(agreeing, 2), counts[0])
        if score > best_score:
            best, best_score = separator, score
    return best


def detect_header(head: str, separator: str) -> int:
    """Line of the header, 1 first: below a title, remarks and empty lines.

    A line above it holds one text where the lines below have several, or begins
    with ``#`` and has not their number of fields.
    """
    lines = re.split(r"\r\n|\n|\r", head)[:50]
    counts = [_count_outside_quotes(line, separator) for line in lines]
    filled = [count for line, count in zip(lines, counts, strict=True) if line.strip()]
    usual = Counter(filled[len(filled) // 2 :]).most_common(1)
    if not usual or usual[0][0] == 0:
        return 1
    for number, (line, count) in enumerate(zip(lines, counts, strict=True), 1):
        lonely = len(line.strip(f'{separator} "').split(separator)) < 2
        remark = line.startswith("#") and count != usual[0][0]
        if line.strip() and not lonely and not remark:
            return number
    return 1


def _count_outside_quotes(line: str, separator: str) -> int:
    return sum(part.count(separator) for part in line.split('"')[::2])


def looks_binary(data: bytes, encoding: str) -> bool:
    """Whether bytes are no text: control characters that tables do not hold."""
    head = data[:8192]
    if encoding.startswith(("utf-16", "utf-32")):
        return False
    odd = sum(byte < 32 and byte not in (9, 10, 12, 13, 26) for byte in head)
    return odd > 0.01 * len(head) or b"\0" in head[:512]
