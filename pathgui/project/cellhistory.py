"""What happened to one cell, from the history file and the unsaved edits."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pathgui.project.journal import Entry
from pathgui.project.layout import HISTORY
from pathgui.project.project import Project


@dataclass(frozen=True, slots=True)
class CellPlace:
    """A cell by table, row id, name of the row and column."""

    table: str
    row: int
    key: str
    column: str


@dataclass(frozen=True, slots=True)
class CellChange:
    """One change of a cell.

    Attributes
    ----------
    when, who, label : str
        Time in ISO form, empty while it is not saved; who; with which step.
    before, after : str
        Texts of the cell.
    added : bool
        The row came with it: there was no cell before.
    """

    when: str
    who: str
    label: str
    before: str
    after: str
    added: bool = False


def with_first_texts(changes: Sequence[CellChange], now: str) -> list[CellChange]:
    """Changes, the latest first, with the text that a row came with.

    The history does not say it; what followed does, or the cell as it is now.
    """
    found, after = [], now
    for change in changes:
        found.append(replace(change, after=after) if change.added else change)
        after = change.before
    return found


def changes_of(project: Project, place: CellPlace) -> list[CellChange]:
    """Changes of a cell, the latest first: those not saved yet, and those on disk."""
    waiting = unsaved(project.unsaved_entries, place)
    return [*waiting, *saved(project.root / HISTORY, place)]


def saved(file: Path, place: CellPlace) -> list[CellChange]:
    """Changes of a cell that are on disk, the latest first.

    Rows are known by their name; one without a name by its number.
    """
    found: list[CellChange] = []
    column = json.dumps(place.column, ensure_ascii=False)
    try:
        with file.open(encoding="utf-8", errors="replace") as lines:
            for line in lines:
                # Reading JSON is what takes time, and most lines are of other cells.
                if column in line or '"added"' in line:
                    found += _of_line(line, place)
    except OSError:
        return []
    return found[::-1]


def _of_line(line: str, place: CellPlace) -> Iterator[CellChange]:
    try:
        data = json.loads(line)
        yield from _of_entry(data, place)
    except (ValueError, KeyError, TypeError, IndexError):
        return  # a line that a crash cut off


def _of_entry(data: Mapping[str, Any], place: CellPlace) -> Iterator[CellChange]:
    when, who = str(data.get("time", "")), str(data.get("user", ""))
    label = step_words(str(data.get("label", "")), undoes=bool(data.get("undoes")))
    for table, row, key, column, old, new in data.get("cells", ()):
        if table == place.table and column == place.column and _same(row, key, place):
            yield CellChange(when, who, label, str(old), str(new))
    for table, row, key in data.get("added", ()):
        if table == place.table and _same(row, key, place):
            yield CellChange(when, who, label, "", "", added=True)


def _same(row: int, key: str, place: CellPlace) -> bool:
    return key == place.key if place.key else row == place.row


def unsaved(entries: Sequence[Entry], place: CellPlace) -> list[CellChange]:
    """The same of edits that are not saved yet, the latest last in `entries`."""
    found = []
    for entry in reversed(entries):
        edit, who = entry.edit, str(entry.line.get("user", ""))
        label = step_words(edit.label, undoes=edit.undoes)
        if (place.table, place.column) in edit.places:
            found += [
                CellChange("", who, label, cell.old, cell.new)
                for cell in reversed(edit.cells)
                if (cell.table, cell.row, cell.column)
                == (place.table, place.row, place.column)
            ]
        if any(r.table == place.table and r.row == place.row for r in edit.added):
            found.append(CellChange("", who, label, "", "", added=True))
    return found


def step_words(label: str, *, undoes: bool) -> str:
    """What a step is called, also where it took one back."""
    return f"{label} (undone)" if undoes else label
