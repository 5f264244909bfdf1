"""One task of a job array: its slides, one after the other, each with a result."""

import json
import os
import secrets
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from pathgui.jobs import control
from pathgui.jobs.arrays.folder import ArrayFolder, load_array
from pathgui.jobs.done import Verdict, judge, made_of
from pathgui.jobs.journal import now
from pathgui.jobs.parts import alive_lock, lock_of
from pathgui.jobs.plan import SlideTask
from pathgui.jobs.run_file import write_atomically
from pathgui.jobs.stamp import Stamp, stamp_if_there
from pathgui.jobs.worker import Order, Outcome, carry_out

FOUND = "found"
"""State of a slide whose result was there already."""
_BUSY_TRIES, _BUSY_SECONDS = 30, 2.0
# Variables in which queues say which job this is.
_JOB_NAMES = ("SLURM_ARRAY_JOB_ID", "SLURM_JOB_ID", "PBS_JOBID")

Told = Callable[[str, Outcome], None]


@dataclass(frozen=True, slots=True)
class TaskReport:
    """How the slides of a task ended."""

    done: int
    found: int
    failed: int
    cancelled: int

    @property
    def ok(self) -> bool:
        """Whether every slide has its result."""
        return not self.failed and not self.cancelled


def carry_out_task(
    folder: Path,
    task: int,
    *,
    stop: Callable[[], bool] = lambda: False,
    told: Told = lambda _slide, _outcome: None,
) -> TaskReport:
    """Process the slides of one task; what is finished already is left alone.

    May be called again at any time, also by a queue that starts a task anew.

    Parameters
    ----------
    folder : Path
        Of the array.
    task : int
        From 1.
    stop : callable
        True once the queue wants the job to end; unfinished files are removed.
    told : callable
        Given each slide and what became of it.

    Raises
    ------
    RunError, RecipeError
        If the array cannot be read, or has no such task.
    """
    array = load_array(folder.absolute())
    recipe_hash = array.recipe().hash
    lines = array.lines_of(task)
    kinds = []
    for line, slide in zip(lines, array.read_slides(lines), strict=True):
        one = _Slide(array, line, slide, recipe_hash, stop)
        outcome, kind = one.process()
        kinds.append(kind)
        told(slide.slide_id, outcome)
        if stop():
            break
    given_up = kinds.count("cancelled") + len(lines) - len(kinds)
    failed = kinds.count("failed") + kinds.count("busy")
    return TaskReport(kinds.count("done"), kinds.count(FOUND), failed, given_up)


@dataclass(slots=True)
class _Slide:
    """One slide of a task."""

    array: ArrayFolder
    line: int
    task: SlideTask
    recipe_hash: str
    stop: Callable[[], bool]
    attempt: int = 0
    before: Stamp = field(default_factory=Stamp)

    def process(self) -> tuple[Outcome, str]:
        earlier = self.array.read_result(self.line) or {}
        self.attempt = int(earlier.get("attempt", 0))
        verdict = self._judge()
        if self._is_done(verdict):
            # What an earlier attempt of ours has written down says more than this.
            if earlier.get("status") not in ("done", FOUND):
                self._write(self._found(verdict), FOUND, verdict.run_id)
            return Outcome(0, "done"), FOUND
        self.attempt += 1
        self._write(Outcome(0, "done"), "running")
        if verdict.state == "foreign" and not self.array.force:
            outcome = Outcome(
                secrets.randbits(48),
                "failed",
                f"{self.task.slide_id}: {verdict.why}, which is not replaced",
                "use --force to replace it, or give the recipe another output name",
            )
        else:
            outcome = self._carry_out()
        self._write(outcome, "failed" if outcome.kind == "busy" else outcome.kind)
        return outcome, outcome.kind

    def _judge(self) -> Verdict:
        self.before = stamp_if_there(self.task.output)
        own = self.task.recipe
        wanted = own.hash if own is not None else self.recipe_hash
        return judge(self.task, wanted, None, set())

    def _is_done(self, verdict: Verdict) -> bool:
        ours = verdict.run_id == self.array.run_id
        return verdict.is_done and (ours or not self.array.force)

    def _found(self, verdict: Verdict) -> Outcome:
        made = made_of(self.task.output)
        return Outcome(
            secrets.randbits(48), "done", tiles=made.tiles,
            tissue_fraction=made.tissue_fraction, excluded=made.excluded,
            source=verdict.source, output=verdict.output, quickhash=verdict.quickhash,
        )  # fmt: skip

    def _carry_out(self) -> Outcome:
        """Process it; wait for another process that is just ending with it."""
        clock = threading.Event()
        for _ in range(_BUSY_TRIES):
            outcome = carry_out(self._order(), lambda _message: None, self.stop)
            if outcome.kind != "busy":
                return outcome
            if self.stop():
                break
            clock.wait(_BUSY_SECONDS)
            verdict = self._judge()
            if self._is_done(verdict):
                return self._found(verdict)
        ticket = secrets.randbits(48)
        if self.stop():
            return Outcome(ticket, "cancelled")
        reason = f"{self.task.slide_id}: another process is writing the same result"
        return Outcome(ticket, "busy", reason, "wait for it, then submit again")

    def _order(self) -> Order:
        array, task = self.array, self.task
        return Order(
            array.run_id,
            task.slide_id,
            secrets.randbits(48),
            task.path,
            task.output,
            task.recipe or array.recipe(),
            array.threads,
            task.mpp,
            lock_of(task.output, array.run_dir.parent),
            self.before,
            array.run_dir / control.FILE,
            alive_lock(array.run_dir),
            mpp_source=task.mpp_source,
            base=task.base,
            objective=task.objective,
            run_recipe=task.run_recipe,
        )

    def _write(self, outcome: Outcome, status: str, made_by: str = "") -> None:
        data: dict[str, Any] = {
            "slide_id": self.task.slide_id,
            "status": status,
            "attempt": self.attempt,
            "time": now(),
            "made_by": made_by or self.array.run_id,
            "job": next(filter(None, map(os.environ.get, _JOB_NAMES)), ""),
            "outcome": asdict(outcome),
        }
        file = self.array.result_file(self.line)
        write_atomically(file, json.dumps(data))
