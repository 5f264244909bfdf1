"""The Runs panel: progress of every run and slide, and why a slide failed."""

import time

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QStackedWidget
from typing_extensions import override

from pathgui.gui.panels.rundetail import Detail
from pathgui.gui.panels.runrows import rows
from pathgui.gui.session import Session
from pathgui.gui.session.runs import Runs
from pathgui.gui.session.runstate import RunState, SlideRun
from pathgui.gui.style.parts import Button, EmptyState
from pathgui.gui.tables.rows import Head
from pathgui.gui.tables.rowsview import RowsView

_HEADS = (
    Head("Run or slide", 330),
    Head("State", 122),
    Head("Progress"),
    Head("Rate", 100, right=True),
    Head("Elapsed", 80, right=True),
    Head("Left", 80, right=True),
    Head("Memory", 84, right=True),
    Head("Tries", 54, right=True),
)
# The same where the window is small.
_WIDE = 1400
_NARROW = (226, 116, 0, 88, 66, 64, 76, 52)
_WIDTHS = tuple(head.width for head in _HEADS)
_BESIDE, _BESIDE_NARROW = 440, 360


class RunsPanel(QStackedWidget):
    """A list of runs, and beside it what is known of the chosen run or slide.

    Attributes
    ----------
    asked : Signal(str)
        A button asks for an action by its key.
    """

    asked = Signal(str)

    def __init__(self, session: Session, runs: Runs) -> None:
        super().__init__()
        self._session, self._runs = session, runs
        self._open: set[str] = set()
        self._all_of = ""
        theme = session.theme
        self.list = RowsView(theme, _HEADS, "Runs")
        self.detail = Detail(session)
        self.empty = EmptyState(theme, "ph.play-circle")
        self.empty.say(
            "No runs yet", "A run applies a recipe to slides and writes HDF5 files."
        )
        way_in = Button(theme, "Run…", "ph.play-fill", role="primary")
        way_in.clicked.connect(lambda: self.asked.emit("run.run"))
        self.empty.offer(way_in)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setHandleWidth(1)
        split.addWidget(self.list)
        split.addWidget(self.detail)
        split.setStretchFactor(0, 1)
        split.setSizes([1000, _BESIDE])
        self.addWidget(split)
        self.addWidget(self.empty)
        self._split, self._narrow = split, False
        self.detail.asked.connect(self.asked)
        self.list.folded.connect(self.toggle)
        self.list.opened.connect(self._opened)
        self.list.selectionModel().currentRowChanged.connect(self._chosen)
        self.list.rows.modelReset.connect(self._chosen)
        self._tick = QTimer(self)
        self._tick.setInterval(1000)
        self._tick.timeout.connect(self.refresh)
        runs.listed.connect(self._listed)
        runs.changed.connect(self.refresh)
        self.refresh()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < _WIDE
        if narrow == self._narrow:
            return  # what a person has dragged stays
        self._narrow = narrow
        for column, width in enumerate(_NARROW if narrow else _WIDTHS):
            if width:
                self.list.setColumnWidth(column, width)
        beside = _BESIDE_NARROW if narrow else _BESIDE
        self._split.setSizes([max(self.width(), 2 * beside) - beside, beside])

    def refresh(self) -> None:
        """Show how the runs stand now."""
        runs = self._runs.all
        self.list.show_rows(rows(runs, self._open, self._all_of, time.monotonic()))
        self.setCurrentWidget(self._split if runs else self.empty)
        self._chosen()
        if self._runs.live is None:
            self._tick.stop()
        elif not self._tick.isActive():
            self._tick.start()

    def toggle(self, key: str) -> None:
        """Open or close a run."""
        self._open ^= {key}
        self.refresh()

    def chosen_run(self) -> RunState | None:
        """The run of the chosen row, else the latest."""
        run_id = self.list.current_key().partition("/")[0]
        for run in self._runs.all:
            if run.run_id == run_id:
                return run
        return self._runs.all[0] if self._runs.all else None

    def chosen_slide(self) -> SlideRun | None:
        """The slide of the chosen row, if it is one."""
        run, slide_id = self.chosen_run(), self.list.current_key().partition("/")[2]
        return None if run is None else run.slides.get(slide_id)

    def show_slide(self, slide_id: str) -> None:
        """Choose a slide in the latest run that has it."""
        for run in self._runs.all:
            if slide_id in run.slides:
                self._open.add(run.run_id)
                self.refresh()
                self.list.choose(f"{run.run_id}/{slide_id}")
                return

    def show_log(self) -> None:
        """Go to the log of the chosen run or slide."""
        self.detail.log.text.setFocus()

    def _listed(self) -> None:
        if self._runs.all:
            self._open.add(self._runs.all[0].run_id)
        self.refresh()

    def _opened(self, key: str, _column: int) -> None:
        run_id, _, slide_id = key.partition("/")
        if slide_id == "*":
            self._all_of = "" if self._all_of == run_id else run_id
            self.refresh()
        elif slide_id:
            self._session.select(slide_id)
            self.asked.emit("view.slides")
        else:
            self.toggle(key)

    def _chosen(self) -> None:
        run, slide = self.chosen_run(), self.chosen_slide()
        self.detail.setVisible(run is not None)
        reason = "" if self._runs.live is None else "Once the run under way is over"
        for button in (self.detail.retry, self.detail.again):
            button.setEnabled(not reason)
            button.setToolTip(reason)
        if run is not None and slide is not None:
            self.detail.show_slide(run, slide)
        elif run is not None:
            self.detail.show_run(run)
        self.detail.page.setEnabled(bool(self._runs.dashboard))
