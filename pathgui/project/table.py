"""A table as people and the window see it: rows, typed columns, problems."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pathgui.errors import TableError
from pathgui.project import typed
from pathgui.project.csvtext import TextArray
from pathgui.project.edits import Cell, ColumnChange, Edit, RowChange
from pathgui.project.schema import Column
from pathgui.project.store import Ids, TextStore

if TYPE_CHECKING:
    import pandas as pd

Check = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class CellProblem:
    """A cell that does not fit its column, and why."""

    table: str
    row: int
    column: str
    text: str
    reason: str


class Table:
    """Texts with types as a view; changes only through `Project.apply`.

    Parameters
    ----------
    name : str
        ``"manifest"`` or ``"clinical"``.
    store : TextStore
        The texts.
    columns : sequence of Column
        Definitions, in the order of the file.
    key : str
        Column that names a row.
    checks : mapping, optional
        Extra checks by column: text to reason or ``""``.
    """

    def __init__(
        self,
        name: str,
        store: TextStore,
        columns: Sequence[Column],
        key: str,
        checks: Mapping[str, Check] | None = None,
    ) -> None:
        self.name = name
        self.key = key
        self.store = store
        self._columns = {column.name: column for column in columns}
        self._checks = dict(checks or {})
        self._problems: dict[str, dict[int, str]] = {}
        self._found: dict[str, list[int]] | None = None

    def __len__(self) -> int:
        return len(self.store)

    @property
    def columns(self) -> tuple[Column, ...]:
        return tuple(self._columns[name] for name in self.store.header)

    @property
    def row_ids(self) -> list[int]:
        """Ids of the rows in the order of the file."""
        ids: list[int] = self.store.ids.tolist()
        return ids

    @property
    def ids(self) -> Ids:
        """The same as an int64 array of shape (n,)."""
        return self.store.ids

    @property
    def dirty(self) -> bool:
        """Whether it differs from its file."""
        return self.store.dirty

    def column(self, name: str) -> Column:
        """Definition of a column; TableError if there is none."""
        try:
            return self._columns[name]
        except KeyError as error:
            raise TableError(
                f"The {self.name} table has no column {name!r}.",
                f"It has {', '.join(self._columns)}.",
            ) from error

    def set_key(self, key: str) -> None:
        """Let another column name the rows; nothing in the texts changes."""
        self.key = self.column(key).name
        self._found = None

    def has_column(self, name: str) -> bool:
        return name in self._columns

    def has_row(self, row_id: int) -> bool:
        return self.store.has_row(row_id)

    def texts(self, column: str) -> TextArray:
        """Texts of a whole column by position: shape (n,), read only by habit."""
        self.column(column)
        return self.store.texts(column)

    def text(self, row_id: int, column: str) -> str:
        """Text of a cell exactly as in the file."""
        try:
            return self.store.text(row_id, column)
        except KeyError as error:
            self.column(column)
            raise TableError(f"The {self.name} table has no row {row_id}.") from error

    def value(self, row_id: int, column: str) -> typed.Value:
        """Typed value of a cell; None if it is missing or does not fit."""
        try:
            return typed.parse(self.text(row_id, column), self.column(column))
        except typed.Misfit:
            return None

    def row(self, row_id: int) -> dict[str, str]:
        """All texts of a row by column."""
        return self.store.row(row_id)

    def position(self, row_id: int) -> int:
        """Place of a row, 0 first."""
        return self.store.position(row_id)

    def find(self, key: str) -> int | None:
        """Id of the first row of this key."""
        rows = self.find_all(key)
        return rows[0] if rows else None

    def find_all(self, key: str) -> list[int]:
        """Ids of all rows of this key, in order."""
        if self._found is None:
            self._found = {}
            ids = self.row_ids
            for row_id, text in zip(ids, self.store.texts(self.key), strict=True):
                self._found.setdefault(text, []).append(row_id)
        return self._found.get(key, []) if key else []

    def frame(self) -> "pd.DataFrame":
        """All texts as a DataFrame, indexed by row id (a copy)."""
        import pandas as pd

        data = {name: self.store.texts(name) for name in self.store.header}
        return pd.DataFrame(data, index=self.store.ids.copy(), dtype=object, copy=True)

    def problem(self, row_id: int, column: str) -> str:
        """Why a cell does not fit its column, or ``""``."""
        return self.column_problems(column).get(row_id, "")

    def problems(self) -> Iterator[CellProblem]:
        """All cells that do not fit, column by column."""
        for column in self.store.header:
            for row_id, reason in self.column_problems(column).items():
                text = self.store.text(row_id, column)
                yield CellProblem(self.name, row_id, column, text, reason)

    def column_problems(self, column: str) -> Mapping[int, str]:
        """Reasons by row id for one column."""
        known = self._problems.get(column)
        if known is None:
            known = self._problems[column] = self._find_problems(self.column(column))
        return known

    def _reason(self, text: str, column: Column) -> str:
        if found := typed.reason(text, column):
            return found
        check = self._checks.get(column.name)
        return check(text) if check is not None and text else ""

    def _find_problems(self, column: Column) -> dict[int, str]:
        texts: list[str] = self.store.texts(column.name).tolist()
        distinct = set(texts)
        reasons = {
            text: reason for text in distinct if (reason := self._reason(text, column))
        }
        if column.unique and len(distinct) < len(texts):
            for text, count in Counter(texts).items():
                if count > 1 and text not in reasons:
                    reasons[text] = f"{text!r} stands in {count} rows"
        if not reasons:
            return {}
        return {
            row_id: reasons[text]
            for row_id, text in zip(self.row_ids, texts, strict=True)
            if text in reasons
        }

    # Making edits: nothing below changes the table.

    def cell(self, row_id: int, column: str, new: str) -> Cell:
        """The change of one cell to a new text."""
        return Cell(self.name, row_id, column, self.text(row_id, column), new)

    def next_row_id(self) -> int:
        """An id that no row has had."""
        return self.store.next_id

    def new_rows(self, rows: Iterable[Mapping[str, str]]) -> tuple[RowChange, ...]:
        """Rows to append, with ids of their own."""
        first = self.store.next_id
        return tuple(
            RowChange(self.name, first + k, values) for k, values in enumerate(rows)
        )

    def gone_rows(self, row_ids: Iterable[int]) -> tuple[RowChange, ...]:
        """Rows to remove, with all that is needed to bring them back."""
        return tuple(
            RowChange(self.name, row, self.store.row(row), self.store.position(row))
            for row in row_ids
        )

    def new_column(self, column: Column, position: int = -1) -> ColumnChange:
        """A column to add."""
        return ColumnChange(self.name, None, column, position)

    def gone_column(self, name: str) -> tuple[ColumnChange, tuple[Cell, ...]]:
        """A column to remove, and the emptying of its cells that must go along."""
        where = list(self.store.header).index(self.column(name).name)
        cells = tuple(
            Cell(self.name, row_id, name, text, "")
            for row_id, text in zip(self.row_ids, self.store.texts(name), strict=True)
            if text
        )
        return ColumnChange(self.name, self.column(name), None, where), cells

    # Changing: for Project.apply alone.

    def check(self, edit: Edit) -> None:
        """Raise TableError if the edit names rows or columns that are not here."""
        coming = {c.new.name for c in edit.columns if c.new and c.table == self.name}
        for column in coming:
            if not column or column != column.strip() or "\ufeff" in column:
                raise TableError(f"{column!r} cannot be the name of a column.")
        rows = {r.row for r in edit.added if r.table == self.name}
        for row in rows:
            if self.store.has_row(row):
                raise TableError(f"The {self.name} table has a row {row} already.")
        for cell in edit.cells:
            if cell.table == self.name:
                if cell.column not in coming:
                    self.column(cell.column)
                self._require_row(cell.row, rows)
        for gone in edit.removed:
            if gone.table == self.name:
                self._require_row(gone.row, set())

    def _require_row(self, row_id: int, coming: set[int]) -> None:
        if row_id not in coming and not self.store.has_row(row_id):
            raise TableError(f"The {self.name} table has no row {row_id}.")

    def change(self, edit: Edit) -> None:
        """Carry out the parts of an edit that concern this table."""
        columns = [c for c in edit.columns if c.table == self.name]
        for change in columns:
            if change.new is not None:
                self._define(change.old, change.new, change.position)
        added = [r for r in edit.added if r.table == self.name]
        self.store.add_rows([(r.row, r.position, r.values) for r in added])
        touched = set()
        for cell in edit.cells:
            if cell.table == self.name:
                self.store.set_text(cell.row, cell.column, cell.new)
                touched.add(cell.column)
        removed = [r.row for r in edit.removed if r.table == self.name]
        self.store.remove_rows(removed)
        for change in columns:
            if change.new is None and change.old is not None:
                self.store.remove_column(change.old.name)
                del self._columns[change.old.name]
        self._forget(touched, whole=bool(columns or added or removed))

    def _define(self, old: Column | None, new: Column, position: int) -> None:
        if old is None:
            if new.name not in self._columns:
                self.store.add_column(new.name, position)
        elif old.name != new.name:
            self.store.rename_column(old.name, new.name)
            del self._columns[old.name]
        self._columns[new.name] = new

    def _forget(self, touched: set[str], *, whole: bool) -> None:
        if whole or "cohort" in touched:
            self._problems.clear()
        for column in touched:
            self._problems.pop(column, None)
        if whole or self.key in touched:
            self._found = None

    def as_rows(self) -> list[dict[str, Any]]:
        """All rows as dicts of text, for reports."""
        header = self.store.header
        texts = [self.store.texts(name).tolist() for name in header]
        return [dict(zip(header, row, strict=True)) for row in zip(*texts, strict=True)]
