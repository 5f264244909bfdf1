"""What is known of a run, folded from its events; plain data, no Qt."""

import time
from dataclasses import dataclass, field
from typing import assert_never

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

BROKEN_OFF = "its run was broken off"


@dataclass(slots=True)
class SlideRun:
    """One slide within a run; times are monotonic seconds."""

    slide_id: str
    state: str = "queued"
    done: int = 0
    total: int = 0
    memory_mb: float = 0.0
    attempts: int = 0
    started: float = 0.0
    seconds: float = 0.0
    reason: str = ""
    hint: str = ""
    trace: str = ""
    output: str = ""
    excluded: int = 0

    @property
    def share(self) -> float:
        """How much of the slide is done, 0 to 1."""
        if self.state == "done":
            return 1.0
        return self.done / self.total if self.total else 0.0

    def elapsed(self, now: float) -> float:
        """Seconds spent on it so far, or in all."""
        return now - self.started if self.state == "running" else self.seconds

    def rate(self, now: float) -> float:
        """Tiles a second."""
        seconds = self.elapsed(now)
        return self.done / seconds if seconds > 0.5 else 0.0


@dataclass(slots=True)
class RunState:
    """A run: its slides and how far it is.

    Attributes
    ----------
    number : int
        Its place among all runs of the project, from 1.
    state : str
        ``running``, ``paused``, ``stopping``, ``done``, ``failed``, ``cancelled``,
        ``interrupted`` (its process died), or ``prepared`` and ``submitted`` for a
        job array.
    when : str
        When it began, ISO 8601.
    """

    run_id: str
    recipe: str = ""
    recipe_path: str = ""
    total: int = 0
    workers: int = 0
    state: str = "running"
    slides: dict[str, SlideRun] = field(default_factory=dict)
    started: float = 0.0
    seconds: float = 0.0
    when: str = ""
    number: int = 0
    host: str = ""

    def count(self, *states: str) -> int:
        """Slides in any of these states."""
        return sum(slide.state in states for slide in self.slides.values())

    @property
    def finished(self) -> int:
        """Slides that need nothing more, well or not."""
        return self.count("done", "skipped", "failed", "quarantined")

    @property
    def failed(self) -> int:
        """Slides that gave an error."""
        return self.count("failed", "quarantined")

    @property
    def live(self) -> bool:
        """Whether it goes on."""
        return self.state in ("running", "paused", "stopping")

    @property
    def share(self) -> float:
        """How much of the run is done, 0 to 1; slides under way count in part."""
        if not self.total:
            return 1.0 if not self.live else 0.0
        parts = sum(s.share for s in self.slides.values() if s.state == "running")
        return min(1.0, (self.finished + parts) / self.total)

    def elapsed(self, now: float) -> float:
        """Seconds since it began, or in all."""
        return now - self.started if self.live else self.seconds

    def left(self, now: float) -> float | None:
        """Seconds that are probably left; None while that is a guess in the dark."""
        # Slides that were up to date took no time and say nothing of the others.
        skipped = self.count("skipped")
        work = self.total - skipped
        if not self.live or work <= 0:
            return None
        share = (self.share * self.total - skipped) / work
        spent = self.elapsed(now)
        if share < 0.02 or spent < 2:
            return None
        return max(0.0, spent * (1 - share) / share)

    def rate(self, now: float) -> float:
        """Tiles a second: over the slides under way, or over all of a past run."""
        if not self.live:
            return self.tiles / self.seconds if self.seconds > 0.5 else 0.0
        running = (s for s in self.slides.values() if s.state == "running")
        return sum(slide.rate(now) for slide in running)

    @property
    def tiles(self) -> int:
        """Tiles of the slides that this run has done."""
        return sum(s.total for s in self.slides.values() if s.state == "done")

    @property
    def memory_mb(self) -> float:
        """Memory of the workers together."""
        running = (s for s in self.slides.values() if s.state == "running")
        return sum(slide.memory_mb for slide in running)


def fold(run: RunState, event: RunEvent, now: float | None = None) -> None:
    """Take an event into what is known of a run."""
    at = time.monotonic() if now is None else now
    match event:
        case RunStarted(_, recipe, slides, workers):
            run.recipe = run.recipe or recipe
            run.total, run.workers = slides, workers
            run.state, run.started = "running", at
        case SlideStarted(_, slide_id, attempt):
            slide = _slide(run, slide_id)
            slide.state, slide.attempts, slide.started = "running", attempt, at
            slide.done = slide.total = 0
        case SlideProgress(_, slide_id, done, total, memory_mb):
            slide = _slide(run, slide_id)
            slide.done, slide.total, slide.memory_mb = done, total, memory_mb
        case SlideDone():
            slide = _slide(run, event.slide_id)
            slide.state, slide.seconds = "done", event.seconds
            slide.done = slide.total = event.tiles
            slide.excluded = event.excluded
            slide.output = event.output
        case SlideFailed():
            _fail(_slide(run, event.slide_id), event, at)
        case SlideSkipped(_, slide_id, reason):
            slide = _slide(run, slide_id)
            slide.state, slide.reason = _skipped(reason), reason
        case RunEnded(_, outcome, _, _, _, seconds):
            run.seconds = seconds or (at - run.started if run.started else 0.0)
            run.state = outcome
            _break_off(run)
        case _:
            assert_never(event)


def _break_off(run: RunState) -> None:
    """Slides that a run which is over left under way are under way no more."""
    for slide in run.slides.values():
        if slide.state == "running":
            slide.state, slide.reason = "cancelled", BROKEN_OFF


def _slide(run: RunState, slide_id: str) -> SlideRun:
    return run.slides.setdefault(slide_id, SlideRun(slide_id))


def _fail(slide: SlideRun, event: SlideFailed, now: float) -> None:
    slide.seconds = now - slide.started if slide.started else 0.0
    slide.state = "quarantined" if event.quarantined else "failed"
    slide.reason, slide.hint, slide.trace = event.reason, event.hint, event.trace


def _skipped(reason: str) -> str:
    return "cancelled" if "cancel" in reason.lower() else "skipped"


def clock(seconds: float) -> str:
    """A span as ``1:52:10`` or ``3:12``."""
    whole = int(seconds)
    hours, rest = divmod(whole, 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


def span(seconds: float) -> str:
    """A span as people say it: ``46 min``, ``33 s``, ``2 h 10 min``."""
    whole = round(seconds)
    if whole < 60:
        return f"{max(whole, 1)} s"
    minutes = round(whole / 60)
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min"
