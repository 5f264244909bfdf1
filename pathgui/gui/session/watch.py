"""Notices when another program writes the tables or settings of the open project."""

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal

from pathgui.errors import PathguiError
from pathgui.gui.session.session import Session
from pathgui.project import Project
from pathgui.project.config import FILE
from pathgui.project.layout import TABLE_FILES

_SETTLE_MS = 400  # spreadsheets write in several steps


class TableWatch(QObject):
    """Watches the files of the tables, and looks at them when they were touched.

    Attributes
    ----------
    changed : Signal(tuple)
        Names of tables whose files are not as they were read. Our own saves never
        count. Settings that another program wrote are taken over at once.
    settled : Signal()
        The files were looked at, and are as they were read.
    """

    changed = Signal(tuple)
    settled = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._files = QFileSystemWatcher(self)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_SETTLE_MS)
        self._later.timeout.connect(self.look)
        self._files.fileChanged.connect(self._touched)
        self._files.directoryChanged.connect(self._touched)
        session.project_opened.connect(self._watch)
        session.project_closed.connect(self._forget)

    def look(self) -> None:
        """Compare the files with what was read, in the background."""
        project = self._session.project
        if project is None or not project.writable:
            return
        self._watch()
        task = self._session.background.start(
            "Looking at the tables",
            lambda _progress, _asked: _look(project),
            pictures=True,
        )
        task.done.connect(self._looked)
        task.failed.connect(self._failed)

    def _touched(self, _path: str) -> None:
        self._later.start()

    def _looked(self, found: tuple[tuple[str, ...], bool]) -> None:
        names, settings = found
        if settings and self._session.project is not None:
            self._session.reload()
        if names and self._session.project is not None:
            self.changed.emit(names)
        else:
            self.settled.emit()

    def _failed(self, error: Exception) -> None:
        # A file that is gone for a moment; the next save says so if it stays away.
        if not isinstance(error, PathguiError | OSError):
            raise error

    def _watch(self) -> None:
        """Name the files anew: one that was replaced is another file to the system."""
        self._unwatch()
        project = self._session.project
        if project is None:
            return
        paths = [project.root / file for file in (*TABLE_FILES.values(), FILE)]
        wanted = [path for path in (*paths, project.root / "metadata") if path.exists()]
        if wanted:
            self._files.addPaths([str(path) for path in wanted])

    def _unwatch(self) -> None:
        known = [*self._files.files(), *self._files.directories()]
        if known:
            self._files.removePaths(known)

    def _forget(self) -> None:
        self._later.stop()
        self._unwatch()


def _look(project: Project) -> tuple[tuple[str, ...], bool]:
    """Tables whose files changed, and whether settings did, which are taken over."""
    return tuple(project.changed_on_disk()), project.reread_settings()
