"""Reading clean stretches of text tables fast, and telling whether they are clean."""

import codecs
import io

import numpy as np
import numpy.typing as npt

from pathgui.project.csvtext import TextArray

Bytes = npt.NDArray[np.uint8]
Positions = npt.NDArray[np.int64]
_QUOTE, _LF, _CR = 34, 10, 13


def count_records(block: bytes, separator: str, width: int) -> int | None:
    """Number of records of a block; None unless pandas is certain to read it right.

    Parameters
    ----------
    block : bytes
        Whole lines of UTF-8.
    separator : str
        One ASCII character.
    width : int
        Fields that every record must have, two at least.
    """
    if not block or b"\0" in block or block.startswith(codecs.BOM_UTF8):
        return None  # pandas would swallow a mark
    if b"\r" in block and block.count(b"\r") != block.count(b"\r\n"):
        return None
    shape = _shape(block, ord(separator))
    if shape is None:
        return None
    ends, splits = shape
    # A record without separator is an empty line.
    return None if (splits != width - 1).any() else len(ends)


def read_clean(
    block: bytes, separator: str, width: int
) -> tuple[list[TextArray], Positions] | None:
    """Columns of a clean block, and the line of each record from its first, 0.

    None if pandas found another number of records than there are line ends outside
    quotes.
    """
    import pandas as pd

    frame = pd.read_csv(
        io.BytesIO(block),
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
    columns = [_own(frame[k].to_numpy()) for k in range(width)]
    lines = _lines(block, len(columns[0]))
    return (columns, lines) if lines is not None else None


def _own(texts: TextArray) -> TextArray:
    """Let a column of a frame that nobody else holds be written to."""
    texts.flags.writeable = True
    return texts


def _lines(block: bytes, count: int) -> Positions | None:
    """Line that each record begins in; records may span lines inside quotes."""
    if b'"' not in block:
        ends = block.count(b"\n") + (not block.endswith(b"\n"))
        return np.arange(count) if ends == count else None
    raw = np.frombuffer(block, np.uint8)
    all_ends = np.flatnonzero(raw == _LF)
    outside = _outside_quotes(raw)[all_ends]
    starts = np.concatenate(([0], np.flatnonzero(outside) + 1))
    starts = starts[:-1] if block.endswith(b"\n") else starts
    return starts if len(starts) == count else None


def _outside_quotes(raw: Bytes) -> npt.NDArray[np.bool_]:
    # Parity survives the wrapping of eight bits.
    parity = np.cumsum(raw == _QUOTE, dtype=np.uint8) & 1
    return np.asarray(parity == 0)


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
        outside = _outside_quotes(raw)
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
