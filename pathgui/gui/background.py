"""Runs a function off the GUI thread, with progress, cancel, result and error."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any

from PySide6.QtCore import QMetaMethod, QObject, Qt, Signal

from pathgui.errors import Cancelled
from pathgui.gui.courtesy import Courtesy

Progress = Callable[[str, int, int], None]
Asked = Callable[[], bool]
Work = Callable[[Progress, Asked], Any]

_INTERVAL = 0.25  # numbers on screen change at most four times a second


class Task(QObject):
    """One piece of work in the background; every signal arrives on the GUI thread.

    Attributes
    ----------
    progress : Signal(str, int, int)
        What is being done, how much of it, of how much.
    done : Signal(object)
        The result of the function.
    failed : Signal(object)
        The exception it raised.
    cancelled : Signal()
        It stopped because it was asked to.
    finished : Signal()
        Last of all, whatever the outcome.

    Parameters
    ----------
    title : str
        What people read beside the progress.
    lasting : bool
        Whether somebody still waits for it when the project is closed.
    """

    progress = Signal(str, int, int)
    done = Signal(object)
    failed = Signal(object)
    cancelled = Signal()
    finished = Signal()
    _said = Signal(str, int, int)

    def __init__(
        self, title: str, parent: QObject | None = None, *, lasting: bool = False
    ) -> None:
        super().__init__(parent)
        self.title = title
        self.lasting = lasting
        self.forgotten = False
        self.what = ""
        self.count = (0, 0)
        self._asked = threading.Event()
        self._last = 0.0
        # By way of this thread's queue: the first word may come before anyone listens.
        self._said.connect(self.progress, Qt.ConnectionType.QueuedConnection)

    def cancel(self) -> None:
        """Ask the function to stop at its next opportunity."""
        self._asked.set()

    def forget(self) -> None:
        """Cancel it, and count it as cancelled whatever it comes to."""
        self.forgotten = True
        self.cancel()

    def asked(self) -> bool:
        """Whether someone asked to stop (for the function to look at)."""
        return self._asked.is_set()

    def report(self, what: str, done: int, total: int) -> None:
        """Tell how far the function is; called from its thread."""
        now = time.monotonic()
        if done < total and what == self.what and now - self._last < _INTERVAL:
            return
        self._last, self.what, self.count = now, what, (done, total)
        self._said.emit(what, done, total)


class Background(QObject):
    """Three queues: one task at a time on the project; pictures; quick looks.

    Attributes
    ----------
    started : Signal(Task)
        A task was taken on.
    idle : Signal()
        No task is left.
    failed : Signal(object)
        An exception that no one else listens to.
    """

    started = Signal(object)
    idle = Signal()
    failed = Signal(object)
    _ended = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._project = ThreadPoolExecutor(1, thread_name_prefix="background")
        self._pictures = ThreadPoolExecutor(1, thread_name_prefix="pictures")
        # Two, so that sorting does not wait until all tables are checked.
        self._quick = ThreadPoolExecutor(2, thread_name_prefix="quick")
        self._tasks: set[Task] = set()
        self._courtesy = Courtesy(self)
        self._closed = False
        # Queued even from this thread: a task that is done at once must not be
        # delivered before its caller has connected to it.
        self._ended.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    @property
    def busy(self) -> bool:
        """Whether a task is under way or waits."""
        return bool(self._tasks)

    def tasks(self) -> list[Task]:
        """Tasks under way or waiting."""
        return list(self._tasks)

    def start(
        self,
        title: str,
        work: Work,
        *,
        pictures: bool = False,
        quick: bool = False,
        lasting: bool = False,
    ) -> Task:
        """Run ``work(progress, asked)`` in the background.

        Parameters
        ----------
        title : str
            What people read beside the progress.
        work : callable
            Gets a progress function and a function that says whether to stop. It is to
            ask often: while the window is busy, that is where the work waits.
        pictures : bool
            Use the queue for thumbnails, which never holds up the project's.
        quick : bool
            Use the queue for what is done in a moment: sorting, filtering, checking.
        lasting : bool
            It is not about the open project, and goes on when that is closed.
        """
        task = Task(title, self, lasting=lasting)
        if self._closed:
            return task  # the project is gone, and nobody waits
        pool = self._pictures if pictures else self._project
        pool = self._quick if quick else pool
        self._tasks.add(task)
        self.started.emit(task)
        # Nothing that an error's traceback keeps may keep this object.
        asked = partial(_asked, self._courtesy, task)
        future = pool.submit(work, task.report, asked)
        future.add_done_callback(lambda ended: self._ended.emit(task, ended))
        return task

    def forget(self) -> None:
        """The project is closed: its tasks are to stop, and nobody hears of them.

        What they come to is about slides and rows of that project, and would be taken
        for those of the next.
        """
        for task in self._tasks:
            if not task.lasting:
                task.forget()

    def shutdown(self) -> None:
        """Ask all tasks to stop and wait until their threads are gone."""
        if self._closed:
            return
        self._closed = True
        self._courtesy.close()
        for task in self._tasks:
            task.cancel()
        self._project.shutdown(wait=True, cancel_futures=True)
        self._pictures.shutdown(wait=True, cancel_futures=True)
        self._quick.shutdown(wait=True, cancel_futures=True)
        self._tasks.clear()

    def _deliver(self, task: Task, future: Future[Any]) -> None:
        if self._closed:
            return
        self._tasks.discard(task)
        error = None if future.cancelled() else future.exception()
        if future.cancelled() or task.forgotten or isinstance(error, Cancelled):
            task.cancelled.emit()
        elif error is None:
            task.done.emit(future.result())
        elif task.isSignalConnected(QMetaMethod.fromSignal(task.failed)):
            task.failed.emit(error)
        else:
            self.failed.emit(error)
        task.finished.emit()
        task.deleteLater()
        if not self._tasks:
            self.idle.emit()


def _asked(courtesy: Courtesy, task: Task) -> bool:
    courtesy.step_aside()
    return task.asked()
