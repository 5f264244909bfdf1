"""A sheet without what names people: ids hashed or dropped, dates shifted."""

import hashlib
import hmac
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal

import numpy as np

from pathgui.errors import TableError
from pathgui.project import typed
from pathgui.project.csvtext import TextArray, text_array
from pathgui.project.keys import is_id_name
from pathgui.project.schema import Column
from pathgui.project.sheet import Sheet

Ids = Literal["hash", "drop"]
# Where a slide lies, and what finds it again, tells which slide it is.
_TELLING = frozenset({"path", "checksum", "quickhash", "slides"})
_WORD = re.compile(r"[^\s,;|/\\]+")
_SHORTEST_ID = 4
_DAYS = 365
_SALT = 8


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
    """

    salt: str
    ids: Ids = "hash"
    shift_dates: bool = True
    columns: frozenset[str] = frozenset()

    def check(self) -> None:
        """Raise TableError if the salt is too short to keep a secret."""
        if len(self.salt) < _SALT:
            raise TableError(
                f"The salt has {len(self.salt)} letters.",
                f"Choose at least {_SALT}, and keep it secret.",
            )

    def pseudonym(self, text: str) -> str:
        """Another id for an id; sixteen hexadecimal digits."""
        return self._digest("id", text).hex()[:16] if text else ""

    def days(self, patient: str) -> int:
        """Days by which the dates of a patient move: never 0, at most a year."""
        number = int.from_bytes(self._digest("days", patient)[:8], "big") % (2 * _DAYS)
        return number - _DAYS if number < _DAYS else number - _DAYS + 1

    def _digest(self, what: str, text: str) -> bytes:
        data = f"{what}\0{text}".encode()
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
        Cells of other columns that held an id or a date that cannot be read; they
        are empty now.
    """

    sheet: Sheet
    hashed: tuple[str, ...]
    dropped: tuple[str, ...]
    shifted: tuple[str, ...]
    emptied: Mapping[str, int]


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

    Columns that are ids by their name are hashed or dropped, paths and checksums
    dropped. A cell of any other column that holds one of the ids as a word is
    emptied.

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
    for name in how.columns:
        sheet.column(name)
    named = [c.name for c in sheet.columns if is_id_name(c.name)]
    known = {i for i in ids if len(i) >= _SHORTEST_ID}
    for name in named:
        known |= {t for t in set(sheet.texts[name].tolist()) if len(t) >= _SHORTEST_ID}
    whose = owners_of(sheet) if owners is None else list(owners)
    stripper = _Stripper(sheet, how, known, set(named), whose)
    return stripper.strip()


class _Stripper:
    def __init__(
        self,
        sheet: Sheet,
        how: Deidentify,
        known: set[str],
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
        )

    def _column(self, column: Column) -> TextArray | None:
        name, texts = column.name, self.sheet.texts[column.name]
        if name in self.how.columns or name.casefold() in _TELLING:
            return None
        if name in self.named:
            if self.how.ids == "drop":
                return None
            self.hashed.append(name)
            distinct = {t: self.how.pseudonym(t) for t in set(texts.tolist())}
            return _mapped(texts, distinct)
        if column.kind == "date":
            if not self.how.shift_dates:
                return None
            self.shifted.append(name)
            return self._shift(texts, column)
        return self._without_ids(name, texts)

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

    def _without_ids(self, name: str, texts: TextArray) -> TextArray:
        telling = {t for t in set(texts.tolist()) if self._tells(t)}
        if not telling:
            return texts
        cells = texts.tolist()
        self.emptied[name] = sum(text in telling for text in cells)
        return text_array(tuple("" if text in telling else text for text in cells))

    def _tells(self, text: str) -> bool:
        return text in self.known or any(
            word in self.known or word.rpartition(".")[0] in self.known
            for word in _WORD.findall(text)
        )


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
