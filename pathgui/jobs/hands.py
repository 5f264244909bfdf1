"""Who works on slides: threads here, or Dask workers; the driver sees no difference."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol

from typing_extensions import override

from pathgui.jobs.worker import Order, Outcome, carry_out


@dataclass(frozen=True, slots=True)
class Taken:
    """A worker has begun an order."""

    ticket: int
    host: str
    pid: int


@dataclass(frozen=True, slots=True)
class Moved:
    """Tiles done and tiles to do of an order."""

    ticket: int
    done: int
    total: int
    memory_mb: float


@dataclass(frozen=True, slots=True)
class Returned:
    """An order came back."""

    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Lost:
    """An order will not come back: its worker died, or it could not be sent."""

    ticket: int
    detail: str


@dataclass(frozen=True, slots=True)
class Woken:
    """Somebody wants the driver to look up."""


Message = Taken | Moved | Returned | Lost | Woken
Put = Callable[[Message], None]


class Hands(Protocol):
    """A set of workers. Messages arrive through the `put` given at construction."""

    workers: int
    grace: float
    """Seconds that orders get to end by themselves when a run is stopped."""
    dashboard: str = ""
    """Address of Dask's status page, once there is one."""

    @property
    def capacity(self) -> int:
        """How many orders may be out at once."""

    def start(self) -> None:
        """Begin to get ready; returns at once."""

    def submit(self, order: Order) -> None:
        """Hand out an order; waits for the workers the first time.

        Raises
        ------
        RunError
            If there are no workers to be had.
        """

    def mend(self) -> None:
        """Replace what died; called a few times a second."""

    def kill(self, host: str, pid: int) -> bool:
        """End a worker with all it does; False if that cannot be done."""

    def obituary(self, host: str, pid: int) -> str:
        """How a worker ended, as the end of a sentence; empty if unknown."""

    def close(self) -> None:
        """Leave nothing behind."""


def message_of(data: dict[str, Any]) -> Message:
    """The message a worker sent as plain data."""
    ticket = int(data["ticket"])
    if "pid" in data:
        return Taken(ticket, str(data["host"]), int(data["pid"]))
    memory = float(data["memory_mb"])
    return Moved(ticket, int(data["done"]), int(data["total"]), memory)


class ThreadHands(Hands):
    """Threads of this process: no Dask, no start-up time, no containment.

    For small work: a slide that crashes a native library takes the process along.
    """

    grace = float("inf")  # a thread cannot be ended from outside

    def __init__(self, workers: int, put: Put) -> None:
        self.workers = workers
        self._put = put
        self._pool: ThreadPoolExecutor | None = None

    @property
    @override
    def capacity(self) -> int:
        return self.workers

    @override
    def start(self) -> None:
        self._pool = ThreadPoolExecutor(self.workers, "slides")

    @override
    def submit(self, order: Order) -> None:
        assert self._pool is not None
        put = self._put
        future = self._pool.submit(carry_out, order, lambda m: put(message_of(m)))
        future.add_done_callback(lambda done: put(_returned(order.ticket, done)))

    @override
    def mend(self) -> None:
        return

    @override
    def kill(self, host: str, pid: int) -> bool:
        return False

    @override
    def obituary(self, host: str, pid: int) -> str:
        return ""

    @override
    def close(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None


def _returned(ticket: int, future: "Future[Outcome]") -> Message:
    if future.cancelled():
        return Lost(ticket, "it was not begun")
    error = future.exception()
    if error is not None:
        return Lost(ticket, f"{type(error).__name__}: {error}")
    return Returned(future.result())
