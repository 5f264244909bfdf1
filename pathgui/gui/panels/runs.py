"""The Runs panel: progress of every run and slide, and why a slide failed."""

import time

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QFrame,
    QPlainTextEdit,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from pathgui.gui.panels.runrows import rows
from pathgui.gui.session import Session
from pathgui.gui.session.runs import Runs
from pathgui.gui.session.runstate import RunState, SlideRun
from pathgui.gui.style import fonts
from pathgui.gui.style.parts import Button, EmptyState, Icon, label, row
from pathgui.gui.style.states import STATUS
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


class RunsPanel(QStackedWidget):
    """A list of runs, and beside it what is known of the chosen slide.

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
        split.setSizes([1000, 440])
        self.addWidget(split)
        self.addWidget(self.empty)
        self._split = split
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

    def _listed(self) -> None:
        if self._runs.all:
            self._open.add(self._runs.all[0].run_id)
        self.refresh()

    def _opened(self, key: str, _column: int) -> None:
        run_id, _, slide_id = key.partition("/")
        if slide_id == "*":
            self._all_of = run_id
            self.refresh()
        elif slide_id:
            self._session.select(slide_id)
            self.asked.emit("view.slides")
        else:
            self.toggle(key)

    def _chosen(self) -> None:
        slide = self.chosen_slide()
        self.detail.setVisible(slide is not None)
        self.detail.retry.setVisible(self._runs.live is None)
        if slide is not None:
            self.detail.show_slide(slide)


class Detail(QWidget):
    """What happened to one slide."""

    asked = Signal(str)

    def __init__(self, session: Session) -> None:
        super().__init__()
        theme = session.theme
        self.icon = Icon(theme, "ph.circle", "neut", 15)
        self.title = label("", strong=True)
        self.tries = label("", "quiet", size=12)
        self.box = QFrame()
        self.box.setObjectName("boxErr")
        self.reason = label("", strong=True, wrap=True)
        self.hint = label("", wrap=True)
        self.retry = Button(theme, "Retry failed", "ph.arrow-clockwise", small=True)
        exclude = Button(theme, "Exclude slide", "ph.prohibit", small=True)
        self.retry.clicked.connect(lambda: self.asked.emit("run.retry_failed"))
        exclude.clicked.connect(lambda: self.asked.emit("review.exclude"))
        inner = QVBoxLayout(self.box)
        inner.setContentsMargins(12, 10, 12, 10)
        inner.setSpacing(5)
        inner.addWidget(self.reason)
        inner.addWidget(self.hint)
        inner.addLayout(row(self.retry, exclude, None))
        self.trace = QPlainTextEdit()
        self.trace.setReadOnly(True)
        self.trace.setFont(fonts.mono(11))
        self.trace.setAccessibleName("Details of the error")
        self.note = label("", "second", wrap=True)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(14, 10, 14, 12)
        outer.setSpacing(8)
        outer.addLayout(row(self.icon, self.title, None, self.tries))
        outer.addWidget(self.box)
        outer.addWidget(self.note)
        outer.addWidget(self.trace, 1)
        outer.addStretch()
        self.setMinimumWidth(320)

    def show_slide(self, slide: SlideRun) -> None:
        """Say how a slide fared."""
        state = STATUS.get(slide.state, STATUS["queued"])
        self.icon.show_icon(state.icon, state.hue)
        self.title.setText(slide.slide_id)
        self.tries.setText(f"attempt {slide.attempts}" if slide.attempts else "")
        bad = slide.state in ("failed", "quarantined")
        self.box.setVisible(bad)
        self.reason.setText(slide.reason)
        self.hint.setText(slide.hint[:1].upper() + slide.hint[1:])
        self.hint.setVisible(bool(slide.hint))
        self.trace.setVisible(bool(slide.trace))
        if self.trace.toPlainText() != slide.trace:
            self.trace.setPlainText(slide.trace)
        self.note.setVisible(not bad)
        words = [state.word]
        if slide.reason:
            words.append(slide.reason)
        if slide.total:
            words.append(f"{slide.done:,} of {slide.total:,} tiles")
        if slide.output and not bad:
            words.append(slide.output)
        self.note.setText(" · ".join(words))
