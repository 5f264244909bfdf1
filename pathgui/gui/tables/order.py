"""Which rows pass the filters and in what order they stand; no Qt here."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pathgui.gui.style import state_of
from pathgui.gui.tables.looks import NUMERIC

Test = Callable[[str], bool]

_COMPARE = re.compile(r"^(<=|>=|!=|<|>|==|=)?\s*(-?[\d.,]+)$")
_BETWEEN = re.compile(r"^(-?[\d.]+)\s*(?:\.\.|to|–)\s*(-?[\d.]+)$")
_PARTS = re.compile(r"(\d+)")
MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Sort:
    """One key of the order: a column (``table.name``) and its direction."""

    column: str
    descending: bool = False


def condition(text: str, kind: str, name: str) -> Test | None:
    """The test a filter field stands for; None for an empty field.

    Numbers understand ``> 0.3``, ``<= 5``, ``0.2..0.5`` and a plain number; all
    columns understand ``missing``, ``!`` (not) and commas (any of).
    """
    wanted = text.strip()
    if not wanted:
        return None
    if wanted.startswith("!"):
        inner = condition(wanted[1:], kind, name)
        return None if inner is None else lambda value: not inner(value)
    if wanted.lower() == MISSING:
        return lambda value: value == ""
    if kind in NUMERIC:
        return _number_test(wanted)
    words = [word.strip().lower() for word in wanted.split(",") if word.strip()]
    return lambda value: _contains(value, words, name)


def _contains(value: str, words: Sequence[str], name: str) -> bool:
    state = state_of(name, value)
    text = value.lower() if state is None else f"{value} {state.word}".lower()
    return any(word in text for word in words)


def _number_test(wanted: str) -> Test:
    between = _BETWEEN.match(wanted)
    if between:
        low, high = (number(part) for part in between.groups())
        return lambda value: low <= number(value) <= high
    match = _COMPARE.match(wanted)
    if match is None:
        return lambda value: wanted in value
    sign, digits = match.group(1) or "==", number(match.group(2))
    tests: dict[str, Callable[[float], bool]] = {
        "<": lambda value: value < digits,
        "<=": lambda value: value <= digits,
        ">": lambda value: value > digits,
        ">=": lambda value: value >= digits,
        "!=": lambda value: value != digits,
        "=": lambda value: value == digits,
        "==": lambda value: value == digits,
    }
    test = tests[sign]
    return lambda value: test(number(value))


def number(text: str) -> float:
    """Number of a text; nan, which fails every comparison, where it is none."""
    try:
        return float(text.replace(",", ""))
    except ValueError:
        return float("nan")


def natural(text: str) -> tuple[tuple[int, int | str], ...]:
    """Sort key in which ``slide 9`` stands before ``slide 10``."""
    return tuple(
        (0, int(part)) if part.isdecimal() else (1, part)
        for part in _PARTS.split(text.casefold())
        if part
    )


def sort_rows(
    rows: Sequence[int], texts: Sequence[str], kind: str, descending: bool
) -> list[int]:
    """Rows ordered by their texts; rows without a value stand last either way.

    Parameters
    ----------
    rows : sequence of int
        Positions to order.
    texts : sequence of str
        Text of every position of the table.
    kind : str
        Kind of the column.
    descending : bool
        Highest first.
    """
    empty = [row for row in rows if texts[row] == ""]
    if kind in NUMERIC:
        values = {row: number(texts[row]) for row in rows if texts[row] != ""}
        good = [row for row, value in values.items() if value == value]
        odd = [row for row, value in values.items() if value != value]
        good.sort(key=values.__getitem__, reverse=descending)
        return good + odd + empty
    keys = {row: natural(texts[row]) for row in rows if texts[row] != ""}
    return sorted(keys, key=keys.__getitem__, reverse=descending) + empty
