"""Bringing together two states of a table, row by row and cell by cell."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from pathgui.project.edits import Cell, ColumnChange, Edit, RowChange
from pathgui.project.schema import Column
from pathgui.project.store import GoneColumn
from pathgui.project.table import Table

Choice = Literal["ours", "theirs", "cell"]
_IDS = ("slide_id", "patient_id")


@dataclass(frozen=True, slots=True)
class Conflict:
    """A cell that both sides changed; `theirs` is None where they removed the row.

    Ours stands in the table; an `Edit` that sets `theirs` takes the other.
    """

    table: str
    row: int
    key: str
    column: str
    base: str
    ours: str
    theirs: str | None


@dataclass(frozen=True, slots=True)
class Merging:
    """A table and its file, fitted together beside the table that is shown.

    Attributes
    ----------
    before, table : Table
        As the table is here, and as it will be.
    conflicts : tuple of Conflict
        Cells that both changed, and in which ours stands.
    """

    before: Table
    table: Table
    conflicts: tuple[Conflict, ...]


# Makes cells of a table that is fitted other than they are; gets the conflicts, too.
Settle = Callable[[Table, Sequence[Conflict]], Sequence[Cell]]


def as_fitted(_table: Table, _conflicts: Sequence[Conflict]) -> Sequence[Cell]:
    """Leave a table that is fitted as it is."""
    return ()


@dataclass(slots=True)
class Merged:
    """What to do to the other table so that both sides are in it."""

    edit: Edit
    conflicts: list[Conflict] = field(default_factory=list)


def merge(ours: Table, theirs: Table, choice: Choice) -> Merged:
    """Fit our unsaved edits to the table as it is on disk now.

    Rows of `theirs` get the ids that they have in `ours`, found by key.

    Parameters
    ----------
    ours : Table
        With unsaved edits.
    theirs : Table
        Just read; its row ids are changed.
    choice : {"ours", "theirs", "cell"}
        See `Project.merge`.
    """
    _share_ids(ours, theirs)
    label = f"Merge {ours.name}"
    if choice == "theirs":
        return Merged(Edit(label))
    if choice == "ours":
        return Merged(_difference(theirs, ours, label))
    return _ThreeWay(ours, theirs).result(label)


def difference(now: Table, then: Table, label: str) -> Edit:
    """The edit that turns `now` into `then`; rows are told apart by key."""
    _share_ids(now, then)
    return _difference(now, then, label)


def _base_keys(table: Table) -> dict[tuple[str, ...], list[int]]:
    """Row ids by the ids they have on disk, removed rows included."""
    store = table.store
    names = [name for name in _IDS if name in store.header]
    found: dict[tuple[str, ...], list[int]] = {}
    columns = [store.texts(name) for name in names]
    for position, row_id in enumerate(store.ids.tolist()):
        if row_id in store.base_added:
            continue
        key = tuple(
            store.base_cells.get((row_id, name), texts[position])
            for name, texts in zip(names, columns, strict=True)
        )
        found.setdefault(key, []).append(row_id)
    for row_id, values in store.base_removed.items():
        key = tuple(values.get(name, "") for name in names)
        found.setdefault(key, []).append(row_id)
    return {key: sorted(rows) for key, rows in found.items()}


def between(now: Table, then: Table, label: str) -> Edit:
    """The edit that turns `now` into `then`, whose rows have the same ids."""
    return _difference(now, then, label)


def _share_ids(ours: Table, theirs: Table) -> None:
    """Give the rows of `theirs` our ids where they are the same, new ones elsewhere.

    Rows are the same if all ids agree; of the others those of one key, also if a
    spreadsheet took the zeros off it.
    """
    known = _base_keys(ours)
    names = [name for name in _IDS if name in ours.store.header]
    keys = list(zip(*(theirs.store.texts(n).tolist() for n in names), strict=True))
    found: list[int | None] = [
        rows.pop(0) if (rows := known.get(key)) else None for key in keys
    ]
    left = {key: rows[0] for key, rows in known.items() if len(rows) == 1}
    missing = [place for place, row in enumerate(found) if row is None]
    if left and missing:
        place_of_key = names.index(ours.key) if ours.key in names else 0
        for plain in (str, _without_zeros):
            _match(found, keys, left, lambda k, p=plain: p(k[place_of_key]))  # type: ignore[misc]
    fresh = ours.store.next_id
    ids = []
    for row in found:
        ids.append(fresh if row is None else row)
        fresh += row is None
    theirs.store.renumber(np.array(ids, dtype=np.int64), fresh)


def _match(
    found: list[int | None],
    keys: Sequence[tuple[str, ...]],
    left: dict[tuple[str, ...], int],
    plain: Callable[[tuple[str, ...]], str],
) -> None:
    """Pair rows that are left over on both sides and alone have a plain key."""
    ours: dict[str, list[tuple[str, ...]]] = {}
    for key in left:
        ours.setdefault(plain(key), []).append(key)
    theirs: dict[str, list[int]] = {}
    for place, row in enumerate(found):
        if row is None:
            theirs.setdefault(plain(keys[place]), []).append(place)
    for text, places in theirs.items():
        mine = ours.get(text, [])
        if text and len(places) == len(mine) == 1:
            found[places[0]] = left.pop(mine[0])


def _without_zeros(text: str) -> str:
    return text.lstrip("0") or text


def _difference(now: Table, then: Table, label: str) -> Edit:
    """All that differs between two tables that share row ids."""
    there = set(now.row_ids)
    wanted = set(then.row_ids)
    both = [row_id for row_id in now.row_ids if row_id in wanted]
    columns, gone = _column_changes(now, then)
    at_now = [now.position(row_id) for row_id in both]
    at_then = [then.position(row_id) for row_id in both]
    cells: list[Cell] = []
    for name in then.store.header:
        new = then.store.texts(name)[at_then]
        old = np.full(len(both), "", dtype=object)
        if now.has_column(name):
            old = now.store.texts(name)[at_now]
        cells.extend(
            Cell(now.name, both[k], name, old[k], new[k])
            for k in np.flatnonzero(new != old).tolist()
        )
    added = [
        RowChange(then.name, row_id, then.row(row_id), then.position(row_id))
        for row_id in then.row_ids
        if row_id not in there
    ]
    removed = now.gone_rows(row_id for row_id in now.row_ids if row_id not in wanted)
    return Edit(label, (*cells, *gone), tuple(added), removed, tuple(columns))


def _column_changes(now: Table, then: Table) -> tuple[list[ColumnChange], list[Cell]]:
    """Columns that come, are redefined and go, and what is emptied by going.

    Those that come do so from left to right, those that go from right to left, at
    their place among all of both tables: taken back, all stand where they stood.
    """
    place = {name: k for k, name in enumerate(_all_columns(now, then))}
    coming: list[ColumnChange] = []
    going: list[ColumnChange] = []
    emptied: list[Cell] = []
    for column in then.columns:
        if not now.has_column(column.name):
            coming.append(ColumnChange(now.name, None, column, place[column.name]))
        elif now.column(column.name) != column:
            coming.append(ColumnChange(now.name, now.column(column.name), column))
    for column in now.columns:
        if not then.has_column(column.name):
            change, cells = now.gone_column(column.name)
            going.append(replace(change, position=place[column.name]))
            emptied += cells
    coming.sort(key=lambda change: change.position)
    going.sort(key=lambda change: change.position, reverse=True)
    return coming + going, emptied


def _all_columns(now: Table, then: Table) -> list[str]:
    """Columns of both tables; those of `then` alone follow the one before them."""
    names = list(now.store.header)
    known, before = set(names), ""
    for name in then.store.header:
        if name not in known:
            names.insert(names.index(before) + 1 if before else 0, name)
        before = name
    return names


class _ThreeWay:
    """Our changes since the base, fitted to theirs."""

    def __init__(self, ours: Table, theirs: Table) -> None:
        self.ours = ours
        self.theirs = theirs
        self.cells: list[Cell] = []
        self.added: dict[int, RowChange] = {}
        self.removed: list[int] = []
        self.conflicts: list[Conflict] = []

    def result(self, label: str) -> Merged:
        columns = [
            ColumnChange(self.ours.name, there, column)
            for column in self.ours.columns
            if (there := self._their_column(column.name)) != column
        ]
        for gone in self.ours.store.base_gone.values():
            columns += self._fit_gone(gone)
        for (row_id, column), base in self.ours.store.base_cells.items():
            self._fit_cell(row_id, column, base)
        for row_id in self.ours.store.base_added:
            self._fit_added(row_id)
        for row_id, base_row in self.ours.store.base_removed.items():
            self._fit_removed(row_id, base_row)
        edit = Edit(
            label,
            tuple(self.cells),
            tuple(self.added.values()),
            self.theirs.gone_rows(self.removed),
            tuple(columns),
        )
        return Merged(edit, self.conflicts)

    def _their_name(self, column: str) -> str:
        """What they call a column of ours, which may have got another name here."""
        base = self.ours.store.base_names.get(column, column)
        taken = base != column and self.theirs.has_column(column)
        return column if taken or not self.theirs.has_column(base) else base

    def _their_column(self, column: str) -> Column | None:
        name = self._their_name(column)
        return self.theirs.column(name) if self.theirs.has_column(name) else None

    def _fit_gone(self, gone: GoneColumn) -> list[ColumnChange]:
        """A column that we removed goes, unless they worked on it meanwhile."""
        kept = {self._their_name(column.name) for column in self.ours.columns}
        if not self.theirs.has_column(gone.name) or gone.name in kept:
            return []
        change, emptied = self.theirs.gone_column(gone.name)
        there = {cell.row: cell.old for cell in emptied}
        changed = [
            row
            for row in gone.texts.keys() | there.keys()
            if self.ours.has_row(row)
            and self.theirs.has_row(row)
            and there.get(row, "") != gone.texts.get(row, "")
        ]
        for row in sorted(changed):
            sides = (gone.texts.get(row, ""), "", there.get(row, ""))
            self._conflict(row, gone.name, sides)
        if changed:
            return []
        self.cells += emptied
        return [change]

    def _fit_cell(self, row_id: int, column: str, base: str) -> None:
        new = self.ours.text(row_id, column)
        if not self.theirs.has_row(row_id):
            self._conflict(row_id, column, (base, new, None))
            self._bring_back(row_id)
            return
        there = self._their_text(row_id, column)
        if there == new:
            return
        if there != base:
            self._conflict(row_id, column, (base, new, there))
        self.cells.append(Cell(self.ours.name, row_id, column, there, new))

    def _their_text(self, row_id: int, column: str) -> str:
        name = self._their_name(column)
        return self.theirs.text(row_id, name) if self.theirs.has_column(name) else ""

    def _bring_back(self, row_id: int) -> None:
        """They removed a row that we edited: the edit is not lost."""
        values = self.ours.row(row_id)
        self.added[row_id] = RowChange(self.ours.name, row_id, values)

    def _fit_added(self, row_id: int) -> None:
        values = self.ours.row(row_id)
        key = values.get(self.ours.key, "")
        twin = self.theirs.find(key)
        if twin is None or self.ours.find(key) != row_id:
            self.added[row_id] = RowChange(self.ours.name, row_id, values)
            return
        for column, new in values.items():  # both added the same slide or patient
            there = self._their_text(twin, column)
            if not new or new == there:
                continue
            if there:
                self._conflict(twin, column, ("", new, there))
            self.cells.append(Cell(self.ours.name, twin, column, there, new))

    def _fit_removed(self, row_id: int, base_row: Mapping[str, str]) -> None:
        if not self.theirs.has_row(row_id):
            return
        there = self.theirs.row(row_id)
        changed = [c for c, text in base_row.items() if there.get(c, text) != text]
        if not changed:
            self.removed.append(row_id)
        for column in changed:  # they still work on it: it stays
            sides = (base_row[column], "", there[column])
            self._conflict(row_id, column, sides)

    def _conflict(
        self, row_id: int, column: str, sides: tuple[str, str, str | None]
    ) -> None:
        table = self.ours if self.ours.has_row(row_id) else self.theirs
        key = table.text(row_id, table.key)
        self.conflicts.append(Conflict(self.ours.name, row_id, key, column, *sides))
