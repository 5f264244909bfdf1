"""Guessing what a column of text holds."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from pathgui.project import typed
from pathgui.project.schema import Column
from pathgui.project.typed import MISSING

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
    return guess_counted(name, Counter(texts), separator, decimal)


def guess_counted(
    name: str, counts: Mapping[str, int], separator: str = ",", decimal: str = ""
) -> Guess:
    """The same from distinct texts and how often each comes."""
    column = Column(name)
    seen = _Texts.of(counts, separator, decimal)
    if not seen.count:
        return Guess(column, "no cell holds a value")
    return _by_name(column, seen) or _by_content(column, seen)


@dataclass(frozen=True, slots=True)
class _Texts:
    """The distinct texts of a column that say something.

    `numbers` are plain ones, `others` all else, and `commas` those of the others that
    are numbers with a decimal comma.
    """

    rows: int
    numbers: set[str]
    others: set[str]
    commas: set[str]

    @staticmethod
    def of(counts: Mapping[str, int], separator: str, decimal: str) -> "_Texts":
        numbers = set(typed.plain_numbers(counts))
        rest = {text.strip() for text in counts if text not in numbers}
        others = {
            t for t in rest if len(t) > _LONGEST_GAP or t.casefold() not in MISSING
        }
        blank = set(typed.plain_numbers(others))  # a number with blanks round it
        others -= blank
        commas = _commas(others, separator, decimal)
        return _Texts(sum(counts.values()), numbers | blank, others, commas)

    @property
    def count(self) -> int:
        return len(self.numbers) + len(self.others)


def _by_name(column: Column, seen: _Texts) -> Guess | None:
    """What the name tells, as far as the texts agree."""
    plain = re.sub(r"[^a-z0-9]+", "_", column.name.casefold()).strip("_")
    some = seen.numbers or any(map(_COMMA.fullmatch, seen.others))
    if some and _TIME_NAME.search(plain):
        kind = replace(_numeric(column, seen), minimum=0.0)
        kind = kind if kind.kind != "text" else replace(kind, kind="number")
        return Guess(kind, "its name is that of a time, and it holds numbers")
    words = {text.casefold() for text in seen.others}
    fitting = len(seen.numbers & {"0", "1"}) + len(words & _YESNO)
    if _EVENT_NAME.search(plain) and fitting * 2 > len(seen.numbers) + len(words):
        why = "its name is that of an event, and most texts say yes or no"
        return Guess(replace(column, kind="yesno"), why)
    if not seen.numbers and words <= _YESNO and len(words) > 1:
        return Guess(replace(column, kind="yesno"), "all texts say yes or no")
    if _ID_NAME.search(plain):
        return Guess(column, "its name is that of an identifier")
    return None


def _by_content(column: Column, seen: _Texts) -> Guess:
    if _ZERO_LED.search("\n".join(seen.numbers)):
        return Guess(column, "numbers with leading zeros are identifiers")
    if seen.numbers == {"0", "1"} and not seen.others and seen.rows >= _ENOUGH:
        return Guess(replace(column, kind="yesno"), "it holds nothing but 0 and 1")
    found = _numeric(column, seen)
    if found.kind != "text":
        what = "whole numbers" if found.kind == "integer" else "numbers"
        comma = " with decimal commas" if found.decimal == "," else ""
        strange = len(seen.others) - len(seen.commas)
        few = f" but for {strange} texts" if strange else ""
        return Guess(found, f"it holds {what}{comma}{few}")
    pattern = "" if seen.numbers else _date_format(seen.others)
    if pattern:
        shown = "" if pattern == _DATES[0] else pattern
        return Guess(
            replace(column, kind="date", date_format=shown),
            f"all texts are dates like {min(seen.others)}",
        )
    if seen.count <= max(2, min(50, seen.rows // 3)) and seen.rows >= 3:
        why = f"{seen.count} different texts in {seen.rows:,} rows"
        return Guess(replace(column, kind="category"), why)
    return Guess(column, "its texts are of no single kind")


def _commas(texts: set[str], separator: str, decimal: str) -> set[str]:
    """Texts that are numbers with a decimal comma."""
    if decimal == ".":
        return set()
    commas = {text for text in texts if "," in text and _COMMA.fullmatch(text)}
    if separator == "," and not decimal and all(map(_THOUSANDS.fullmatch, commas)):
        return set()
    return commas


def _numeric(column: Column, seen: _Texts) -> Column:
    """A number column if nearly all texts are numbers, else as it was."""
    count = len(seen.numbers) + len(seen.commas)
    if count < 0.9 * seen.count or not count:
        return column
    if seen.commas:
        if any("." in text for text in seen.numbers):
            return column  # both notations: nothing is certain
        return replace(column, kind="number", decimal=",")
    if any(len(text) > _LONGEST and text.isdecimal() for text in seen.numbers):
        return column  # long digit strings are names
    whole = len(typed.plain_numbers(seen.numbers, whole=True)) == len(seen.numbers)
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
