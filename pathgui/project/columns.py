"""Columns that come, change, get another name or go, each as one edit."""

from collections.abc import Mapping
from typing import Any

from pathgui.errors import TableError
from pathgui.project import typed
from pathgui.project.edits import ColumnChange, Edit
from pathgui.project.patterns import pattern_reason
from pathgui.project.schema import STANDARD, Column
from pathgui.project.table import Table

_HOLDS_CHOICES = ("text", "category")
_HOLDS_RANGE = ("number", "integer")


def definition_reason(column: Column) -> str:
    """Why a definition makes no sense, or ``""``.

    Only what the kind can hold is allowed: a range for numbers, choices and a
    pattern for texts and categories.
    """
    if reason := _name_reason(column.name) or _range_reason(column):
        return reason
    if column.kind not in _HOLDS_CHOICES and (column.choices or column.pattern):
        return f"a column of kind {column.kind} has no choices and no pattern"
    if len(set(column.choices)) < len(column.choices):
        return "a choice is named twice"
    if column.pattern and (reason := pattern_reason(column.pattern)):
        return f"the pattern {column.pattern!r} {reason}"
    return ""


def _name_reason(name: str) -> str:
    if not name.strip() or name != name.strip() or "\ufeff" in name:
        return "the name is empty, or begins or ends with a blank"
    if not name.isprintable():
        return "the name holds a line break or another control character"
    return ""


def _range_reason(column: Column) -> str:
    low, high = column.minimum, column.maximum
    if (low is not None or high is not None) and column.kind not in _HOLDS_RANGE:
        return f"a column of kind {column.kind} has no range"
    if low is not None and high is not None and low > high:
        return f"the range {low:g} to {high:g} holds nothing"
    return ""


def add_column(table: Table, column: Column, position: int = -1) -> Edit:
    """The edit that adds an empty column.

    Parameters
    ----------
    table : Table
        Where to.
    column : Column
        Its definition.
    position : int
        Place among the columns, 0 first; -1 is the end.

    Raises
    ------
    TableError
        There is one of this name, or the definition makes no sense.
    """
    _check(column)
    _refuse_taken(table, column.name)
    change = table.new_column(column, position)
    return Edit(f"Add column {column.name}", columns=(change,))


def define_column(table: Table, column: Column) -> Edit:
    """The edit that gives a column another definition; its texts stay.

    Raises
    ------
    TableError
        There is no such column, or the definition makes no sense.
    """
    _check(column)
    old = table.column(column.name)
    if old == column:
        return Edit("")
    if old.computed != column.computed:
        raise TableError(
            f"Whether {column.name} is filled by the program cannot be changed."
        )
    change = ColumnChange(table.name, old, column)
    return Edit(f"Define column {column.name}", columns=(change,))


def rename_column(
    table: Table, name: str, new: str, settings: Mapping[str, Any] | None = None
) -> Edit:
    """The edit that gives a column another name.

    Parameters
    ----------
    table : Table
        Where it is.
    name, new : str
        Its name now, and the one it gets.
    settings : mapping, optional
        Fields of its definition that change along.

    Raises
    ------
    TableError
        There is no such column, the new name is taken, every project has this
        column, or the definition makes no sense.
    ProjectError
        A setting makes no sense.
    """
    old = table.column(name)
    column = Column.from_dict({**old.to_dict(), **(settings or {}), "name": new})
    if new == name:
        return define_column(table, column)
    _refuse_standard(table, name, "be renamed")
    _check(column)
    if new.casefold() != name.casefold():
        _refuse_taken(table, new)
    change = ColumnChange(table.name, old, column)
    return Edit(f"Rename column {name} to {new}", columns=(change,))


def delete_column(table: Table, name: str) -> Edit:
    """The edit that removes a column with its texts; undoing brings both back.

    Raises
    ------
    TableError
        There is no such column, or every project has it.
    """
    table.column(name)
    _refuse_standard(table, name, "be deleted")
    change, cells = table.gone_column(name)
    return Edit(f"Delete column {name}", cells, columns=(change,))


def choices_of(table: Table, name: str, most: int = 200) -> tuple[str, ...]:
    """Texts to offer for a cell: the allowed ones, else those in use, sorted.

    A column of yes or no gives these two; one with more than `most` texts none.
    """
    column = table.column(name)
    if column.choices:
        return column.choices
    if column.kind == "yesno":
        return ("yes", "no")
    found = set(table.texts(name).tolist()) - {""}
    fitting: list[str] = []
    for text in found:
        if not typed.reason(text, column):
            if len(fitting) == most:
                return ()
            fitting.append(text)
    return tuple(sorted(fitting))


def _check(column: Column) -> None:
    if reason := definition_reason(column):
        raise TableError(f"The column {column.name!r} cannot be so: {reason}.")


def _refuse_taken(table: Table, name: str) -> None:
    folded = name.casefold()
    there = next((c.name for c in table.columns if c.name.casefold() == folded), "")
    if there:
        raise TableError(
            f"The {table.name} table has a column {there!r} already.",
            "Choose another name.",
        )


def is_standard(table: str, name: str) -> bool:
    """Whether every project has this column."""
    return any(column.name == name for column in STANDARD.get(table, ()))


def _refuse_standard(table: Table, name: str, verb: str) -> None:
    if is_standard(table.name, name):
        raise TableError(
            f"The column {name} cannot {verb}: every project has it.",
            "Hide it instead.",
        )
