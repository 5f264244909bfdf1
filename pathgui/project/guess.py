"""Guessing what a column of text holds."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from pathgui.project import typed
from pathgui.project.schema import Column
from pathgui.project.typed import MISSING

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_COMMA = re.compile(r"[+-]?\d*,\d+")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+")
_ZERO_LED = re.compile(r"^0\d+$", re.MULTILINE)
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
_LONGEST_GAP = max(map(len, MISSING))


@dataclass(frozen=True, slots=True)
class Guess:
    """What a column seems to hold, and why."""

    column: Column
    why: str


def guess_column(name: str, texts: Iterable[str], separator: str = ",") -> Column:
    """The definition that `guess` proposes."""
    return guess(name, texts, separator).column


def guess(
    name: str, texts: Iterable[str], separator: str = ",", decimal: str = ""
) -> Guess:
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
    decimal : {"", ".", ","}
        The only sign that numbers may have; empty looks at the texts.
    """
    counts = Counter(texts)
    stripped = {text.strip() for text in counts}
    distinct = {
        t for t in stripped if len(t) > _LONGEST_GAP or t.casefold() not in MISSING
    }
    column = Column(name)
    if not distinct:
        return Guess(column, "no cell holds a value")
    commas = _commas(distinct, separator, decimal)
    named = _by_name(column, distinct, commas)
    return named or _by_content(column, counts.total(), distinct, commas)


def _by_name(column: Column, distinct: set[str], commas: set[str]) -> Guess | None:
    """What the name tells, as far as the texts agree."""
    plain = re.sub(r"[^a-z0-9]+", "_", column.name.casefold()).strip("_")
    if _TIME_NAME.search(plain) and any(_is_number(text) for text in distinct):
        kind = replace(_numeric(column, distinct, commas), minimum=0.0)
        kind = kind if kind.kind != "text" else replace(kind, kind="number")
        return Guess(kind, "its name is that of a time, and it holds numbers")
    folded = {text.casefold() for text in distinct}
    fitting = len(folded & {"0", "1", *_YESNO})
    if _EVENT_NAME.search(plain) and fitting * 2 > len(folded):
        why = "its name is that of an event, and most texts say yes or no"
        return Guess(replace(column, kind="yesno"), why)
    if folded <= _YESNO and len(folded) > 1:
        return Guess(replace(column, kind="yesno"), "all texts say yes or no")
    if _ID_NAME.search(plain):
        return Guess(column, "its name is that of an identifier")
    return None


def _by_content(
    column: Column, rows: int, distinct: set[str], commas: set[str]
) -> Guess:
    if not distinct.isdisjoint(_ZERO_LED.findall("\n".join(distinct))):
        return Guess(column, "numbers with leading zeros are identifiers")
    if distinct == {"0", "1"} and rows >= _ENOUGH:
        return Guess(replace(column, kind="yesno"), "it holds nothing but 0 and 1")
    found = _numeric(column, distinct, commas)
    if found.kind != "text":
        what = "whole numbers" if found.kind == "integer" else "numbers"
        comma = " with decimal commas" if found.decimal == "," else ""
        strange = len(distinct) - len(typed.plain_numbers(distinct)) - len(commas)
        few = f" but for {strange} texts" if strange else ""
        return Guess(found, f"it holds {what}{comma}{few}")
    if pattern := _date_format(distinct):
        shown = "" if pattern == _DATES[0] else pattern
        example = min(distinct)
        return Guess(
            replace(column, kind="date", date_format=shown),
            f"all texts are dates like {example}",
        )
    if len(distinct) <= max(2, min(50, rows // 3)) and rows >= 3:
        why = f"{len(distinct)} different texts in {rows:,} rows"
        return Guess(replace(column, kind="category"), why)
    return Guess(column, "its texts are of no single kind")


def _is_number(text: str) -> bool:
    return _NUMBER.fullmatch(text) is not None or _COMMA.fullmatch(text) is not None


def _commas(distinct: set[str], separator: str, decimal: str) -> set[str]:
    """Texts that are numbers with a decimal comma."""
    if decimal == ".":
        return set()
    commas = {text for text in distinct if "," in text and _COMMA.fullmatch(text)}
    if separator == "," and not decimal and all(map(_THOUSANDS.fullmatch, commas)):
        return set()
    return commas


def _numeric(column: Column, distinct: set[str], commas: set[str]) -> Column:
    """A number column if nearly all texts are numbers, else as it was."""
    dotted = typed.plain_numbers(distinct)
    numbers = len(dotted) + len(commas)
    if numbers < 0.9 * len(distinct) or not numbers:
        return column
    if commas:
        if any("." in text for text in dotted):
            return column  # both notations: nothing is certain
        return replace(column, kind="number", decimal=",")
    if any(len(text) > _LONGEST and text.isdecimal() for text in distinct):
        return column  # long digit strings are names
    whole = len(typed.plain_numbers(dotted, whole=True)) == len(dotted)
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
