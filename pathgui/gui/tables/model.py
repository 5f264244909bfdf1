"""The table model: reads the project's tables, and asks the session to change them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt, Signal
from typing_extensions import override

from pathgui.gui.session import Session
from pathgui.gui.session.bulk import AT_ONCE
from pathgui.gui.style.tips import plain
from pathgui.gui.tables.celllooks import CellLooks
from pathgui.gui.tables.content import DERIVED, NOTHING, Content, Field, Read, told
from pathgui.gui.tables.gathering import Gathering, takes_long
from pathgui.gui.tables.looks import LOOK_ROLE
from pathgui.gui.tables.rowslides import RowSlides
from pathgui.gui.tables.sheet import Rows, Source, spans
from pathgui.gui.tables.splice import Splice, only_columns, splice
from pathgui.project import Cell, Edit

Index = QModelIndex
Role = Qt.ItemDataRole


class TableModel(QAbstractTableModel, CellLooks, RowSlides):
    """Rows of one table, with columns of linked tables beside them.

    Parameters
    ----------
    session : Session
        Where the tables are and where edits go.
    read : callable
        Says what of a project is shown.

    Attributes
    ----------
    names : tuple of str
        Columns over all tables, ``table.column``, in order.
    renamed : Signal(dict)
        Columns are about to get other names: new by old, as ``table.column``.

    Notes
    -----
    Reads, never writes: `setData` makes an `Edit` and asks the session, and the cell
    changes when the session says so. Sorting and filtering are the proxy's.
    """

    renamed = Signal(dict)

    def __init__(
        self, session: Session, read: Read, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.session = session
        self.content: Content = NOTHING
        self.names: tuple[str, ...] = ()
        self._read_content = read
        self._gathering = Gathering(session, self)
        self._gathering.done.connect(self.show_content)
        self._positions: dict[str, Rows] = {}
        self._inverse: dict[str, tuple[Rows, Rows]] = {}
        self._columns: dict[str, int] = {}
        self.doubt: Callable[[int, str], str] = lambda _row, _name: ""
        self._read: dict[int, Callable[[int, int], Any]] = self.readers()
        session.changed.connect(self._on_changed)
        session.checks.changed.connect(self._on_checked)

    @property
    def main(self) -> str:
        """The table whose rows these are; empty where they are of several."""
        return self.content.main

    @property
    @override
    def fields(self) -> Sequence[Field]:
        """Columns in order."""
        return self.content.fields

    def reload(self) -> None:
        """Read the project again, or show nothing if none is open."""
        self._gathering.stop()
        project = self.session.project
        self.show_content(NOTHING if project is None else self._read_content(project))

    def read_by(self, read: Read, *, at_once: bool = False) -> None:
        """Show something else of the project, as `gather` or as `reload` does."""
        self._read_content = read
        if at_once:
            self.reload()
        else:
            self.gather()

    def gather(self) -> None:
        """Read the project again, in the background where that takes long."""
        project = self.session.project
        if project is not None and takes_long(project):
            self._keep_in_step()
            self._gathering.start(project, self._read_content)
        else:
            self.reload()

    def show_content(self, content: Content) -> None:
        """Show these columns and rows."""
        self.beginResetModel()
        self._take(content)
        self.endResetModel()

    def _take(self, content: Content) -> None:
        self.content = content
        self._positions.clear()
        self._inverse.clear()
        self._of_slide = None
        self.names = tuple(field.name for field in content.fields)
        self._columns = {name: place for place, name in enumerate(self.names)}

    def clear(self) -> None:
        """Show nothing."""
        self._gathering.stop()
        self.show_content(NOTHING)

    def row_id(self, row: int) -> int:
        """Identity of the row at a position, in the main table."""
        return int(self.content.rows[self.main][row])

    def row_ids(self, rows: Rows) -> list[int]:
        """The same of several."""
        return list(self.content.rows[self.main][rows].tolist())

    def rows_at(self, table: str, row_ids: Iterable[int]) -> Rows:
        """Positions at which rows of a table are shown."""
        if table not in self.content.rows:
            return np.zeros(0, np.int64)
        known, order = self._inverted(table)
        wanted = np.unique(np.fromiter(row_ids, np.int64))
        low, high = (np.searchsorted(known, wanted, side) for side in ("left", "right"))
        if ((high - low) <= 1).all():
            return order[low[high > low]]
        spans = zip(low.tolist(), high.tolist(), strict=True)
        return np.concatenate([order[start:stop] for start, stop in spans])

    def row_at(self, row_id: int, table: str = "") -> int:
        """Position of a row, -1 if it is not here."""
        rows = self.rows_at(table or self.main, [row_id])
        return int(rows[0]) if len(rows) else -1

    def column_at(self, table: str, name: str) -> int:
        """Position of a column, -1 if it is not here."""
        return self._columns.get(f"{table}.{name}", -1)

    def source(self, column: int) -> Source:
        """Where the texts of a column are."""
        field, content = self.fields[column], self.content
        if field.picture:
            texts = np.full(len(content), "", dtype=object)
            return Source(field.column, field.name, texts)
        if field.table == DERIVED:
            texts = content.derived[field.column.name]
            return Source(field.column, field.name, texts)
        texts = content.tables[field.table].store.texts(field.column.name)
        rows = self._positions.get(field.table)
        if rows is None:
            rows = self.positions(field.table)
        return Source(field.column, field.name, texts, rows)

    def texts(self, column: int) -> list[str]:
        """Stored texts of a whole column, by position."""
        found: list[str] = self.source(column).take().tolist()
        return found

    @override
    def text(self, row: int, column: int) -> str:
        """Stored text of a cell."""
        field, content = self.fields[column], self.content
        if field.picture:
            return ""
        if field.table == DERIVED:
            return str(content.derived[field.column.name][row])
        place = self.positions(field.table)[row]
        if place < 0:
            return ""
        return str(content.tables[field.table].texts(field.column.name)[place])

    def positions(self, table: str) -> Rows:
        """Position in a table of the row beside each row shown, -1 for none."""
        found = self._positions.get(table)
        if found is None:
            store = self.content.tables[table].store
            found = self._positions[table] = store.positions(self.content.rows[table])
        return found

    def locate(self, row: int, column: int) -> tuple[str, int, str] | None:
        """Table, row and column name behind a cell; None where nothing is."""
        field = self.fields[column]
        rows = self.content.rows.get(field.table)
        if rows is None or rows[row] < 0:
            return None
        return field.table, int(rows[row]), field.column.name

    def cell_edit(self, row: int, column: int, text: str) -> Cell | None:
        """The change that puts `text` into a cell; None if there is nothing to do."""
        place = self.locate(row, column)
        if place is None or not self.column_editable(column):
            return None
        old = self.text(row, column)
        return None if old == text else Cell(*place, old, text)

    def column_editable(self, column: int) -> bool:
        """Whether a person may change cells of a column."""
        field = self.fields[column]
        return field.table in self.content.tables and not field.column.computed

    def editable(self, row: int, column: int) -> bool:
        """Whether a person may change a cell."""
        return self.column_editable(column) and self.locate(row, column) is not None

    @override
    def rowCount(self, parent: Any = Index()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.content)

    @override
    def columnCount(self, parent: Any = Index()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.fields)

    @override
    def flags(self, index: Any) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        return self.flags_of(index.row(), index.column())

    def flags_of(self, row: int, column: int) -> Qt.ItemFlag:
        """What `flags` gives for the cell at a position."""
        free = not self.session.bulk.locked
        return _EDITABLE if free and self.editable(row, column) else _PLAIN

    @override
    def data(self, index: Any, role: int = Role.DisplayRole) -> Any:
        if not index.isValid():
            return None
        return self.value(index.row(), index.column(), role)

    def value(self, row: int, column: int, role: int) -> Any:
        """What `data` gives for the cell at a position."""
        reader = self._read.get(role)
        return None if reader is None else reader(row, column)

    @override
    def setData(self, index: Any, value: Any, role: int = Role.EditRole) -> bool:
        if role != Role.EditRole or not index.isValid():
            return False
        cell = self.cell_edit(index.row(), index.column(), str(value))
        if cell is not None:
            self.session.edit(Edit(f"Edit {cell.column}", (cell,)))
        return cell is not None

    @override
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole
    ) -> Any:
        if role == Role.ToolTipRole and orientation == Qt.Orientation.Horizontal:
            return (
                plain(told(self.fields[section])) if section < len(self.fields) else ""
            )
        if role != Role.DisplayRole:
            return None
        if orientation == Qt.Orientation.Vertical:
            return str(section + 1)
        return self.fields[section].column.name if section < len(self.fields) else None

    def _inverted(self, table: str) -> tuple[Rows, Rows]:
        """Row ids of a table in order, and where each is shown."""
        found = self._inverse.get(table)
        if found is None:
            ids = self.content.rows[table]
            order = np.argsort(ids, kind="stable")
            found = self._inverse[table] = ids[order], order
        return found

    def _on_changed(self, edit: Edit) -> None:
        tables = self.content.tables
        whole = edit.rows_of | {change.table for change in edit.columns}
        linked = self.content.linked_by
        if names := edit.new_names:
            self.renamed.emit(names)
        if self._gathering.busy and (whole or edit.size):
            self.reload()  # what is being read may be old
            return
        if whole & set(tables) or edit.places & linked:
            self._reread(edit)
            return
        if len(edit.cells) > AT_ONCE:
            for table, name in edit.places:
                self._tell(table, name, None)
            return
        touched: dict[tuple[str, str], set[int]] = {}
        for cell in edit.cells:
            touched.setdefault((cell.table, cell.column), set()).add(cell.row)
        for (table, name), rows in touched.items():
            self._tell(table, name, rows)

    def _keep_in_step(self) -> None:
        """Until all is read anew, rows that are gone are shown as empty."""
        content = self.content
        tables, fields = content.tables, content.fields
        known = (f for f in fields if f.table in tables)
        if not all(tables[f.table].has_column(f.column.name) for f in known):
            self.show_content(NOTHING)
            return
        rows = {
            name: np.where(table.store.positions(ids) < 0, -1, ids)
            for name, table in tables.items()
            for ids in (content.rows[name],)
        }
        self.content = replace(content, rows={**content.rows, **rows})
        self._positions.clear()
        self._inverse.clear()

    def _reread(self, edit: Edit) -> None:
        """Other rows stand side by side now, or there are other columns."""
        project = self.session.project
        if project is not None and self.main and only_columns(edit):
            self._show_columns(self._read_content(project), edit.new_names)
        elif self.main or edit.columns:
            self.reload()
        else:
            self.gather()

    def _show_columns(self, content: Content, names: Mapping[str, str]) -> None:
        """Show other columns; the rest stays as it is if these are all that differs."""
        found = splice(self.content, content, names)
        if found is None:
            self.show_content(content)
        elif found.come and not found.gone:
            self.beginInsertColumns(Index(), found.first, found.last)
            self._take(content)
            self.endInsertColumns()
        elif found.gone and not found.come:
            self.beginRemoveColumns(Index(), found.first, found.last)
            self._take(content)
            self.endRemoveColumns()
        else:
            self._take(content)
            self._tell_columns(found)

    def _tell_columns(self, found: Splice) -> None:
        """Announce columns with other names or definitions."""
        if not found.come:
            return
        if len(self.content):
            last = self.index(len(self.content) - 1, found.last)
            self.dataChanged.emit(self.index(0, found.first), last)
        across = Qt.Orientation.Horizontal
        self.headerDataChanged.emit(across, found.first, found.last)

    def _tell(self, table: str, name: str, row_ids: set[int] | None) -> None:
        """Announce changed cells of a column (None: all of it) as few ranges."""
        column = self.column_at(table, name)
        if column < 0 or not len(self.content):
            return
        runs = [(0, len(self.content) - 1)]
        if row_ids is not None:
            runs = spans(np.sort(self.rows_at(table, row_ids)))
        if len(runs) > _MANY:
            runs = [(runs[0][0], runs[-1][1])]
        for first, last in runs:
            self.dataChanged.emit(self.index(first, column), self.index(last, column))

    def _on_checked(self) -> None:
        """Marks of cells may have changed: paint again what is in sight."""
        if len(self.content) and self.fields:
            last = self.index(len(self.content) - 1, len(self.fields) - 1)
            self.dataChanged.emit(self.index(0, 0), last, [LOOK_ROLE])


_MANY = 50
_PLAIN = (
    Qt.ItemFlag.ItemIsEnabled
    | Qt.ItemFlag.ItemIsSelectable
    | Qt.ItemFlag.ItemNeverHasChildren
)
_EDITABLE = _PLAIN | Qt.ItemFlag.ItemIsEditable
