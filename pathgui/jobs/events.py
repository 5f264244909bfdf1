"""What a run says while it goes on: a closed union of plain data."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RunStarted:
    """A run begins; `slides` counts all it was asked for, finished ones included."""

    run_id: str
    recipe: str
    slides: int
    workers: int


@dataclass(frozen=True, slots=True)
class SlideStarted:
    """A worker has taken a slide."""

    run_id: str
    slide_id: str
    attempt: int


@dataclass(frozen=True, slots=True)
class SlideProgress:
    """Tiles written so far; `total` counts the tiles that will be."""

    run_id: str
    slide_id: str
    done: int
    total: int
    memory_mb: float = 0.0


@dataclass(frozen=True, slots=True)
class SlideDone:
    """A slide's file is complete under its final name.

    `excluded` counts tiles left out because somebody excluded them in review.
    """

    run_id: str
    slide_id: str
    output: str
    tiles: int
    tissue_fraction: float | None
    seconds: float
    warnings: tuple[str, ...] = ()
    excluded: int = 0


@dataclass(frozen=True, slots=True)
class SlideFailed:
    """A slide gave an error; the others go on.

    `reason` is one sentence, `trace` the traceback for the log. `quarantined` is
    True for a slide whose worker died twice.
    """

    run_id: str
    slide_id: str
    reason: str
    hint: str = ""
    trace: str = ""
    quarantined: bool = False


@dataclass(frozen=True, slots=True)
class SlideSkipped:
    """Nothing to do: the result is there already, or the run was cancelled.

    `tiles`, `tissue_fraction` and `output` are told of a result that was finished by
    a run which died before it could say so.
    """

    run_id: str
    slide_id: str
    reason: str
    tiles: int | None = None
    tissue_fraction: float | None = None
    output: str = ""


@dataclass(frozen=True, slots=True)
class RunEnded:
    """The run is over: ``done``, ``failed`` (some slides) or ``cancelled``.

    Who follows a run in another process hears ``interrupted`` when that died.
    """

    run_id: str
    outcome: str
    done: int
    failed: int
    skipped: int
    seconds: float


RunEvent = (
    RunStarted
    | SlideStarted
    | SlideProgress
    | SlideDone
    | SlideFailed
    | SlideSkipped
    | RunEnded
)
