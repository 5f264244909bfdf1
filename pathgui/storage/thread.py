"""The one thread that talks to the HDF5 library while a file is written."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from typing import Any, Protocol, TypeVar

Result = TypeVar("Result")


class Calls(Protocol):
    """Where calls into the HDF5 library go."""

    def run(self, call: Callable[[], Result]) -> Result:
        """Run `call` after all that was posted; its result or error."""

    def post(self, call: Callable[[], Any]) -> None:
        """Have `call` run later; raises what an earlier one raised."""

    def check(self) -> None:
        """Raise if anything has failed so far."""


class WriterThread:
    """Runs calls one after the other in a thread of its own.

    Ctrl-C reaches Python's main thread wherever it stands; here it cannot stand
    inside the HDF5 library. The caller meanwhile reads and compresses.

    Parameters
    ----------
    most : int
        Calls that `post` may leave waiting.
    """

    def __init__(self, most: int) -> None:
        self._calls: SimpleQueue[tuple[Callable[[], Any], Future[Any] | None] | None]
        self._calls = SimpleQueue()
        self._free = threading.Semaphore(most)
        self._failure: BaseException | None = None
        self._dropped = False
        self.running = True
        self._thread = threading.Thread(target=self._work, name="hdf5", daemon=True)
        self._thread.start()

    def post(self, call: Callable[[], Any]) -> None:
        """Have `call` run later; raises what an earlier one raised."""
        self._refuse_when_stopped()
        self._free.acquire()
        self.check()
        self._calls.put((call, None))

    def run(self, call: Callable[[], Result]) -> Result:
        """Run `call` after all that was posted; its result or error."""
        self._refuse_when_stopped()
        if threading.current_thread() is self._thread:
            return call()
        future: Future[Result] = Future()
        self._calls.put((call, future))
        return future.result()

    def check(self) -> None:
        """Raise what a posted call raised."""
        if self._failure is not None:
            raise self._failure

    def drop(self) -> None:
        """Skip the posted calls that have not begun."""
        self._dropped = True

    def stop(self) -> None:
        """End the thread when its calls are done."""
        self.running = False
        self._calls.put(None)
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def _refuse_when_stopped(self) -> None:
        if not self.running:
            raise ValueError("it has been closed")

    def _work(self) -> None:
        while (item := self._calls.get()) is not None:
            call, future = item
            if future is None:
                self._run_posted(call)
            else:
                try:
                    future.set_result(call())
                except BaseException as error:  # noqa: BLE001 - the caller's
                    future.set_exception(error)
            del item, call, future  # hold no tile while waiting for the next

    def _run_posted(self, call: Callable[[], Any]) -> None:
        try:
            if self._failure is None and not self._dropped:
                call()
        except BaseException as error:  # noqa: BLE001 - raised by `check`
            self._failure = error
        finally:
            self._free.release()
