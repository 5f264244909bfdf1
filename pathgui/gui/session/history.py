"""The last changes to the tables, as the history file and the undo stack tell."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pathgui.project import Cell, Edit, Project
from pathgui.project.cellhistory import step_words

_TAIL = 1 << 18


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of the history."""

    key: str
    when: str
    who: str
    label: str
    where: str
    saved: bool = True


def saved_changes(file: Path, limit: int = 300) -> list[Change]:
    """Changes that are on disk, the latest first; unreadable lines are left out."""
    try:
        with file.open("rb") as source:
            size = source.seek(0, os.SEEK_END)
            source.seek(max(0, size - _TAIL))
            lines = source.read().decode("utf-8", "replace").splitlines()
    except OSError:
        return []
    found = []
    for line in reversed(lines):
        change = _change(line)
        if change is not None:
            found.append(change)
        if len(found) >= limit:
            break
    return found


def find_changes(file: Path, wanted: str, limit: int = 500) -> list[Change]:
    """Changes of the whole history that hold all of these words, the latest first.

    Words are looked for in names of people, labels, rows, columns and values; case
    does not count.
    """
    words = wanted.casefold().split()
    try:
        lines = file.read_text("utf-8", "replace").splitlines()
    except OSError:
        return []
    found = []
    for line in reversed(lines):
        folded = line.casefold()
        if all(word in folded for word in words) and (change := _change(line)):
            found.append(change)
        if len(found) >= limit:
            break
    return found


@dataclass(frozen=True, slots=True)
class EntryCell:
    """A cell of an entry: where it was, and what it held before and after."""

    table: str
    row: int
    key: str
    column: str
    before: str
    after: str


def entry_cells(file: Path, key: str) -> list[EntryCell]:
    """All cells of a saved change; none if it is not there."""
    try:
        with file.open(encoding="utf-8", errors="replace") as lines:
            for line in lines:
                if key in line and (cells := _cells(line, key)) is not None:
                    return cells
    except OSError:
        return []
    return []


def _cells(line: str, key: str) -> list[EntryCell] | None:
    try:
        data: dict[str, Any] = json.loads(line)
        if str(data.get("id", "")) != key:
            return None
        return [
            EntryCell(str(t), int(row), str(name), str(column), str(old), str(new))
            for t, row, name, column, old, new in data.get("cells", [])
        ]
    except (ValueError, KeyError, TypeError):
        return None


def edit_cells(edit: Edit, project: Project) -> list[EntryCell]:
    """The same of an edit that is not saved yet."""
    found = []
    for cell in edit.cells:
        table = project.table(cell.table)
        name = table.text(cell.row, table.key) if table.has_row(cell.row) else ""
        place = (cell.table, cell.row, name, cell.column)
        found.append(EntryCell(*place, cell.old, cell.new))
    return found


def put_back(project: Project, cells: list[EntryCell], label: str) -> Edit:
    """The edit that undoes an old change where nobody changed the cells since."""
    back: list[Cell] = []
    for cell in cells:
        table = project.table(cell.table)
        row = table.find(cell.key) if cell.key else cell.row
        if row is None or not table.has_row(row) or not table.has_column(cell.column):
            continue
        if table.column(cell.column).computed:
            continue  # what runs filled in is theirs
        if table.text(row, cell.column) == cell.after and cell.before != cell.after:
            place = (cell.table, row, cell.column)
            back.append(Cell(*place, cell.after, cell.before))
    return Edit(f"Put back: {label}", tuple(back)) if back else Edit("")


def unsaved_change(edit: Edit, number: int, undone: bool) -> Change:
    """An edit of the undo stack."""
    label = step_words(edit.label, undoes=undone)
    where = _where([(cell.column, cell.new) for cell in edit.cells])
    return Change(f"undo {number}", "", "you", label, where, saved=False)


def _change(line: str) -> Change | None:
    try:
        data: dict[str, Any] = json.loads(line)
        cells = [(str(cell[3]), str(cell[5])) for cell in data.get("cells", [])]
        named = next((str(cell[2]) for cell in data.get("cells", [])), "")
        where = _where(cells)
        return Change(
            str(data.get("id", "")),
            str(data.get("time", data.get("when", ""))),
            str(data.get("user", data.get("who", ""))),
            step_words(str(data["label"]), undoes=bool(data.get("undoes"))),
            f"{named} · {where}" if named and where else named or where,
        )
    except (ValueError, KeyError, TypeError, IndexError, AttributeError):
        return None


def _where(cells: list[tuple[str, str]]) -> str:
    if not cells:
        return ""
    if len(cells) == 1:
        column, new = cells[0]
        return f"{column} = {new or 'missing'}"
    columns = sorted({column for column, _ in cells})
    return f"{len(cells):,} cells of {', '.join(columns[:3])}"
