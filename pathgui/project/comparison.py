"""Comparing columns of typed values, where any value may be missing."""

import ast
import operator
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from pathgui.project.schema import Column, Kind
from pathgui.project.typed import Misfit, Value, parse

Constant = str | int | float | bool | None
BoolArray = npt.NDArray[np.bool_]
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


@dataclass(frozen=True, slots=True)
class Field:
    """A column: what kind of values it holds, and the values, None for missing.

    `constant` tells that all of them are one value that was written by hand.
    """

    kind: str
    values: Sequence[Value]
    constant: bool = False

    @property
    def family(self) -> str:
        """Kinds that compare with each other; empty for no value at all."""
        return _FAMILY.get(self.kind, "")

    @staticmethod
    def of_constant(value: Constant, count: int) -> "Field":
        """A value repeated for each row."""
        kinds: dict[type, str] = {str: "text", bool: "yesno", type(None): ""}
        return Field(kinds.get(type(value), "number"), [value] * count, True)


def typed_field(texts: Iterable[str], column: Column) -> Field:
    """A column of texts with its type; what does not fit counts as missing."""
    known: dict[str, Value] = {}
    texts = list(texts)
    for text in dict.fromkeys(texts):
        try:
            known[text] = parse(text, column)
        except Misfit:
            known[text] = None
    return Field(column.kind, [known[text] for text in texts])


def compare(kind: type[ast.cmpop], left: Field, right: Field) -> BoolArray:
    """Row by row, whether ``left kind right``.

    Raises
    ------
    ValueError
        With the reason, if the two cannot be compared.
    """
    left, right = _matched(left, right)
    pairs = zip(left.values, right.values, strict=True)
    if kind in (ast.Eq, ast.Is):
        return np.array([a == b for a, b in pairs], bool)
    if kind in (ast.NotEq, ast.IsNot):
        return np.array([a != b for a, b in pairs], bool)
    if left.family == "text" or right.family == "text":
        raise ValueError("texts have no order; compare them with == or in")
    if not (left.family and right.family):
        raise ValueError("what is missing has no order; compare it with ==")
    before = _ORDER[kind]
    return np.array(
        [a is not None and b is not None and before(a, b) for a, b in pairs], bool
    )


def is_in(field: Field, items: Sequence[Constant]) -> BoolArray:
    """Row by row, whether a value is one of `items`; raises as `compare`."""
    chosen = {
        value
        for item in items
        for value in _matched(field, Field.of_constant(item, 1))[1].values
    }
    return np.array([value in chosen for value in field.values], bool)


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
    text = field.values[0] if field.values else ""
    if kind is None:
        raise ValueError(f"{text!r} is text, but {_WORDS[family]} is needed")
    try:
        value = parse(str(text), Column("", kind))
    except Misfit as error:
        raise ValueError(str(error)) from error
    return Field(kind, [value] * len(field.values), True)


def _mismatch(left: Field, right: Field) -> str:
    text = "text" in (left.family, right.family)
    advice = (
        "; write it in quotes" if text and (left.constant or right.constant) else ""
    )
    return (
        f"{_WORDS[left.family]} cannot be compared with {_WORDS[right.family]}{advice}"
    )
