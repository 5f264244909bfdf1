"""A sheet without what names people: ids hashed or dropped, dates shifted."""

import hashlib
import hmac
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Literal

import numpy as np

from pathgui.errors import TableError
from pathgui.project import typed
from pathgui.project.csvtext import TextArray, text_array
from pathgui.project.export import telling
from pathgui.project.keys import is_id_name
from pathgui.project.schema import Column
from pathgui.project.sheet import Sheet
from pathgui.project.typed import is_number

Ids = Literal["hash", "drop"]
_DAYS = 365
_SALT = 8
# Rare ages tell who is meant; the HIPAA safe harbour puts them together from 90 on.
_OLDEST = 90


@dataclass(frozen=True, slots=True)
class Deidentify:
    """How a sheet is stripped of what names people.

    Attributes
    ----------
    salt : str
        Secret that the new ids and the shifts of dates come from: the same salt
        gives the same ids, so that tables exported apart still fit each other.
    ids : {"hash", "drop"}
        Put other ids in place of the old, or leave these columns out.
    shift_dates : bool
        Move all dates of a patient by the same number of days, at most a year; else
        dates are left out.
    columns : frozenset of str
        Further columns to leave out.
    keep : frozenset of str
        Columns that somebody looked through: neither their name nor what looks like a
        date in them is held against them. Ids are taken out all the same.
    """

    salt: str
    ids: Ids = "hash"
    shift_dates: bool = True
    columns: frozenset[str] = frozenset()
    keep: frozenset[str] = frozenset()

    def check(self) -> None:
        """Raise TableError if the salt is too short to keep a secret."""
        if len(self.salt.strip()) < _SALT:
            raise TableError(
                f"The salt has {len(self.salt)} letters.",
                f"Choose at least {_SALT}, and keep it secret.",
            )

    def pseudonym(self, text: str) -> str:
        """Another id for an id; sixteen hexadecimal digits.

        Blanks round an id, and the way its letters are encoded, make no other id of it.
        """
        return self._digest("id", text).hex()[:16] if text.strip() else ""

    def days(self, patient: str) -> int:
        """Days by which the dates of a patient move: never 0, at most a year."""
        number = int.from_bytes(self._digest("days", patient)[:8], "big") % (2 * _DAYS)
        return number - _DAYS if number < _DAYS else number - _DAYS + 1

    def _digest(self, what: str, text: str) -> bytes:
        plain = unicodedata.normalize("NFC", text.strip())
        data = f"{what}\0{plain}".encode()
        return hmac.new(self.salt.encode(), data, hashlib.sha256).digest()


@dataclass(frozen=True, slots=True)
class Stripped:
    """A sheet that was stripped, and what was done to it.

    Attributes
    ----------
    sheet : Sheet
        What is left.
    hashed, dropped, shifted : tuple of str
        Columns by what happened to them.
    emptied : mapping of str to int
        Cells of other columns that held an id or a date that cannot be moved; they
        are empty now.
    aged : mapping of str to int
        Ages of 90 and more, by column; they read 90 now.
    """

    sheet: Sheet
    hashed: tuple[str, ...]
    dropped: tuple[str, ...]
    shifted: tuple[str, ...]
    emptied: Mapping[str, int]
    aged: Mapping[str, int] = field(default_factory=dict)


def owners_of(sheet: Sheet, patients: Mapping[str, str] | None = None) -> list[str]:
    """Whose row each is: the patient's, else the slide's; `patients` is by slide."""
    owners = [""] * len(sheet)
    known = patients or {}
    if "patient_id" in sheet.texts:
        owners = sheet.texts["patient_id"].tolist()
    if "slide_id" in sheet.texts:
        slides = sheet.texts["slide_id"].tolist()
        pairs = zip(owners, slides, strict=True)
        owners = [owner or known.get(slide, slide) for owner, slide in pairs]
    return owners


def deidentify(
    sheet: Sheet,
    how: Deidentify,
    ids: Collection[str] = (),
    owners: Sequence[str] | None = None,
) -> Stripped:
    """Strip a sheet of ids and true dates.

    Columns that are ids by their name are hashed or dropped. Paths, checksums, what
    names people by its name and columns called after an id are dropped, and so are
    calendar years beside dates that move. Dates are moved in every column that holds
    some, whatever its kind. A cell of any other column that holds an id or a date is
    emptied; ages from 90 on read 90.

    Parameters
    ----------
    sheet : Sheet
        What will be exported.
    how : Deidentify
        What to do.
    ids : collection of str
        Ids of the project's slides and patients; those of the sheet are known.
    owners : sequence of str, optional
        Whose row each is, so that all dates of a patient move alike; by default what
        the sheet's own `patient_id` and `slide_id` say.

    Raises
    ------
    TableError
        The salt is too short, or a column to leave out is not there.
    """
    how.check()
    for name in (*how.columns, *how.keep):
        sheet.column(name)
    named = [c.name for c in sheet.columns if _is_id(c.name)]
    known = set(ids)
    for name in named:
        known |= set(sheet.texts[name].tolist())
    whose = owners_of(sheet) if owners is None else list(owners)
    stripper = _Stripper(sheet, how, telling.Ids(known), set(named), whose)
    return stripper.strip()


class _Stripper:
    def __init__(
        self,
        sheet: Sheet,
        how: Deidentify,
        known: telling.Ids,
        named: set[str],
        owners: list[str],
    ) -> None:
        self.sheet = sheet
        self.how = how
        self.known = known
        self.named = named
        self.owners = owners
        self.hashed: list[str] = []
        self.dropped: list[str] = []
        self.shifted: list[str] = []
        self.emptied: dict[str, int] = {}
        self.aged: dict[str, int] = {}

    def strip(self) -> Stripped:
        columns: list[Column] = []
        texts: dict[str, TextArray] = {}
        for column in self.sheet.columns:
            found = self._column(column)
            if found is None:
                self.dropped.append(column.name)
                continue
            columns.append(replace(column, choices=(), pattern=""))
            texts[column.name] = found
        return Stripped(
            Sheet(self.sheet.name, tuple(columns), texts),
            tuple(self.hashed),
            tuple(self.dropped),
            tuple(self.shifted),
            self.emptied,
            self.aged,
        )

    def _column(self, column: Column) -> TextArray | None:
        """What becomes of a column; None drops it."""
        name, texts = column.name, self.sheet.texts[column.name]
        if name in self.how.columns or name in self.known:
            return None
        if name in self.named:
            return self._other_ids(name, texts)
        if name in self.how.keep:
            return self._without_ids(name, texts, dates=False)
        distinct = {text for text in set(texts.tolist()) if text.strip()}
        if telling.told_by_name(name) or telling.is_year(name, distinct):
            return None
        dated = _dated(column, distinct)
        return (
            self._plain(column, texts) if dated is None else self._dates(texts, dated)
        )

    def _other_ids(self, name: str, texts: TextArray) -> TextArray | None:
        if self.how.ids == "drop":
            return None
        self.hashed.append(name)
        return _mapped(texts, {t: self.how.pseudonym(t) for t in set(texts.tolist())})

    def _dates(self, texts: TextArray, column: Column) -> TextArray | None:
        if not self.how.shift_dates:
            return None
        self.shifted.append(column.name)
        return self._shift(texts, column)

    def _plain(self, column: Column, texts: TextArray) -> TextArray:
        if telling.is_age(column.name):
            texts = self._younger(column.name, texts)
        numbers = column.kind in ("number", "integer", "yesno")
        return self._without_ids(column.name, texts, dates=not numbers)

    def _shift(self, texts: TextArray, column: Column) -> TextArray:
        days = {who: self.how.days(who) for who in set(self.owners)}
        found, lost = [], 0
        for text, owner in zip(texts.tolist(), self.owners, strict=True):
            moved = shifted(text, column, days[owner]) if owner else ""
            lost += bool(text.strip() and not moved)
            found.append(moved)
        if lost:
            self.emptied[column.name] = lost
        return text_array(tuple(found))

    def _younger(self, name: str, texts: TextArray) -> TextArray:
        old = {t for t in set(texts.tolist()) if is_number(t) and _value(t) >= _OLDEST}
        if not old:
            return texts
        cells = texts.tolist()
        self.aged[name] = sum(text in old for text in cells)
        return text_array(tuple(str(_OLDEST) if t in old else t for t in cells))

    def _without_ids(
        self, name: str, texts: TextArray, *, dates: bool = True
    ) -> TextArray:
        told = {
            text
            for text in set(texts.tolist())
            if text in self.known or (dates and telling.holds_date(text))
        }
        if not told:
            return texts
        cells = texts.tolist()
        self.emptied[name] = sum(text in told for text in cells)
        return text_array(tuple("" if text in told else text for text in cells))


def _is_id(name: str) -> bool:
    return is_id_name(name) or is_id_name(name.removesuffix("_clinical"))


def _value(text: str) -> float:
    return float(text.strip().replace(",", "."))


def _dated(column: Column, distinct: Collection[str]) -> Column | None:
    """The column as one of dates; None where its cells are none."""
    if column.kind == "date":
        return column
    if column.kind == "yesno":
        return None
    number = column.kind in ("number", "integer")
    called_so = telling.is_date_name(column.name)
    if number and not called_so and not telling.are_days(distinct):
        return None
    found = telling.date_format(distinct)
    if found is None:
        return None
    written = "" if found == telling.ISO else found
    return Column(column.name, "date", date_format=written)


def _mapped(texts: TextArray, new: Mapping[str, str]) -> TextArray:
    found = np.empty(len(texts), dtype=object)
    found[:] = [new[text] for text in texts.tolist()]
    return found


def shifted(text: str, column: Column, days: int) -> str:
    """A date moved by days, written as before; empty where it is no date.

    What follows an ISO date (a time of day) stays.
    """
    try:
        value = typed.parse(text, column)
    except typed.Misfit:
        return ""
    if not isinstance(value, date):
        return ""
    try:
        moved = value + timedelta(days=days)
    except OverflowError:
        return ""
    if column.date_format:
        return datetime.combine(moved, datetime.min.time()).strftime(column.date_format)
    return moved.isoformat() + text.strip()[10:]


def free_texts(sheet: Sheet) -> Iterable[str]:
    """Columns of free text, which people should look through before sharing."""
    for column in sheet.columns:
        if column.kind == "text" and not is_id_name(column.name):
            texts = sheet.texts[column.name].tolist()
            if any(len(text.split()) > 3 for text in texts):
                yield column.name
