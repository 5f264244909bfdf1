"""Bringing back the edits of a session that ended without saving."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from pathgui.errors import TableError
from pathgui.project.edits import Cell, ColumnChange, Edit, RowChange, SettingChange
from pathgui.project.journal import Content, Entry
from pathgui.project.opentable import OpenTable
from pathgui.project.schema import Column
from pathgui.project.table import Table


def only(edit: Edit, table: str) -> Edit:
    """The part of an edit that concerns one table."""
    return Edit(
        edit.label,
        tuple(cell for cell in edit.cells if cell.table == table),
        tuple(row for row in edit.added if row.table == table),
        tuple(row for row in edit.removed if row.table == table),
        tuple(column for column in edit.columns if column.table == table),
        undoes=edit.undoes,
    )


def settings_of(content: Content) -> list[SettingChange]:
    """Changes of settings of the project, in order."""
    return [change for entry in content.entries for change in entry.edit.settings]


def replay(
    tables: Mapping[str, OpenTable], content: Content, warnings: list[str]
) -> dict[int, Edit]:
    """Apply what the files lack; returns what was done, by place in the journal.

    Tables whose file is none that the journal knows are left alone: see `by_key`.
    """
    done: dict[int, Edit] = {}
    for name, opened in tables.items():
        parts = [only(entry.edit, name) for entry in content.entries]
        mark = content.mark_for(name, opened.checksum)
        if mark is not None and any(parts):
            for number, part in _replay_table(opened, parts, mark.after, warnings):
                done[number] = joined(done[number], part) if number in done else part
    if content.damaged:
        warnings.append("The journal of unsaved edits is damaged; its end is lost.")
    return done


def with_settings(done: Mapping[int, Edit], content: Content) -> list[Edit]:
    """What was done in order, with the settings that came back along."""
    found = []
    for number, entry in enumerate(content.entries):
        settings = entry.edit.settings
        part = done.get(number, Edit(entry.edit.label, undoes=entry.edit.undoes))
        whole = joined(part, Edit("", settings=settings)) if settings else part
        if whole:
            found.append(whole)
    return found


def joined(one: Edit, other: Edit) -> Edit:
    """Two parts of an edit as one."""
    return Edit(
        one.label,
        one.cells + other.cells,
        one.added + other.added,
        one.removed + other.removed,
        one.columns + other.columns,
        one.settings + other.settings,
        one.undoes,
    )


@dataclass(frozen=True, slots=True)
class Steps:
    """Edits as the steps of an undo stack.

    Attributes
    ----------
    done : tuple of Edit
        In force, the latest last.
    undone : tuple of Edit
        Taken back; the one that would be made again first stands last.
    count : int
        How many edits there are that saved tables do not have: steps made, and steps
        from before the first edit that were taken back.
    """

    done: tuple[Edit, ...]
    undone: tuple[Edit, ...]
    count: int


def steps_of(edits: Iterable[Edit]) -> Steps:
    """Let edits that take others back, and make them again, move along the stack."""
    done: list[Edit] = []
    undone: list[Edit] = []
    earlier: list[Edit] = []
    for edit in edits:
        if edit.undoes:
            plain = replace(edit, undoes=False)
            place = _latest(done, plain)
            undone.append(plain.inverse() if place is None else done.pop(place))
            if place is None:
                earlier.append(undone[-1])
        elif undone and undone[-1] == edit:
            done.append(undone.pop())
        else:
            done.append(edit)
            undone.clear()
    saved = sum(any(edit is one for one in earlier) for edit in done)
    return Steps(tuple(done), tuple(undone), len(done) - saved + len(earlier) - saved)


def _latest(done: Sequence[Edit], plain: Edit) -> int | None:
    """Place of the last edit that another one takes back."""
    for place in range(len(done) - 1, -1, -1):
        one = done[place]
        if one.label == plain.label and _takes_back(plain, one.inverse()):
            return place
    return None


def _takes_back(plain: Edit, whole: Edit) -> bool:
    """Whether an edit is another one, but for cells that others changed since."""
    if plain == whole:
        return True
    if not 0 < len(plain.cells) < len(whole.cells):
        return False
    known = {(c.table, c.row, c.column, c.new) for c in whole.cells}
    inside = all((c.table, c.row, c.column, c.new) in known for c in plain.cells)
    return inside and replace(whole, cells=plain.cells) == plain


def _replay_table(
    opened: OpenTable, parts: list[Edit], after: int, warnings: list[str]
) -> list[tuple[int, Edit]]:
    done: list[tuple[int, Edit]] = []
    for number, part in enumerate(parts):
        if number < after or not part:
            continue
        try:
            opened.table.check(part)
        except TableError as error:
            warnings.append(f"An edit was not brought back: {error.message}")
            break
        opened.table.change(part)
        done.append((number, part))
    return done


def show_unsaved(opened: OpenTable, content: Content) -> None:
    """Show a reader what a writer has not saved yet, if the file allows it."""
    mark = content.mark_for(opened.name, opened.checksum)
    if mark is None:
        return
    ids = mark.ids.get(opened.name)
    if ids is not None and len(ids) == len(opened.table):
        opened.table.store.renumber(ids)
    parts = [only(entry.edit, opened.name) for entry in content.entries]
    _replay_table(opened, parts, mark.after, [])


def by_key(opened: OpenTable, content: Content, warnings: list[str]) -> Edit:
    """Fit the edits of a journal to a file that changed since: rows by their key.

    A cell is set where the file still holds what the edit found; where it holds
    something else, the file's text stays and a warning says so.
    """
    fitter = _ByKey(opened.table, opened.path.name, warnings)
    for entry in content.entries:
        fitter.take(entry)
    return fitter.edit()


class _ByKey:
    def __init__(self, table: Table, file: str, warnings: list[str]) -> None:
        self.table = table
        self.file = file
        self.warnings = warnings
        self.cells: dict[tuple[int, str], Cell] = {}
        self.added: dict[int, dict[str, str]] = {}
        self.columns: dict[str, ColumnChange] = {}
        self.rows: dict[int, int] = {}

    def take(self, entry: Entry) -> None:
        part = only(entry.edit, self.table.name)
        for change in part.columns:
            if change.new is not None:
                self._take_column(change.new, change.old)
        for row in part.added:
            self._take_added(row)
        keys = [line[2] for line in entry.line["cells"] if line[0] == self.table.name]
        for cell, key in zip(part.cells, keys, strict=True):
            self._take_cell(cell, key)
        for row in part.removed:
            if self.added.pop(row.row, None) is None:
                key = row.values.get(self.table.key, "")
                self.warnings.append(f"{self.file}: the row {key!r} was kept.")

    def _take_column(self, new: Column, old: Column | None) -> None:
        there = self._column(new.name)
        if old is not None and old.name != new.name:
            there = there or self._column(old.name)
            self.cells = {
                (row, new.name if column == old.name else column): cell
                for (row, column), cell in self.cells.items()
            }
            if self.columns.pop(old.name, None) is None and there is None:
                self.warnings.append(
                    f"{self.file} has no column {old.name!r} any more."
                )
        if there != new and (old is not None or there is None):
            self.columns[new.name] = ColumnChange(self.table.name, there, new)

    def _column(self, name: str) -> Column | None:
        """What stands in the file for a column that the edits so far call so."""
        if name in self.columns:
            return self.columns[name].old
        return self.table.column(name) if self.table.has_column(name) else None

    def _take_added(self, row: RowChange) -> None:
        twin = self.table.find(row.values.get(self.table.key, ""))
        if twin is None:
            self.added[row.row] = dict(row.values)
        else:
            self.rows[row.row] = twin

    def _take_cell(self, cell: Cell, key: str) -> None:
        if cell.row in self.added:
            self.added[cell.row][cell.column] = cell.new
            return
        if cell.row not in self.rows:
            found = self.table.find(key)
            if found is None:
                self.warnings.append(f"{self.file}: there is no row {key!r} any more.")
                return
            self.rows[cell.row] = found
        row = self.rows[cell.row]
        column = self._column(cell.column)
        if column is None and cell.column not in self.columns:
            self.warnings.append(f"{self.file} has no column {cell.column!r} any more.")
            return
        there = self.table.text(row, column.name) if column is not None else ""
        earlier = self.cells.get((row, cell.column))
        if earlier is None and there not in (cell.old, cell.new):
            self.warnings.append(
                f"{self.file}, row {key!r}, {cell.column}: the file says {there!r}, "
                f"so {cell.new!r} was not set."
            )
            return
        place = (self.table.name, row, cell.column)
        self.cells[row, cell.column] = Cell(*place, there, cell.new)

    def edit(self) -> Edit:
        """All of it as one edit."""
        return Edit(
            f"Bring back unsaved edits of {self.file}",
            tuple(
                replace(cell, column=column)
                for (_, column), cell in self.cells.items()
                if cell.old != cell.new
            ),
            self.table.new_rows(self.added.values()),
            columns=tuple(self.columns.values()),
        )
