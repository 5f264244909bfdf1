"""Runs in a process of their own, which go on when the window closes."""

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

from typing_extensions import override

from pathgui.errors import PathguiError, RunError
from pathgui.jobs import control, locks
from pathgui.jobs.events import RunEnded, RunEvent, SlideProgress
from pathgui.jobs.history import (
    INTERRUPTED,
    Told,
    events_after,
    progress_of,
    told_after,
)
from pathgui.jobs.parts import alive_lock
from pathgui.jobs.plan import RunPlan
from pathgui.jobs.plan_file import load_plan, save_plan
from pathgui.jobs.process import command
from pathgui.jobs.recorder import STATUS_PAGE
from pathgui.jobs.run import Run
from pathgui.jobs.worker import PROCESS_SLIDE

PLAN, ERRORS = "plan.json", "detached.log"
_POLL_SECONDS = 0.25
_APPEAR_SECONDS = 60.0
_UNREAD = 40  # times that the journal may be unreadable, one after the other


class FollowedRun:
    """A run in another process: the same events, the same wishes.

    Parameters
    ----------
    run_dir : Path
        Its folder, ``results/runs/<run_id>``.
    pid : int
        Its process, where that is known.
    last : int
        Number of the event in the journal after which to begin.

    Attributes
    ----------
    age : float
        How many seconds ago the event that came last had happened.

    Notes
    -----
    Closing `events` only stops listening; the run goes on.
    """

    def __init__(self, run_dir: Path, pid: int = 0, last: int = 0) -> None:
        self.run_dir, self.pid, self.age, self.last = run_dir, pid, 0.0, last
        self.journal = run_dir.parent / "journal.db"
        self._control = run_dir / control.FILE
        self._left = threading.Event()
        self._unread = 0

    def events(self) -> Iterator[RunEvent]:
        """Events up to the end of the run; of progress the newest.

        Raises
        ------
        RunError
            If the run does not come up.
        """
        self._wait()
        run_id = self.run_dir.name
        progress: dict[str, SlideProgress] = {}
        while not self._left.is_set():
            # Asked before the events are read: what is dead now says no more.
            alive = locks.is_held(alive_lock(self.run_dir))
            for told in self._news(run_id):
                self.last, self.age = told.number, told.age
                yield told.event
                if isinstance(told.event, RunEnded):
                    return
            if self._unread:
                self._left.wait(_POLL_SECONDS)
                continue  # whether it is over stands in the journal
            self.age = 0.0
            for moved in progress_of(self.journal, run_id):
                if progress.get(moved.slide_id) != moved:
                    progress[moved.slide_id] = moved
                    yield moved
            if not alive:
                yield RunEnded(run_id, INTERRUPTED, 0, 0, 0, 0.0)
                return
            self._left.wait(_POLL_SECONDS)

    def _news(self, run_id: str) -> list[Told]:
        """What was told since; a journal that is busy for a moment is no news."""
        try:
            found = told_after(self.journal, run_id, self.last)
        except RunError:
            self._unread += 1
            if self._unread > _UNREAD:
                raise
            return []
        self._unread = 0
        return found

    def leave(self) -> None:
        """Let `events` end without an end of the run, which goes on."""
        self._left.set()

    @property
    def wishes(self) -> control.Wishes:
        """What the run has been asked so far."""
        found = control.Wishes(self._control)
        found.look()
        return found

    @property
    def dashboard(self) -> str:
        """Address of the status page of its workers; empty while there is none."""
        try:
            return (self.run_dir / STATUS_PAGE).read_text("utf-8")
        except OSError:
            return ""

    def cancel(self) -> None:
        """End the run soon."""
        control.tell(self._control, control.CANCEL)

    def pause(self) -> None:
        """Hand out no more slides."""
        control.tell(self._control, control.PAUSE)

    def resume(self) -> None:
        """Go on after a pause."""
        control.tell(self._control, control.RESUME)

    def cancel_slide(self, slide_id: str) -> None:
        """Give up one slide."""
        control.tell(self._control, control.CANCEL_SLIDE, slide_id)

    def prioritise(self, slide_id: str) -> None:
        """Let a waiting slide go next."""
        control.tell(self._control, control.FIRST, slide_id)

    def _wait(self) -> None:
        """Wait until the run has begun; it may be over by then."""
        waited = 0.0
        while not self._left.is_set() and not self._has_begun():
            if waited > _APPEAR_SECONDS or self._is_gone():
                if self._has_begun():
                    return
                raise RunError(
                    f"the run {self.run_dir.name} did not begin: {self._errors()}",
                    f"{self.run_dir / ERRORS} says more",
                )
            self._left.wait(_POLL_SECONDS)
            waited += _POLL_SECONDS

    def _has_begun(self) -> bool:
        if not self.journal.is_file():
            return False
        try:
            found, _ = events_after(self.journal, self.run_dir.name)
        except RunError:
            return False  # it is being made just now
        return bool(found)

    def _is_gone(self) -> bool:
        import psutil

        return bool(self.pid) and not psutil.pid_exists(self.pid)

    def _errors(self) -> str:
        try:
            lines = (self.run_dir / ERRORS).read_text("utf-8", "replace").splitlines()
        except OSError:
            return "no reason is known"
        return lines[-1] if lines else "no reason is known"


class DetachedRun(FollowedRun):
    """A run that begins in a process of its own when its events are asked for.

    Parameters
    ----------
    plan : RunPlan
        What to do.
    """

    def __init__(self, plan: RunPlan, *, call: str = PROCESS_SLIDE) -> None:
        super().__init__(plan.run_dir)
        self.plan, self._call = plan, call

    @override
    def events(self) -> Iterator[RunEvent]:
        self.pid = start_detached(self.plan, call=self._call).pid
        yield from super().events()


def follow(run_dir: Path) -> Iterator[RunEvent]:
    """Events of a run in another process, from its start to its end."""
    return FollowedRun(run_dir).events()


def start_detached(plan: RunPlan, *, call: str = PROCESS_SLIDE) -> FollowedRun:
    """Begin a run in a process that survives this one.

    Raises
    ------
    RunError
        If the plan cannot be written down or no process be started.
    """
    file = plan.run_dir / PLAN
    save_plan(plan, file)
    try:
        # A process between us and the run, which ends at once: so the run is no
        # child of ours, and nothing that ends us can end it.
        between = subprocess.run(
            command("launch", str(file), call),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=True,
            timeout=_APPEAR_SECONDS,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise RunError(f"no process for the run can be started: {error}") from error
    return FollowedRun(plan.run_dir, int(between.stdout))


def launch(file: Path, call: str) -> int:
    """Start the process of a detached run, in a session of its own; its number."""
    flags = 0x00000208 if sys.platform == "win32" else 0
    with (file.parent / ERRORS).open("ab") as errors:
        process = subprocess.Popen(
            command("run", str(file), call),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            start_new_session=True,
            creationflags=flags,
        )
    return process.pid


def carry_out_plan(file: Path, call: str = PROCESS_SLIDE) -> int:
    """Run a plan to its end in this process; exit status 0, 1 or 2 as `pathgui run`."""
    try:
        run = Run(load_plan(file), call=call)

        def stop(signum: int, frame: FrameType | None) -> None:
            del signum, frame
            run.cancel()

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        outcome = ""
        for event in run.events():
            if isinstance(event, RunEnded):
                outcome = event.outcome
    except PathguiError as error:
        sys.stderr.write(f"{error.message}\n")
        return 2
    return 0 if outcome == "done" else 1
