"""Every event of a run goes through here: into the journal, run.json and the log."""

import contextlib
import json
import os
import platform
import time
from types import TracebackType
from typing import Self, assert_never

from pathgui.engine import versions
from pathgui.errors import RunError
from pathgui.jobs.done import Verdict
from pathgui.jobs.events import (
    RunEnded,
    RunEvent,
    RunStarted,
    SlideDone,
    SlideFailed,
    SlideProgress,
    SlideSkipped,
    SlideStarted,
)
from pathgui.jobs.journal import Journal, now
from pathgui.jobs.plan import RunPlan, SlideTask
from pathgui.jobs.report import write_report
from pathgui.jobs.run_file import RunFile, SlideRow, open_log, write_atomically
from pathgui.jobs.worker import Outcome

UP_TO_DATE = "up to date"
STATUS_PAGE = "status_page.txt"
_COMMIT_SECONDS = 0.5


class Recorder:
    """Writes a run down. A context manager; whatever ends it, the journal is closed.

    Parameters
    ----------
    plan : RunPlan
        The run.
    workers : int
        For people.
    resumed : bool
        Go on with a run that was begun before, as a job array is.

    Raises
    ------
    RunError
        From every method, if the disk cannot be written.
    """

    def __init__(self, plan: RunPlan, workers: int, *, resumed: bool = False) -> None:
        self.plan = plan
        self.journal = Journal(plan.journal, plan.run_id)
        self.file = RunFile(plan, workers)
        self._committed = time.monotonic()
        self._ended = False
        self._log, self._handler = open_log(plan.run_dir / "run.log")
        if resumed:
            self.file.restore()
        if not resumed or plan.run_id not in self.journal.runs():
            self._begin(workers)

    def _begin(self, workers: int) -> None:
        plan = self.plan
        self.journal.begin(
            {
                "recipe": plan.recipe.name,
                "recipe_path": plan.recipe_path,
                "recipe_hash": plan.recipe.hash,
                "recipe_text": plan.recipe.text,
                "host": platform.node(),
                "pid": os.getpid(),
                "workers": workers,
                "slides": len(plan.tasks),
                "versions": json.dumps(versions()),
                "folder": str(plan.run_dir),
            }
        )

    def record(self, event: RunEvent) -> RunEvent:
        """Write an event down and give it back."""
        self.journal.event(event)
        match event:
            case RunStarted():
                self._log.info("run %s of %s on %d slides with %d workers",
                               event.run_id, event.recipe, event.slides,
                               event.workers)  # fmt: skip
                self.file.write(always=True)
                self.journal.commit()
            case SlideStarted():
                self._log.info("%s: begun, attempt %d", event.slide_id, event.attempt)
                self._set(event.slide_id, "running", attempts=event.attempt)
            case SlideDone():
                self._done(event)
            case SlideFailed():
                self._failed(event)
            case SlideSkipped():
                self._log.info("%s: skipped, %s", event.slide_id, event.reason)
                done = event.reason == UP_TO_DATE
                row = self._set(
                    event.slide_id, "done" if done else "skipped", event.reason
                )
                row.tiles, row.tissue_fraction = event.tiles, event.tissue_fraction
            case RunEnded():
                self._end(event)
            case SlideProgress():
                pass
            case _:
                assert_never(event)
        self.tick()
        return event

    def tick(self) -> None:
        """Make safe what waits, when it is time."""
        if time.monotonic() >= self._committed + _COMMIT_SECONDS:
            self.journal.commit()
            self._committed = time.monotonic()
        if not self._ended:
            self.file.write()

    def note(self, text: str) -> None:
        """A line of the log."""
        self._log.info("%s", text)

    def status_page(self, address: str) -> None:
        """Leave the address of Dask's status page for whoever follows the run."""
        self._log.info("status page of the workers: %s", address)
        write_atomically(self.plan.run_dir / STATUS_PAGE, address)

    def state(self, outcome: str) -> None:
        """Say where a run stands that goes on elsewhere."""
        self.file.outcome, self.file.ended = outcome, ""
        self.file.write(always=True)
        self.journal.state(outcome)

    def attempt(self, task: SlideTask, number: int, outcome: Outcome) -> None:
        """Keep how an attempt ended."""
        self.file.rows[task.slide_id].host = outcome.host
        self.journal.attempt(
            slide_id=task.slide_id, attempt=number, ticket=outcome.ticket,
            path=str(task.path), output=str(task.output),
            recipe_hash=self.plan.recipe_of(task).hash, checksum=task.checksum,
            status=outcome.kind, reason=outcome.reason, hint=outcome.hint,
            trace=outcome.trace, seconds=outcome.seconds, host=outcome.host,
            pid=outcome.pid, source_files=outcome.source.files,
            source_size=outcome.source.size, source_mtime_ns=outcome.source.mtime_ns,
            source_quickhash=outcome.quickhash, output_size=outcome.output.size,
            output_mtime_ns=outcome.output.mtime_ns,
        )  # fmt: skip

    def adopt(self, task: SlideTask, verdict: Verdict) -> None:
        """Enter a good result that the journal did not know of."""
        outcome = Outcome(
            0,
            "done",
            source=verdict.source,
            output=verdict.output,
            quickhash=verdict.quickhash,
        )
        self.attempt(task, 0, outcome)

    def _done(self, event: SlideDone) -> None:
        self._log.info("%s: done, %d tiles in %.1f s", event.slide_id, event.tiles,
                       event.seconds)  # fmt: skip
        for warning in event.warnings:
            self._log.warning("%s: %s", event.slide_id, warning)
        row = self._set(event.slide_id, "done", seconds=event.seconds)
        row.tiles, row.tissue_fraction = event.tiles, event.tissue_fraction
        row.warnings, row.excluded_tiles = list(event.warnings), event.excluded
        self.journal.slide(
            row.slide_id, tiles=event.tiles, tissue_fraction=event.tissue_fraction
        )
        self.journal.commit()

    def _failed(self, event: SlideFailed) -> None:
        trace = f"\n{event.trace.rstrip()}" if event.trace else ""
        self._log.error("%s: %s%s", event.slide_id, event.reason, trace)
        status = "quarantined" if event.quarantined else "failed"
        self._set(event.slide_id, status, event.reason).hint = event.hint
        self.journal.slide(event.slide_id, hint=event.hint)
        self.journal.commit()

    def _end(self, event: RunEnded) -> None:
        self._ended = True
        self._log.info(
            "run ended: %s; %d done, %d failed, %d skipped in %.1f s",
            event.outcome, event.done, event.failed, event.skipped, event.seconds,
        )  # fmt: skip
        self._forget_page()
        self.file.ended, self.file.outcome = now(), event.outcome
        self.file.write(always=True)
        self.journal.end(event.outcome)
        try:
            write_report(self.plan.run_dir)
        except RunError as error:
            # The results are there, and the report can be made at any time.
            self._log.warning("no report: %s", error)

    def _forget_page(self) -> None:
        with contextlib.suppress(OSError):
            (self.plan.run_dir / STATUS_PAGE).unlink(missing_ok=True)

    def _set(
        self,
        slide_id: str,
        status: str,
        reason: str = "",
        *,
        attempts: int | None = None,
        seconds: float | None = None,
    ) -> SlideRow:
        row = self.file.rows[slide_id]
        row.status, row.reason, row.hint = status, reason, ""
        if attempts is not None:
            row.attempts = attempts
        if seconds is not None:
            row.seconds = seconds
        self.journal.slide(
            slide_id, status=status, reason=reason, attempts=row.attempts,
            seconds=row.seconds, output=row.output,
        )  # fmt: skip
        return row

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is not None:
            self._log.error("run broke off: %s", error)
        # The first trouble is what people hear of; all is closed whatever it was.
        with contextlib.suppress(OSError):
            self._handler.close()
        self._forget_page()
        with contextlib.suppress(*() if error is None else (RunError,)):
            self.journal.close()
