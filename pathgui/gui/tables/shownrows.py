"""Which rows of a table are shown, and where: a proxy over an order of positions."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractProxyModel, QModelIndex, QObject, Qt
from typing_extensions import override

from pathgui.gui.tables.model import TableModel
from pathgui.gui.tables.sheet import Rows

Index = QModelIndex


class ShownRows(QAbstractProxyModel):
    """Some rows of a `TableModel` in an order of their own.

    Parameters
    ----------
    model : TableModel
        The table; none of its rows is shown until `take` is told.
    """

    def __init__(self, model: TableModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.model = model
        self._order: Rows = np.zeros(0, np.int64)
        self._at: Rows = np.zeros(0, np.int64)
        self.setSourceModel(model)

    def take(self, rows: Rows) -> None:
        """Show these positions of the model, in this order; views are not told."""
        self._order = rows
        self._at = np.full(self.model.rowCount(), -1, np.int64)
        self._at[rows] = np.arange(len(rows))

    def source_row(self, row: int) -> int:
        """Position in the model of a shown row."""
        return int(self._order[row])

    def source_rows(self) -> Rows:
        """Positions in the model of all shown rows, in order."""
        return self._order

    def shown_row(self, source_row: int) -> int:
        """Where a row of the model is shown, -1 if it is not."""
        return int(self._at[source_row]) if 0 <= source_row < len(self._at) else -1

    def shown_rows(self, source_rows: Sequence[int]) -> list[int]:
        """Where rows of the model are shown, from top to bottom; others left out."""
        found = np.sort(self._at[np.asarray(source_rows, np.int64)])
        return list(found[found >= 0].tolist())

    @override
    def mapToSource(self, proxyIndex: Any) -> Index:
        if not proxyIndex.isValid():
            return Index()
        row = self.source_row(proxyIndex.row())
        return self.model.index(row, proxyIndex.column())

    @override
    def mapFromSource(self, sourceIndex: Any) -> Index:
        row = self.shown_row(sourceIndex.row()) if sourceIndex.isValid() else -1
        return Index() if row < 0 else self.index(row, sourceIndex.column())

    @override
    def index(self, row: int, column: int, parent: Any = Index()) -> Index:  # noqa: B008
        if parent.isValid() or not 0 <= row < len(self._order):
            return Index()
        if not 0 <= column < self.model.columnCount():
            return Index()
        return self.createIndex(row, column)

    @override
    def parent(self, child: Any = None) -> Any:
        return Index() if child is not None else super().parent()

    @override
    def rowCount(self, parent: Any = Index()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._order)

    @override
    def columnCount(self, parent: Any = Index()) -> int:  # noqa: B008
        return 0 if parent.isValid() else self.model.columnCount()

    @override
    def data(self, index: Any, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        # Straight from the model: no index of it is made for each cell that is painted.
        if not index.isValid():
            return None
        return self.model.value(self.source_row(index.row()), index.column(), role)

    @override
    def flags(self, index: Any) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        return self.model.flags_of(self.source_row(index.row()), index.column())

    @override
    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        return self.model.headerData(section, orientation, role)
