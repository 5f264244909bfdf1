"""Sorts and filters a table without touching it: an order over the model's rows."""

import re
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractProxyModel, QModelIndex, QObject, Qt, Signal
from typing_extensions import override

from pathgui.errors import ExpressionError
from pathgui.gui.tables import order
from pathgui.gui.tables.model import TableModel
from pathgui.gui.tables.order import Sort, Test
from pathgui.project import Expression, parse_expression
from pathgui.project.comparison import typed_field

Index = QModelIndex
_CONDITION = re.compile(r"[=<>]|\b(not\s+)?in\s*[\[(]|\bis\s+(not\s+)?None\b")


def is_condition(text: str) -> bool:
    """Whether a text is meant as a condition, not as words to look for."""
    return _CONDITION.search(text) is not None


class OrderProxy(QAbstractProxyModel):
    """Rows of a `TableModel` that pass the filters, in the order asked for.

    An edit never makes a row jump or vanish under the hands: the order is computed
    when a filter or the sort changes, and when rows come or go.

    Attributes
    ----------
    reordered : Signal()
        Other rows are shown, or in another order.
    """

    reordered = Signal()

    def __init__(self, model: TableModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.model = model
        self.sorts: tuple[Sort, ...] = ()
        self.conditions: dict[str, str] = {}
        self.search = ""
        self._condition: Expression | None = None
        self._order: list[int] = []
        self._at: dict[int, int] = {}
        self.setSourceModel(model)
        model.dataChanged.connect(self._data_changed)
        model.modelAboutToBeReset.connect(self.beginResetModel)
        model.modelReset.connect(self._reset)
        self._compute()

    def set_condition(self, column: int, text: str) -> None:
        """Filter by a column; an empty text shows all."""
        name = self.name(column)
        if text.strip():
            self.conditions[name] = text
        else:
            self.conditions.pop(name, None)
        self.refresh()

    def condition(self, column: int) -> str:
        """Filter text of a column."""
        return self.conditions.get(self.name(column), "")

    def set_search(self, text: str) -> None:
        """Show rows that hold all these words, or that meet a condition.

        Raises
        ------
        ExpressionError
            If the text is a condition that makes no sense; nothing changes then.
        """
        condition = parse_expression(text) if is_condition(text) else None
        if condition is not None:
            self._mask(condition)
        self.search, self._condition = text, condition
        self.refresh()

    def clear_filters(self) -> None:
        """Show all rows."""
        self.conditions.clear()
        self.search, self._condition = "", None
        self.refresh()

    @property
    def filtered(self) -> bool:
        """Whether a filter is in force."""
        return bool(self.conditions or self.search.strip())

    def set_sorts(self, sorts: Sequence[Sort]) -> None:
        """Order by these columns, the first one first."""
        self.sorts = tuple(sorts)
        self.refresh()

    def refresh(self) -> None:
        """Compute the order again, keeping the current cell and the selection."""
        self.layoutAboutToBeChanged.emit()
        kept = self.persistentIndexList()
        sources = [(self._order[old.row()], old.column()) for old in kept]
        self._compute()
        moved = [
            self.index(self._at[row], column) if row in self._at else Index()
            for row, column in sources
        ]
        self.changePersistentIndexList(kept, moved)
        self.layoutChanged.emit()
        self.reordered.emit()

    def source_row(self, row: int) -> int:
        """Position in the model of a shown row."""
        return self._order[row]

    def source_rows(self) -> Sequence[int]:
        """Positions in the model of all shown rows, in order."""
        return self._order

    def shown_row(self, source_row: int) -> int:
        """Where a row of the model is shown, -1 if it is not."""
        return self._at.get(source_row, -1)

    @override
    def mapToSource(self, proxyIndex: Any) -> Index:
        if not proxyIndex.isValid():
            return Index()
        return self.model.index(self._order[proxyIndex.row()], proxyIndex.column())

    @override
    def mapFromSource(self, sourceIndex: Any) -> Index:
        row = self._at.get(sourceIndex.row(), -1) if sourceIndex.isValid() else -1
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
    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        return self.model.headerData(section, orientation, role)

    def _compute(self) -> None:
        rows: Sequence[int] = range(self.model.rowCount())
        for column in range(self.model.columnCount()):
            rows = self._passing(rows, column)
        rows = self._found(rows)
        for sort in reversed(self.sorts):
            column = self._position(sort.column)
            if column >= 0:
                texts = self.model.texts(column)
                kind = self.model.fields[column].column.kind
                rows = order.sort_rows(rows, texts, kind, sort.descending)
        self._order = list(rows)
        self._at = {source: row for row, source in enumerate(self._order)}

    def _passing(self, rows: Sequence[int], column: int) -> Sequence[int]:
        test = self._test(column)
        if test is None:
            return rows
        texts = self.model.texts(column)
        return [row for row in rows if test(texts[row])]

    def _test(self, column: int) -> Test | None:
        field = self.model.fields[column]
        text = self.conditions.get(self.name(column), "")
        return order.condition(text, field.column.kind, field.column.name)

    def _mask(self, condition: Expression) -> list[bool]:
        """Which rows of the model meet a condition."""
        model, columns = self.model, {}
        for column in reversed(range(model.columnCount())):
            # A name that two tables share is the first one's.
            columns[model.fields[column].column.name] = column
        columns.pop("", None)
        condition.check_names(columns)
        fields = {
            name: typed_field(model.texts(at), model.fields[at].column)
            for name, at in columns.items()
            if name in condition.names
        }
        found: list[bool] = condition.mask(fields, model.rowCount()).tolist()
        return found

    def _found(self, rows: Sequence[int]) -> Sequence[int]:
        if self._condition is not None:
            try:
                mask = self._mask(self._condition)
            except ExpressionError:
                # A column it speaks of is gone, and the condition with it.
                self.search, self._condition = "", None
                return rows
            return [row for row in rows if mask[row]]
        words = self.search.lower().split()
        if not words:
            return rows
        columns = [self.model.texts(c) for c in range(self.model.columnCount())]
        return [
            row
            for row in rows
            if all(any(w in texts[row].lower() for texts in columns) for w in words)
        ]

    def _position(self, name: str) -> int:
        for column in range(self.model.columnCount()):
            if self.name(column) == name:
                return column
        return -1

    def name(self, column: int) -> str:
        """Name of a shown column over all tables: ``table.column``."""
        field = self.model.fields[column]
        return f"{field.table}.{field.column.name}"

    def _data_changed(self, first: Index, last: Index, roles: list[int]) -> None:
        for row in range(first.row(), last.row() + 1):
            shown = self._at.get(row, -1)
            if shown >= 0:
                begin = self.index(shown, first.column())
                end = self.index(shown, last.column())
                self.dataChanged.emit(begin, end, roles)

    def _reset(self) -> None:
        self._compute()
        self.endResetModel()
        self.reordered.emit()
