"""The runs of the project: the one under way, and those before it."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from pathgui.gui.bridge import RunBridge, Runnable
from pathgui.gui.session.pastruns import read_runs
from pathgui.gui.session.runstate import RunState, fold
from pathgui.gui.session.session import Session
from pathgui.jobs.events import RunEnded, RunEvent, SlideFailed
from pathgui.project import Edit, Project

_INTERVAL_MS = 250
Record = Callable[[Project, RunEvent], Edit | None]


class Runs(QObject):
    """Starts runs, folds their events, and writes status columns through the session.

    Parameters
    ----------
    session : Session
        The open project.
    record : callable
        Turns an event into the edit of the manifest it stands for.

    Attributes
    ----------
    changed : Signal()
        Progress to show; at most four times a second.
    ended : Signal(RunState)
        A run of this window is over.
    slide_failed : Signal(RunState, str)
        A slide of it gave an error; the others go on.
    """

    changed = Signal()
    listed = Signal()
    ended = Signal(object)
    slide_failed = Signal(object, str)

    def __init__(self, session: Session, record: Record) -> None:
        super().__init__(session)
        self._session = session
        self._record = record
        self.all: list[RunState] = []
        self._bridge: RunBridge | None = None
        self._finishing = False
        self._timer = QTimer(self)
        self._timer.setInterval(_INTERVAL_MS)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.changed)
        session.project_opened.connect(self._read)
        session.project_closed.connect(self._forget)

    @property
    def live(self) -> RunState | None:
        """The run under way."""
        return self.all[0] if self.all and self.all[0].live else None

    def start(self, run: Runnable, run_id: str, recipe: str, path: str) -> None:
        """Begin a prepared run; one at a time."""
        assert self.live is None
        self.all.insert(0, RunState(run_id, recipe=recipe, recipe_path=path))
        bridge = RunBridge(run, self)
        bridge.received.connect(self.receive)
        bridge.failed.connect(self._failed)
        bridge.finished.connect(self._finished)
        self._bridge = bridge
        self._finishing = False
        self.listed.emit()
        bridge.start()

    def receive(self, event: RunEvent) -> None:
        """Take an event of the run under way."""
        if self._session.project is None:
            return
        run = self._named(event.run_id)
        if run is None:
            return
        fold(run, event)
        edit = self._record(self._session.project, event)
        if edit is not None:
            self._session.record(edit)
        if isinstance(event, SlideFailed):
            self.slide_failed.emit(run, event.slide_id)
        if isinstance(event, RunEnded):
            self._end(run)
        else:
            self._stop_if_done(run)
            if not self._timer.isActive():
                self._timer.start()

    def cancel(self) -> None:
        """Stop handing out slides and ask those under way to stop."""
        if self._bridge is not None and self.live is not None:
            self.live.state = "stopping"
            self._bridge.cancel()
            self.changed.emit()

    def pause(self) -> None:
        """Hand out no more slides; those under way are finished."""
        if self._bridge is not None and self.live is not None:
            self.live.state = "paused"
            self._bridge.pause()
            self.changed.emit()

    def resume(self) -> None:
        """Go on after a pause."""
        if self._bridge is not None and self.live is not None:
            self.live.state = "running"
            self._bridge.resume()
            self.changed.emit()

    def finish(self) -> None:
        """Let the slides under way be finished, then stop."""
        if self._bridge is not None and self.live is not None:
            self._finishing = True
            self.live.state = "stopping"
            self._bridge.pause()
            self._stop_if_done(self.live)
            self.changed.emit()

    def _stop_if_done(self, run: RunState) -> None:
        if self._finishing and self._bridge is not None and not run.count("running"):
            self._bridge.cancel()

    def shutdown(self) -> None:
        """Stop the run under way and wait until its thread is gone."""
        self._timer.stop()
        if self._bridge is not None:
            self._bridge.shutdown()
            self._bridge = None

    def _end(self, run: RunState) -> None:
        self._timer.stop()
        if not self._session.unsaved:
            self._session.attempt(self._session.save)
        self.changed.emit()
        self.ended.emit(run)

    def _failed(self, error: Exception) -> None:
        run = self.all[0]
        if run.live:
            run.state = "failed"
            self.changed.emit()
        self._session.trouble.emit(error)

    def _finished(self, bridge: RunBridge) -> None:
        bridge.shutdown()
        bridge.deleteLater()
        if bridge is not self._bridge:
            # The next run has begun while this thread was packing up.
            return
        self._bridge = None
        if self.live is not None:
            self.live.state = "cancelled"
            self.changed.emit()

    def _named(self, run_id: str) -> RunState | None:
        return next((run for run in self.all if run.run_id == run_id), None)

    def _read(self) -> None:
        project = self._session.project
        assert project is not None
        folder = project.folder("runs")
        task = self._session.background.start(
            "Reading earlier runs", lambda _progress, _asked: read_runs(folder)
        )
        task.done.connect(self._listed)

    def _listed(self, runs: list[RunState]) -> None:
        known = {run.run_id for run in self.all}
        self.all += [run for run in runs if run.run_id not in known]
        self.listed.emit()

    def _forget(self) -> None:
        self.shutdown()
        self.all = []
        self.listed.emit()
