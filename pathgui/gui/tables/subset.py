"""Some rows and columns of a table, as the table has them."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt
from typing_extensions import override

from pathgui.gui.style import Theme
from pathgui.gui.tables.header import KIND_ICONS
from pathgui.gui.tables.proxy import OrderProxy
from pathgui.gui.tables.sheet import Rows

Index = QModelIndex
Role = Qt.ItemDataRole
_NO_ROWS: Rows = np.zeros(0, np.int64)


class SubsetModel(QAbstractTableModel):
    """Chosen rows of an `OrderProxy`, in its order; only to be read.

    Parameters
    ----------
    proxy : OrderProxy
        The table.
    theme : Theme
        Icons of the header.
    """

    def __init__(
        self, proxy: OrderProxy, theme: Theme, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._proxy, self._theme = proxy, theme
        self._rows: Rows = _NO_ROWS
        self.columns: list[int] = []
        proxy.model.dataChanged.connect(self._on_changed)
        # Rows of a table that is read anew are not those shown here, nor are columns.
        for signal in (
            proxy.modelAboutToBeReset,
            proxy.columnsAboutToBeInserted,
            proxy.columnsAboutToBeRemoved,
        ):
            signal.connect(self.clear)

    def show_rows(self, rows: Rows, columns: Sequence[int]) -> None:
        """Show these rows of the model beneath, as the proxy orders them.

        Rows that the proxy's filters leave out are left out here, too.
        """
        order = self._proxy.source_rows()
        self.beginResetModel()
        self._rows = order[np.isin(order, rows)] if len(rows) else _NO_ROWS
        self.columns = list(columns)
        self.endResetModel()

    def clear(self) -> None:
        """Show nothing, until rows are given again."""
        self.show_rows(_NO_ROWS, ())

    def slide_id(self, row: int) -> str:
        """The slide that a row speaks of."""
        return self._proxy.model.slide_id(int(self._rows[row]))

    @override
    def rowCount(self, parent: Any = Index()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    @override
    def columnCount(self, parent: Any = Index()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.columns)

    @override
    def data(self, index: Any, role: int = Role.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        row = int(self._rows[index.row()])
        return self._proxy.model.value(row, self.columns[index.column()], role)

    @override
    def flags(self, index: Any) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    @override
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal or section >= len(self.columns):
            return None
        column = self.columns[section]
        field = self._proxy.model.fields[column]
        if role == Role.DecorationRole:
            icon = "ph.key" if field.key else KIND_ICONS.get(field.column.kind, "")
            return self._theme.icons.icon(icon or "ph.text-t", "text3")
        if role != Role.DisplayRole:
            return None
        sort = next((s for s in self._proxy.sorts if s.column == field.name), None)
        arrow = "" if sort is None else "  ↓" if sort.descending else "  ↑"
        return f"{field.column.name}{arrow}"

    def _on_changed(self, *_: object) -> None:
        if len(self._rows):
            last = self.index(len(self._rows) - 1, len(self.columns) - 1)
            self.dataChanged.emit(self.index(0, 0), last)
