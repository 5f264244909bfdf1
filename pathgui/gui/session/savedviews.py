"""Saved views of the project, and how many slides each of them chooses."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from pathgui.errors import PathguiError
from pathgui.project import Edit, Project
from pathgui.project.cohorts import (
    forgetting_cohort,
    keeping_cohort,
    name_reason,
    renaming_cohort,
    saved_cohorts,
    slides_of_cohort,
)

if TYPE_CHECKING:
    from pathgui.gui.session.session import Session

_WAIT_MS = 400


class SavedViews(QObject):
    """Names, conditions and counts; counted in the background.

    Attributes
    ----------
    counts : dict of str to int
        Slides by view; -1 while they are not counted or cannot be.
    changed : Signal()
        Others are there, or their counts are others.
    """

    changed = Signal()

    def __init__(self, session: "Session") -> None:
        super().__init__(session)
        self._session = session
        self.counts: dict[str, int] = {}
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_WAIT_MS)
        self._later.timeout.connect(self._count)
        session.project_opened.connect(self._soon)
        session.changed.connect(self._changed)
        session.reloaded.connect(self._reloaded)
        session.project_closed.connect(self._forget)

    def expression(self, name: str) -> str:
        """The condition of a view; empty if there is none of this name."""
        project = self._session.project
        saved = None if project is None else saved_cohorts(project).get(name)
        return "" if saved is None else saved.expression

    def names(self) -> tuple[str, ...]:
        """Views in the order of the project file."""
        project = self._session.project
        return () if project is None else tuple(saved_cohorts(project))

    def refusal(self, name: str, old: str = "") -> str:
        """Why a view cannot have a name, in a sentence; empty if it can.

        With the name it has now, none of another view either.
        """
        project = self._session.project
        if project is None or (old and name == old):
            return ""
        if old and name in self.names():
            return f"There is a view {name} already."
        reason = name_reason(project, name)
        return f"The name {reason}." if reason else ""

    def save(self, name: str, expression: str) -> bool:
        """Keep a condition under a name; what is wrong is shown. Returns success."""
        return self._do(lambda project: keeping_cohort(project, name, expression))

    def rename(self, name: str, new: str) -> bool:
        """Give a view another name; what is wrong is shown. Returns success."""
        return self._do(lambda project: renaming_cohort(project, name, new))

    def remove(self, name: str) -> bool:
        """Forget a view; slides and tables stay. Returns success."""
        return self._do(lambda project: forgetting_cohort(project, name))

    def _do(self, make: Callable[[Project], Edit]) -> bool:
        session, project = self._session, self._session.project
        if project is None:
            return False
        return session.attempt(lambda: session.edit(make(project)))

    def _changed(self, edit: Edit) -> None:
        if edit.settings:
            self.changed.emit()
        self._soon()

    def _reloaded(self) -> None:
        self.changed.emit()
        self._soon()

    def _soon(self) -> None:
        if self.names() and not self._later.isActive():
            self._later.start()
        elif not self.names() and self.counts:
            self.counts = {}
            self.changed.emit()

    def _count(self) -> None:
        project = self._session.project
        if project is None:
            return
        task = self._session.background.start(
            "Counting views", lambda _progress, _asked: _counts(project), quick=True
        )
        task.done.connect(self._take)
        task.failed.connect(self._session.trouble)

    def _take(self, counts: dict[str, int]) -> None:
        if counts != self.counts:
            self.counts = counts
            self.changed.emit()

    def _forget(self) -> None:
        self._later.stop()
        self.counts = {}


def _counts(project: Project) -> dict[str, int]:
    found = {}
    for name in list(saved_cohorts(project)):
        try:
            found[name] = len(slides_of_cohort(project, name))
        except PathguiError:
            found[name] = -1
    return found
