"""What the texts of a column look like, in words, before it is imported; no Qt."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from pathgui.project import Column
from pathgui.project.typed import MISSING, reason

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
    empty = sum(n for text, n in counts.items() if _is_empty(text, column))
    filled = {text: n for text, n in counts.items() if not _is_empty(text, column)}
    total = counts.total()
    bad = {text: n for text, n in filled.items() if reason(text, column)}
    if bad:
        first = next(iter(bad))
        count = sum(bad.values())
        noun = "cell does" if count == 1 else "cells do"
        return ColumnWords(f"{count:,} {noun} not fit: {reason(first, column)}", count)
    codes = column.kind in ("number", "integer") and _look_like_codes(filled, total)
    if codes and not settled:
        return ColumnWords(f"{_named(filled)} look like codes. Category?", 0, True)
    words = _described(column, filled, total - empty)
    if empty == total:
        return ColumnWords("no cell holds a value")
    return ColumnWords(f"{words}, {empty:,} empty" if empty else words)


def _is_empty(text: str, column: Column) -> bool:
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
