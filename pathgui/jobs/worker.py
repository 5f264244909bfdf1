"""What runs in a worker: one slide, from order to outcome, never an exception.

Nothing here loads Qt, and the engine is loaded when the first order comes.
"""

import errno
import importlib
import os
import platform
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from pathgui.engine import Recipe
from pathgui.errors import Cancelled, PathguiError
from pathgui.jobs import control, locks
from pathgui.jobs.plan import BASE, MPP_GIVEN, OBJECTIVE_GIVEN, RUN_RECIPE
from pathgui.jobs.stamp import Stamp, stamp_file, stamp_if_there, stamp_slide

PROCESS_SLIDE = "pathgui.engine:process_slide"
DISK_FULL = "the disk is full"
_LOOK_SECONDS = 0.2
_ALIVE_SECONDS = 2.0
_REPORT_SECONDS = 0.25

Kind = Literal["done", "failed", "cancelled", "busy", "again"]
Send = Callable[[dict[str, Any]], None]
Stop = Callable[[], bool]


def _go_on() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Order:
    """All a worker needs to know about one slide; paths, never pixels.

    Attributes
    ----------
    run_id, slide_id : str
        Who asks for what.
    ticket : int
        Number of this order; a slide that is handed out again gets a new one.
    path, output : Path
        Slide and final name of its result.
    recipe : Recipe
        What to do.
    threads : int
        Threads to work with.
    mpp : float or None
        Instead of what the slide says.
    lock : Path
        Held while the output is written.
    before : Stamp
        Of the output when it was found that it has to be made.
    control, alive : Path
        Wishes to the run, and the lock that its client holds while it lives.
    call : str
        ``module:function`` that does the work.
    mpp_source : str
        Who gave `mpp`: ``user`` or ``cohort``.
    objective : float or None
        Nominal objective power, instead of what the slide says.
    base, run_recipe : str
        Hashes of the recipe without what was drawn, and of that of the run; see
        `SlideTask`.
    """

    run_id: str
    slide_id: str
    ticket: int
    path: Path
    output: Path
    recipe: Recipe
    threads: int
    mpp: float | None
    lock: Path
    before: Stamp
    control: Path
    alive: Path
    call: str = PROCESS_SLIDE
    mpp_source: str = "user"
    base: str = ""
    objective: float | None = None
    run_recipe: str = ""

    @property
    def note(self) -> str:
        """What the output's lock says while this order is worked on."""
        return f"{self.run_id} {self.ticket} {platform.node()} {os.getpid()}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an order.

    Attributes
    ----------
    kind : str
        ``done``; ``failed``; ``cancelled``; ``busy`` (another run writes the same
        result, or has just made it); ``again`` (this very order was begun before,
        and its worker died).
    """

    ticket: int
    kind: Kind
    reason: str = ""
    hint: str = ""
    trace: str = ""
    tiles: int = 0
    tissue_fraction: float | None = None
    excluded: int = 0
    seconds: float = 0.0
    warnings: tuple[str, ...] = ()
    source: Stamp = field(default_factory=Stamp)
    output: Stamp = field(default_factory=Stamp)
    quickhash: str = ""
    host: str = ""
    pid: int = 0


def carry_out(order: Order, send: Send, stop: Stop = _go_on) -> Outcome:
    """Process one slide; every way it can end is an `Outcome`.

    Parameters
    ----------
    order : Order
        What to do.
    send : callable
        Takes small messages on the way: who has taken the order, tiles done.
    stop : callable
        A further reason to give up, besides the wishes to the run.
    """
    where: dict[str, Any] = {"host": platform.node(), "pid": os.getpid()}
    try:
        with locks.hold(order.lock, order.note) as before:
            if before is None:
                return Outcome(order.ticket, "busy", **where)
            if before.split(" ")[:2] == [order.run_id, str(order.ticket)]:
                return Outcome(order.ticket, "again", reason=before, **where)
            if stamp_if_there(order.output) != order.before:
                return Outcome(order.ticket, "busy", **where)
            send({"ticket": order.ticket, **where})
            return _process(order, send, stop)
    except OSError as error:
        reason = f"the lock of {order.output.name} cannot be taken: {error.strerror}"
        return Outcome(order.ticket, "failed", reason=reason, **where)


def _process(order: Order, send: Send, stop: Stop) -> Outcome:
    started = time.monotonic()
    outcome: dict[str, Any]
    try:
        outcome = _call(order, send, stop)
    except Cancelled:
        outcome = {"kind": "cancelled"}
    except PathguiError as error:
        outcome = _failure(_brief(error.message, order.path), error.hint)
        if _is_full(error):
            outcome["reason"] = f"{DISK_FULL}: {error.message}"
    except MemoryError:
        outcome = _failure(
            f"{order.slide_id} needs more memory than there is",
            "use fewer workers or a coarser resolution",
        )
    except OSError as error:
        name = Path(error.filename).name if error.filename else order.slide_id
        outcome = _failure(f"{name}: {error.strerror or error}")
        if _is_full(error):
            outcome["reason"] = f"{DISK_FULL}: {order.output} cannot be written"
    except Exception as error:  # noqa: BLE001 - one slide's error harms no other
        outcome = _failure(
            f"{order.slide_id}: {type(error).__name__}: {error}",
            "this was not foreseen; the run's log has the details",
        )
    outcome.setdefault("seconds", time.monotonic() - started)
    return Outcome(order.ticket, host=platform.node(), pid=os.getpid(), **outcome)


def _call(order: Order, send: Send, stop: Stop) -> dict[str, Any]:
    module, _, name = order.call.partition(":")
    function = getattr(importlib.import_module(module), name)
    source = stamp_slide(order.path)
    result = function(
        order.path,
        order.recipe,
        order.output,
        slide_id=order.slide_id,
        threads=order.threads,
        mpp=order.mpp,
        mpp_source=order.mpp_source,
        objective=order.objective,
        progress=_Reporter(order.ticket, send),
        cancelled=_Stopper(order, stop),
        provenance={
            "run_id": order.run_id,
            "ticket": order.ticket,
            "source_files": source.files,
            "source_bytes": source.size,
            "source_mtime_ns": source.mtime_ns,
            MPP_GIVEN: order.mpp,
            OBJECTIVE_GIVEN: order.objective,
            **({BASE: order.base} if order.base else {}),
            **({RUN_RECIPE: order.run_recipe} if order.run_recipe else {}),
        },
    )
    return {
        "kind": "done",
        "tiles": result.tiles,
        "tissue_fraction": result.tissue_fraction,
        "excluded": result.excluded,
        "seconds": result.seconds,
        "warnings": result.warnings,
        "source": source,
        "output": stamp_file(order.output),
        "quickhash": _quickhash(order.output),
    }


def _quickhash(result: Path) -> str:
    """Fingerprint of the slide, from its result; also proves that this opens."""
    from pathgui.storage import open_file

    with open_file(result) as file:
        return str(file.slide(0).provenance.get("source_quickhash", ""))


def _brief(message: str, slide: Path) -> str:
    """The message without the slide's folder: the manifest says where it lies."""
    return message.replace(f"{slide.parent}{os.sep}", "")


def _failure(reason: str, hint: str = "") -> dict[str, Any]:
    trace = traceback.format_exc()
    return {"kind": "failed", "reason": reason, "hint": hint, "trace": trace}


def _is_full(error: BaseException) -> bool:
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, OSError) and seen.errno in (errno.ENOSPC, errno.EDQUOT):
            return True
        seen = seen.__cause__ or seen.__context__
    return False


class _Stopper:
    """Asked by the engine every few tiles; looks at the disk a few times a second."""

    def __init__(self, order: Order, stop: Stop) -> None:
        self._order, self._told = order, stop
        self._wishes = control.Wishes(order.control)
        self._look_at = self._alive_at = 0.0
        self._stop = False

    def __call__(self) -> bool:
        now = time.monotonic()
        self._stop = self._stop or self._told()
        if not self._stop and now >= self._look_at:
            self._look_at = now + _LOOK_SECONDS
            self._wishes.look()
            named = self._order.slide_id in self._wishes.cancelled_slides
            self._stop = self._wishes.cancelled or named or self._orphaned(now)
        return self._stop

    def _orphaned(self, now: float) -> bool:
        """Whether the client of the run is dead: then nobody waits for this."""
        if now < self._alive_at:
            return False
        self._alive_at = now + _ALIVE_SECONDS
        return not locks.is_held(self._order.alive, unknown=True)


class _Reporter:
    """Sends progress, at most a few times a second."""

    def __init__(self, ticket: int, send: Send) -> None:
        import psutil

        self._ticket, self._send = ticket, send
        self._process = psutil.Process()
        self._next = 0.0

    def __call__(self, done: int, total: int) -> None:
        now = time.monotonic()
        if now < self._next or done >= total:  # that it is finished, it says itself
            return
        self._next = now + _REPORT_SECONDS
        memory = self._process.memory_info().rss / 2**20
        self._send(
            {"ticket": self._ticket, "done": done, "total": total, "memory_mb": memory}
        )
