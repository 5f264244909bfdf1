"""Dask workers: our own pool, a scheduler elsewhere, or a client that was passed in."""

import logging
import time
from typing import Any

from typing_extensions import override

import pathgui
from pathgui.errors import RunError
from pathgui.jobs.hands import Hands, Lost, Message, Put, Returned, message_of
from pathgui.jobs.plan import Tls
from pathgui.jobs.pool import LocalPool, epitaph
from pathgui.jobs.task import pack, topic_of, work
from pathgui.jobs.worker import Order

_CONNECT_SECONDS = 20
_CLOSE_SECONDS = 5
_COUNT_SECONDS = 2.0
_WEED_SECONDS = 15.0


class _DaskHands(Hands):
    """Orders as Dask tasks, one each, through a client."""

    def __init__(self, run_id: str, put: Put, workers: int) -> None:
        self._run_id, self._put = run_id, put
        self._client: Any = None
        self._futures: dict[int, Any] = {}
        self.workers = workers
        self.dashboard = ""

    @property
    @override
    def capacity(self) -> int:
        # One more than can run, so that no worker waits for the next slide.
        return self.workers + 1

    @override
    def submit(self, order: Order) -> None:
        key = f"{topic_of(self._run_id)}-{order.ticket}"
        future = self._client.submit(work, pack(order), key=key, pure=False, retries=0)
        self._futures[order.ticket] = future
        future.add_done_callback(lambda done: self._back(order.ticket, done))

    def _listen(self) -> None:
        self._client.subscribe_topic(topic_of(self._run_id), self._heard)

    def _heard(self, event: tuple[float, dict[str, Any]]) -> None:
        self._put(message_of(event[1]["it"]))

    def _back(self, ticket: int, future: Any) -> None:
        """Called in a thread of Dask when a task is over, however it ended."""
        self._put(_result(ticket, future))
        self._futures.pop(ticket, None)


class ClientHands(_DaskHands):
    """Workers that somebody else runs, through a client.

    Parameters
    ----------
    run_id : str
        Names the tasks and the topic on which workers report.
    put : callable
        Takes messages, from any thread.
    client : distributed.Client
        Of their scheduler.
    owned : bool
        Close the client at the end.
    """

    grace = 10.0  # workers of others are never killed, only asked

    def __init__(self, run_id: str, put: Put, client: Any, *, owned: bool) -> None:
        super().__init__(run_id, put, 1)
        self._client, self._owned = client, owned
        self.dashboard = str(client.dashboard_link or "")
        self._count_at = 0.0
        self.mend()

    @override
    def start(self) -> None:
        _check_workers(self._client)
        self._listen()

    @override
    def mend(self) -> None:
        if time.monotonic() >= self._count_at:
            self._count_at = time.monotonic() + _COUNT_SECONDS
            self.workers = max(1, len(self._client.scheduler_info(-1)["workers"]))

    @override
    def kill(self, host: str, pid: int) -> bool:
        return False

    @override
    def obituary(self, host: str, pid: int) -> str:
        return ""

    @override
    def close(self) -> None:
        self._futures.clear()
        topic = topic_of(self._run_id)
        if topic in self._client._event_handlers:  # noqa: SLF001 - it has no other way
            self._client.unsubscribe_topic(topic)
        if self._owned:
            self._client.close(timeout=_CLOSE_SECONDS)


class PoolHands(_DaskHands):
    """Dask on a pool of our own, which is watched and mended."""

    grace = 1.2

    def __init__(self, run_id: str, put: Put, pool: LocalPool) -> None:
        super().__init__(run_id, put, pool.size.workers)
        self._pool, self._weed_at = pool, 0.0

    @override
    def start(self) -> None:
        self._pool.start()

    @override
    def submit(self, order: Order) -> None:
        if self._client is None:
            self._connect()
        super().submit(order)

    @override
    def mend(self) -> None:
        if self._pool.mend():
            self._weed()
            return
        if self._client is None:
            return
        # Without its scheduler nothing comes back: all that is out is lost.
        lost = list(self._futures)
        self._futures.clear()
        self._client.close(timeout=1)
        self._client = None
        self._pool.close()
        self._pool.start()
        for ticket in lost:
            self._put(Lost(ticket, "the scheduler of the workers died"))

    def _weed(self) -> None:
        if self._client is None or time.monotonic() < self._weed_at:
            return
        self._weed_at = time.monotonic() + _WEED_SECONDS
        workers = self._client.scheduler_info(-1)["workers"].values()
        self._pool.weed({str(worker["name"]) for worker in workers})

    @override
    def kill(self, host: str, pid: int) -> bool:
        return self._pool.kill(pid)

    @override
    def obituary(self, host: str, pid: int) -> str:
        return epitaph(self._pool.exit_code(pid), self._pool.size.memory_limit)

    @override
    def close(self) -> None:
        self._futures.clear()
        client, self._client = self._client, None
        if client is not None:
            client.close(timeout=_CLOSE_SECONDS)
        self._pool.close()

    def _connect(self) -> None:
        self._client = connect(self._pool.connect())
        self.dashboard = self._pool.dashboard
        self._listen()


def security(tls: Tls | None) -> Any:
    """Dask's form of the certificates; None for none.

    Raises
    ------
    RunError
        If a file is missing.
    """
    if tls is None:
        return None
    from distributed import Security

    for file in (tls.ca, tls.certificate, tls.key):
        if not file.is_file():
            raise RunError(f"there is no certificate file {file}", "check its path")
    return Security(
        tls_ca_file=str(tls.ca),
        tls_client_cert=str(tls.certificate),
        tls_client_key=str(tls.key),
        tls_scheduler_cert=str(tls.certificate),
        tls_scheduler_key=str(tls.key),
        tls_worker_cert=str(tls.certificate),
        tls_worker_key=str(tls.key),
        require_encryption=True,
    )


def connect(address: Any, security: Any = None) -> Any:
    """A client of the scheduler at an address (or of a Dask cluster object).

    Raises
    ------
    RunError
        If nobody answers there.
    """
    from distributed import Client

    # Its log repeats what the run reports in words.
    logging.getLogger("distributed").setLevel(logging.ERROR)
    try:
        return Client(
            address,
            security=security,
            set_as_default=False,
            timeout=_CONNECT_SECONDS,
        )
    except (OSError, ValueError, RuntimeError) as error:
        raise RunError(
            f"no Dask scheduler answers at {address}: {error}",
            "check the address, and whether it asks for TLS certificates",
        ) from error


def _check_workers(client: Any) -> None:
    """Refuse workers elsewhere that have no pathgui, or another one."""
    from importlib.metadata import PackageNotFoundError, version

    found = client.run(version, "pathgui", on_error="return")
    for worker, answer in found.items():
        if isinstance(answer, PackageNotFoundError):
            raise RunError(
                f"the Dask worker {worker} has no pathgui",
                f"install pathgui {pathgui.__version__} where the workers run",
            )
        if answer != pathgui.__version__:
            raise RunError(
                f"the Dask worker {worker} has pathgui {answer}, "
                f"here is {pathgui.__version__}",
                "install the same version on both sides",
            )


def _result(ticket: int, future: Any) -> Message:
    if future.status == "finished":
        try:
            return Returned(future.result())
        except Exception as error:  # noqa: BLE001 - its worker died just now
            return Lost(ticket, str(error))
    if future.status == "error":
        cause = future.exception()
        return Lost(ticket, f"{type(cause).__name__}: {cause}")
    return Lost(ticket, "its worker or scheduler went away")
