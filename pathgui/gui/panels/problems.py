"""The Problems panel: each with where it is and one way to mend it."""

from collections.abc import Callable

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QStackedWidget

from pathgui.gui.background import Task
from pathgui.gui.session import Session
from pathgui.gui.session.problems import Problem, Problems, find
from pathgui.gui.session.runs import Runs
from pathgui.gui.style.parts import EmptyState
from pathgui.gui.style.states import SEVERITY
from pathgui.gui.tables.rows import Head, Part, Row
from pathgui.gui.tables.rowsview import RowsView
from pathgui.project import Cell, Edit

_FIX = 3


class ProblemsPanel(QStackedWidget):
    """Lists what needs looking at, and goes there.

    Attributes
    ----------
    counted : Signal()
        The list changed.
    wanted : Signal(Problem)
        Someone wants to see this one.
    mending : Signal(Problem)
        Someone wants to mend this one by hand.
    """

    counted = Signal()
    wanted = Signal(object)
    mending = Signal(object)

    def __init__(self, session: Session, runs: Runs) -> None:
        super().__init__()
        self._session, self._runs = session, runs
        self.problems: list[Problem] = []
        self.found = Problems()
        self.shown: Callable[[Problem], bool] = lambda _problem: True
        self._task: Task | None = None
        heads = (Head("", 38), Head("Problem", 470), Head("Where"), Head("Fix", 170))
        self.list = RowsView(session.theme, heads, "Problems")
        self.empty = EmptyState(session.theme, "ph.check-circle")
        self.empty.say(
            "No problems", "All cells fit their columns, and no slide failed."
        )
        self.addWidget(self.list)
        self.addWidget(self.empty)
        self.list.opened.connect(self._opened)
        self.list.selectionModel().currentRowChanged.connect(self._chosen)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(200)
        self._later.timeout.connect(self.refresh)
        for signal in (session.changed, session.checks.changed, session.reloaded):
            signal.connect(self._soon)
        for signal in (runs.ended, runs.listed, session.project_opened):
            signal.connect(self._soon)
        session.project_closed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Look for problems anew, in the background."""
        self._later.stop()
        session = self._session
        project, runs = session.project, list(self._runs.all)
        if project is None:
            self._task = None
            self._show(Problems())
            return
        findings, near = session.checks.findings(), dict(session.checks.near_misses())
        task = session.background.start(
            "Looking for problems",
            lambda _progress, _asked: find(project, findings, near, runs),
            quick=True,
        )
        self._task = task
        task.done.connect(lambda found: self._take(task, found))
        task.failed.connect(session.trouble)

    def _take(self, task: Task, found: Problems) -> None:
        """Show what was found, unless it is being looked for anew."""
        if task is self._task:
            self._task = None
            self._show(found)

    def _show(self, found: Problems) -> None:
        if self._session.project is None:
            found = Problems()
        self.found, self.problems = found, found.shown
        self.list.show_rows([_row(problem) for problem in self.problems])
        self.setCurrentWidget(self.list if self.problems else self.empty)
        self.counted.emit()

    def summary(self) -> str:
        """Errors, warnings and notes in words."""
        counts = self.found.counts
        words = [
            f"{counts[name]:,} {name}{'' if counts[name] == 1 else 's'}"
            for name in ("error", "warning", "note")
            if counts.get(name)
        ]
        if self.found.total > len(self.problems):
            words.append(f"{len(self.problems):,} of them here, some of each kind")
        return " · ".join(words)

    @property
    def worst(self) -> str:
        """The most severe kind there is; empty for none."""
        return self.problems[0].severity if self.problems else ""

    def step(self, by: int) -> None:
        """Go to the next or previous problem whose row is not filtered out."""
        index = self.list.currentIndex()
        start = index.row() if index.isValid() else -1 if by > 0 else 0
        count = len(self.problems)
        order = [(start + by * away) % count for away in range(1, count + 1)]
        row = next((row for row in order if self.shown(self.problems[row])), None)
        if row is not None:
            self.list.selectRow(row)
            self.fix()
        elif count:
            noun = "problem is" if count == 1 else "problems are"
            words = f"{count:,} {noun} in rows that the filter hides"
            self._session.told.emit(words, "note")

    def fix(self) -> None:
        """Go where the chosen problem can be mended."""
        problem = self._current()
        if problem is not None:
            self.wanted.emit(problem)

    def apply(self) -> None:
        """Mend the chosen problem if that is safe, else open what it takes to."""
        problem = self._current()
        if problem is not None and problem.safe:
            self._mend([problem], f"{problem.fix} in {problem.column}")
        elif problem is not None:
            self.mending.emit(problem)

    @property
    def safe(self) -> list[Problem]:
        """Problems that a click mends without a question."""
        return [problem for problem in self.problems if problem.safe]

    def apply_safe(self) -> None:
        """Mend all that can be mended safely, as one undo step."""
        safe = self.safe
        if safe:
            cells = "cell" if len(safe) == 1 else "cells"
            self._mend(safe, f"Fix {len(safe):,} {cells}")

    def _mend(self, problems: list[Problem], label: str) -> None:
        project = self._session.project
        if project is None:
            return
        cells = [
            Cell(p.table, p.row, p.column, p.old, p.new)
            for p in problems
            if project.table(p.table).has_row(p.row)
            and project.table(p.table).text(p.row, p.column) == p.old
        ]
        if cells:
            self._session.edit(Edit(label, tuple(cells)))

    def _current(self) -> Problem | None:
        index = self.list.currentIndex()
        inside = index.isValid() and index.row() < len(self.problems)
        return self.problems[index.row()] if inside else None

    def _opened(self, _key: str, column: int) -> None:
        if column == _FIX:
            self.apply()
        else:
            self.fix()

    def _chosen(self) -> None:
        row = self.list.currentIndex().row()
        if 0 <= row < len(self.problems) and self.problems[row].slide_id:
            self._session.select(self.problems[row].slide_id)

    def _soon(self) -> None:
        if not self._later.isActive():
            self._later.start()


def _row(problem: Problem) -> Row:
    state = SEVERITY[problem.severity]
    fix = Part(problem.fix, "link", "ph.wrench", "accent") if problem.fix else Part()
    mark = Part("", icon=state.icon, tint=state.hue)
    return Row(
        problem.key, (mark, Part(problem.text), Part(problem.where, "quiet"), fix)
    )
