"""Sorts and filters a table without touching it: an order over the model's rows."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QModelIndex, QObject, Qt, Signal

from pathgui.errors import Cancelled, ExpressionError
from pathgui.gui.background import Task
from pathgui.gui.tables.content import NOTHING, Content
from pathgui.gui.tables.filters import (
    FilterText,
    joined,
    quoted,
    to_expression,
)
from pathgui.gui.tables.looks import LOOK_ROLE
from pathgui.gui.tables.model import TableModel
from pathgui.gui.tables.order import Request, Sort, arrange, meets, needed
from pathgui.gui.tables.rowwords import FilterRow
from pathgui.gui.tables.sheet import Coded, Rows, Sheet, called, called_anew
from pathgui.gui.tables.shownrows import ShownRows
from pathgui.gui.tables.words import Folded
from pathgui.project import Expression, parse_expression
from pathgui.project.comparison import distinct
from pathgui.project.quoting import shown_name

Index = QModelIndex
# Up to so many rows are put in order at once; more of them in the background.
AT_ONCE = 5000
# Up to so many cells are looked through for words at once.
CELLS_AT_ONCE = 300_000


class OrderProxy(ShownRows):
    """Rows of a `TableModel` that pass the filters, in the order asked for.

    An edit never makes a row jump or vanish under the hands: the order is computed
    when a filter or the sort changes, and when rows come or go.

    Attributes
    ----------
    reordered : Signal()
        Other rows or columns are shown, or rows in another order.
    respliced : Signal()
        Columns came, went or were defined anew among others that stay, and Qt's own
        headers have followed.
    cleared : Signal()
        All filters were taken away.
    filters : FilterText
        What the view bar says. The filter row is a part of it.
    """

    reordered = Signal()
    respliced = Signal()
    cleared = Signal()

    def __init__(self, model: TableModel, parent: QObject | None = None) -> None:
        super().__init__(model, parent)
        self.sorts: tuple[Sort, ...] = ()
        self.filters = FilterText()
        # Tells the columns in which words are looked for; all of them if not set.
        self.in_sight: Callable[[], frozenset[str]] | None = None
        self._row = FilterRow()
        self._known: dict[str, Coded] = {}
        self._words: dict[str, Folded] = {}
        self._task: Task | None = None
        self._stale: set[str] = set()
        # What expressions call the columns of a content.
        self._called: tuple[Content, dict[str, str]] = (NOTHING, {})
        model.renamed.connect(self._follow_names)
        model.dataChanged.connect(self._data_changed)
        model.modelAboutToBeReset.connect(self.beginResetModel)
        model.modelReset.connect(self._reset)
        model.columnsAboutToBeInserted.connect(self.beginInsertColumns)
        model.columnsInserted.connect(self._columns_came)
        model.columnsAboutToBeRemoved.connect(self.beginRemoveColumns)
        model.columnsRemoved.connect(self._columns_went)
        model.headerDataChanged.connect(self._columns_redefined)
        self.take(np.arange(model.rowCount()))

    @property
    def conditions(self) -> dict[str, str]:
        """Texts of the filter row by column."""
        return {name: text for name, (text, _) in self._row.typed.items()}

    @property
    def search(self) -> str:
        """Text of the view bar."""
        return self.filters.text

    @property
    def busy(self) -> bool:
        """Whether an order is being worked out."""
        return self._task is not None

    def set_condition(self, column: int, text: str) -> None:
        """Filter by a column; a text that is empty or not understood shows all."""
        old, new = self._row.write(
            self.name(column), text, lambda words: self.condition_of(column, words)
        )
        if new != old:
            self.filters = self.filters.but(old, new)
            self.refresh()

    def condition(self, column: int) -> str:
        """Filter text of a column, also one that cannot be understood."""
        return self._row.text(self.name(column))

    def misread(self, column: int) -> str:
        """Why the filter text of a column cannot be understood; empty if it can."""
        return self._row.misread.get(self.name(column), ("", ""))[1]

    def set_search(self, text: str) -> None:
        """Show rows that hold all these words, or that meet a condition.

        What the filter row can say of a condition stands there as well; words are
        looked for among the rows that the filter row leaves.

        Raises
        ------
        ExpressionError
            If the text is a condition that makes no sense; nothing changes then.
        """
        filters = FilterText.read(text, self._homes())
        if filters.parts:
            self._check(parse_expression(filters.condition))
        if not filters.parts and (filters.words or self.filters.words):
            filters = FilterText(text, filters.words, self.filters.parts)
        if filters.condition == self.filters.condition:
            same = filters.words == self.filters.words
            self.filters = filters
            if same:
                return
        self.filters = filters
        self._row.read(self, filters.parts)
        self.refresh()

    def clear_filters(self) -> None:
        """Show all rows."""
        self.filters = FilterText()
        self._row.clear()
        self.cleared.emit()
        self.refresh()

    def restore(self, filters: FilterText) -> None:
        """Put a filter that was in force back, in the filter row as well."""
        if filters.parts == self.filters.parts and filters.words == self.filters.words:
            return
        self.filters = filters
        self._row.read(self, filters.parts)
        self.refresh()

    @property
    def filtered(self) -> bool:
        """Whether a filter is in force."""
        return bool(self.filters.parts or self.filters.words)

    def expression(self) -> str:
        """All filters as one expression; words become parts of shown columns."""
        parts = list(self.filters.parts)
        seen = self.in_sight() if self.in_sight is not None else None
        for word in self.filters.words:
            words = self.names_called
            names = [
                shown_name(words[field.name])
                for field in self.model.fields
                if not field.picture and (seen is None or field.name in seen)
            ]
            parts.append(" or ".join(f"{quoted(word)} in {name}" for name in names))
        return joined(parts)

    def set_sorts(self, sorts: Sequence[Sort]) -> None:
        """Order by these columns, the first one first."""
        self.sorts = tuple(sorts)
        self.refresh()

    def refresh(self) -> None:
        """Compute the order again, keeping the current cell and the selection."""
        if self._task is not None:
            self._task.cancel()
            self._task = None
        request = self._request()
        if not self.large(request.words):
            self._take_over(self._arrange_now(request))
            return
        sheet = self.sheet(needed(request, self.names_called))
        self._stale.clear()

        def work(_progress: object, asked: Callable[[], bool]) -> Rows:
            if asked():
                raise Cancelled("other rows are wanted by now")
            return arrange(sheet, request)

        task = self.model.session.background.start("Ordering rows", work, quick=True)
        self._task = task
        task.done.connect(lambda rows: self._arranged(task, sheet, rows))
        task.failed.connect(self.model.session.trouble)
        task.finished.connect(lambda: self._over(task))

    def _over(self, task: Task) -> None:
        """An order that could not be worked out is waited for no longer."""
        if task is self._task:
            self._task = None

    def large(self, words: object = ()) -> bool:
        """Whether ordering rows, or looking for words if there are any, takes long."""
        rows, columns = self.model.rowCount(), self.model.columnCount()
        return rows > AT_ONCE or (bool(words) and rows * columns > CELLS_AT_ONCE)

    def _arrange_now(self, request: Request) -> Rows:
        if request == Request():
            return np.arange(self.model.rowCount())
        sheet = self.sheet(needed(request, self.names_called))
        rows = arrange(sheet, request)
        self.know(sheet)
        return rows

    def _arranged(self, task: Task, sheet: Sheet, rows: Rows) -> None:
        """Take an order that was worked out, unless another is wanted by now."""
        if task is not self._task:
            return
        self._task = None
        fresh = [name for name in sheet.known if name not in self._stale]
        self._known.update({name: sheet.known[name] for name in fresh})
        read = sheet.read.items()
        self._words.update({n: folded for n, folded in read if n not in self._stale})
        self._take_over(rows)

    def _take_over(self, rows: Rows) -> None:
        self.layoutAboutToBeChanged.emit()
        kept = self.persistentIndexList()
        sources = [(self.source_row(old.row()), old.column()) for old in kept]
        self.take(rows)
        moved = [self.index(self.shown_row(row), column) for row, column in sources]
        self.changePersistentIndexList(kept, moved)
        self.layoutChanged.emit()
        self.reordered.emit()

    def name(self, column: int) -> str:
        """Name of a shown column over all tables: ``table.column``."""
        return self.model.names[column]

    @property
    def names_called(self) -> dict[str, str]:
        """What expressions call the columns, by ``table.column``."""
        content = self.model.content
        if self._called[0] is not content:
            names = [field.name for field in content.fields if not field.picture]
            self._called = content, called(names)
        return self._called[1]

    def _homes(self) -> dict[tuple[str, str], str]:
        """What expressions call the columns, by table and column."""
        found = {}
        for full, word in self.names_called.items():
            table, _, column = full.partition(".")
            found[table, column] = word
        return found

    def column_named(self, name: str) -> int:
        """Position of a column by what expressions call it, else -1."""
        fields = self.model.fields
        called = self.names_called.items()
        full = next((full for full, word in called if word == name), None)
        found = (place for place, field in enumerate(fields) if field.name == full)
        return next(found, -1)

    def shown_name(self, column: int) -> str:
        """What expressions call a column."""
        return self.names_called[self.name(column)]

    def shown_names(self) -> frozenset[str]:
        """What expressions call all columns, with their table or without."""
        called = self.names_called
        return frozenset((*called, *called.values()))

    def distinct(self, column: int) -> list[str]:
        """Each text of a column once."""
        source = self.model.source(column)
        coded = self._known.get(source.name)
        if coded is None:
            coded = Coded(*distinct(source.take()))
            self._known[source.name] = coded
        return coded.texts

    def condition_of(self, column: int, text: str) -> str:
        """The condition that a text in the filter row stands for."""
        field = self.model.fields[column]
        called = self.shown_name(column)
        values = lambda: self.distinct(column)  # noqa: E731
        return to_expression(text, field.column, values, called)

    def know(self, sheet: Sheet) -> None:
        """Take what was worked out about columns that have not changed since."""
        self._known.update(sheet.known)
        self._words.update(sheet.read)

    def sheet(self, names: Collection[str] | None = None) -> Sheet:
        """The table as sorting and filtering see it now; only these columns if given.

        `names` are over all tables, ``table.column``.
        """
        model = self.model
        sources = [
            model.source(column)
            for column, field in enumerate(model.fields)
            if not field.picture and (names is None or field.name in names)
        ]
        count, words = model.rowCount(), self.names_called
        return Sheet(sources, count, self._known, self._words, words)

    def _request(self) -> Request:
        text = self.filters.condition
        condition = parse_expression(text) if text else None
        try:
            self._check(condition)
        except ExpressionError:
            # A column it speaks of is gone, and the condition with it.
            self._row.clear()
            self.filters, condition = FilterText(), None
        words = self.filters.words
        seen = self.in_sight() if words and self.in_sight is not None else None
        return Request(condition, words, self.sorts, seen)

    def _check(self, condition: Expression | None) -> None:
        """Try a condition on no rows; raises ExpressionError."""
        if condition is None:
            return
        wanted = needed(Request(condition), self.names_called)
        sources = self.sheet(wanted).sources
        bare = [type(s)(s.column, s.name, s.texts[:0]) for s in sources]
        meets(Sheet(bare, 0, {}, words=self.names_called), condition)

    def _follow_names(self, names: dict[str, str]) -> None:
        """Let filters and sorts go on to speak of columns that get other names."""
        words = called_anew([field.name for field in self.model.fields], names)
        self.filters = self.filters.renamed(words)
        self._row.rename(names, words)
        self.sorts = tuple(
            replace(sort, column=names.get(sort.column, sort.column))
            for sort in self.sorts
        )

    def _data_changed(self, first: Index, last: Index, roles: list[int]) -> None:
        if roles != [LOOK_ROLE]:
            for column in range(first.column(), last.column() + 1):
                self._known.pop(self.name(column), None)
                self._words.pop(self.name(column), None)
                self._stale.add(self.name(column))
        rows = self._at[first.row() : last.row() + 1]
        rows = rows[rows >= 0]
        if len(rows):
            begin = self.index(int(rows.min()), first.column())
            end = self.index(int(rows.max()), last.column())
            self.dataChanged.emit(begin, end, roles)

    def _columns_came(self) -> None:
        self.endInsertColumns()
        self._follow_columns()

    def _columns_went(self) -> None:
        self.endRemoveColumns()
        self._follow_columns()

    def _columns_redefined(self, side: Qt.Orientation, first: int, last: int) -> None:
        self.headerDataChanged.emit(side, first, last)
        self._follow_columns()

    def _follow_columns(self) -> None:
        """There are other columns: filters and order may speak of some."""
        for known in (self._known, self._words):
            for name in known.keys() - set(self.model.names):
                known.pop(name)
        self.respliced.emit()
        if self.sorts or self.filtered:
            self.refresh()
        else:
            self.reordered.emit()

    def _reset(self) -> None:
        self._known.clear()
        self._words.clear()
        if self._task is not None:
            self._task.cancel()
            self._task = None
        request = self._request()
        large = self.large(request.words)
        if large:
            self.take(np.arange(self.model.rowCount()))
        else:
            self.take(self._arrange_now(request))
        self.endResetModel()
        self.reordered.emit()
        if large and (self.sorts or self.filtered):
            self.refresh()
