"""Column definitions of a table as they would be, and the edit that makes them so."""

from collections.abc import Mapping
from dataclasses import replace

from pathgui.project import Cell, Column, ColumnChange, Edit, Table
from pathgui.project.columns import definition_reason
from pathgui.project.guess import guess_column
from pathgui.project.schema import STANDARD


class SchemaDraft:
    """What a person changed so far; the table itself is not touched.

    Attributes
    ----------
    columns : mapping of str to Column
        By the name at first; new ones by the name they were given then.
    new : list of str
        Columns that come.
    gone : set of str
        Columns that go.
    """

    def __init__(self, table: Table) -> None:
        self.table = table
        self._columns = {column.name: column for column in table.columns}
        # Only these can differ from the table's, of thousands.
        self._touched: set[str] = set()
        self.new: list[str] = []
        self.gone: set[str] = set()

    @property
    def columns(self) -> Mapping[str, Column]:
        return self._columns

    def put(self, name: str, column: Column) -> None:
        """Define a column otherwise."""
        self._columns[name] = column
        self._touched.add(name)

    def is_standard(self, name: str) -> bool:
        """Whether every project has this column."""
        return any(name == column.name for column in STANDARD.get(self.table.name, ()))

    def changed(self, name: str) -> bool:
        """Whether a column differs from the table's."""
        return name in self.new or self.columns[name] != self.table.column(name)

    def count(self) -> int:
        """How many columns come, go or change."""
        return len({*filter(self.changed, self._touched), *self.gone})

    def reason(self, name: str) -> str:
        """Why a column cannot be defined as it is now; empty if it can."""
        column = self.columns[name]
        others = [c.name.casefold() for n, c in self.columns.items() if n != name]
        if column.name.casefold() in others:
            return "another column has this name"
        return definition_reason(column)

    def broken(self) -> str:
        """A column that cannot be defined as it is; empty if all can."""
        wrong = filter(self.changed, self._touched)
        return next((name for name in wrong if self.reason(name)), "")

    def add(self) -> str:
        """A new text column; returns its name."""
        name, number = "new_column", 2
        taken = {column.name.casefold() for column in self.columns.values()}
        while name in taken:
            name, number = f"new_column_{number}", number + 1
        self.new.append(name)
        self.put(name, Column(name))
        return name

    def drop(self, name: str) -> None:
        """Let a column go, or keep it after all; a new one is forgotten."""
        if name in self.new:
            self.new.remove(name)
            del self._columns[name]
            self._touched.discard(name)
        else:
            self.gone ^= {name}

    def suggest(self, name: str) -> None:
        """Define a column as its texts suggest; what people wrote about it stays."""
        old, texts = self.columns[name], self.table.texts(name).tolist()
        found = guess_column(name, texts)
        if found.kind == "text" and old.kind == "category":
            found = old  # few rows tell nothing against what a person said
        choices: tuple[str, ...] = ()
        if found.kind == "category":
            choices = tuple(sorted(set(texts) - {""}))
        column = replace(
            found,
            name=old.name,
            unit=old.unit if found.kind in ("number", "integer") else "",
            choices=choices,
            required=old.required,
            unique=old.unique,
            description=old.description,
        )
        self.put(name, column)

    def edit(self) -> Edit:
        """All changes together; empty if there are none."""
        table, changes, cells = self.table, [], list[Cell]()
        for name, column in self.columns.items():
            if name in self.gone:
                gone, emptied = table.gone_column(name)
                changes.append(gone)
                cells += emptied
            elif name in self.new:
                changes.append(table.new_column(column))
            elif column != table.column(name):
                changes.append(ColumnChange(table.name, table.column(name), column))
        return Edit(_label(changes, table.name), tuple(cells), columns=tuple(changes))


def _label(changes: list[ColumnChange], table: str) -> str:
    if len(changes) != 1:
        return f"Define {len(changes):,} columns of the {table} table"
    old, new = changes[0].old, changes[0].new
    if old is None:
        return f"Add column {new.name if new else ''}"
    if new is None:
        return f"Delete column {old.name}"
    if old.name != new.name:
        return f"Rename column {old.name} to {new.name}"
    return f"Define column {new.name}"
