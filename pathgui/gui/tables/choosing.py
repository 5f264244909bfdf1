"""Which cells of a table are selected, also where they are scattered over it."""

import numpy as np
from PySide6.QtCore import QItemSelection, QItemSelectionModel, QItemSelectionRange
from PySide6.QtWidgets import QTableView

from pathgui.gui.tables.changes import Chosen
from pathgui.gui.tables.proxy import OrderProxy
from pathgui.gui.tables.sheet import Rows, spans

_FLAG = QItemSelectionModel.SelectionFlag
# Qt asks each of its ranges about each cell that it paints: with thousands of them a
# window stands still for seconds.
_MOST_RANGES = 500


class ChoosingView(QTableView):
    """A table view that knows thousands of scattered rows as selected.

    Attributes
    ----------
    proxy : OrderProxy
        Rows and columns that are shown.
    """

    proxy: OrderProxy
    # Rows of the model that are selected though Qt knows of none.
    _scattered: Rows | None = None

    def chosen_cells(self) -> Chosen:
        """Rows that are selected, by shown column."""
        if self._scattered is not None:
            column = self.currentIndex().column()
            return {} if self.isColumnHidden(column) else {column: self.chosen_rows()}
        parts: dict[int, list[Rows]] = {}
        for span in self.chosen_parts():
            rows = np.arange(span.top(), span.bottom() + 1)
            for column in range(span.left(), span.right() + 1):
                if not self.isColumnHidden(column):
                    parts.setdefault(column, []).append(rows)
        return {
            column: rows[0] if len(rows) == 1 else np.unique(np.concatenate(rows))
            for column, rows in parts.items()
        }

    def chosen_parts(self) -> list[QItemSelectionRange]:
        """Rectangles that are selected."""
        selection = self.selectionModel().selection()
        if self._scattered is not None:
            rows = self.chosen_rows().tolist()
            selection = self._rectangles(rows, self.currentIndex().column())
        return [selection.at(place) for place in range(selection.count())]

    def chosen_rows(self) -> Rows:
        """Shown rows with a selected cell."""
        if self._scattered is not None:
            return np.array(
                self.proxy.shown_rows(self._scattered.tolist()), dtype=np.int64
            )
        chosen = np.zeros(self.proxy.rowCount(), np.bool_)
        for span in self.chosen_parts():
            chosen[span.top() : span.bottom() + 1] = True
        return np.flatnonzero(chosen)

    def choose_rows(self, rows: list[int], column: int) -> None:
        """Select a column's cells in shown rows; the first becomes the current one."""
        self._scattered = None
        first, model = self.proxy.index(rows[0], column), self.selectionModel()
        model.setCurrentIndex(first, _FLAG.NoUpdate)
        if len(spans(rows)) > _MOST_RANGES:
            model.clearSelection()  # a click on any cell is then another selection
            self._scattered = self.proxy.source_rows()[rows]
        else:
            model.select(self._rectangles(rows, column), _FLAG.ClearAndSelect)
        self.scrollTo(first)

    def _rectangles(self, rows: list[int], column: int) -> QItemSelection:
        """The cells of a column in some rows."""
        chosen = QItemSelection()
        for first, last in spans(rows):
            top, bottom = (self.proxy.index(row, column) for row in (first, last))
            chosen.append(QItemSelectionRange(top, bottom))
        return chosen
