"""Bring what the tasks of a job array left into the journal and ``run.json``.

Tasks write nothing but their own files: a database on a network disk with hundreds
of writers would not live long. Whoever syncs writes it down.
"""

import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from pathgui.errors import RunError
from pathgui.jobs import locks
from pathgui.jobs.arrays.folder import LOGS, ArrayFolder
from pathgui.jobs.arrays.submit import is_queued
from pathgui.jobs.arrays.task import FOUND
from pathgui.jobs.done import Verdict, judge, look_ahead, made_of
from pathgui.jobs.events import (
    RunEnded,
    RunEvent,
    RunStarted,
    SlideDone,
    SlideFailed,
    SlideSkipped,
    SlideStarted,
)
from pathgui.jobs.history import PREPARED, SUBMITTED
from pathgui.jobs.parts import remove_stale
from pathgui.jobs.plan import RunPlan, SlideTask
from pathgui.jobs.recorder import UP_TO_DATE, Recorder
from pathgui.jobs.stamp import Stamp
from pathgui.jobs.tally import CANCELLED
from pathgui.jobs.worker import Outcome

NEVER_RUN = "its job never ran"
_FINAL = ("done", "failed", "quarantined", "skipped")


def register(array: ArrayFolder) -> None:
    """Enter a new array as a run, so that every tool knows of it.

    Raises
    ------
    RunError
        If the journal cannot be written.
    """
    plan = array.plan()
    with Recorder(plan, array.tasks, resumed=True) as recorder:
        if recorder.file.outcome == "running":
            slides = len(plan.tasks)
            name = plan.recipe.name
            recorder.record(RunStarted(plan.run_id, name, slides, array.tasks))
        if recorder.file.outcome in ("running", PREPARED):
            recorder.state(SUBMITTED if array.jobs else PREPARED)


def collect(array: ArrayFolder) -> Iterator[RunEvent]:
    """Read back what has happened since the last time, and write it down.

    Yields
    ------
    RunEvent
        As a run does; `RunEnded` once every slide has come to its end.

    Raises
    ------
    RunError
        If the array or the journal cannot be read, or another sync is going on.
    """
    with locks.hold(array.run_dir / "sync.lock", array.run_id) as before:
        if before is None:
            raise RunError(f"run {array.run_id} is being synced already", "wait for it")
        register(array)
        plan = array.plan()
        with Recorder(plan, array.tasks, resumed=True) as recorder:
            collector = _Collector(array, plan, recorder)
            for event in collector.events():
                yield recorder.record(event)
            if not collector.is_complete:
                recorder.state(SUBMITTED if array.jobs else PREPARED)


class _Collector:
    """Compares what the tasks say with what is written down."""

    def __init__(self, array: ArrayFolder, plan: RunPlan, recorder: Recorder) -> None:
        self._array, self._plan, self._recorder = array, plan, recorder
        self._rows = recorder.file.rows
        self._tickets = recorder.journal.tickets()
        self._run_id = plan.run_id
        self._cancelled: set[str] = set()

    @property
    def is_complete(self) -> bool:
        """Whether every slide has come to its end."""
        return all(map(self._is_final, self._plan.tasks))

    def events(self) -> Iterator[RunEvent]:
        news = False
        for line, task in enumerate(self._plan.tasks):
            result = self._array.read_result(line)
            if result is not None:
                for event in self._news(task, result):
                    news = True
                    yield event
        waiting = [t for t in self._plan.tasks if not self._is_final(t)]
        if waiting:
            for event in self._look_after(waiting):
                news = True
                yield event
        if self.is_complete and (news or not self._recorder.file.ended):
            yield self._ended()

    def _is_final(self, task: SlideTask) -> bool:
        return self._rows[task.slide_id].status in _FINAL

    def _news(self, task: SlideTask, result: dict[str, Any]) -> Iterator[RunEvent]:
        """Events that a result brings; none if it is known already."""
        status = str(result.get("status", ""))
        row, number = self._rows[task.slide_id], int(result.get("attempt", 0))
        if status == "cancelled":
            self._cancelled.add(task.slide_id)
        if status == "running":
            if row.attempts < number:
                yield SlideStarted(self._run_id, task.slide_id, number)
            return
        outcome = _outcome(result["outcome"])
        if outcome.ticket in self._tickets:
            return
        if status == FOUND and result.get("made_by") != self._run_id:
            self._recorder.attempt(task, number, outcome)
            yield SlideSkipped(self._run_id, task.slide_id, UP_TO_DATE)
            return
        if row.attempts < number:
            yield SlideStarted(self._run_id, task.slide_id, number)
        self._recorder.attempt(task, number, outcome)
        if status in ("done", FOUND):
            yield self._done(task, outcome)
        elif status == "failed":
            yield SlideFailed(
                self._run_id, task.slide_id, outcome.reason, outcome.hint, outcome.trace
            )

    def _done(self, task: SlideTask, outcome: Outcome) -> RunEvent:
        return SlideDone(
            self._run_id,
            task.slide_id,
            str(task.output),
            outcome.tiles,
            outcome.tissue_fraction,
            round(outcome.seconds, 3),
            outcome.warnings,
            outcome.excluded,
        )

    def _look_after(self, waiting: list[SlideTask]) -> Iterator[RunEvent]:
        """Slides without a result: made all the same, still to come, or lost."""
        queued = is_queued(self._array)
        if queued is False:
            # Not before: where a disk has no locks, a part looks stale while a task
            # on another node writes it.
            outputs = [task.output for task in waiting]
            remove_stale(outputs, self._array.run_dir.parent)
        look_ahead((task.output for task in waiting), {})
        for task in waiting:
            verdict = judge(task, self._plan.recipe_of(task).hash, None, set())
            ours = verdict.run_id == self._run_id
            if verdict.is_done and (ours or not self._plan.force):
                yield self._found(task, verdict)
            elif queued is False:
                yield self._lost(task)

    def _found(self, task: SlideTask, verdict: Verdict) -> RunEvent:
        self._recorder.adopt(task, verdict)
        if verdict.run_id != self._run_id:
            return SlideSkipped(self._run_id, task.slide_id, UP_TO_DATE)
        made = made_of(task.output)
        outcome = Outcome(
            0, "done", tiles=made.tiles, tissue_fraction=made.tissue_fraction,
            excluded=made.excluded,
        )  # fmt: skip
        return self._done(task, outcome)

    def _lost(self, task: SlideTask) -> RunEvent:
        if task.slide_id in self._cancelled:
            return SlideSkipped(self._run_id, task.slide_id, CANCELLED)
        if not self._rows[task.slide_id].attempts:
            return SlideSkipped(self._run_id, task.slide_id, NEVER_RUN)
        return SlideFailed(
            self._run_id,
            task.slide_id,
            f"{task.slide_id}: its job ended before the slide was finished",
            "it may have had too little time or memory; the queue's log is in "
            f"{self._array.folder / LOGS}",
        )

    def _ended(self) -> RunEvent:
        counts = Counter(row.status for row in self._rows.values())
        failed = counts["failed"] + counts["quarantined"]
        outcome = "failed" if failed else CANCELLED if counts["skipped"] else "done"
        begun = datetime.fromisoformat(self._recorder.file.started).timestamp()
        return RunEnded(
            self._run_id,
            outcome,
            counts["done"],
            failed,
            counts["skipped"],
            round(max(0.0, time.time() - begun), 3),
        )


def _outcome(data: dict[str, Any]) -> Outcome:
    known = dict(data)
    known["warnings"] = tuple(known.get("warnings", ()))
    for name in ("source", "output"):
        known[name] = Stamp(**known[name])
    return Outcome(**known)
