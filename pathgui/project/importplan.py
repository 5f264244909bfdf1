"""What an import would do, to be looked at, trimmed and then carried out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import compress
from typing import Literal

from pathgui.errors import TableError
from pathgui.project.columns import definition_reason
from pathgui.project.columnwords import ColumnWords
from pathgui.project.edits import Cell, Edit, RowChange
from pathgui.project.keys import Key
from pathgui.project.rawtable import RawTable
from pathgui.project.report import ImportReport
from pathgui.project.schema import Column

Duplicates = Literal["keep", "first", "last", "refuse"]
KnownRows = Literal["update", "fill", "leave"]


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """What a person decides about an import; the defaults guess.

    Attributes
    ----------
    id_column : str, optional
        Column of the file that names slide or patient.
    names : mapping of str to str
        Name in the clinical table by column of the file, where it shall differ.
    skip : frozenset of str
        Columns of the file to leave out.
    columns : mapping of str to Column
        Confirmed definitions by name in the clinical table.
    duplicates : {"keep", "first", "last", "refuse"}
        What happens to rows of the file that share a key.
    known : {"update", "fill", "leave"}
        What happens to rows that are there already: differing cells are replaced,
        only empty ones filled, or nothing.
    decimal : {"", ".", ","}
        How numbers are written; empty looks at the texts.
    key_names : {"", "slide", "patient"}
        What the key column names; empty looks at name and texts.
    rule : str, optional
        Slide-to-patient rule to use in place of the project's.
    ignore_case : bool
        Whether keys that differ from an id only by case are taken for it.
    unlinked : bool
        Whether no column shall be the key: clinical rows without link to slides.
    cohort : str
        Of new slides whose row names none; empty takes the project's only one.
    """

    id_column: str | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    skip: frozenset[str] = frozenset()
    columns: Mapping[str, Column] = field(default_factory=dict)
    duplicates: Duplicates = "keep"
    known: KnownRows = "update"
    decimal: str = ""
    key_names: Literal["", "slide", "patient"] = ""
    rule: str | None = None
    ignore_case: bool = False
    unlinked: bool = False
    cohort: str = ""

    def applied(self, table: RawTable) -> RawTable:
        """The table with the wanted columns under the wanted names.

        Raises
        ------
        TableError
            A column is not in the file, two get one name, or a definition makes no
            sense.
        """
        for name in (*self.names, *self.skip):
            if name not in table.columns:
                raise TableError(f"{table.path} has no column {name!r}.")
        for column in self.columns.values():
            if reason := definition_reason(column):
                raise TableError(f"The column {column.name!r} cannot be so: {reason}.")
        if not self.names and not self.skip:
            return table
        columns = {}
        for name, texts in table.columns.items():
            target = self.names.get(name, name).strip()
            if name in self.skip and name != self.id_column:
                continue
            if not target or target in columns:
                raise TableError(f"Two columns cannot both be {target!r}.")
            columns[target] = texts
        return replace(table, columns=columns)

    def key_name(self) -> str | None:
        """The wanted key under its name in the clinical table."""
        if self.id_column is None:
            return None
        return self.names.get(self.id_column, self.id_column)


@dataclass(frozen=True, slots=True)
class PlannedColumn:
    """A column of the file: its name here, what it seems to hold, and why.

    `is_new` tells that the table gets it by this import, `words` what its texts are.
    """

    source: str
    column: Column
    why: str
    is_new: bool
    words: ColumnWords


@dataclass(frozen=True, slots=True)
class Change:
    """A cell that is there and would be changed; `key` is what people call its row."""

    cell: Cell
    key: str

    @property
    def replaces(self) -> bool:
        """Whether a text would be lost (else a gap is filled)."""
        return bool(self.cell.old)


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """Everything an import would do; nothing is changed before it is carried out.

    Attributes
    ----------
    table : RawTable
        What was read.
    key : Key or None
        The column that names slide or patient; None imports unlinked rows.
    columns : tuple of PlannedColumn
        In the order of the file.
    edit : Edit
        What will be applied.
    changes : tuple of Change
        Its cells, for people to accept.
    report : ImportReport
        Counts, problems and warnings.
    into : str
        The table that it goes to: ``clinical`` or ``manifest``.
    """

    table: RawTable
    key: Key | None
    columns: tuple[PlannedColumn, ...]
    edit: Edit
    changes: tuple[Change, ...]
    report: ImportReport
    into: str = "clinical"

    @property
    def added(self) -> tuple[RowChange, ...]:
        """Rows that would come."""
        return self.edit.added

    def only(
        self,
        changes: Callable[[Change], bool] = bool,
        added: Callable[[RowChange], bool] = bool,
    ) -> "ImportPlan":
        """The plan with only the accepted changes and rows.

        Parameters
        ----------
        changes, added : callable
            Told each change and each new row; all are accepted by default.
        """
        return self.accepting(
            [changes(change) for change in self.changes],
            [added(row) for row in self.edit.added],
        )

    def accepting(self, changes: Sequence[bool], added: Sequence[bool]) -> "ImportPlan":
        """The plan with only the changes and new rows that are ticked, in order."""
        kept = tuple(compress(self.changes, changes))
        rows = tuple(compress(self.edit.added, added))
        taken = kept or rows or self.report.unchanged
        columns = self.edit.columns if taken else ()
        cells = tuple(c.cell for c in kept)
        edit = replace(self.edit, cells=cells, added=rows, columns=columns)
        dropped = {change.cell.row for change in self.changes}
        dropped -= {change.cell.row for change in kept}
        report = replace(
            self.report,
            added=len(rows),
            updated=max(0, self.report.updated - len(dropped)),
            columns=self.report.columns if taken else (),
        )
        return replace(self, edit=edit, changes=kept, report=report)
