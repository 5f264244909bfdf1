"""Carry a run out to its end, for those who wait for it."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from pathgui.jobs import (
    REPORT,
    Run,
    RunEnded,
    RunEvent,
    RunStarted,
    SlideDone,
    SlideFailed,
    SlideProgress,
    SlideSkipped,
)
from pathgui.project import Project
from pathgui.workflows.progress import Progress, silent
from pathgui.workflows.qc.metrics import gather, measures
from pathgui.workflows.run_recipe import record


@dataclass(slots=True)
class Outcome:
    """What has come of a run so far."""

    run_id: str = ""
    outcome: str = ""
    slides: int = 0
    done: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0.0
    tiles: int = 0
    excluded: int = 0
    report: str = ""
    problems: list[dict[str, str]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def take(self, event: RunEvent) -> None:
        """Count an event in."""
        match event:
            case RunStarted():
                self.run_id, self.slides = event.run_id, event.slides
            case SlideDone():
                self.done += 1
                self.tiles += event.tiles
                self.excluded += event.excluded
                self.warnings += [f"{event.slide_id}: {w}" for w in event.warnings]
            case SlideFailed():
                self.failed += 1
                self.problems.append(
                    {
                        "slide_id": event.slide_id,
                        "reason": event.reason,
                        "hint": event.hint,
                    }
                )
            case SlideSkipped():
                self.skipped += 1
            case RunEnded():
                self.outcome, self.seconds = event.outcome, event.seconds
            case _:
                pass

    @property
    def finished(self) -> int:
        """Slides that are through, one way or another."""
        return self.done + self.failed + self.skipped

    def as_dict(self) -> dict[str, Any]:
        """Plain data for ``--json``."""
        return asdict(self)

    def text(self) -> str:
        """One sentence for people."""
        if not self.done and not self.failed and self.skipped:
            return f"Nothing to do: {self.skipped} slides are up to date."
        out = f", {self.excluded:,} excluded in review" if self.excluded else ""
        parts = [f"{self.done} done ({self.tiles:,} tiles{out})"]
        if self.skipped:
            parts.append(f"{self.skipped} skipped")
        if self.failed:
            parts.append(f"{self.failed} failed")
        return f"Run {self.run_id}: {', '.join(parts)} in {self.seconds:.1f} s."


def carry_out(
    project: Project,
    run: Run,
    *,
    progress: Progress = silent,
    told: Callable[[RunEvent], None] | None = None,
) -> Outcome:
    """Run to the end, keep the manifest, and say what came of it.

    Parameters
    ----------
    project : Project
        Opened for writing; saved at the end, also if the run is broken off.
    run : Run
        As `run_recipe.prepare` made it.
    progress : callable
        Told of slides, and of tiles of each slide.
    told : callable, optional
        Given every event.
    """
    outcome = Outcome()
    report = run.plan.run_dir / REPORT
    try:
        for event in run.events():
            edit = record(project, event)
            if edit is not None:
                project.apply(edit)
            outcome.take(event)
            if told is not None:
                told(event)
            if isinstance(event, SlideProgress):
                progress(event.slide_id, event.done, event.total)
            elif isinstance(event, SlideDone):
                progress(event.slide_id, event.tiles, event.tiles)
            progress("Slides", outcome.finished, outcome.slides)
    finally:
        project.save()
    if measures(run.plan.recipe):
        gather(project, run.plan.recipe.output.name, progress=progress)
    outcome.report = str(report) if report.exists() else ""
    return outcome
