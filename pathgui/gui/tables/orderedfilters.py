"""What is typed into the filter of a column of numbers or dates; no Qt.

Several alternatives stand with commas between: ``> 60, 12..18, missing``. A comma
with no blank behind it may be that of a decimal number, too. Where both would make
sense the text is refused, and says how to write it.
"""

import json
import math
import re
from calendar import monthrange
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from pathgui.errors import ExpressionError
from pathgui.project import Column
from pathgui.project.typed import Misfit, parse

MISSING = "missing"
Values = Callable[[], Sequence[str]]
_SIGNS = {"=": "==", "≤": "<=", "≥": ">=", "≠": "!=", "=<": "<=", "=>": ">="}
_COMPARE = re.compile(r"^(<=|>=|=<|=>|!=|==|<|>|=|≤|≥|≠)\s*(.*)$")
_BETWEEN = re.compile(r"^(.*?)\s*(?:\.{2,3}|…)\s*(.*)$")
_FROM_TO = re.compile(r"^(\S+?)\s*(?:–|\bto\b)\s*(\S+)$")
_HYPHEN = re.compile(r"^(\d[\d.,]*)-(\d[\d.,]*)$")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d*)?")
_TIGHT = re.compile(r"\d,\d")
_ISO = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_HINT = "write 5, > 5, 2..5, several with a comma and a blank between, or missing"
_BEGUN = frozenset(
    {"", "-", ".", "..", "...", "…", "–", "!", *_SIGNS, *_SIGNS.values()}
)


@dataclass(frozen=True, slots=True)
class _Reader:
    """How texts of one column are read.

    Attributes
    ----------
    column : Column
        The column.
    called : str
        What the expression calls it.
    value : callable
        A value as it stands in an expression, of a text and of whether the last day
        is meant where it names several; empty where it is none.
    """

    column: Column
    called: str
    value: Callable[[str, bool], str]


def ordered(wanted: str, called: str, column: Column, values: Values) -> str:
    """The condition that a text stands for; empty if it is only begun.

    Raises
    ------
    ExpressionError
        If it cannot be understood, or may mean two things.
    """
    if column.kind == "date":
        pieces, value = _split(wanted, r"[,;]"), _day_of(column)
    else:
        pieces, value = _numbers_of(wanted, column, values)
    reader = _Reader(column, called, value)
    read = [_alternative(piece, reader, values) for piece in pieces]
    found = list(dict.fromkeys(part for part in read if part))
    _check_all(found, called)
    return _joined(found, called)


def _split(wanted: str, between: str = r";|,(?!\d)|(?<!\d),") -> list[str]:
    """Alternatives: between semicolons, and commas that are not within a number."""
    return [part.strip() for part in re.split(between, wanted) if part.strip()]


def _numbers_of(
    wanted: str, column: Column, values: Values
) -> tuple[list[str], Callable[[str, bool], str]]:
    """Alternatives of a column of numbers, and how their numbers are read."""
    pieces = _split(wanted)
    if not any(_TIGHT.search(piece) for piece in pieces):
        return pieces, _number
    if column.decimal == "," or ";" in wanted:
        return pieces, _with_decimal_comma
    tight = [piece for piece in pieces if _TIGHT.search(piece)]
    if any(_THOUSANDS.fullmatch(_bare(piece)) for piece in tight):
        raise _two_meanings(tight[0])
    if any(_COMPARE.match(piece) or _BETWEEN.match(piece) for piece in tight):
        return pieces, _with_decimal_comma
    whole = column.kind == "integer" or not any("." in text for text in values())
    if whole or all(piece.count(",") > 1 for piece in tight):
        return _split(wanted, ","), _number
    raise _two_meanings(tight[0])


def _bare(piece: str) -> str:
    return piece.lstrip("<>=!≤≥≠ -")


def _two_meanings(piece: str) -> ExpressionError:
    plain = _bare(piece)
    apart = re.sub(r",\s*", ", ", plain)
    point = plain.replace(",", ".", 1)
    joint = plain.replace(",", "")
    one = f"{joint}, {point}" if _THOUSANDS.fullmatch(plain) else point
    return ExpressionError(
        f"{plain} may be {one}, or {plain.count(',') + 1} numbers",
        f"write {point}, or {apart} with a blank",
    )


def _alternative(piece: str, reader: _Reader, values: Values) -> str:
    if piece.casefold() == MISSING:
        return f"{reader.called} == missing"
    if piece in _BEGUN or MISSING.startswith(piece.casefold()):
        return ""
    value, last = reader.value(piece, False), reader.value(piece, True)
    if value and value == last:
        return f"{reader.called} == {value}"
    if value:
        return f"{value} <= {reader.called} <= {last}"
    return _compared(piece, reader) or _range(piece, reader) or _part(
        piece, reader, values
    )  # fmt: skip


def _compared(piece: str, reader: _Reader) -> str:
    match = _COMPARE.match(piece)
    if match is None:
        return ""
    sign, rest = _SIGNS.get(match[1], match[1]), match[2]
    value = reader.value(rest, sign in (">", "<="))
    if not value:
        raise _misread(rest, reader.column)
    return f"{reader.called} {sign} {value}"


def _range(piece: str, reader: _Reader) -> str:
    match = _BETWEEN.match(piece) or _FROM_TO.match(piece)
    if match is None and reader.column.kind != "date":
        match = _HYPHEN.match(piece)
    if match is None or not any(match.groups()):
        return ""
    low, high = match[1], match[2]
    first, last = reader.value(low, False), reader.value(high, True)
    for text, end in ((low, first), (high, last)):
        if text and not end:
            raise _misread(text, reader.column)
    if first and last:
        return f"{first} <= {reader.called} <= {last}"
    return f"{reader.called} >= {first}" if first else f"{reader.called} <= {last}"


def _part(piece: str, reader: _Reader, values: Values) -> str:
    """A part of the text, which finds cells that hold no number or date."""
    wanted = piece.casefold()
    if not any(wanted in text.casefold() for text in values()):
        raise _misread(piece, reader.column)
    return f"{json.dumps(piece, ensure_ascii=False)} in {reader.called}"


def _misread(text: str, column: Column) -> ExpressionError:
    noun = "date" if column.kind == "date" else "number"
    hint = _HINT
    if column.kind == "date":
        hint = "write 2026-01-31, 2026, > 2026-01, 2025..2026, or missing"
    return ExpressionError(f"{text!r} is no {noun}, and no text in {column.name}", hint)


def _check_all(parts: Sequence[str], called: str) -> None:
    """Refuse alternatives that leave nothing out: a range was meant."""
    bounds = {">": math.inf, "<": -math.inf}
    for part in parts:
        match = re.match(r"^([<>])=? (\S+)$", part.removeprefix(f"{called} "))
        if match and not match[2].startswith('"'):
            nearer = min if match[1] == ">" else max
            bounds[match[1]] = nearer(bounds[match[1]], float(match[2]))
    low, high = bounds[">"], bounds["<"]
    if low < high:
        raise ExpressionError(
            f"every number is above {low:g} or below {high:g}",
            f"for those between write {low:g}..{high:g}",
        )


def _joined(parts: Sequence[str], called: str) -> str:
    """One condition that is met by any; equal values become a list."""
    equal = f"{called} == "
    if len(parts) > 1 and all(part.startswith(equal) for part in parts):
        return f"{called} in [{', '.join(p.removeprefix(equal) for p in parts)}]"
    return " or ".join(parts)


def _number(text: str, _last: bool) -> str:
    try:
        value = float(text.strip().replace("−", "-"))
    except ValueError:
        return ""
    return f"{value:.15g}" if abs(value) < 1e15 else ""


def _with_decimal_comma(text: str, last: bool) -> str:
    return _number(text.replace(",", "."), last)


def _day_of(column: Column) -> Callable[[str, bool], str]:
    """Reads days as the column writes them, and years and months."""

    def read(text: str, last: bool) -> str:
        match = _ISO.fullmatch(text.strip())
        if match:
            return _day_within(match, last)
        try:
            found = parse(text.strip(), column)
        except Misfit:
            return ""
        return f'"{found.isoformat()}"' if isinstance(found, date) else ""

    return read


def _day_within(match: re.Match[str], last: bool) -> str:
    """First or last day of a year, a month, or the day itself."""
    year, month, day = (int(group) if group else None for group in match.groups())
    assert year is not None
    try:
        if month is None:
            month = 12 if last else 1
        if day is None:
            day = monthrange(year, month)[1] if last else 1
        return f'"{date(year, month, day).isoformat()}"'
    except ValueError:
        return ""
