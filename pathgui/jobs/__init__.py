"""How work runs: a plan goes in, typed events come out, nothing is lost.

Names are loaded when they are first used: the scheduler's process, and a window that
only shows events, need neither the engine nor its libraries.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

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

if TYPE_CHECKING:
    from pathgui.jobs.detached import DetachedRun, FollowedRun, follow, start_detached
    from pathgui.jobs.disk import Forecast, forecast
    from pathgui.jobs.history import (
        INTERRUPTED,
        SUBMITTED,
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
    from pathgui.jobs.report import REPORT, write_report
    from pathgui.jobs.run import Run
    from pathgui.jobs.tally import CANCELLED

_HOMES = {
    "detached": ("DetachedRun", "FollowedRun", "follow", "start_detached"),
    "disk": ("Forecast", "forecast"),
    "history": (
        "INTERRUPTED", "SUBMITTED", "RunSummary", "RunsSummary", "SlideState",
        "events_after",
        "slides_of", "status", "trace_of",
    ),
    "plan": ("RunPlan", "SlideTask", "Tls", "new_run_id"),
    "pool": ("usable_cores",),
    "recorder": ("UP_TO_DATE",),
    "report": ("REPORT", "write_report"),
    "run": ("Run",),
    "tally": ("CANCELLED",),
}  # fmt: skip

__all__ = [
    "CANCELLED",
    "INTERRUPTED",
    "REPORT",
    "SUBMITTED",
    "UP_TO_DATE",
    "DetachedRun",
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
    "write_report",
]


def __getattr__(name: str) -> Any:
    for module, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{module}"), name)
    raise AttributeError(f"{__name__} has no {name}")
