"""A change to tables as plain data: what to do, and how to undo it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from typing import Any

from pathgui.project.schema import Column


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell from `old` text to `new` text; `row` is the row's id."""

    table: str
    row: int
    column: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class RowChange:
    """A whole row that comes or goes.

    `values` holds its texts by column (missing ones are empty). `position` is its
    place in the table that holds it: after coming, before going; -1 is the end.
    """

    table: str
    row: int
    values: Mapping[str, str]
    position: int = -1


@dataclass(frozen=True, slots=True)
class ColumnChange:
    """A column that comes (`old` None), goes (`new` None) or is redefined.

    A column that goes takes its texts along, so an edit that removes one also
    empties its cells: the inverse then brings them back.
    """

    table: str
    old: Column | None
    new: Column | None
    position: int = -1


@dataclass(frozen=True, slots=True)
class SettingChange:
    """A setting of the project that comes (`old` None), goes or gets another value.

    `section` and `name` are those of ``pathgui.toml``, such as ``saved_cohorts`` and
    the name of one; `old` and `new` are plain data. `position` is its place in its
    section, as in `RowChange`.
    """

    section: str
    name: str
    old: Any
    new: Any
    position: int = -1


@dataclass(frozen=True)
class Edit:
    """Something a person or a run did to tables, under a readable label.

    Columns and rows come first, then cells change, then rows and columns go.
    Settings of the project that belong to it change along. `undoes` tells one that
    takes an earlier edit back from one that was made.
    """

    label: str
    cells: tuple[Cell, ...] = ()
    added: tuple[RowChange, ...] = ()
    removed: tuple[RowChange, ...] = ()
    columns: tuple[ColumnChange, ...] = ()
    settings: tuple[SettingChange, ...] = ()
    undoes: bool = False

    def undone(self) -> "Edit":
        """The inverse, as it is recorded of someone who takes this edit back."""
        return replace(self.inverse(), undoes=True)

    def inverse(self) -> "Edit":
        """The edit that undoes this one."""
        return Edit(
            self.label,
            tuple(
                Cell(c.table, c.row, c.column, c.new, c.old)
                for c in reversed(self.cells)
            ),
            added=self.removed,
            removed=self.added,
            columns=tuple(
                replace(change, old=change.new, new=change.old)
                for change in reversed(self.columns)
            ),
            settings=tuple(
                replace(change, old=change.new, new=change.old)
                for change in reversed(self.settings)
            ),
        )

    @cached_property
    def places(self) -> frozenset[tuple[str, str]]:
        """Table and column of the cells that change."""
        return frozenset((cell.table, cell.column) for cell in self.cells)

    @cached_property
    def rows_of(self) -> frozenset[str]:
        """Names of the tables whose rows come or go."""
        rows = chain(self.added, self.removed)
        return frozenset(row.table for row in rows)

    @property
    def new_names(self) -> dict[str, str]:
        """Columns that get another name, as ``table.column``: new by old."""
        return {
            f"{change.table}.{change.old.name}": f"{change.table}.{change.new.name}"
            for change in self.columns
            if change.old and change.new and change.old.name != change.new.name
        }

    def tables(self) -> frozenset[str]:
        """Names of the tables it touches."""
        cells = {table for table, _ in self.places}
        return self.rows_of | cells | {change.table for change in self.columns}

    @property
    def size(self) -> int:
        """How much there is to do, in cells; a row counts as ten of them."""
        return len(self.cells) + 10 * (len(self.added) + len(self.removed))

    def __bool__(self) -> bool:
        parts = self.cells, self.added, self.removed, self.columns, self.settings
        return any(parts)


def to_json(edit: Edit, keys: Mapping[tuple[str, int], str]) -> dict[str, Any]:
    """The edit as JSON data; `keys` names rows by ``(table, row)`` for people."""
    return {
        "label": edit.label,
        "cells": [
            [c.table, c.row, keys.get((c.table, c.row), ""), c.column, c.old, c.new]
            for c in edit.cells
        ],
        "added": [[r.table, r.row, r.position, _filled(r)] for r in edit.added],
        "removed": [[r.table, r.row, r.position, _filled(r)] for r in edit.removed],
        "columns": [
            [
                c.table,
                c.old.to_dict() if c.old else None,
                c.new.to_dict() if c.new else None,
                c.position,
            ]
            for c in edit.columns
        ],
        "settings": [
            [s.section, s.name, s.old, s.new, s.position] for s in edit.settings
        ],
        **({"undoes": True} if edit.undoes else {}),
    }


def _filled(row: RowChange) -> dict[str, str]:
    return {column: text for column, text in row.values.items() if text}


def from_json(data: Mapping[str, Any]) -> Edit:
    """Read what `to_json` wrote; raises KeyError, TypeError or ValueError."""
    return Edit(
        str(data["label"]),
        tuple(
            Cell(table, int(row), column, old, new)
            for table, row, _, column, old, new in data["cells"]
        ),
        tuple(RowChange(t, int(r), v, int(p)) for t, r, p, v in data["added"]),
        tuple(RowChange(t, int(r), v, int(p)) for t, r, p, v in data["removed"]),
        tuple(
            ColumnChange(
                table,
                Column.from_dict(old) if old else None,
                Column.from_dict(new) if new else None,
                int(position),
            )
            for table, old, new, position in data["columns"]
        ),
        tuple(
            SettingChange(str(section), str(name), old, new, int(position))
            for section, name, old, new, position in data.get("settings", ())
        ),
        bool(data.get("undoes", False)),
    )
