"""The status bar: the selection at the left, edits and the computer at the right."""

import shutil
import time

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget
from typing_extensions import override

from pathgui.gui.background import Background, Task
from pathgui.gui.panels import runlog
from pathgui.gui.session import Session
from pathgui.gui.session.runs import Runs
from pathgui.gui.style import fonts
from pathgui.gui.style.parts import Icon, IconButton, label
from pathgui.gui.style.tips import plain

_EVERY_MS = 3000
# Work of the window for itself: nobody waits for it.
_QUIET = ("Thumbnails", runlog.TITLE)


class Item(QWidget):
    """An icon and a few words; a click may lead somewhere."""

    clicked = Signal()

    def __init__(self, icon: Icon, kind: str = "quiet") -> None:
        super().__init__()
        self.icon = icon
        self.words = label("", kind, size=fonts.SMALL)
        self.words.setFont(fonts.numbers(fonts.SMALL))
        box = QHBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(5)
        box.addWidget(icon)
        box.addWidget(self.words)
        self.hide()

    def say(self, words: str, tip: str = "") -> None:
        """Show these words; none hides the item."""
        self.setVisible(bool(words))
        if self.words.text() != words:
            self.words.setText(words)
        self.setToolTip(plain(tip))
        self.setAccessibleName(words)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.clicked.emit()


class StatusBar(QFrame):
    """26 pixels about what is selected, unsaved and under way.

    Attributes
    ----------
    workers_clicked, trouble_clicked : Signal()
        Someone wants to see the workers, or what is wrong with the tables.
    """

    workers_clicked = Signal()
    trouble_clicked = Signal()

    def __init__(self, session: Session, runs: Runs) -> None:
        super().__init__()
        self.setObjectName("statusBar")
        self.setAccessibleName("Status")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setFixedHeight(26)
        self._session, self._runs = session, runs
        self._compact = False
        self._hint, self._tiles = "", 0
        self._reviewing = False
        self._decided: float | None = None
        # What each task does that has told of itself, in the order they began to.
        self._doing: dict[Task, str] = {}
        theme = session.theme
        self.left = label("", "quiet", size=fonts.SMALL)
        self.left.setFont(fonts.numbers(fonts.SMALL))
        self.busy = Item(Icon(theme, "ph.hourglass-medium", "accent", 14), "accentText")
        self.stop = IconButton(theme, "ph.x", "Stop this", size=12)
        self.stop.setFixedSize(24, 24)
        self.stop.hide()
        self.trouble = Item(Icon(theme, "ph.warning-fill", "warn", 14), "warnText")
        self.edits = Item(Icon(theme, "ph.pencil-simple", "accent", 14), "accentText")
        self.workers = Item(Icon(theme, "ph.users-three", "text2", 14))
        self.memory = Item(Icon(theme, "ph.cpu", "text2", 14))
        self.disk = Item(Icon(theme, "ph.hard-drive", "text2", 14))
        self.integrity = Item(Icon(theme, "ph.shield-check", "text2", 14))
        box = QHBoxLayout(self)
        box.setContentsMargins(12, 0, 14, 0)
        box.setSpacing(18)
        box.addWidget(self.left)
        box.addStretch(1)
        for item in (
            self.busy,
            self.stop,
            self.trouble,
            self.edits,
            self.workers,
            self.memory,
            self.disk,
            self.integrity,
        ):
            box.addWidget(item)
        self._connect(session.background)
        self.refresh()

    def _connect(self, background: Background) -> None:
        session = self._session
        for signal in (
            session.selection_changed,
            session.saved,
            session.changed,
            session.reloaded,
            session.project_opened,
            session.project_closed,
            self._runs.changed,
            self._runs.listed,
        ):
            signal.connect(self.refresh)
        for signal in (
            session.checks.changed,
            session.changed,
            session.reloaded,
            session.project_opened,
            session.project_closed,
        ):
            signal.connect(self._say_trouble)
        self.trouble.clicked.connect(self.trouble_clicked)
        session.decided.connect(self._note_decision)
        background.started.connect(self._started)
        self.stop.clicked.connect(self._stop)
        session.project_opened.connect(self.measure)
        self.workers.clicked.connect(self.workers_clicked)
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self.measure)
        self._timer.start()
        self.measure()

    def set_compact(self, compact: bool) -> None:
        """Drop labels, keep numbers."""
        self._compact = compact
        self.refresh()
        self.measure()

    def say_left(self, words: str) -> None:
        """What stands at the left where no project is open."""
        self.left.setText(words)

    def say_tiles(self, numbers: list[int]) -> None:
        """Count the tiles that are selected in the viewer."""
        self._tiles = len(numbers)
        self.refresh()

    def hint(self, words: str) -> None:
        """A hint that stands at the left in place of the count; none takes it away."""
        self._hint = words
        self.refresh()

    def set_reviewing(self, on: bool) -> None:
        """Speak of decisions in place of edits while a review is on."""
        self._reviewing, self._decided = on, None
        self.refresh()

    def _note_decision(self) -> None:
        self._decided = time.monotonic()
        self.refresh()

    def say_integrity(self, words: str, severity: str = "") -> None:
        """How the files stood when they were last verified."""
        tint = {"error": "err", "warning": "warn", "ok": "ok"}.get(severity, "text2")
        icon = {"error": "ph.x-circle-fill", "warning": "ph.warning-fill"}
        self.integrity.icon.show_icon(icon.get(severity, "ph.shield-check"), tint)
        kinds = {"error": "errText", "warning": "warnText", "ok": "quiet"}
        self.integrity.words.setObjectName(kinds.get(severity, "quiet"))
        self.integrity.words.style().polish(self.integrity.words)
        self.integrity.say(words)

    def refresh(self) -> None:
        """Count anew."""
        project = self._session.project
        there = project is not None
        self.disk.setVisible(there and bool(self.disk.words.text()))
        if project is None:
            self.edits.say("")
            return
        total, chosen = len(project.manifest), len(self._session.selection)
        noun = "slide" if total == 1 else "slides"
        words = (
            f"{chosen:,} of {total:,} {noun} selected"
            if chosen
            else f"{total:,} {noun}"
        )
        tiles = "tile" if self._tiles == 1 else "tiles"
        marked = f"{self._tiles:,} {tiles} selected" if self._tiles else ""
        self.left.setText(" · ".join(filter(None, (self._hint or words, marked))))
        self._say_edits()
        self._workers()

    def _say_trouble(self) -> None:
        """Slides whose file is missing, and cells that do not fit their column."""
        project = self._session.project
        if project is None:
            self.trouble.say("")
            return
        missing = int((project.manifest.texts("status") == "missing").sum())
        wrong = self._session.checks.errors()
        cells = "cell" if wrong == 1 else "cells"
        words = (
            f"{missing:,} missing" if missing else "",
            f"{wrong:,} invalid {cells}" if wrong else "",
        )
        tip = "Slides without their file, and cells that do not fit; a click lists them"
        self.trouble.say(" · ".join(filter(None, words)), tip)

    def _say_edits(self) -> None:
        """What is on disk: in a review the decisions, else the tables."""
        if self._reviewing:
            ago = None if self._decided is None else time.monotonic() - self._decided
            self.edits.say(_saved(ago), "Written to metadata/qc_decisions.csv")
            return
        unsaved = self._session.unsaved
        edits = "edit" if unsaved == 1 else "edits"
        self.edits.say(
            f"{unsaved:,} unsaved {edits}" if unsaved else "All edits saved",
            "Kept safe in the journal at once; Ctrl+S writes the tables"
            if unsaved
            else "",
        )

    def measure(self) -> None:
        """Look at memory and disk, and at the clock."""
        import psutil

        memory = psutil.virtual_memory()
        used, total = (memory.total - memory.available) / 1e9, memory.total / 1e9
        prefix = "" if self._compact else "Memory "
        self.memory.say(f"{prefix}{used:.1f} of {total:.0f} GB", "Memory in use")
        project = self._session.project
        if project is not None:
            free = shutil.disk_usage(project.root).free / 1e9
            self.disk.say(f"Disk {free:,.0f} GB free", "On the disk of the project")
            self._say_edits()

    def _workers(self) -> None:
        live = self._runs.live
        if live is None:
            self.workers.say("")
            return
        busy = live.count("running")
        prefix = "" if self._compact else "Workers "
        suffix = "" if self._compact else " busy"
        self.workers.say(
            f"{prefix}{busy} of {live.workers}{suffix}",
            "Worker processes; a click shows their status page",
        )

    def _started(self, task: Task) -> None:
        if task.title in _QUIET:
            return
        task.progress.connect(self._progress)
        task.finished.connect(self._ended)

    def _progress(self, what: str, done: int, total: int) -> None:
        task = self.sender()
        if not isinstance(task, Task):
            return
        words = f"{what} {done:,} of {total:,}" if total else what
        self._doing[task] = f"Stopping: {task.title}" if task.asked() else words
        self._tell()

    def _stop(self) -> None:
        """Stop the task that is told of; others go on."""
        task = next(iter(self._doing), None)
        if task is not None:
            task.cancel()
            self._doing[task] = f"Stopping: {task.title}"
            self._tell()

    def _ended(self) -> None:
        task = self.sender()
        if isinstance(task, Task):
            self._doing.pop(task, None)
            self._tell()

    def _tell(self) -> None:
        """Speak of the task that has gone on longest; a cross stops just that one."""
        task = next(iter(self._doing), None)
        words = "" if task is None else self._doing[task]
        more = len(self._doing) - 1
        tip = "\n".join(list(self._doing.values())[1:])
        self.busy.say(f"{words} · {more:,} more" if more > 0 else words, tip)
        self.stop.setVisible(task is not None and not task.asked())
        if task is not None:
            self.stop.describe(f"Stop: {task.title}")

    def texts(self) -> list[str]:
        """All that is written on the bar (for tests and screen readers)."""
        labels: list[QLabel] = self.findChildren(QLabel)
        return [words.text() for words in labels if words.text()]


def _saved(ago: float | None) -> str:
    """How long ago the last decision was written, in words."""
    if ago is None:
        return "Decisions are saved at once"
    return f"Decision saved {spoken_ago(ago)}"


def spoken_ago(seconds: float) -> str:
    """A short time that has passed, in words."""
    if seconds < 60:
        return f"{seconds:.0f} s ago"
    return f"{seconds // 60:.0f} min ago"
