"""Projects: make, open, save and close."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QDir, QStandardPaths, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from pathgui import log
from pathgui.errors import PathguiError, ProjectLockedError, TableChangedError
from pathgui.gui.desks.desk import Desk, Preferences
from pathgui.gui.dialogs.error import ErrorDialog
from pathgui.gui.dialogs.new_project import NewProjectDialog
from pathgui.gui.session import Session
from pathgui.gui.session.opening import Opened, Opening
from pathgui.gui.session.recovered import recovery_words
from pathgui.project import Project
from pathgui.workflows.new_project import new_project

_log = log.get(__name__)
_RECENT = 12
READ_ONLY, TRY_AGAIN = "Open it for reading", "Try again"


class ProjectDesk(Desk):
    """What the File menu does.

    Attributes
    ----------
    clashed : Signal()
        The tables cannot be saved: another program changed them on disk.
    leaving : callable
        Asks whether the project may be closed, and goes on if so.
    """

    clashed = Signal()
    leaving: Callable[[Callable[[], None]], None]

    def __init__(
        self, session: Session, widget: QWidget, preferences: Preferences
    ) -> None:
        super().__init__(session, widget, preferences)
        self._then: Callable[[], None] | None = None
        session.opening.ready.connect(self._take)
        session.opening.failed.connect(self._not_read)
        session.opening.busy.connect(self._show_busy)

    def new(self, then: Callable[[], None] | None = None) -> None:
        """Ask for name and place of a new project; `then` is called once it is open."""
        documents = QStandardPaths.StandardLocation.DocumentsLocation
        place = Path(QStandardPaths.writableLocation(documents) or QDir.homePath())
        dialog = NewProjectDialog(self.session.theme, place, self.widget)
        dialog.chosen.connect(lambda root, name: self.make(root, name, then))
        self.show_dialog(dialog)

    def make(
        self, root: Path, name: str, then: Callable[[], None] | None = None
    ) -> None:
        """Make a project and open it, then go on."""
        if self.session.attempt(lambda: new_project(root, name)):
            self.open(root, then)

    def ask_open(self) -> None:
        """Ask for a project folder."""
        last = self.preferences.values.recent
        start = str(Path(last[0]).parent) if last else QDir.homePath()
        folder = QFileDialog.getExistingDirectory(self.widget, "Open project", start)
        if folder:
            self.open(Path(folder))

    def ask_recent(self) -> None:
        """Offer the projects that were open lately."""
        menu = QMenu(self.widget)
        for recent in self.preferences.values.recent:
            entry = menu.addAction(recent)
            entry.setData(recent)
        if menu.isEmpty():
            menu.addAction("No projects yet").setEnabled(False)
        menu.triggered.connect(lambda entry: self.open(Path(entry.data())))
        corner = self.widget.rect().topLeft()
        corner.setX(24)
        corner.setY(70)
        menu.popup(self.widget.mapToGlobal(corner))

    def open(self, root: Path, then: Callable[[], None] | None = None) -> None:
        """Open a project folder, once the one that is open may be left.

        Parameters
        ----------
        root : Path
            The project folder. Large tables are read in the background.
        then : callable, optional
            Called once the project is open.
        """
        self._then = then
        if self.session.project is None:
            self._open(root)
        else:
            self.leaving(lambda: self._open(root))

    def _open(self, root: Path, *, write: bool = True) -> None:
        if Opening.is_large(root):
            self.session.opening.start(root, write=write)
            return
        self.session.opening.cancel()
        try:
            self.session.open(root, write=write)
        except PathguiError as error:
            self._refused(root, error)
        else:
            self._opened()

    def _take(self, opened: Opened) -> None:
        """A project was read in the background."""
        project, opened.project = opened.project, None
        if project is not None:
            self.session.take(project, opened.linked)
            self._opened()

    def _opened(self) -> None:
        project = self.session.project
        assert project is not None
        then, self._then = self._then, None
        self.remember(project.root)
        self._tell_recovery(project)
        if then is not None:
            then()

    def _not_read(self, opened: Opened, error: Exception) -> None:
        self._refused(opened.root, error)

    def _refused(self, root: Path, error: Exception) -> None:
        if isinstance(error, ProjectLockedError):
            self._offer_reading(root, error)
        else:
            _log.info("refused: %s", error)
            self.session.trouble.emit(error)

    def _show_busy(self, busy: bool) -> None:
        """A pointer that says that something is being opened."""
        if busy:
            self.widget.setCursor(Qt.CursorShape.BusyCursor)
        else:
            self.widget.unsetCursor()

    def _offer_reading(self, root: Path, error: ProjectLockedError) -> None:
        """Another window has it: look at it without changing anything, or not."""
        dialog = ErrorDialog(
            self.session.theme, error, self.widget, choices=(READ_ONLY, TRY_AGAIN)
        )
        dialog.picked.connect(
            lambda choice: self._open(root, write=choice == TRY_AGAIN)
        )
        self.show_dialog(dialog)

    def take_over(self) -> None:
        """Open the project that is only read for changing, if it is free now."""
        project = self.session.project
        if project is not None and not project.writable:
            self._then = self._tell_taken
            self._open(project.root)

    def _tell_taken(self) -> None:
        project = self.session.project
        if project is not None and project.writable:
            self.session.told.emit("The project can be changed here now", "ok")

    def _tell_recovery(self, project: Project) -> None:
        words = recovery_words(project)
        if words:
            self.session.told.emit(words, "note")
        for warning in project.warnings:
            self.session.told.emit(warning, "warning")

    def remember(self, root: Path) -> None:
        """Put a project first among the recent ones."""
        others = [
            known for known in self.preferences.values.recent if known != str(root)
        ]
        self.preferences.change(recent=(str(root), *others)[:_RECENT])

    def forget_recent(self) -> None:
        """Empty the list of recent projects."""
        self.preferences.change(recent=())

    def save(self) -> None:
        """Write the tables in the background."""
        project = self.session.project
        if project is None:
            return
        self.session.settling.emit()
        task = self.session.background.start(
            "Saving", lambda _progress, _asked: project.save()
        )
        task.done.connect(self._saved)
        task.failed.connect(self._not_saved)

    def _saved(self) -> None:
        self.session.note_saved()

    def _not_saved(self, error: Exception) -> None:
        if isinstance(error, TableChangedError):
            self.clashed.emit()
        else:
            self.session.trouble.emit(error)

    def close(self) -> None:
        """Close the project, once it may be left."""
        self.leaving(self.session.close)

    def demo(self) -> None:
        """Make the demo cohort in the background and open it."""
        from pathgui.workflows.demo import run_demo

        documents = QStandardPaths.StandardLocation.DocumentsLocation
        place = Path(QStandardPaths.writableLocation(documents) or QDir.homePath())
        root = place / "pathgui-demo"
        self.session.told.emit(
            "The demo cohort is being made: four slides, a clinical table and a run. "
            "This takes about a minute.",
            "note",
        )
        self.work(
            "Making the demo cohort",
            lambda progress, _asked: run_demo(root, progress=progress),
            lambda _report: self.open(root),
            lasting=True,
        )
