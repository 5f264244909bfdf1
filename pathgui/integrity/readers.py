"""Hashing many files at once, with progress told on the caller's thread."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path

from pathgui.errors import Cancelled
from pathgui.integrity.hashing import hash_file, new_hash

Progress = Callable[[str, int, int], None]
Stop = Callable[[], bool]
_THREADS = 2
_TELL_EVERY = 0.1


def silent(_what: str, _done: int, _total: int) -> None:
    """Tell nobody."""


def never() -> bool:
    """Go on to the end."""
    return False


@dataclass(frozen=True, slots=True)
class Work:
    """A file to read: its name in tables, where it is, and the algorithm."""

    name: str
    path: Path
    algorithm: str


@dataclass(frozen=True, slots=True)
class Hashed:
    """A file that was read; `error` says why it was not, `missing` that it is gone."""

    checksum: str = ""
    size: int = 0
    error: str = ""
    missing: bool = False


def hash_all(
    what: str, work: Sequence[Work], progress: Progress, cancelled: Stop
) -> dict[str, Hashed]:
    """Read files with two threads, one per disk head or network stream.

    Parameters
    ----------
    what : str
        What progress is called.
    work : sequence of Work
        The files.
    progress : callable
        Given `what`, bytes read, bytes in all; on this thread only.
    cancelled : callable
        Asked on this thread between tellings.

    Returns
    -------
    dict of str to Hashed
        By name, in the order of `work`.

    Raises
    ------
    Cancelled
        Soon after `cancelled` gave True.
    """
    for algorithm in {item.algorithm for item in work}:
        new_hash(algorithm)  # an unknown or missing one fails before any reading
    total = sum(_size(item.path) for item in work)
    job = _Job()
    with ThreadPoolExecutor(_THREADS, "checksum") as pool:
        futures = {pool.submit(job.read, item): item for item in work}
        try:
            _follow(set(futures), lambda: progress(what, job.done, total), cancelled)
        except BaseException:
            job.stop.set()
            pool.shutdown(cancel_futures=True)
            raise
        if work:
            progress(what, total, total)
    return {item.name: future.result() for future, item in futures.items()}


def _follow(
    pending: set[Future[Hashed]], tell: Callable[[], None], cancelled: Stop
) -> None:
    while pending:
        if cancelled():
            raise Cancelled("Stopped on request.")
        _, pending = wait(pending, _TELL_EVERY, FIRST_COMPLETED)
        tell()


class _Job:
    def __init__(self) -> None:
        self.done = 0
        self.stop = threading.Event()
        self._guard = threading.Lock()

    def read(self, item: Work) -> Hashed:
        try:
            checksum, size = hash_file(
                item.path, item.algorithm, self._advance, self.stop.is_set
            )
        except FileNotFoundError:
            return Hashed(error="the file is not there", missing=True)
        except OSError as error:
            return Hashed(error=error.strerror or str(error))
        except ValueError as error:  # a path that the system cannot even look at
            return Hashed(error=str(error))
        return Hashed(checksum, size)

    def _advance(self, count: int) -> None:
        with self._guard:
            self.done += count


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except (OSError, ValueError):
        return 0
