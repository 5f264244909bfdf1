"""How work runs: a plan goes in, typed events come out, nothing is lost."""

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
from pathgui.jobs.plan import RunPlan, SlideTask, Tls, new_run_id
from pathgui.jobs.recorder import UP_TO_DATE
from pathgui.jobs.run import Run
from pathgui.jobs.tally import CANCELLED

__all__ = [
    "CANCELLED",
    "UP_TO_DATE",
    "Run",
    "RunEnded",
    "RunEvent",
    "RunPlan",
    "RunStarted",
    "SlideDone",
    "SlideFailed",
    "SlideProgress",
    "SlideSkipped",
    "SlideStarted",
    "SlideTask",
    "Tls",
    "new_run_id",
]
