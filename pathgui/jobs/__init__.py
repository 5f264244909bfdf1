"""How work runs: a plan goes in, typed events come out, nothing is lost."""

from pathgui.jobs.detached import FollowedRun, follow, start_detached
from pathgui.jobs.disk import Forecast, forecast
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
from pathgui.jobs.history import (
    INTERRUPTED,
    RunsSummary,
    RunSummary,
    SlideState,
    events_after,
    slides_of,
    status,
    trace_of,
)
from pathgui.jobs.plan import RunPlan, SlideTask, Tls, new_run_id
from pathgui.jobs.pool import usable_cores
from pathgui.jobs.recorder import UP_TO_DATE
from pathgui.jobs.run import Run
from pathgui.jobs.tally import CANCELLED

__all__ = [
    "CANCELLED",
    "INTERRUPTED",
    "UP_TO_DATE",
    "FollowedRun",
    "Forecast",
    "Run",
    "RunEnded",
    "RunEvent",
    "RunPlan",
    "RunStarted",
    "RunSummary",
    "RunsSummary",
    "SlideDone",
    "SlideFailed",
    "SlideProgress",
    "SlideSkipped",
    "SlideStarted",
    "SlideState",
    "SlideTask",
    "Tls",
    "events_after",
    "follow",
    "forecast",
    "new_run_id",
    "slides_of",
    "start_detached",
    "status",
    "trace_of",
    "usable_cores",
]
