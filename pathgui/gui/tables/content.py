"""What a table view shows: columns of one or more tables side by side; no Qt here."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from pathgui.gui.tables.sheet import Rows, Texts
from pathgui.project import Column, Project, Table

DERIVED = "derived"
Names = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """A column on screen: where its values live, or the column of pictures.

    Attributes
    ----------
    table : str
        Name of the table it reads; ``derived`` for what is worked out from several
        tables; empty for pictures.
    column : Column
        The column of that table.
    key : bool
        It identifies the row.
    """

    table: str
    column: Column
    key: bool = False

    @property
    def picture(self) -> bool:
        """Whether it shows the slide's thumbnail."""
        return self.table == ""

    @property
    def name(self) -> str:
        """Name over all tables."""
        return f"{self.table}.{self.column.name}"


def shared_names(fields: Sequence[Field]) -> frozenset[str]:
    """Names of columns that stand there more than once, from several tables."""
    if len({field.table for field in fields}) < 2:
        return frozenset()
    counts = Counter(field.column.name for field in fields)
    return frozenset(name for name, count in counts.items() if count > 1)


def told(field: Field) -> str:
    """Name, table and description of a column; nothing for pictures."""
    if field.picture:
        return ""
    table = "" if field.table == DERIVED else f", {field.table}"
    about = f"\n{field.column.description}" if field.column.description else ""
    return f"{field.column.name}{table}{about}"


PICTURE = Field("", Column(name=""))


@dataclass(frozen=True, slots=True)
class Content:
    """Columns, and for each table the row that belongs to each row shown.

    Attributes
    ----------
    main : str
        The table whose rows these are; empty where they are of several.
    tables : mapping of str to Table
        What is read.
    fields : sequence of Field
        Columns in order.
    rows : mapping of str to (n,) int64 array
        By table: id of the row beside each row shown, -1 for none.
    derived : mapping of str to (n,) array of str
        Texts of derived columns.
    slides : (n,) array of str, optional
        Slide of each row, where it has at most one.
    owners : mapping, optional
        Slides of each row by its id in the main table, where it may have several.
    groups : sequence of tuple of str, optional
        The same by position.
    linked_by : frozenset of (table, column)
        Cells that decide which rows stand beside each other.
    """

    main: str = ""
    tables: Mapping[str, Table] = field(default_factory=dict)
    fields: Sequence[Field] = ()
    rows: Mapping[str, Rows] = field(default_factory=dict)
    derived: Mapping[str, Texts] = field(default_factory=dict)
    slides: Texts | None = None
    owners: Mapping[int, Names] | None = None
    linked_by: frozenset[tuple[str, str]] = frozenset()
    groups: Sequence[Names] | None = None

    def __len__(self) -> int:
        return next((len(rows) for rows in self.rows.values()), 0)

    def slides_by_row(self) -> Sequence[Names]:
        """All slides of each row, by position."""
        if self.groups is not None:
            return self.groups
        if self.owners is not None:
            owners = self.owners
            return [owners.get(row, ()) for row in self.rows[self.main].tolist()]
        return [self.slides_of(row) for row in range(len(self))]

    def slides_of(self, row: int) -> Names:
        """All slides a row speaks of."""
        if self.groups is not None:
            return self.groups[row]
        if self.owners is not None:
            return self.owners.get(int(self.rows[self.main][row]), ())
        slide = self.slides[row] if self.slides is not None else ""
        return (slide,) if slide else ()


Read = Callable[[Project], Content]
NOTHING = Content(rows={"": np.zeros(0, np.int64)})
