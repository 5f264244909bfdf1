"""What an edit would do, as plain lines: cells, rows and columns."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from pathgui.project.edits import Edit
from pathgui.project.table import Table

What = Literal["changed", "added", "removed", "column"]
MANY = 5000


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing an edit does.

    Attributes
    ----------
    what : {"changed", "added", "removed", "column"}
        A cell, a row that comes or goes, or a column.
    key : str
        What people call the row; empty for a column.
    column : str
        Column of the cell; for rows the columns that hold something.
    before, after : str
        Texts.
    """

    what: What
    key: str
    column: str
    before: str = ""
    after: str = ""


def differences(edit: Edit, table: Table, limit: int = MANY) -> list[Difference]:
    """The first `limit` things an edit does to a table."""
    return list(islice(_all(edit, table), limit))


def _all(edit: Edit, table: Table) -> Iterator[Difference]:
    for change in edit.columns:
        if change.table != table.name:
            continue
        old, new = change.old, change.new
        name = (new or old).name if (new or old) is not None else ""  # type: ignore[union-attr]
        yield Difference(
            "column",
            "",
            name,
            _defined(old.kind) if old is not None else "",
            _defined(new.kind) if new is not None else "",
        )
    named: dict[int, str] = {}
    for row in edit.added:
        if row.table == table.name:
            named[row.row] = key_of(row.values, table.key)
            yield Difference("added", named[row.row], "", "", _filled(row.values))
    for row in edit.removed:
        if row.table == table.name:
            key = key_of(row.values, table.key)
            yield Difference("removed", key, "", _filled(row.values), "")
    for cell in edit.cells:
        if cell.table == table.name and cell.old != cell.new:
            key = named.get(cell.row, "")
            if not key and table.has_row(cell.row):
                key = key_of(table.row(cell.row), table.key)
            yield Difference("changed", key, cell.column, cell.old, cell.new)


def key_of(values: Mapping[str, str], key: str) -> str:
    """What people call a row of these texts."""
    names = (key, "slide_id", "patient_id")
    return next((values[name] for name in names if values.get(name)), "")


def _filled(values: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {text}" for name, text in values.items() if text)


def _defined(kind: str) -> str:
    return {"yesno": "yes or no"}.get(kind, kind)


def summary(edit: Edit, table: str) -> str:
    """How much an edit does to a table, in words; empty for nothing."""
    counts: Counter[str] = Counter()
    counts["cell"] = sum(c.table == table and c.old != c.new for c in edit.cells)
    counts["row comes"] = sum(row.table == table for row in edit.added)
    counts["row goes"] = sum(row.table == table for row in edit.removed)
    counts["column"] = sum(change.table == table for change in edit.columns)
    words = {
        "cell": ("1 cell changes", "{:,} cells change"),
        "row comes": ("1 row comes", "{:,} rows come"),
        "row goes": ("1 row goes", "{:,} rows go"),
        "column": ("1 column changes", "{:,} columns change"),
    }
    return " · ".join(
        words[what][0] if count == 1 else words[what][1].format(count)
        for what, count in counts.items()
        if count
    )
