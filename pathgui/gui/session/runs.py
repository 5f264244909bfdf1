"""The runs of the project: the one under way, and those before it."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QTimer, Signal

from pathgui.gui.bridge import RunBridge, Runnable
from pathgui.gui.session.pastruns import Past, read_past
from pathgui.gui.session.runstate import RunState, SlideRun, fold
from pathgui.gui.session.session import Session
from pathgui.jobs import INTERRUPTED
from pathgui.jobs.events import RunEnded, RunEvent, SlideFailed
from pathgui.project import Edit, Project
from pathgui.workflows.catch_up import News, edit_of, mark_recorded

_INTERVAL_MS = 250
_LOOK_MS = 500
Record = Callable[[Project, RunEvent], Edit | None]


class Runs(QObject):
    """Starts runs, folds their events, and writes status columns through the session.

    A run works in a process of its own and is only followed here: closing the
    project, or the window, leaves it alone.

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
        A run that was under way is over.
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
        self._bridges: dict[str, RunBridge] = {}
        self._finishing = False
        self._timer = _once(self, _INTERVAL_MS)
        self._timer.timeout.connect(self.changed)
        self._looking = _once(self, _LOOK_MS)
        self._looking.timeout.connect(self._put_first)
        session.project_opened.connect(self.read)
        session.project_closed.connect(self._forget)
        session.selection_changed.connect(self._look)

    @property
    def live(self) -> RunState | None:
        """The run under way; the newest, should there be several."""
        return next((run for run in self.all if run.live), None)

    @property
    def dashboard(self) -> str:
        """Address of the status page of the workers; empty while there is none."""
        bridge = self._bridge
        return "" if bridge is None else bridge.dashboard

    def start(
        self,
        run: Runnable,
        run_id: str,
        recipe: str,
        path: str,
        slides: Sequence[str] = (),
    ) -> None:
        """Begin a prepared run on these slides; one at a time."""
        assert self.live is None
        number = 1 + max((known.number for known in self.all), default=0)
        state = RunState(run_id, recipe=recipe, recipe_path=path, number=number)
        state.total = len(slides)
        state.slides = {name: SlideRun(name) for name in slides}
        self.all.insert(0, state)
        self._finishing = False
        self._follow(run, run_id)
        self.listed.emit()

    def receive(self, event: RunEvent, at: float | None = None) -> None:
        """Take an event of a run under way; `at` is when it happened (monotonic)."""
        project = self._session.project
        run = self._named(event.run_id)
        if project is None or run is None:
            return
        asked = run.state
        fold(run, event, at)
        if run.live and asked in ("paused", "stopping"):
            run.state = asked  # a wish that was told before the run had begun
        edit = self._record(project, event) if project.writable else None
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
        self._wish("stopping", lambda run: run.cancel())

    def pause(self) -> None:
        """Hand out no more slides; those under way are finished."""
        self._wish("paused", lambda run: run.pause())

    def resume(self) -> None:
        """Go on after a pause."""
        self._wish("running", lambda run: run.resume())

    def cancel_slide(self, slide_id: str) -> None:
        """Give up one slide; the others go on."""
        self._wish("", lambda run: run.cancel_slide(slide_id))

    def prioritise(self, slide_id: str) -> None:
        """Let a waiting slide go next."""
        self._wish("", lambda run: run.prioritise(slide_id))

    def finish(self) -> None:
        """Let the slides under way be finished, then stop."""
        live = self.live
        if live is not None:
            self._finishing = True
            self._wish("stopping", lambda run: run.pause())
            self._stop_if_done(live)

    def waits(self, slide_id: str) -> bool:
        """Whether a slide may still be waiting in the run under way."""
        live = self.live
        if live is None or live.state == "stopping":
            return False
        slide = live.slides.get(slide_id)
        return slide is not None and slide.state == "queued"

    def read(self) -> None:
        """Look for runs that were begun elsewhere, or before."""
        project = self._session.project
        assert project is not None
        folder = project.folder("runs")
        task = self._session.background.start(
            "Reading earlier runs", lambda _progress, _asked: read_past(folder)
        )
        task.done.connect(self._listed)

    def shutdown(self) -> None:
        """Leave the runs to themselves and wait until their threads here are gone."""
        self._timer.stop()
        self._looking.stop()
        for bridge in self._bridges.values():
            bridge.shutdown()
        self._bridges.clear()

    @property
    def _bridge(self) -> RunBridge | None:
        live = self.live
        return None if live is None else self._bridges.get(live.run_id)

    def _follow(self, run: Runnable, run_id: str) -> None:
        bridge = RunBridge(run, self)
        bridge.received.connect(self.receive)
        bridge.failed.connect(self._failed)
        bridge.finished.connect(self._finished)
        self._bridges[run_id] = bridge
        bridge.start()

    def _wish(self, state: str, tell: Callable[[Runnable], None]) -> None:
        live, bridge = self.live, self._bridge
        if live is None or bridge is None:
            return
        run = bridge.run
        if self._session.attempt(lambda: tell(run)):
            live.state = state or live.state
            self.changed.emit()

    def _look(self, chosen: tuple[str, ...]) -> None:
        """The slide that somebody looks at goes first, once the eye rests on it."""
        if chosen and self.waits(chosen[0]):
            self._looking.start()

    def _put_first(self) -> None:
        slide = self._session.current
        if slide and self.waits(slide):
            self.prioritise(slide)

    def _stop_if_done(self, run: RunState) -> None:
        if self._finishing and not run.count("running"):
            self._wish("stopping", lambda handle: handle.cancel())

    def _end(self, run: RunState) -> None:
        self._timer.stop()
        project = self._session.project
        if project is not None and project.writable:
            folder = project.folder("runs") / run.run_id
            if folder.is_dir():
                self._session.attempt(lambda: mark_recorded([folder]))
            if run.state == INTERRUPTED:
                nothing = News({}, (), frozenset())
                self._session.attempt(lambda: self._catch_up(nothing))
            if not self._session.unsaved:
                self._session.attempt(self._session.save)
        self.changed.emit()
        self.ended.emit(run)

    def _failed(self, error: Exception) -> None:
        run = self.live
        if run is not None:
            run.state = "failed"
            self.changed.emit()
        self._session.trouble.emit(error)

    def _finished(self, bridge: RunBridge) -> None:
        bridge.shutdown()
        bridge.deleteLater()
        for run_id, known in list(self._bridges.items()):
            if known is bridge:
                del self._bridges[run_id]
                run = self._named(run_id)
                if run is not None and run.live:
                    run.state = "cancelled"
                    self.changed.emit()

    def _named(self, run_id: str) -> RunState | None:
        return next((run for run in self.all if run.run_id == run_id), None)

    def _listed(self, past: Past) -> None:
        known = {run.run_id: run for run in self.all}
        here = set(self._bridges)
        found = [known.get(r.run_id, r) if r.run_id in here else r for r in past.runs]
        for run, read in zip(found, past.runs, strict=True):
            run.number = read.number
        listed = {run.run_id for run in found}
        self.all = [run for run in self.all if run.run_id not in listed] + found
        self.all.sort(key=lambda run: run.run_id, reverse=True)
        if past.news is not None:
            self._session.attempt(lambda: self._catch_up(past.news))
        for followed in past.live:
            if followed.run_dir.name not in here:
                self._follow(followed, followed.run_dir.name)
        self.listed.emit()

    def _catch_up(self, news: News | None) -> None:
        project = self._session.project
        if project is None or not project.writable or news is None:
            return
        edit = edit_of(project, news)
        if edit is not None:
            self._session.record(edit)
            if not self._session.unsaved:
                self._session.save()
        mark_recorded(news.ended)

    def _forget(self) -> None:
        self.shutdown()
        self.all = []
        self.listed.emit()


def _once(parent: QObject, milliseconds: int) -> QTimer:
    timer = QTimer(parent)
    timer.setInterval(milliseconds)
    timer.setSingleShot(True)
    return timer
