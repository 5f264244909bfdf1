"""Makes the events of a run, and counts how its slides ended."""

import time
from dataclasses import dataclass, field, replace

from pathgui.jobs.done import Made
from pathgui.jobs.events import (
    RunEnded,
    RunEvent,
    RunStarted,
    SlideDone,
    SlideFailed,
    SlideSkipped,
    SlideStarted,
)
from pathgui.jobs.item import Item
from pathgui.jobs.plan import RunPlan
from pathgui.jobs.worker import Outcome

CANCELLED = "cancelled"


@dataclass(slots=True)
class Tally:
    """One event for each thing that happens to a slide.

    Attributes
    ----------
    plan : RunPlan
        The run.
    done, failed, skipped : int
        Slides that ended so.
    """

    plan: RunPlan
    done: int = 0
    failed: int = 0
    skipped: int = 0
    _clock: float = field(default_factory=time.monotonic)

    def run_started(self, workers: int) -> RunEvent:
        """The run begins."""
        plan = self.plan
        return RunStarted(plan.run_id, plan.recipe.name, len(plan.tasks), workers)

    def run_ended(self, stop: str) -> RunEvent:
        """The run is over; `stop` says why it ended early, if it did."""
        outcome = "failed" if self.failed else "done"
        if stop:
            outcome = CANCELLED if stop == CANCELLED else "failed"
        seconds = round(time.monotonic() - self._clock, 3)
        return RunEnded(
            self.plan.run_id, outcome, self.done, self.failed, self.skipped, seconds
        )

    def slide_started(self, item: Item) -> RunEvent:
        """A worker has taken it."""
        return SlideStarted(self.plan.run_id, item.slide_id, item.attempts)

    def slide_done(self, item: Item, outcome: Outcome) -> RunEvent:
        """Its worker has finished it."""
        self.done += 1
        return SlideDone(
            self.plan.run_id,
            item.slide_id,
            str(item.task.output),
            outcome.tiles,
            outcome.tissue_fraction,
            round(outcome.seconds, 3),
            outcome.warnings,
            outcome.excluded,
        )

    def slide_found(self, item: Item, made: Made) -> RunEvent:
        """Its worker finished it and died before it could say so."""
        found = Outcome(
            0, "done", tiles=made.tiles, tissue_fraction=made.tissue_fraction,
            excluded=made.excluded,
        )  # fmt: skip
        return self.slide_done(item, found)

    def slide_skipped(
        self, item: Item, reason: str, made: Made | None = None
    ) -> RunEvent:
        """Nothing is done about it."""
        self.skipped += 1
        skipped = SlideSkipped(self.plan.run_id, item.slide_id, reason)
        if made is None:
            return skipped
        return replace(
            skipped,
            tiles=made.tiles,
            tissue_fraction=made.tissue_fraction,
            output=str(item.task.output),
        )

    def slide_failed(
        self,
        item: Item,
        reason: str,
        hint: str = "",
        trace: str = "",
        *,
        quarantined: bool = False,
    ) -> RunEvent:
        """It gave an error."""
        self.failed += 1
        return SlideFailed(
            self.plan.run_id, item.slide_id, reason, hint, trace, quarantined
        )
