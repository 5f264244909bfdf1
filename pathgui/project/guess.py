"""Guessing what a column of text holds."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from pathgui.project import typed
from pathgui.project.schema import Column

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_COMMA = re.compile(r"[+-]?\d*,\d+")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+")
_WHOLE = re.compile(r"[+-]?\d+")
_ZERO_LED = re.compile(r"0\d+")
_DATES = ("%Y-%m-%d", "%d.%m.%Y", "%Y/%m/%d", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y")
_ID_NAME = re.compile(
    r"(^|_)(id|ids|uuid|guid|barcode|patient|case|slide|sample|subject|pid|file|md5"
    r"|filename|name|hash|checksum|mrn|code|zip|phone)$"
)
_TIME_NAME = re.compile(
    r"(^|_)(time|survival|survival_(time|days|months|years)|os|pfs|dfs|rfs|efs"
    r"|(os|pfs|dfs|rfs|efs)_(time|days|months|years)|follow_?up"
    r"|days_to_(death|last_follow_?up|recurrence|progression))$"
)
_EVENT_NAME = re.compile(
    r"(^|_)(event|dead|death|died|deceased|cens|censor|censored|relapse|recurrence"
    r"|progressed)$"
)
_YESNO = {"yes", "no", "y", "n", "true", "false", "t", "f", "ja", "nein", "oui", "non"}
_ENOUGH = 20
_LONGEST = 15


def guess_column(name: str, texts: Iterable[str], separator: str = ",") -> Column:
    """Guess type, range and notation of a column from its name and texts.

    A guess never changes a text; it decides how cells are shown and which of them
    are marked. Survival times and events are typed by name even if some cells do not
    fit, so that these show.

    Parameters
    ----------
    name : str
        From the header.
    texts : iterable of str
        All its cells.
    separator : str
        Of the file, which tells whether a comma can be a decimal one.
    """
    stripped = [text.strip() for text in texts]
    distinct = {text for text in stripped if text.casefold() not in typed.MISSING}
    column = Column(name)
    if not distinct:
        return column
    plain = re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_")
    if _TIME_NAME.search(plain) and any(_is_number(text) for text in distinct):
        kind = replace(_numeric(column, distinct, separator), minimum=0.0)
        return kind if kind.kind != "text" else replace(kind, kind="number")
    folded = {text.casefold() for text in distinct}
    fitting = len(folded & {"0", "1", *_YESNO})
    is_event = _EVENT_NAME.search(plain) and fitting * 2 > len(folded)
    if is_event or (folded <= _YESNO and len(folded) > 1):
        return replace(column, kind="yesno")
    if _ID_NAME.search(plain) or any(_ZERO_LED.fullmatch(text) for text in distinct):
        return column
    return _by_content(column, len(stripped), distinct, separator)


def _by_content(
    column: Column, rows: int, distinct: set[str], separator: str
) -> Column:
    if distinct == {"0", "1"} and rows >= _ENOUGH:
        return replace(column, kind="yesno")
    found = _numeric(column, distinct, separator)
    if found.kind != "text":
        return found
    if pattern := _date_format(distinct):
        shown = "" if pattern == _DATES[0] else pattern
        return replace(column, kind="date", date_format=shown)
    if len(distinct) <= max(2, min(50, rows // 3)) and rows >= 3:
        return replace(column, kind="category")
    return column


def _is_number(text: str) -> bool:
    return _NUMBER.fullmatch(text) is not None or _COMMA.fullmatch(text) is not None


def _numeric(column: Column, distinct: set[str], separator: str) -> Column:
    """A number column if nearly all texts are numbers, else as it was."""
    dotted = sum(_NUMBER.fullmatch(text) is not None for text in distinct)
    commas = {text for text in distinct if _COMMA.fullmatch(text)}
    if commas and separator == "," and all(_THOUSANDS.fullmatch(c) for c in commas):
        commas = set()
    numbers = dotted + len(commas)
    if numbers < 0.9 * len(distinct) or not numbers:
        return column
    if commas:
        if any("." in text for text in distinct if _NUMBER.fullmatch(text)):
            return column  # both notations: nothing is certain
        return replace(column, kind="number", decimal=",")
    if any(text.isdecimal() and len(text) > _LONGEST for text in distinct):
        return column  # long digit strings are names
    whole = all(_WHOLE.fullmatch(text) for text in distinct if _NUMBER.fullmatch(text))
    return replace(column, kind="integer" if whole else "number")


def _date_format(distinct: set[str]) -> str:
    """The one notation that all dates fit; none if two of them would."""
    fitting = [pattern for pattern in _DATES if _all_dates(distinct, pattern)]
    return fitting[0] if len(fitting) == 1 else ""


def _all_dates(texts: set[str], pattern: str) -> bool:
    for text in texts:
        try:
            datetime.strptime(text, pattern)  # noqa: DTZ007 - a day has no zone
        except ValueError:
            return False
    return True
