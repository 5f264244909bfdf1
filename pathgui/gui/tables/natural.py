"""Natural order, ``slide 9`` before ``slide 10``, of many texts at once."""

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.intp]
Cells = npt.NDArray[np.uint32]
Flags = npt.NDArray[np.bool_]

_PARTS = re.compile(r"([0-9]+)")
_FEW = 500
# Texts up to so many characters are compared all at once.
_WIDE = 256
_TEN = 10
# A digit is worth less than a letter, whatever the length of its number.
_LETTERS = _TEN * (_WIDE + 2)


def natural(text: str) -> tuple[tuple[int, int | str], ...]:
    """Sort key in which ``slide 9`` stands before ``slide 10``."""
    return tuple(
        (0, int(part)) if part.isdecimal() else (1, part)
        for part in _PARTS.split(text.casefold())
        if part
    )


def natural_ranks(texts: Sequence[str]) -> Ints:
    """Place of each text in the natural order; equal keys share a place.

    Many texts are compared as rows of one array, which leaves the interpreter free
    for the window meanwhile.
    """
    folded = [text.casefold() for text in texts]
    if len(texts) < _FEW or max(map(len, folded)) > _WIDE:
        return _ranks_of([natural(text) for text in texts])
    keys = _keys(folded)
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    fresh = np.ones(len(texts), bool)
    fresh[1:] = ordered[1:] != ordered[:-1]
    ranks = np.empty(len(texts), dtype=np.intp)
    ranks[order] = np.cumsum(fresh) - 1
    return ranks


def _ranks_of(keys: Sequence[object]) -> Ints:
    order = sorted(range(len(keys)), key=keys.__getitem__)  # type: ignore[arg-type]
    ranks = np.zeros(len(keys), dtype=np.intp)
    rank = -1
    last: object = None
    for place in order:
        if keys[place] != last:
            rank, last = rank + 1, keys[place]
        ranks[place] = rank
    return ranks


def _keys(texts: Sequence[str]) -> npt.NDArray[np.bytes_]:
    """Texts as bytes that compare as `natural` does."""
    lengths = np.fromiter(map(len, texts), np.intp, len(texts))
    codes = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), "<u4")
    digits = (codes >= ord("0")) & (codes <= ord("9"))
    alike = _alike(codes, digits, lengths)
    if alike is not None:
        return alike
    first = np.zeros(len(codes), bool)
    starts = np.cumsum(lengths) - lengths
    first[starts[lengths > 0]] = True
    rows = np.repeat(np.arange(len(texts), dtype=np.int32), lengths)
    kept = ~_leading_zeros(codes, digits, first)
    if not kept.all():
        codes, digits, rows = codes[kept], digits[kept], rows[kept]
        first = np.ones(len(codes), bool)
        first[1:] = rows[1:] != rows[:-1]
        lengths = np.bincount(rows, minlength=len(texts))
        starts = np.cumsum(lengths) - lengths
    cells = _weigh(codes, digits, first)
    width = int(lengths.max(initial=0)) or 1
    narrow = bool(cells.max(initial=0) < 1 << 16)
    grid = np.zeros((len(texts), width), dtype=">u2" if narrow else ">u4")
    places = np.arange(len(codes)) + np.repeat(_shifts(starts, width), lengths)
    grid.ravel()[places] = cells
    return grid.view(f"S{grid.dtype.itemsize * width}").ravel()


def _shifts(starts: Ints, width: int) -> Ints:
    """How far each text moves to stand at the begin of its row."""
    shifts: Ints = np.arange(len(starts)) * width - starts
    return shifts


def _alike(codes: Cells, digits: Flags, lengths: Ints) -> npt.NDArray[np.bytes_] | None:
    """Bytes of names that are built alike: then the natural order is the plain one."""
    width = int(lengths[0])
    if not width or (lengths != width).any() or codes.max() > 127:
        return None
    pattern = digits.reshape(-1, width)
    if (pattern != pattern[0]).any():
        return None
    return codes.astype(np.uint8).view(f"S{width}")


def _leading_zeros(codes: Cells, digits: Flags, first: Flags) -> Flags:
    """Zeros before the number they belong to."""
    zeros: Flags = digits & (codes == ord("0"))
    if not zeros.any():
        return zeros
    where = np.arange(len(codes), dtype=np.int32)
    begin = np.maximum.accumulate(np.where(_begins(digits, first), where, -1))
    other = np.maximum.accumulate(np.where(digits & ~zeros, where, -1))
    more = np.zeros(len(codes), bool)
    more[:-1] = digits[1:] & ~first[1:]
    leading: Flags = zeros & (other < begin) & more
    return leading


def _begins(digits: Flags, first: Flags) -> Flags:
    """First digit of each number."""
    before = np.zeros(len(digits), bool)
    before[1:] = digits[:-1] & ~first[1:]
    begins: Flags = digits & ~before
    return begins


def _weigh(codes: Cells, digits: Flags, first: Flags) -> Cells:
    """Digits below letters; the first digit tells how long its number is."""
    cells = np.where(digits, codes - ord("0") + 1, codes + _LETTERS).astype(np.uint32)
    begins = np.flatnonzero(_begins(digits, first))
    after = np.ones(len(digits), bool)
    after[:-1] = ~digits[1:] | first[1:]
    ends = np.flatnonzero(digits & after)
    cells[begins] += (_TEN * (ends - begins + 1)).astype(np.uint32)
    return cells
