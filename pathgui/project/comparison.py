"""Comparing columns of typed values, where any value may be missing."""

import ast
import operator
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from pathgui.project.schema import Column, Kind
from pathgui.project.typed import Misfit, Value, parse, parse_each

Constant = str | int | float | bool | None
BoolArray = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.intp]
_FAMILY = {
    "text": "text",
    "category": "text",
    "number": "number",
    "integer": "number",
    "date": "date",
    "yesno": "yesno",
}
_WORDS = {"text": "text", "number": "a number", "date": "a date", "yesno": "yes or no"}
_ORDER: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_EQUAL: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.Is: operator.eq,
    ast.NotEq: operator.ne,
    ast.IsNot: operator.ne,
}


@dataclass(frozen=True, slots=True)
class Field:
    """A column: what kind of values it holds, and the values, None for missing.

    Attributes
    ----------
    kind : str
        Kind of the column.
    values : sequence
        One value per row; with `codes`, each distinct value once.
    constant : bool
        All rows hold the one value, which was written by hand.
    codes : (n,) integer array, optional
        Place in `values` of each row's value.
    texts : sequence of str, optional
        What the values were read from, for those who look for a part of it.
    """

    kind: str
    values: Sequence[Value]
    constant: bool = False
    codes: Codes | None = None
    texts: Sequence[str] | None = None

    def __len__(self) -> int:
        return len(self.values) if self.codes is None else len(self.codes)

    @property
    def family(self) -> str:
        """Kinds that compare with each other; empty for no value at all."""
        return _FAMILY.get(self.kind, "")

    @property
    def words(self) -> Sequence[str]:
        """Texts of the values; empty for a missing one."""
        if self.texts is not None:
            return self.texts
        return ["" if value is None else str(value) for value in self.values]

    def spread(self, found: BoolArray) -> BoolArray:
        """An answer for each value as an answer for each row."""
        return found if self.codes is None else found[self.codes]

    def rows(self) -> Sequence[Value]:
        """The value of each row; a constant stays alone."""
        if self.codes is None:
            return self.values
        values = self.values
        return [values[code] for code in self.codes.tolist()]

    @staticmethod
    def of_constant(value: Constant) -> "Field":
        """A value that stands for each row."""
        kinds: dict[type, str] = {str: "text", bool: "yesno", type(None): ""}
        return Field(kinds.get(type(value), "number"), [value], True)


def distinct(texts: Iterable[str]) -> tuple[list[str], Codes]:
    """Each text once, and where each row's text stands among them."""
    rows = texts.tolist() if isinstance(texts, np.ndarray) else list(texts)
    once = list(dict.fromkeys(rows))
    if len(once) == len(rows):
        return once, np.arange(len(rows), dtype=np.intp)
    known = dict(zip(once, range(len(once)), strict=True))
    codes = np.fromiter(map(known.__getitem__, rows), np.intp, len(rows))
    return once, codes


def typed_field(texts: Iterable[str], column: Column) -> Field:
    """A column of texts with its type; see `coded_field`."""
    return coded_field(*distinct(texts), column)


def coded_field(texts: Sequence[str], codes: Codes, column: Column) -> Field:
    """A column of distinct texts with its type.

    What is not of the type counts as missing. What only breaks a limit of the column
    (range, choices, pattern) is a value all the same: it must be found to be mended.
    """
    free = replace(
        column, required=False, choices=(), pattern="", minimum=None, maximum=None
    )
    return Field(column.kind, parse_each(texts, free), False, codes, texts)


def compare(kind: type[ast.cmpop], left: Field, right: Field) -> BoolArray:
    """Row by row, whether ``left kind right``.

    Two constants give an array of length 1, which stands for all rows.

    Raises
    ------
    ValueError
        With the reason, if the two cannot be compared.
    """
    left, right = _matched(left, right)
    if kind in _ORDER:
        if left.family == "text" or right.family == "text":
            raise ValueError("texts have no order; compare them with == or in")
        if not (left.family and right.family):
            raise ValueError("what is missing has no order; compare it with ==")
    test = _EQUAL.get(kind) or _both_there(_ORDER[kind])
    if right.constant:
        other = right.values[0]
        one = np.array([test(value, other) for value in left.values], bool)
        return left.spread(one)
    if left.constant:
        other = left.values[0]
        one = np.array([test(other, value) for value in right.values], bool)
        return right.spread(one)
    pairs = zip(left.rows(), right.rows(), strict=True)
    return np.array([test(a, b) for a, b in pairs], bool)


def _both_there(before: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    return lambda a, b: a is not None and b is not None and before(a, b)


def is_in(field: Field, items: Sequence[Constant]) -> BoolArray:
    """Row by row, whether a value is one of `items`; raises as `compare`."""
    chosen = {
        value
        for item in items
        for value in _matched(field, Field.of_constant(item))[1].values
    }
    return field.spread(np.array([value in chosen for value in field.values], bool))


def contains(field: Field, part: str) -> BoolArray:
    """Row by row, whether the text of a value holds `part`, in any case."""
    wanted = part.casefold()
    found = np.array([wanted in text.casefold() for text in field.words], bool)
    return field.spread(found)


def _matched(left: Field, right: Field) -> tuple[Field, Field]:
    """Both sides in one family; a text written for a date becomes the date."""
    if not left.family or not right.family or left.family == right.family:
        return left, right
    if right.constant and right.family == "text":
        return left, _converted(right, left.family)
    if left.constant and left.family == "text":
        return _converted(left, right.family), right
    raise ValueError(_mismatch(left, right))


def _converted(field: Field, family: str) -> Field:
    kinds: dict[str, Kind] = {"date": "date", "yesno": "yesno"}
    kind = kinds.get(family)
    text = field.values[0]
    if kind is None:
        raise ValueError(f"{text!r} is text, but {_WORDS[family]} is needed")
    try:
        value = parse(str(text), Column("", kind))
    except Misfit as error:
        raise ValueError(str(error)) from error
    return Field(kind, [value], True)


def _mismatch(left: Field, right: Field) -> str:
    text = "text" in (left.family, right.family)
    advice = (
        "; write it in quotes" if text and (left.constant or right.constant) else ""
    )
    return (
        f"{_WORDS[left.family]} cannot be compared with {_WORDS[right.family]}{advice}"
    )
