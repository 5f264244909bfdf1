"""Rows of several tables are put side by side in the background."""

from PySide6.QtCore import QObject, Signal

from pathgui.errors import PathguiError
from pathgui.gui.background import Task
from pathgui.gui.session import Session
from pathgui.gui.session.bulk import AT_ONCE
from pathgui.gui.tables.content import Content, Read
from pathgui.project import Project


def takes_long(project: Project) -> bool:
    """Whether people would notice the time it takes to match the tables."""
    return len(project.manifest) + len(project.clinical) > AT_ONCE


class Gathering(QObject):
    """Reads what a table shows; what is asked for last counts.

    Attributes
    ----------
    done : Signal(Content)
        It is there.
    """

    done = Signal(object)

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._task: Task | None = None

    @property
    def busy(self) -> bool:
        """Whether something is being read."""
        return self._task is not None

    def start(self, project: Project, read: Read) -> None:
        """Read anew; `done` tells, unless `stop` or another start comes first."""
        self.stop()
        task = self._session.background.start(
            "Matching tables", lambda _progress, _asked: read(project), quick=True
        )
        self._task = task
        task.done.connect(self._take)
        task.failed.connect(self._fail)

    def stop(self) -> None:
        """Take no more of what is being read."""
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def _take(self, content: Content) -> None:
        if self.sender() is self._task:
            self._task = None
            self.done.emit(content)

    def _fail(self, error: Exception) -> None:
        # Tables that changed while they were read are read again, and that counts.
        if self.sender() is self._task:
            self._task = None
            if not isinstance(error, PathguiError):
                raise error
            self._session.trouble.emit(error)
