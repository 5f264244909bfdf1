"""The Chart panel: a column as histogram, bars or cross table, or what is missing."""

import numpy as np
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QScrollArea, QStackedWidget, QWidget
from typing_extensions import override

from pathgui.errors import PathguiError
from pathgui.gui.background import Task
from pathgui.gui.panels.chartside import ChartSide
from pathgui.gui.panels.chartview import ChartView
from pathgui.gui.session import Session
from pathgui.gui.style.parts import EmptyState
from pathgui.gui.tables.charting import Chart, Ints, make_chart
from pathgui.gui.tables.counted import Counted, names_of
from pathgui.gui.tables.filters import joined
from pathgui.gui.tables.proxy import OrderProxy
from pathgui.gui.tables.rows import Head, Part, Row
from pathgui.gui.tables.rowsview import RowsView

_HEADS = (
    Head("What", 220),
    Head("Rows", 90, right=True),
    Head("Share", 80, right=True),
    Head("Selected", 90, right=True),
    Head(""),
)


class ChartPanel(QWidget):
    """Choices at the left, the chart or its numbers at the right.

    It counts the rows of one table, which its filter shows, and counts anew when the
    filter, the cells or, where these are counted, the selected slides change.
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._proxy: OrderProxy | None = None
        self._noun = "rows"
        self._chart: Chart | None = None
        self._task: Task | None = None
        theme = session.theme
        self.side = ChartSide(theme)
        self.view = ChartView(theme)
        self.table = RowsView(theme, _HEADS, "Numbers of the chart")
        self.empty = EmptyState(theme, "ph.chart-bar")
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(150)
        self._later.timeout.connect(self.refresh)
        self._build()

    def _build(self) -> None:
        area = QScrollArea()
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidgetResizable(True)
        area.setWidget(self.view)
        self.view.setObjectName("panel")
        self.view.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.stack = QStackedWidget()
        self.stack.setObjectName("panel")
        for page in (area, self.table, self.empty):
            self.stack.addWidget(page)
        box = QHBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.side)
        box.addWidget(self.stack, 1)
        self.side.wanted.connect(self.refresh)
        self.side.as_table.toggled.connect(self._show)
        self.side.only.clicked.connect(self._only_current)
        self.view.picked.connect(self._pick)
        self.view.only_wanted.connect(self.show_only)
        self.view.moved.connect(self._offer_only)
        self.view.menu_wanted.connect(self._menu)
        self.table.opened.connect(self._opened)
        session = self._session
        for signal in (session.changed, session.reloaded, session.project_opened):
            signal.connect(self._later.start)
        session.project_closed.connect(self.clear)
        session.selection_changed.connect(self._follow)
        self.clear()

    def follow(self, proxy: OrderProxy, noun: str) -> None:
        """Chart the columns of a table, whose rows are called so."""
        if proxy is self._proxy:
            return
        if self._proxy is not None:
            self._proxy.reordered.disconnect(self._later.start)
        self._proxy, self._noun = proxy, noun
        proxy.reordered.connect(self._later.start)
        self._later.start()

    def show_column(self, name: str) -> None:
        """Chart a column, as conditions call it."""
        self._fill()
        self.side.take_column(name)
        self.refresh()

    def clear(self) -> None:
        """Show nothing."""
        self._later.stop()
        self._forget_task()
        self._chart = None
        self.side.clear()
        self._offer_only()
        self.empty.say("No chart", "Open a project with rows, and choose a column.")
        self.stack.setCurrentWidget(self.empty)

    def refresh(self) -> None:
        """Count anew, in the background, if anyone looks."""
        proxy, session = self._proxy, self._session
        if session.project is None or proxy is None or not self.isVisible():
            return
        self._fill()
        self._forget_task()
        if not self.side.column.count():
            return
        counted = Counted.now(proxy, self.side.which, session.selection)
        wish = self.side.wish
        task = session.background.start(
            "Counting", lambda _progress, _asked: make_chart(counted, wish), quick=True
        )
        self._task = task
        task.done.connect(lambda chart: self._take(task, chart))
        task.failed.connect(lambda error: self._failed(task, error))

    def _forget_task(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def _fill(self) -> None:
        if self._session.project is not None and self._proxy is not None:
            self.side.offer(names_of(self._proxy))

    def _take(self, task: Task, chart: Chart) -> None:
        if task is self._task:
            self._task, self._chart = None, chart
            self._show()

    def _failed(self, task: Task, error: Exception) -> None:
        if not isinstance(error, PathguiError):
            raise error
        if task is self._task:
            self._say_nothing(error.message, error.hint)

    def _say_nothing(self, title: str, hint: str) -> None:
        self.empty.say(title, hint)
        self.stack.setCurrentWidget(self.empty)
        self._offer_only()

    def _show(self) -> None:
        chart = self._chart
        if chart is None:
            return
        self._say()
        if not chart.total:
            what = {"selected": "No slide is selected", "shown": "No row is shown"}
            hint = "Choose slides in the table, or count other rows at the left."
            self._say_nothing(what.get(self.side.which, "No rows"), hint)
            return
        if not int(np.sum(chart.counts)) and chart.shape != "missing":
            self._say_nothing("Nothing to show", f"{chart.title} has no value.")
            return
        chosen = self._chosen(chart)
        self.view.show_chart(chart, chosen)
        self._fill_table(chart, chosen)
        self._offer_only()
        self.stack.setCurrentIndex(1 if self.side.as_table.isChecked() else 0)

    def _chosen(self, chart: Chart) -> Ints:
        """Selected rows at each mark; where all of them are, none stands out."""
        apart = self.side.which != "selected"
        return chart.chosen(self._session.selection if apart else ())

    def _fill_table(self, chart: Chart, chosen: Ints) -> None:
        self.table.show_rows(
            [_row(chart, mark, int(chosen[mark])) for mark in range(len(chart.counts))]
        )

    def _say(self) -> None:
        """How many rows are counted, and what the colours are."""
        chart, which = self._chart, self.side.which
        note = ""
        if chart is not None:
            end = "" if which == "all" else f" {which}"
            note = f"{chart.total:,} of {chart.of:,} {self._noun}{end}"
            note = f"{note} · {chart.note}" if chart.note else note
        count = 0 if which == "selected" else len(self._session.selection)
        noun = "slide is" if count == 1 else "slides are"
        legend = f"{count:,} {noun} selected, in this colour" if count else ""
        self.side.say(note, legend)

    def _follow(self) -> None:
        if self.side.which == "selected":
            self._later.start()
            return
        self._say()
        if self._chart is not None and self.isVisible():
            chosen = self._chosen(self._chart)
            self.view.show_chosen(chosen)
            self._fill_table(self._chart, chosen)

    def _opened(self, key: str, _column: int) -> None:
        self._pick(int(key), False)

    def _pick(self, mark: int, more: bool) -> None:
        if self._chart is None:
            return
        slides = self._chart.slides_of(mark)
        if more:
            slides = tuple(dict.fromkeys((*self._session.selection, *slides)))
        if slides:
            self._session.select(slides)

    def condition(self, mark: int) -> str:
        """What filters the rows of a mark; empty where nothing can."""
        chart = self._chart
        known = chart is not None and 0 <= mark < len(chart.conditions)
        able = known and self.side.which != "selected"
        return chart.conditions[mark] if able and chart is not None else ""

    def show_only(self, mark: int) -> None:
        """Filter the table by a mark, on top of the filter whose rows are counted."""
        condition, proxy = self.condition(mark), self._proxy
        if not condition or proxy is None:
            return
        before = proxy.expression() if self.side.which == "shown" else ""
        whole = joined([part for part in (before, condition) if part])
        self._session.attempt(lambda: proxy.set_search(whole))

    def _only_current(self) -> None:
        self.show_only(self.view.current)

    def _offer_only(self) -> None:
        self.side.only.setEnabled(bool(self.condition(self.view.current)))

    def _menu(self, mark: int, place: QPoint) -> None:
        """What can be done with a mark."""
        chart = self._chart
        if chart is None:
            return
        slides, rows = len(chart.slides_of(mark)), int(chart.counts[mark])
        menu = QMenu(self)
        select = menu.addAction(f"Select {slides:,} {_plural('slide', slides)}")
        add = menu.addAction("Add to the selection")
        only = menu.addAction(f"Show only these {rows:,} {_plural('row', rows)}")
        select.setEnabled(bool(slides))
        add.setEnabled(bool(slides))
        only.setEnabled(bool(self.condition(mark)))
        select.triggered.connect(lambda: self._pick(mark, False))
        add.triggered.connect(lambda: self._pick(mark, True))
        only.triggered.connect(lambda: self.show_only(mark))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(place)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._later.start()


def _row(chart: Chart, mark: int, chosen: int) -> Row:
    """The numbers of a mark."""
    count = int(chart.counts[mark])
    share = f"{count / chart.total:.1%}".replace("%", " %") if chart.total else ""
    numbers = (f"{count:,}", share, f"{chosen:,}" if chosen else "")
    parts = (Part(text, "number") for text in numbers)
    return Row(str(mark), (Part(chart.name(mark)), *parts, Part()))


def _plural(noun: str, count: int) -> str:
    return noun if count == 1 else f"{noun}s"
