"""What the texts of a column look like, in words, before it is imported; no Qt."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pathgui.project.schema import Column
from pathgui.project.typed import MISSING, misfits

_LONGEST_GAP = max(map(len, MISSING))
_FEW = 3
_CODES = 8


@dataclass(frozen=True, slots=True)
class ColumnWords:
    """What was found in a column.

    Attributes
    ----------
    words : str
        One line.
    misfits : int
        Cells that do not fit the type.
    codes : bool
        Numbers that look like codes of a category.
    """

    words: str
    misfits: int = 0
    codes: bool = False


def column_words(
    column: Column, texts: Iterable[str], *, settled: bool = False
) -> ColumnWords:
    """Describe the texts of a column of this type.

    Parameters
    ----------
    column : Column
        Its type as guessed or chosen.
    texts : iterable of str
        All its cells.
    settled : bool
        Whether a person chose the type, so that nothing is to be asked.
    """
    counts = Counter(texts)
    return counted_words(column, counts, misfits(counts, column), settled=settled)


def counted_words(
    column: Column,
    counts: Mapping[str, int],
    bad: Mapping[str, str],
    *,
    settled: bool = False,
) -> ColumnWords:
    """The same from what is known: how often each text comes, and what does not fit."""
    if bad:
        why = next(iter(bad.values()))
        count = sum(counts.get(text, 0) for text in bad)
        noun = "cell does" if count == 1 else "cells do"
        return ColumnWords(f"{count:,} {noun} not fit: {why}", count)
    total = sum(counts.values())
    empty = [text for text in counts if _is_empty(text, column)]
    none = sum(counts[text] for text in empty)
    filled = dict(counts)
    for text in empty:
        del filled[text]
    codes = column.kind in ("number", "integer") and _look_like_codes(filled, total)
    if codes and not settled:
        return ColumnWords(f"{_named(filled)} look like codes. Category?", 0, True)
    if none == total:
        return ColumnWords("no cell holds a value")
    words = _described(column, filled, total - none)
    return ColumnWords(f"{words}, {none:,} empty" if none else words)


def _is_empty(text: str, column: Column) -> bool:
    if len(text) > _LONGEST_GAP:
        return not text.strip()
    plain = text.strip()
    is_text = column.kind in ("text", "category")
    return not plain or (not is_text and plain.casefold() in MISSING)


def _look_like_codes(filled: dict[str, int], total: int) -> bool:
    """Few numbers that come again and again, such as 0.0 and 1.0 for hospitals."""
    few = 2 <= len(filled) <= _FEW and total >= 4 * len(filled)
    return few and all(len(text) <= _CODES for text in filled)


def _described(column: Column, filled: dict[str, int], count: int) -> str:
    kind, distinct = column.kind, len(filled)
    if kind == "yesno":
        return f"{_named(filled, 'or')} in every row" if distinct <= 2 else "yes or no"
    if kind == "date":
        return f"dates such as {next(iter(filled), '')}"
    if kind in ("number", "integer"):
        sign = ", decimal comma" if column.decimal == "," else ""
        word = "whole number" if kind == "integer" else "number"
        return f"{word}{sign}"
    if kind == "category":
        return _named(filled) if distinct <= _FEW else f"{distinct:,} values"
    if distinct == count:
        return "text, unique in every row"
    return f"text, {distinct:,} different"


def _named(filled: dict[str, int], word: str = "and") -> str:
    names = list(filled)[:_FEW]
    if len(names) < 2:
        return names[0] if names else "nothing"
    return f"{', '.join(names[:-1])} {word} {names[-1]}"
