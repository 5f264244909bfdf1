"""A page with a table: filter, count, columns, and what to do when it is empty."""

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from pathgui.errors import ExpressionError
from pathgui.gui.dialogs.columnlines import ColumnLine
from pathgui.gui.panels.arranging import Arranging
from pathgui.gui.panels.filterwords import hidden_by, problem_words
from pathgui.gui.panels.findbar import FindBar
from pathgui.gui.panels.folding import Folding
from pathgui.gui.session import Session
from pathgui.gui.style import fonts
from pathgui.gui.style.parts import (
    Button,
    EmptyState,
    IconButton,
    SearchField,
    bar,
    label,
    tabular,
    vline,
)
from pathgui.gui.tables.filters import FilterText
from pathgui.gui.tables.proxy import OrderProxy
from pathgui.gui.tables.view import TableView
from pathgui.project.columns import is_standard

_FILTER = 190
_HELP = 'Words, or a condition such as stage == "II" and age > 50'


class TablePage(QWidget, Arranging):
    """The view bar, the table, and an empty state in its place.

    Parameters
    ----------
    session : Session
        The open project.
    proxy : OrderProxy
        What is shown.
    view : TableView
        Shows it.
    noun : str
        What a row is, in the plural.
    empty : EmptyState
        Shown while the table has no rows at all.

    Attributes
    ----------
    asked : Signal(str)
        A button asks for an action by its key.
    column_asked : Signal(str, int)
        Someone wants to ``define``, ``rename``, ``delete`` or ``add`` a column.
    """

    asked = Signal(str)
    column_asked = Signal(str, int)

    def __init__(
        self,
        session: Session,
        proxy: OrderProxy,
        view: TableView,
        noun: str,
        empty: EmptyState,
    ) -> None:
        super().__init__()
        self.session, self.proxy, self.view, self.noun = session, proxy, view, noun
        theme = session.theme
        example = f"Filter {noun} by words, or by a condition: age > 50"
        short = (f"Filter {noun}, as age > 50", f"Filter {noun}", "Filter")
        self.search = SearchField(theme, example, "ph.funnel", *short)
        self.search.setToolTip(_HELP)
        self.save_view = Button(theme, "Save view…", "ph.bookmark-simple")
        self.clear = Button(theme, "Clear", role="ghost")
        self.back = Button(theme, "Back to filter", "ph.arrow-u-up-left", role="ghost")
        self.problem = label("", "errText", size=fonts.SMALL)
        self.problem.setContentsMargins(42, 4, 10, 5)
        self.problem.hide()
        self._good, self._left = FilterText(), FilterText()
        self.count = tabular("", "quiet", size=13)
        self.filter_row = Button(theme, "Filter row", "ph.funnel", role="ghost")
        self.filter_row.setCheckable(True)
        self.filter_row.setChecked(True)
        self.columns = Button(theme, "Columns", "ph.columns", role="ghost")
        self.chart = IconButton(theme, "ph.chart-bar", "Chart", key="Ctrl+L, C")
        self.export = IconButton(theme, "ph.export", "Export", key="Ctrl+E")
        self.empty = empty
        self.no_match = EmptyState(theme, "ph.funnel")
        self._build()

    def _build(self) -> None:
        widgets: list[QWidget | int | None] = [
            self.search,
            self.save_view,
            self.clear,
            self.back,
            self.count,
            vline(),
            self.filter_row,
            self.columns,
            self.chart,
            self.export,
        ]
        self.bar = bar("viewBar", 43, *widgets)
        self._let_fold()
        self.stack = QStackedWidget()
        self.stack.setObjectName("panel")
        for page in (self.view, self.empty, self.no_match):
            self.stack.addWidget(page)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        self.finder = FindBar(self.view)
        box.addWidget(self.bar)
        box.addWidget(self.problem)
        box.addWidget(self.finder)
        box.addWidget(self.stack, 1)
        self._offer_ways_out()
        self.clear.clicked.connect(self.clear_filters)
        self.back.clicked.connect(self._go_back)
        self.view.uncovered.connect(self._uncovered)
        self.search.textChanged.connect(self._searched)
        self.filter_row.toggled.connect(self.view.header.show_filters)
        self.columns.clicked.connect(lambda: self.asked.emit("view.columns"))
        self.chart.clicked.connect(lambda: self.asked.emit("view.chart"))
        self.export.clicked.connect(lambda: self.asked.emit("file.export"))
        self.save_view.clicked.connect(lambda: self.asked.emit("view.save_view"))
        self.proxy.reordered.connect(self.refresh)
        self.follow_columns()
        self.view.header.pressed_on.connect(self.note_press)
        self.view.header.dragged.connect(self.note_drag)
        self.view.header.picked.connect(self.column_menu)
        self.view.menu_wanted.connect(self._menu_here)
        self.refresh()

    def _let_fold(self) -> None:
        """Let the bar give words up where there is no room for all of them."""
        layout = self.bar.layout()
        assert isinstance(layout, QHBoxLayout)
        layout.setContentsMargins(10, 0, 10, 1)
        self.search.setMinimumWidth(120)
        self.folding = Folding(layout, self.search, _FILTER, self.count)
        for button in (self.filter_row, self.columns):
            self.folding.add(button)
        for button in (self.save_view, self.back):
            self.folding.add(button, 2)

    def _offer_ways_out(self) -> None:
        """What can be done where the filter hides all rows."""
        clear = Button(self.session.theme, "Clear filter", "ph.x", role="primary")
        change = Button(self.session.theme, "Edit filter", "ph.funnel")
        clear.clicked.connect(self.clear_filters)
        change.clicked.connect(self.start_search)
        for button in (clear, change):
            self.no_match.offer(button)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.folding.fold(self.width())

    def refresh(self) -> None:
        """Count, offer to clear, and show the empty state that fits."""
        total, shown = self.proxy.model.rowCount(), self.proxy.rowCount()
        filtered = self.proxy.filtered
        self.clear.setVisible(filtered)
        self.save_view.setVisible(filtered)
        self.back.setVisible(
            not filtered and bool(self._left.parts or self._left.words)
        )
        wrong = self.problem.isVisibleTo(self)
        differs = self.search.text() != self.proxy.search
        if differs and not wrong and not self.search.hasFocus():
            self.search.setText(self.proxy.search)
        short = f"{shown:,} of {total:,}" if filtered else self._total(total)
        self.folding.say(f"{short} {self.noun}" if filtered else short, short)
        self.folding.fold(self.width())
        if total == 0:
            self.stack.setCurrentWidget(self.empty)
        elif shown == 0 and filtered and not self._typing():
            words = hidden_by(self.proxy.search, self._total(total), self.noun)
            self.no_match.say(*words)
            self.stack.setCurrentWidget(self.no_match)
        else:
            self.stack.setCurrentWidget(self.view)

    def clear_filters(self) -> None:
        """Show all rows."""
        self.search.clear()
        self.proxy.clear_filters()
        self.view.setFocus()

    def _searched(self, text: str) -> None:
        """Filter by words or a condition; say what is wrong with the latter.

        A condition that is wrong, or half typed, leaves the last filter that made
        sense in force.
        """
        problem = ""
        try:
            if self._half_typed(text):
                raise ExpressionError(
                    f"the column {text.strip()} takes a condition",
                    "Go on with = < > or in",
                )
            self.proxy.set_search(text)
            if not self.proxy.filters.words:
                self._good = self.proxy.filters
        except ExpressionError as error:
            problem = problem_words(error, text)
            self.proxy.restore(self._good)
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))
        self.search.setToolTip(problem or _HELP)
        if self.search.property("wrong") != bool(problem):
            self.search.setProperty("wrong", bool(problem))
            self.search.style().unpolish(self.search)
            self.search.style().polish(self.search)

    def _half_typed(self, text: str) -> bool:
        """Whether a text is just the name of a column, as conditions begin."""
        return self.search.hasFocus() and text.strip() in self.proxy.shown_names()

    def _uncovered(self, filters: FilterText) -> None:
        """The filter goes, to show a cell that it hides: it can be had back."""
        self._left = filters
        words = "The filter was cleared to show this cell"
        self.session.told.emit(f"{words}: Back to filter brings it back", "note")

    def _go_back(self) -> None:
        filters, self._left = self._left, FilterText()
        self.proxy.restore(filters)
        self._good = filters if not filters.words else self._good
        self.search.setText(filters.text)
        self.view.setFocus()

    def start_search(self) -> None:
        """Go to the filter field."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def column_lines(self) -> list[ColumnLine]:
        """All columns in the order on screen."""
        view, fields = self.view, self.proxy.model.fields
        columns = (view.header.logicalIndex(k) for k in range(view.header.count()))
        return [
            ColumnLine(
                column,
                fields[column].column.name,
                "" if fields[column].table == self.proxy.model.main
                else fields[column].table,
                not view.isColumnHidden(column),
            )
            for column in columns
            if not fields[column].picture
        ]  # fmt: skip

    def column_menu(self, column: int, place: QPoint) -> QMenu | None:
        """What can be done with a column; None for pictures."""
        field = self.proxy.model.fields[column]
        if field.picture:
            return None
        header, name = self.view.header, field.column.name
        menu = QMenu(self)
        menu.setObjectName("columnMenu")
        entries: list[tuple[str, Callable[[], object]] | None] = [
            ("Sort up", lambda: header.sort_by(column, descending=False)),
            ("Sort down", lambda: header.sort_by(column, descending=True)),
            ("Then sort by this", lambda: header.toggle_sort(column, adding=True)),
            None,
            ("Filter…", lambda: self.filter_by(column)),
            ("Chart", lambda: self._chart(column)),
            ("Freeze up to here", lambda: self.freeze_to(column)),
            (f"Hide {name}", lambda: self.hide_column(column)),
            None,
        ]
        own = [
            ("Rename…", lambda: self.column_asked.emit("rename", column)),
            ("Delete column…", lambda: self.column_asked.emit("delete", column)),
        ]
        if field.table in ("manifest", "clinical"):
            entries += [
                ("Define…", lambda: self.column_asked.emit("define", column)),
                *([] if is_standard(field.table, name) else own),
                ("Add column…", lambda: self.column_asked.emit("add", column)),
                None,
            ]
        entries.append(("Columns…", lambda: self.asked.emit("view.columns")))
        for entry in entries:
            if entry is None:
                menu.addSeparator()
            else:
                menu.addAction(entry[0]).triggered.connect(entry[1])
        menu.popup(place)
        return menu

    def _chart(self, column: int) -> None:
        row = max(self.view.currentIndex().row(), 0)
        self.view.go_to(self.proxy.index(row, column))
        self.asked.emit("view.chart")

    def filter_by(self, column: int) -> None:
        """Go to the filter field of a column."""
        if not self.filter_row.isChecked():
            self.filter_row.setChecked(True)
        self.view.start_filter(column)

    def _menu_here(self, column: int) -> None:
        """The menu of a column, under its header."""
        header = self.view.frozen.header_of(column) or self.view.header
        left = header.sectionViewportPosition(column)
        self.column_menu(column, header.viewport().mapToGlobal(QPoint(left, 30)))

    def _typing(self) -> bool:
        """Whether someone types in the filter row, which must stay in sight then."""
        return self.view.header.typing or self.view.frozen.header.typing

    def _total(self, total: int) -> str:
        noun = self.noun[:-1] if total == 1 else self.noun
        return f"{total:,} {noun}"
