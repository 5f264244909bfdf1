"""Large projects are read in the background before the window shows them."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from pathgui.errors import Cancelled
from pathgui.gui.background import Asked, Background, Progress, Task
from pathgui.project import Project
from pathgui.project.layout import JOURNAL, TABLE_FILES
from pathgui.project.linked import Linked
from pathgui.project.watch import Watch

# Smaller files are read faster than anyone could notice.
_AT_ONCE = 500_000


@dataclass(eq=False)
class Opened:
    """A project whose tables are in memory.

    Attributes
    ----------
    root : Path
        Its folder, as asked for.
    write : bool
        Whether it was to be opened for changing.
    turn : Lock
        Held while it is being read.
    project : Project or None
        There once it is open.
    linked : Linked or None
        Which rows belong together.
    """

    root: Path
    write: bool
    turn: threading.Lock
    project: Project | None = None
    linked: Linked | None = None

    def read(self, progress: Progress, asked: Asked) -> "Opened":
        """Open the project and read all of it; raises as `Project.open`, Cancelled."""
        progress(f"Opening {self.root.name}", 0, 0)
        with self.turn:
            self._go_on(asked)
            watch = Watch(asked=asked)
            self.project = Project.open(self.root, write=self.write, watch=watch)
            try:
                self._warm(self.project, asked)
            except BaseException:
                self.drop()
                raise
        return self

    def drop(self) -> None:
        """Close what nobody took."""
        if self.project is not None:
            self.project.close()
            self.project = None

    def _warm(self, project: Project, asked: Asked) -> None:
        steps: tuple[Callable[[], object], ...] = (
            lambda: project.manifest.find(""),
            lambda: project.clinical.find(""),
            lambda: self._link(project),
            # Remembering the project needs it, on the thread of the window.
            lambda: import_module("tomlkit"),
        )
        for step in steps:
            step()
            self._go_on(asked)

    def _link(self, project: Project) -> None:
        rule = project.config.patient_rule
        self.linked = Linked.of(project.manifest, project.clinical, rule)

    def _go_on(self, asked: Asked) -> None:
        if asked():
            raise Cancelled(f"Opening {self.root.name} was stopped.")


class Opening(QObject):
    """Reads one project at a time; asking for another one stops the first.

    Attributes
    ----------
    busy : Signal(bool)
        Reading began, or ended.
    ready : Signal(Opened)
        To be taken by the session. Whoever listens closes it otherwise.
    failed : Signal(Opened, object)
        It could not be opened, and why.
    """

    busy = Signal(bool)
    ready = Signal(object)
    failed = Signal(object, object)

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._under_way: dict[Task, Opened] = {}
        # One that is stopped frees its project before the next is opened.
        self._one = threading.Lock()

    @staticmethod
    def is_large(root: Path) -> bool:
        """Whether reading the tables of a project takes long enough to be noticed."""
        files = [root.expanduser() / name for name in (*TABLE_FILES.values(), JOURNAL)]
        return sum(map(_size, files)) > _AT_ONCE

    @property
    def active(self) -> bool:
        """Whether a project is being read."""
        return bool(self._under_way)

    def start(self, root: Path, *, write: bool) -> None:
        """Read a project; `ready` or `failed` tells, unless someone stops it."""
        for task, known in self._under_way.items():
            if (known.root, known.write) == (root, write) and not task.asked():
                return
        self.cancel()
        opened = Opened(root, write, self._one)
        task = self._background.start(
            f"Opening {root.name}", opened.read, quick=True, lasting=True
        )
        self._under_way[task] = opened
        task.done.connect(self._done)
        task.failed.connect(self._failed)
        task.finished.connect(self._finished)
        self.busy.emit(True)

    def cancel(self) -> None:
        """Stop reading at the next opportunity; nothing is shown then."""
        for task in self._under_way:
            task.cancel()

    def shutdown(self) -> None:
        """Close what was read and will not be shown, once the threads are gone."""
        for opened in self._under_way.values():
            opened.drop()
        self._under_way.clear()

    def _done(self, opened: Opened) -> None:
        task = self.sender()
        if isinstance(task, Task) and not task.asked():
            del self._under_way[task]
            self.ready.emit(opened)
        else:
            opened.drop()

    def _failed(self, error: Exception) -> None:
        task = self.sender()
        if isinstance(task, Task) and not task.asked():
            self.failed.emit(self._under_way[task], error)

    def _finished(self) -> None:
        task = self.sender()
        if isinstance(task, Task):
            self._under_way.pop(task, None)
        if not self._under_way:
            self.busy.emit(False)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
