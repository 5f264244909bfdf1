"""The table model: reads the project's tables, and asks the session to change them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt
from typing_extensions import override

from pathgui.gui.session import Session
from pathgui.gui.tables.looks import (
    COLUMN_ROLE,
    LOOK_ROLE,
    NUMERIC,
    SUGGEST_ROLE,
    Look,
    look,
)
from pathgui.project import Cell, Column, Edit, Table

Index = QModelIndex
Role = Qt.ItemDataRole


@dataclass(frozen=True, slots=True)
class Field:
    """A column on screen: where its values live, or the column of pictures.

    Attributes
    ----------
    table : str
        Name of the table it reads; empty for pictures.
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


PICTURE = Field("", Column(name=""))


class TableModel(QAbstractTableModel):
    """Rows of one table, with columns of linked tables beside them.

    Parameters
    ----------
    session : Session
        Where the tables are and where edits go.
    main : str
        The table whose rows these are.

    Notes
    -----
    Reads, never writes: `setData` makes an `Edit` and asks the session, and the cell
    changes when the session says so. Sorting and filtering are the proxy's.
    """

    def __init__(
        self, session: Session, main: str, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.session = session
        self.main = main
        self.fields: list[Field] = []
        self._tables: dict[str, Table] = {}
        self._rows: list[int] = []
        self._at: dict[int, int] = {}
        self._links: dict[str, dict[int, int]] = {}
        self._back: dict[str, dict[int, list[int]]] = {}
        self._owners: dict[int, tuple[str, ...]] | None = None
        self._of_slide: dict[str, list[int]] | None = None
        self.doubt: Callable[[int, str], str] = lambda _row, _name: ""
        self._read: dict[int, Callable[[int, int], Any]] = self._readers()
        session.changed.connect(self._on_changed)

    def load(
        self,
        tables: Iterable[Table],
        fields: Sequence[Field],
        links: dict[str, dict[int, int]],
        owners: dict[int, tuple[str, ...]] | None = None,
    ) -> None:
        """Show these columns.

        Parameters
        ----------
        tables, fields :
            What is read, and which columns of it are shown.
        links : dict
            By other table: the row there that belongs to each row here.
        owners : dict, optional
            Slides of each row, where the row itself does not name its slide.
        """
        self.beginResetModel()
        self._tables = {table.name: table for table in tables}
        self.fields = list(fields)
        self._links = links
        self._back = {name: _inverse(link) for name, link in links.items()}
        self._owners = owners
        self._read_rows()
        self.endResetModel()

    def clear(self) -> None:
        """Show nothing."""
        self.load((), (), {})

    def row_id(self, row: int) -> int:
        """Identity of the row at a position."""
        return self._rows[row]

    def row_at(self, row_id: int) -> int:
        """Position of a row, -1 if it is not here."""
        return self._at.get(row_id, -1)

    def column_at(self, table: str, name: str) -> int:
        """Position of a column, -1 if it is not here."""
        for position, field in enumerate(self.fields):
            if field.table == table and field.column.name == name:
                return position
        return -1

    def texts(self, column: int) -> list[str]:
        """Stored texts of a whole column, by position."""
        field = self.fields[column]
        if field.picture:
            return [""] * len(self._rows)
        table, name = self._tables[field.table], field.column.name
        if field.table == self.main:
            own: list[str] = table.texts(name).tolist()
            return own
        link = self._links[field.table]
        return [
            table.text(link[row], name) if row in link else "" for row in self._rows
        ]

    def text(self, row: int, column: int) -> str:
        """Stored text of a cell."""
        field, row_id = self._cell(row, column)
        if row_id is None or field.picture:
            return ""
        return self._tables[field.table].text(row_id, field.column.name)

    def locate(self, row: int, column: int) -> tuple[str, int, str] | None:
        """Table, row and column name behind a cell; None where nothing is."""
        field, row_id = self._cell(row, column)
        if field.picture or row_id is None:
            return None
        return field.table, row_id, field.column.name

    def slide_id(self, row: int) -> str:
        """Slide of the row at a position; empty if the row has none."""
        slides = self.slides(row)
        return slides[0] if slides else ""

    def slides(self, row: int) -> tuple[str, ...]:
        """All slides the row at a position speaks of."""
        row_id = self._rows[row]
        if self._owners is not None:
            return self._owners.get(row_id, ())
        return (self._tables[self.main].text(row_id, "slide_id"),)

    def all_slides(self) -> list[str]:
        """Slide of every row, by position, where each row names one."""
        found: list[str] = self._tables[self.main].texts("slide_id").tolist()
        return found

    def rows_of(self, slides: Iterable[str]) -> list[int]:
        """Positions of the rows that speak of these slides."""
        if self._of_slide is None:
            self._of_slide = {}
            for row in range(len(self._rows)):
                for slide in self.slides(row):
                    self._of_slide.setdefault(slide, []).append(row)
        return sorted(
            {row for slide in slides for row in self._of_slide.get(slide, ())}
        )

    def cell_edit(self, row: int, column: int, text: str) -> Cell | None:
        """The change that puts `text` into a cell; None if there is nothing to do."""
        place = self.locate(row, column)
        if place is None or not self.editable(row, column):
            return None
        old = self.text(row, column)
        new = text.strip()
        return None if old == new else Cell(*place, old, new)

    def editable(self, row: int, column: int) -> bool:
        """Whether a person may change a cell."""
        field = self.fields[column]
        if field.picture or field.column.computed:
            return False
        return self.locate(row, column) is not None

    @override
    def rowCount(self, parent: Any = Index()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    @override
    def columnCount(self, parent: Any = Index()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.fields)

    @override
    def flags(self, index: Any) -> Qt.ItemFlag:
        flags = super().flags(index)
        if index.isValid() and self.editable(index.row(), index.column()):
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    @override
    def data(self, index: Any, role: int = Role.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row, column = index.row(), index.column()
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
        if role != Role.DisplayRole:
            return None
        if orientation == Qt.Orientation.Vertical:
            return str(section + 1)
        return self.fields[section].column.name if section < len(self.fields) else None

    def _readers(self) -> dict[int, Callable[[int, int], Any]]:
        return {
            Role.DisplayRole: lambda row, column: self.look(row, column).text,
            Role.EditRole: self.text,
            Role.ToolTipRole: self._reason,
            Role.AccessibleTextRole: self._spoken,
            LOOK_ROLE: self.look,
            COLUMN_ROLE: lambda _row, column: self.fields[column].column,
            SUGGEST_ROLE: lambda _row, column: sorted(set(self.texts(column)) - {""}),
        }

    def look(self, row: int, column: int) -> Look:
        """How a cell is painted."""
        field, row_id = self._cell(row, column)
        if field.picture:
            return Look("picture", "")
        if row_id is None:
            numeric = field.column.kind in NUMERIC
            return Look("number" if numeric else "text", "–")
        table, name = self._tables[field.table], field.column.name
        found = look(
            field.column,
            table.text(row_id, name),
            key=field.key,
            problem=table.problem(row_id, name),
            edited=self.session.edited(table, row_id, name),
        )
        if field.table == "metrics" and (doubt := self.doubt(row, name)):
            return replace(found, doubt=doubt)
        return found

    def _reason(self, row: int, column: int) -> str:
        cell = self.look(row, column)
        return cell.problem or cell.doubt

    def _cell(self, row: int, column: int) -> tuple[Field, int | None]:
        field, row_id = self.fields[column], self._rows[row]
        if field.picture or field.table == self.main:
            return field, row_id
        return field, self._links[field.table].get(row_id)

    def _spoken(self, row: int, column: int) -> str:
        cell = self.look(row, column)
        words = [self.fields[column].column.name, cell.text]
        if cell.problem:
            words.append(f"error: {cell.problem}")
        if cell.doubt:
            words.append(f"outlier: {cell.doubt}")
        if cell.edited:
            words.append("not yet saved")
        return ", ".join(words)

    def _read_rows(self) -> None:
        table = self._tables.get(self.main)
        self._rows = list(table.row_ids) if table is not None else []
        self._at = {row_id: row for row, row_id in enumerate(self._rows)}
        self._of_slide = None

    def _on_changed(self, edit: Edit) -> None:
        if any(change.table in self._tables for change in edit.added + edit.removed):
            self.beginResetModel()
            self._read_rows()
            self.endResetModel()
            return
        for cell in edit.cells:
            if cell.table in self._tables:
                self._touch(cell)
                if cell.column == "slide_id":
                    self._of_slide = None

    def _touch(self, cell: Cell) -> None:
        column = self.column_at(cell.table, cell.column)
        if column < 0:
            return
        rows = [cell.row]
        if cell.table != self.main:
            rows = self._back[cell.table].get(cell.row, [])
        for row_id in rows:
            row = self._at.get(row_id, -1)
            if row >= 0:
                index = self.index(row, column)
                self.dataChanged.emit(index, index)


def _inverse(link: dict[int, int]) -> dict[int, list[int]]:
    back: dict[int, list[int]] = {}
    for row, other in link.items():
        back.setdefault(other, []).append(row)
    return back
