"""Reading clean text tables fast, and telling whether they are clean."""

import codecs
import io
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from pathgui.project.csvcareful import parse_carefully
from pathgui.project.csvtext import Parsed, TextArray, text_array

Bytes = npt.NDArray[np.uint8]
Positions = npt.NDArray[np.int64]
_QUOTE, _LF, _CR = 34, 10, 13
_BLOCK = 1 << 20


def parse_fast(data: bytes, separator: str) -> Parsed | None:
    """Let pandas read it, if it is certain that pandas reads it right.

    Parameters
    ----------
    data : bytes
        UTF-8 without byte order mark.
    separator : str
        One character.
    """
    if not data or not separator.isascii() or b"\0" in data:
        return None
    if b"\r" in data and data.count(b"\r") != data.count(b"\r\n"):
        return None
    ends = _record_ends(data, ord(separator))
    if ends is None:
        return None
    body = int(ends[0]) + 1
    header = parse_carefully(data[:body].decode(), separator).header
    if data.startswith(codecs.BOM_UTF8, body):
        return None  # pandas would swallow it
    columns = [text_array(()) for _ in header]
    if len(ends) > 1:
        columns = _read(data, body, separator, len(header))
    if len(columns[0]) != len(ends) - 1:
        return None
    return Parsed(header, columns, _line_numbers(data, ends))


def _read(data: bytes, body: int, separator: str, width: int) -> list[TextArray]:
    import pandas as pd

    stream = io.BytesIO(data)
    stream.seek(body)
    frame = pd.read_csv(
        stream,
        sep=separator,
        header=None,
        names=range(width),
        index_col=False,
        dtype=object,
        na_filter=False,
        engine="c",
        skip_blank_lines=False,
        encoding="utf-8",
    )
    return [_own(frame[k].to_numpy()) for k in range(width)]


def _own(texts: TextArray) -> TextArray:
    """Let a column of a frame that nobody else holds be written to."""
    texts.flags.writeable = True
    return texts


def _record_ends(data: bytes, separator: int) -> Positions | None:
    """Where each record ends; None unless all have the header's number of fields."""
    blocks = [data] if b'"' in data else _whole_lines(data)
    all_ends = []
    offset, width = 0, 0
    for block in blocks:
        shape = _shape(block, separator)
        if shape is None:
            return None
        ends, splits = shape
        width = width or int(splits[0])
        # Records without separator are empty lines, or cells of a single column.
        if width == 0 or (splits != width).any():
            return None
        all_ends.append(ends + offset)
        offset += len(block)
    return np.concatenate(all_ends)


def _whole_lines(data: bytes) -> Iterator[bytes]:
    """Blocks that end with a line: small ones stay in the processor's cache."""
    start = 0
    while start < len(data):
        end = data.rfind(b"\n", start, start + _BLOCK) + 1
        if end == 0:  # a line longer than a block
            end = data.find(b"\n", start) + 1 or len(data)
        if len(data) - start <= _BLOCK:
            end = len(data)
        yield data[start:end]
        start = end


def _shape(data: bytes, separator: int) -> tuple[Positions, Positions] | None:
    """Ends of records and their numbers of separators; None if quotes are unclear.

    A quote opens only at the start of a field and closes only at its end, so the
    number of quotes before a byte tells whether it is inside one.
    """
    raw = np.frombuffer(data, np.uint8)
    is_end, is_split = raw == _LF, raw == separator
    if b'"' in data:
        is_quote = raw == _QUOTE
        if not _quotes_are_regular(raw, np.flatnonzero(is_quote), separator):
            return None
        # Parity survives the wrapping of eight bits.
        outside = (np.cumsum(is_quote, dtype=np.uint8) & 1) == 0
        is_end &= outside
        is_split &= outside
    ends = np.flatnonzero(is_end)
    if raw[-1] != _LF:
        ends = np.append(ends, len(raw))
    starts = np.concatenate(([0], ends[:-1] + 1))
    return ends, np.add.reduceat(is_split.view(np.uint8), starts, dtype=np.int64)


def _quotes_are_regular(raw: Bytes, quotes: Positions, separator: int) -> bool:
    if len(quotes) % 2:
        return False
    opening, closing = quotes[::2], quotes[1::2]
    before = raw[np.maximum(opening - 1, 0)]
    after = raw[np.minimum(closing + 1, len(raw) - 1)]
    # A quote right after a closing one is the second half of "" and opens again.
    good_before = np.isin(before, (separator, _LF, _QUOTE)) | (opening == 0)
    good_after = np.isin(after, (separator, _LF, _CR, _QUOTE))
    return bool(good_before.all() and good_after.all())


def _line_numbers(data: bytes, ends: Positions) -> Positions:
    """Line that each row begins in; records may span lines inside quotes."""
    if b'"' not in data:
        return np.arange(2, len(ends) + 1)
    all_ends = np.flatnonzero(np.frombuffer(data, np.uint8) == _LF)
    return np.searchsorted(all_ends, ends[:-1]) + 2
