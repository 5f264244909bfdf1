"""What happened to one cell, from the history file and the unsaved edits."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pathgui.project.edits import Edit


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
    label = str(data.get("label", ""))
    for table, row, key, column, old, new in data.get("cells", ()):
        if table == place.table and column == place.column and _same(row, key, place):
            yield CellChange(when, who, label, str(old), str(new))
    for table, row, key in data.get("added", ()):
        if table == place.table and _same(row, key, place):
            yield CellChange(when, who, label, "", "", added=True)


def _same(row: int, key: str, place: CellPlace) -> bool:
    return key == place.key if place.key else row == place.row


def unsaved(edits: Sequence[Edit], place: CellPlace) -> list[CellChange]:
    """The same of edits that are not saved yet, the latest last in `edits`."""
    found = []
    for edit in reversed(edits):
        for cell in reversed(edit.cells):
            where = (cell.table, cell.row, cell.column)
            if where == (place.table, place.row, place.column):
                found.append(CellChange("", "you", edit.label, cell.old, cell.new))
    return found
