"""From text to value, and the reason when a text does not fit its column."""

import math
import re
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date, datetime
from itertools import compress

import numpy as np
import numpy.typing as npt

from pathgui.project.patterns import BadPattern, safe_pattern
from pathgui.project.schema import Column

Value = str | float | int | bool | date | None

# What tables of the field write for "no value" where a number or date should be.
# R writes -Inf for the maximum of nothing.
MISSING = frozenset(
    {"", "na", "n/a", "#n/a", "nan", "null", "none", "nil", ".", "-", "--", "?", "-inf"}
    | {"missing", "unknown", "not reported", "not available", "[not available]"}
    | {"not applicable", "[not applicable]", "'--", "[unknown]", "n.a.", "k.a."}
)
_YES = frozenset({"yes", "y", "true", "t", "1", "1.0", "ja", "oui", "si", "sí"})
_NO = frozenset({"no", "n", "false", "f", "0", "0.0", "nein", "non"})
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_COMMA = re.compile(r"[+-]?(\d+,?\d*|,\d+)([eE][+-]?\d+)?")
_NUMBER_LINE = re.compile(
    r"^[+-]?(?:[0-9]{1,300}\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?$", re.MULTILINE
)
_WHOLE_LINE = re.compile(r"^[+-]?[0-9]{1,15}$", re.MULTILINE)
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")


def is_number(text: str) -> bool:
    """Whether a text is a number with point or comma."""
    stripped = text.strip()
    return bool(_NUMBER.fullmatch(stripped) or _COMMA.fullmatch(stripped))


class Misfit(ValueError):  # noqa: N818 - it is a reason, not a failure
    """A text does not fit its column; the message is the reason."""


def parse(text: str, column: Column) -> Value:
    """Typed value of a cell, None for a missing one.

    Raises
    ------
    Misfit
        With the reason, as a sentence without its subject's name.
    """
    stripped = text.strip()
    is_text = column.kind in ("text", "category")
    if not stripped or (not is_text and stripped.casefold() in MISSING):
        if column.required:
            raise Misfit("a value is required")
        return None
    if is_text:
        return _parse_text(text, column)
    return _PARSERS[column.kind](stripped, column)


def reason(text: str, column: Column) -> str:
    """Why a text does not fit its column, or ``""``."""
    try:
        parse(text, column)
    except Misfit as misfit:
        return str(misfit)
    return ""


def misfits(texts: Collection[str], column: Column) -> dict[str, str]:
    """Reasons of those texts that do not fit their column; texts are distinct.

    Numbers are looked at all at once, which is what most cells of a large table are.
    """
    rest = texts if column.kind not in ("number", "integer") else _rest(texts, column)
    return {text: why for text in rest if (why := reason(text, column))}


def _rest(texts: Collection[str], column: Column) -> Collection[str]:
    """Texts that are not at one glance numbers within the range of a column."""
    filled = [text for text in texts if text]
    joined = "\n".join(filled)
    pattern = _WHOLE_LINE if column.kind == "integer" else _NUMBER_LINE
    if pattern.findall(joined) != filled:
        good = set(_fitting_numbers(filled, column))
        return [text for text in texts if text not in good]
    bounded = column.minimum is not None or column.maximum is not None
    # Without an exponent nothing that the pattern takes is too large for a number.
    if bounded or "e" in joined or "E" in joined:
        values = np.fromiter(map(float, filled), np.float64, len(filled))
        if not in_range(values, column).all():
            return texts
    return [""] if len(filled) < len(texts) else []


def parse_all(texts: Iterable[str], column: Column) -> dict[str, Value]:
    """Typed values by text, None for a missing one or one that does not fit."""
    distinct = set(texts)
    good = _fitting_numbers(distinct, column)
    kind = int if column.kind == "integer" else float
    known: dict[str, Value] = dict(zip(good, map(kind, good), strict=True))
    for text in distinct.difference(good) if good else distinct:
        try:
            known[text] = parse(text, column)
        except Misfit:
            known[text] = None
    return known


def in_range(values: npt.NDArray[np.float64], column: Column) -> npt.NDArray[np.bool_]:
    """Which numbers are finite and within the range of a column."""
    low = -np.inf if column.minimum is None else column.minimum
    high = np.inf if column.maximum is None else column.maximum
    return np.isfinite(values) & (values >= low) & (values <= high)


def parse_each(texts: Sequence[str], column: Column) -> list[Value]:
    """Typed values in order, None for a missing one or one that does not fit."""
    if column.kind in ("number", "integer"):
        pattern = _WHOLE_LINE if column.kind == "integer" else _NUMBER_LINE
        filled = [text for text in texts if text]
        if pattern.findall("\n".join(filled)) == filled:
            found = list(map(int if column.kind == "integer" else float, filled))
            values = np.array(found, np.float64)
            if in_range(values, column).all():
                rest = iter(found)
                return [next(rest) if text else None for text in texts]
    known = parse_all(texts, column)
    return [known[text] for text in texts]


def _fitting_numbers(texts: Collection[str], column: Column) -> list[str]:
    """Plain numbers within the range of a column of numbers; none of another."""
    if column.kind not in ("number", "integer"):
        return []
    plain = plain_numbers(texts, whole=column.kind == "integer")
    values = np.fromiter(map(float, plain), np.float64, len(plain))
    fits = in_range(values, column)
    return plain if fits.all() else list(compress(plain, fits.tolist()))


def plain_numbers(texts: Collection[str], *, whole: bool = False) -> list[str]:
    """Which of some distinct texts are numbers with a point or none, fast."""
    pattern = _WHOLE_LINE if whole else _NUMBER_LINE
    return list(set(pattern.findall("\n".join(texts))).intersection(texts))


def _parse_text(text: str, column: Column) -> str:
    if column.choices and text not in column.choices:
        raise Misfit(f"{text!r} is none of {', '.join(column.choices)}")
    if column.pattern:
        _match(text, column.pattern)
    return text


def _match(text: str, pattern: str) -> None:
    try:
        found = safe_pattern(pattern).fullmatch(text)
    except BadPattern as error:
        raise Misfit(f"the pattern {pattern!r} of the column {error}") from error
    if found is None:
        raise Misfit(f"{text!r} does not match {pattern}")


def _parse_number(text: str, column: Column) -> float:
    if _NUMBER.fullmatch(text):
        number = float(text)
    elif column.decimal == "," and _COMMA.fullmatch(text):
        number = float(text.replace(",", "."))
    elif text.casefold().lstrip("+-") in ("inf", "infinity"):
        raise Misfit(f"{text!r} is not a finite number")
    else:
        raise Misfit(f"{text!r} is not a number")
    if not math.isfinite(number):
        raise Misfit(f"{text!r} is too large for a number")
    _check_range(number, text, column)
    return number


def _parse_integer(text: str, column: Column) -> int:
    body = text.removesuffix(".0")
    if not re.fullmatch(r"[+-]?\d{1,300}", body, re.ASCII):
        raise Misfit(f"{text!r} is not a whole number")
    number = int(body)
    _check_range(number, text, column)
    return number


def _check_range(number: float, text: str, column: Column) -> None:
    low, high = column.minimum, column.maximum
    if (low is not None and number < low) or (high is not None and number > high):
        raise Misfit(f"{text} is {_range_words(low, high)}")


def _range_words(low: float | None, high: float | None) -> str:
    if low is not None and high is not None:
        return f"outside {low:g} to {high:g}"
    return f"below {low:g}" if low is not None else f"above {high:g}"


def _parse_date(text: str, column: Column) -> date:
    if column.date_format:
        try:
            return datetime.strptime(text, column.date_format).date()  # noqa: DTZ007
        except ValueError as error:
            raise Misfit(f"{text!r} is no date like {_today(column)}") from error
    if not _ISO.fullmatch(text[:10]):
        raise Misfit(f"{text!r} is no date like 2026-11-22")
    try:
        return datetime.fromisoformat(text).date()
    except ValueError as error:
        raise Misfit(f"{text!r} is not in the calendar") from error


def _today(column: Column) -> str:
    try:
        return date(2026, 11, 22).strftime(column.date_format)
    except ValueError:
        return column.date_format


def _parse_yesno(text: str, _: Column) -> bool:
    folded = text.casefold()
    if folded in _YES:
        return True
    if folded in _NO:
        return False
    raise Misfit(f"{text!r} is neither yes nor no")


_PARSERS: dict[str, Callable[[str, Column], Value]] = {
    "number": _parse_number,
    "integer": _parse_integer,
    "date": _parse_date,
    "yesno": _parse_yesno,
}
