"""The Chart panel: a column as histogram, bars or cross table, or what is missing."""

import numpy as np
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from pathgui.errors import PathguiError
from pathgui.gui.panels.chartview import ChartView
from pathgui.gui.session import Session
from pathgui.gui.session.charting import Chart, Wish, make_chart
from pathgui.gui.style.parts import Button, EmptyState, label
from pathgui.gui.tables.rows import Head, Part, Row
from pathgui.gui.tables.rowsview import RowsView
from pathgui.project.joined import joined_columns

_SHAPES = (
    ("As suits the column", ""),
    ("Histogram", "histogram"),
    ("Bars", "bars"),
    ("Cross table with…", "cross"),
    ("Missing values", "missing"),
)
_HEADS = (
    Head("What", 220),
    Head("Rows", 90, right=True),
    Head("Share", 80, right=True),
    Head("Selected", 90, right=True),
    Head(""),
)


class ChartPanel(QWidget):
    """Choices at the left, the chart or its numbers at the right."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._chart: Chart | None = None
        self._number = 0
        theme = session.theme
        self.column, self.shape, self.across = QComboBox(), QComboBox(), QComboBox()
        for combo, name in (
            (self.column, "Column"),
            (self.shape, "Chart"),
            (self.across, "Second column"),
        ):
            combo.setAccessibleName(name)
        for words, value in _SHAPES:
            self.shape.addItem(words, value)
        self.as_table = Button(theme, "Show as table", "ph.table", role="toggle")
        self.note = label("", "quiet", size=12, wrap=True)
        self.legend = label("", "warnText", size=12, wrap=True)
        self.view = ChartView(theme)
        self.table = RowsView(theme, _HEADS, "Numbers of the chart")
        self.empty = EmptyState(theme, "ph.chart-bar")
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(150)
        self._later.timeout.connect(self.refresh)
        self._build()

    def _build(self) -> None:
        side = QWidget()
        side.setFixedWidth(230)
        left = QVBoxLayout(side)
        left.setContentsMargins(12, 8, 8, 8)
        left.setSpacing(6)
        for widget in (self.column, self.shape, self.across, self.as_table):
            left.addWidget(widget)
        left.addWidget(self.note)
        left.addWidget(self.legend)
        left.addStretch(1)
        area = QScrollArea()
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
        box.addWidget(side)
        box.addWidget(self.stack, 1)
        for combo in (self.column, self.shape, self.across):
            combo.activated.connect(self.refresh)
        self.as_table.toggled.connect(self._show)
        self.view.picked.connect(self._pick)
        self.table.opened.connect(self._opened)
        session = self._session
        for signal in (session.changed, session.reloaded, session.project_opened):
            signal.connect(self._later.start)
        session.project_closed.connect(self.clear)
        session.selection_changed.connect(self._follow)
        self.clear()

    def show_column(self, name: str) -> None:
        """Chart a column."""
        self._fill()
        place = self.column.findText(name)
        if place >= 0:
            self.column.setCurrentIndex(place)
            if self.shape.currentData() == "missing":
                self.shape.setCurrentIndex(0)
        self.refresh()

    def clear(self) -> None:
        """Show nothing."""
        self._later.stop()
        self._number += 1
        self._chart = None
        self.column.clear()
        self.across.clear()
        self.note.clear()
        self.legend.clear()
        self.empty.say("No chart", "Open a project with rows, and choose a column.")
        self.stack.setCurrentWidget(self.empty)

    def refresh(self) -> None:
        """Count anew, in the background, if anyone looks."""
        project = self._session.project
        if project is None or not self.isVisible():
            return
        self._fill()
        shape = self.shape.currentData()
        self.across.setVisible(shape == "cross")
        self.column.setEnabled(shape != "missing")
        across = self.across.currentText() if shape == "cross" else ""
        wish = Wish(self.column.currentText(), shape, across)
        self._number += 1
        number = self._number
        task = self._session.background.start(
            "Counting",
            lambda _progress, _asked: make_chart(project, wish),
            pictures=True,
        )
        task.done.connect(lambda chart: self._take(number, chart))
        task.failed.connect(self._failed)

    def _fill(self) -> None:
        project = self._session.project
        if project is None:
            return
        names = [column.name for column in joined_columns(project)]
        for combo, wanted in ((self.column, "stage"), (self.across, "cohort")):
            there = [combo.itemText(k) for k in range(combo.count())]
            if there != names:
                before = combo.currentText()
                combo.clear()
                combo.addItems(names)
                first = before if before in names else wanted
                combo.setCurrentIndex(max(combo.findText(first), 0))

    def _take(self, number: int, chart: Chart) -> None:
        if number == self._number:
            self._chart = chart
            self._show()

    def _failed(self, error: Exception) -> None:
        if not isinstance(error, PathguiError):
            raise error
        self.empty.say(error.message, error.hint)
        self.stack.setCurrentWidget(self.empty)

    def _show(self) -> None:
        chart = self._chart
        if chart is None:
            return
        if not int(np.sum(chart.counts)) and chart.shape != "missing":
            self.note.clear()
            self.legend.clear()
            self.empty.say("Nothing to show", f"{chart.title} has no value.")
            self.stack.setCurrentWidget(self.empty)
            return
        chosen = chart.chosen(self._session.selection)
        rows = f"{chart.total:,} rows of both tables, filtered or not"
        self.note.setText(f"{rows} · {chart.note}" if chart.note else rows)
        self._say_selected()
        self.view.show_chart(chart, chosen)
        self._fill_table(chart)
        wanted = 1 if self.as_table.isChecked() else 0
        self.stack.setCurrentIndex(wanted)

    def _fill_table(self, chart: Chart) -> None:
        chosen = chart.chosen(self._session.selection)
        rows = []
        for mark, count in enumerate(chart.counts.tolist()):
            share = (
                f"{count / chart.total:.1%}".replace("%", " %") if chart.total else ""
            )
            selected = f"{int(chosen[mark]):,}" if chosen[mark] else ""
            rows.append(
                Row(
                    str(mark),
                    (
                        Part(chart.name(mark)),
                        Part(f"{count:,}", "number"),
                        Part(share, "number"),
                        Part(selected, "number"),
                        Part(),
                    ),
                )
            )
        self.table.show_rows(rows)

    def _say_selected(self) -> None:
        count = len(self._session.selection)
        noun = "slide is" if count == 1 else "slides are"
        self.legend.setText(
            f"{count:,} {noun} selected, in this colour" if count else ""
        )

    def _follow(self) -> None:
        self._say_selected()
        if self._chart is not None and self.isVisible():
            self.view.show_chosen(self._chart.chosen(self._session.selection))
            self._fill_table(self._chart)

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

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._later.start()
