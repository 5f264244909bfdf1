"""A table that can be changed: makes edits, checks them, carries them out."""

from collections.abc import Iterable, Mapping

from pathgui.errors import TableError
from pathgui.project.edits import Cell, ColumnChange, Edit, RowChange
from pathgui.project.schema import Column, columns_for
from pathgui.project.store import TextStore
from pathgui.project.tableview import TableView

# Beyond so many changed cells, looking at whole columns again is quicker.
_FEW = 1000


class Table(TableView):
    """A table of a project; it changes only through `Project.apply`.

    What makes parts of an edit changes nothing; `check` and `change` are for the
    project alone.
    """

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

    def check(self, edit: Edit) -> None:
        """Raise TableError if the edit names rows or columns that are not here."""
        coming = {c.new.name for c in edit.columns if c.new and c.table == self.name}
        for column in coming:
            if not column or column != column.strip() or "\ufeff" in column:
                raise TableError(f"{column!r} cannot be the name of a column.")
        self._check_names(edit)
        rows = {r.row for r in edit.added if r.table == self.name}
        for row in rows:
            if self.store.has_row(row):
                raise TableError(f"The {self.name} table has a row {row} already.")
        mine = [cell for cell in edit.cells if cell.table == self.name]
        for column in {cell.column for cell in mine} - coming:
            self.column(column)
        for row in {cell.row for cell in mine}:
            self._require_row(row, rows)
        for gone in edit.removed:
            if gone.table == self.name:
                self._require_row(gone.row, set())

    def _check_names(self, edit: Edit) -> None:
        for change in edit.columns:
            old, new = change.old, change.new
            if change.table != self.name or old is None:
                continue
            self.column(old.name)
            if new and new.name != old.name and self.has_column(new.name):
                raise TableError(
                    f"The {self.name} table has a column {new.name!r} already."
                )

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
        cells = [cell for cell in edit.cells if cell.table == self.name]
        for cell in cells:
            self.store.set_text(cell.row, cell.column, cell.new)
        removed = [r.row for r in edit.removed if r.table == self.name]
        self.store.remove_rows(removed)
        for change in columns:
            if change.new is None and change.old is not None:
                self.store.remove_column(change.old.name)
                del self._columns[change.old.name]
        self._forget(edit)

    def redefine(self, before: Mapping[str, Column], now: Mapping[str, Column]) -> None:
        """Take over definitions that changed in the project file, not here.

        `before` and `now` are those beyond the standard ones, as in `columns_for`.
        """
        was = columns_for(self.name, self.store.header, before)
        becomes = columns_for(self.name, self.store.header, now)
        for old, new in zip(was, becomes, strict=True):
            if old != new and self._columns[old.name] == old:
                self._columns[old.name] = new
                self._problems.pop(old.name, None)

    def _define(self, old: Column | None, new: Column, position: int) -> None:
        if old is None:
            if new.name not in self._columns:
                self.store.add_column(new.name, position)
        elif old.name != new.name:
            self.store.rename_column(old.name, new.name)
            del self._columns[old.name]
        self._columns[new.name] = new

    def forked(self, edit: Edit) -> "Table":
        """A twin that holds what an edit makes of this table, which stays as it is."""
        columns = [column for table, column in edit.places if table == self.name]
        store = self.store.fork(columns)
        twin = Table(self.name, store, self.columns, self.key, self._checks)
        twin.change(edit)
        twin.find("")  # rows by key are found at once then
        return twin

    def take(self, twin: "Table", edit: Edit) -> TextStore:
        """Become what `forked` gave; returns the texts that it held before."""
        before, self.store = self.store, twin.store
        self._columns = {column.name: column for column in twin.columns}
        self._forget(edit)
        self._first = twin.known_keys if twin.key == self.key else None
        return before

    def _forget(self, edit: Edit) -> None:
        """Drop what was known of changed cells; judge few of them again at once."""
        touched = {column for table, column in edit.places if table == self.name}
        defined = any(change.table == self.name for change in edit.columns)
        whole = defined or self.name in edit.rows_of
        if whole or "cohort" in touched:
            self._problems.clear()
        cells = edit.cells if len(edit.cells) <= _FEW else ()
        for column in touched & set(self._problems):
            if not cells or self._columns[column].unique:
                del self._problems[column]
        for cell in cells:
            known = self._problems.get(cell.column)
            if cell.table == self.name and known is not None:
                self._judge(cell, known)
        if whole or self.key in touched:
            self._forget_keys()

    def _judge(self, cell: Cell, known: dict[int, str]) -> None:
        if not self.store.has_row(cell.row):
            return
        reason = self._checker(self._columns[cell.column])(cell.new)
        if reason:
            known[cell.row] = reason
        else:
            known.pop(cell.row, None)

    def twin(self) -> "Table":
        """Another table over the same texts."""
        return Table(self.name, self.store, self.columns, self.key, self._checks)

    def adopt(self, other: "Table") -> None:
        """Become what was read again from disk."""
        self.store = other.store
        self._columns = {column.name: column for column in other.columns}
        self._problems.clear()
        self._forget_keys()
        self._first = other.known_keys if other.key == self.key else None

    def frozen(self) -> "Table":
        """The same texts as they are now, whatever becomes of this table."""
        store = self.store.fork(self.store.header)
        return Table(self.name, store, self.columns, self.key, self._checks)
