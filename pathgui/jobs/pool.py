"""Worker processes on this machine: started together, replaced when they die.

`distributed.SubprocessCluster` was tried first. It leaves its processes behind when
the owner is killed, does not exist on Windows or in a frozen application, and
cannot say why a worker died; these 150 lines do.
"""

import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Collection
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any

from pathgui.errors import RunError
from pathgui.jobs.process import OUT_OF_MEMORY, command

START_SECONDS = 60.0
_LATE_SECONDS = 120.0
_END_SECONDS = 3.0
_FALSE_STARTS = 6
# Each worker computes in as many threads as the plan says; libraries must not
# multiply that by the number of cores.
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS",
               "NUMEXPR_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")  # fmt: skip

_CRASH = "a crash inside a slide or image library"
_SIGNALS = {
    "SIGKILL": "killed from outside, often for lack of memory",
    "SIGSEGV": _CRASH,
    "SIGABRT": _CRASH,
    "SIGBUS": "its file was cut short or its disk went away",
}

Child = subprocess.Popen[bytes]


@dataclass(frozen=True, slots=True)
class PoolSize:
    """How many workers, and how many bytes each may use (0: no limit)."""

    workers: int
    given: int | None = None

    @property
    def memory_limit(self) -> int:
        """Bytes of a worker: as given, else four fifths of the memory shared out."""
        if self.given is not None:
            return self.given
        # What a container or a queue grants counts, not what the machine has. Loaded
        # when workers start: a run with nothing to do needs no Dask.
        from distributed.system import MEMORY_LIMIT

        return int(MEMORY_LIMIT * 0.8 / self.workers)


def usable_cores() -> int:
    """Cores this process may run on, by affinity and by the quota of its container."""
    from dask.system import CPU_COUNT

    return max(1, int(CPU_COUNT))


class LocalPool:
    """A scheduler and workers as processes of this machine, all on loopback.

    Attributes
    ----------
    address : str
        Of the scheduler; empty until `connect`.
    dashboard : str
        Address of Dask's status page; empty until `connect`.
    """

    def __init__(self, size: PoolSize, log: Path) -> None:
        self.size, self.log = size, log
        self.address = self.dashboard = ""
        self._scheduler: Child | None = None
        self._workers: list[Child] = []
        self._ended: dict[int, int] = {}
        self._begun: dict[int, float] = {}
        self._false_starts = 0
        self._scratch: tempfile.TemporaryDirectory[str] | None = None
        self._answer: queue.SimpleQueue[bytes] = queue.SimpleQueue()

    def start(self) -> None:
        """Start all processes; they load their libraries side by side."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self._scratch = tempfile.TemporaryDirectory(
            prefix="pathgui-", ignore_cleanup_errors=True
        )
        self._scheduler = self._spawn("scheduler", {}, subprocess.PIPE)
        threading.Thread(
            target=self._listen, args=(self._scheduler.stdout,), daemon=True
        ).start()
        self._workers = [self._spawn_worker() for _ in range(self.size.workers)]

    def connect(self) -> str:
        """Wait for the scheduler, tell the workers, and give its address.

        Raises
        ------
        RunError
            If the scheduler does not come up.
        """
        if self.address:
            return self.address
        try:
            found = json.loads(self._answer.get(timeout=START_SECONDS))
        except (queue.Empty, ValueError) as error:
            raise RunError(
                "the processes that work on slides do not start",
                f"{self.log} says why",
            ) from error
        self.address = str(found["address"])
        self.dashboard = f"http://127.0.0.1:{found['dashboard']}/{_status_page()}"
        for worker in self._workers:
            self._introduce(worker)
        return self.address

    def mend(self) -> bool:
        """Replace workers that died; False if the scheduler itself is dead.

        Raises
        ------
        RunError
            If workers end by themselves again and again, so that none comes up.
        """
        if self._scheduler is None or self._scheduler.poll() is not None:
            return False
        for place, worker in enumerate(self._workers):
            code = worker.poll()
            if code is not None:
                self._ended[worker.pid] = code
                self._count_false_start(code)
                _shut(worker)
                self._workers[place] = fresh = self._spawn_worker()
                if self.address:
                    self._introduce(fresh)
        return True

    def _count_false_start(self, code: int) -> None:
        # A positive exit status is Python giving up; slides kill by signals.
        if code <= 0 or code == OUT_OF_MEMORY:
            self._false_starts = 0
            return
        self._false_starts += 1
        if self._false_starts > _FALSE_STARTS + self.size.workers:
            raise RunError(
                f"worker processes end as soon as they start (exit status {code})",
                f"{self.log} says why",
            )

    def weed(self, connected: Collection[str]) -> None:
        """End workers that had the time to come up and that the scheduler lacks.

        A process that was stopped, or hangs in a library, neither works nor dies.

        Parameters
        ----------
        connected : collection of str
            Process numbers that the scheduler knows as names of its workers.
        """
        late = time.monotonic() - _LATE_SECONDS
        for worker in self._workers:
            begun = self._begun.get(worker.pid, 0.0)
            if begun < late and str(worker.pid) not in connected:
                worker.kill()

    def pids(self) -> list[int]:
        """Process numbers of the workers."""
        return [worker.pid for worker in self._workers]

    def kill(self, pid: int) -> bool:
        """End a worker at once; False if it is none of this pool."""
        for worker in self._workers:
            if worker.pid == pid:
                worker.kill()
                return True
        return False

    def exit_code(self, pid: int) -> int | None:
        """How a worker ended; waits a moment for one that is just dying."""
        for worker in self._workers:
            if worker.pid == pid:
                try:
                    return worker.wait(_END_SECONDS)
                except subprocess.TimeoutExpired:
                    return None
        return self._ended.get(pid)

    def close(self) -> None:
        """End all processes and wait until they are gone."""
        children = [*self._workers, *filter(None, [self._scheduler])]
        for child in children:
            _shut(child)
        for child in children:
            try:
                child.wait(_END_SECONDS)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        self._workers, self._scheduler, self.address = [], None, ""
        if self._scratch is not None:
            self._scratch.cleanup()
            self._scratch = None

    def _spawn_worker(self) -> Child:
        options = {"memory_limit": self.size.memory_limit}
        worker = self._spawn("worker", options, subprocess.DEVNULL)
        self._begun[worker.pid] = time.monotonic()
        return worker

    def _spawn(self, role: str, options: dict[str, Any], stdout: int) -> Child:
        environment = {**dict.fromkeys(_ONE_THREAD, "1"), **os.environ}
        # A session of its own: Ctrl-C in a terminal reaches the client alone, which
        # then stops the workers in an orderly way.
        flags = 0x08000200 if sys.platform == "win32" else 0
        assert self._scratch is not None
        options = {"local_directory": self._scratch.name, **options}
        try:
            with self.log.open("ab") as errors:
                return subprocess.Popen(
                    command(role, json.dumps(options)),
                    stdin=subprocess.PIPE,
                    stdout=stdout,
                    stderr=errors,
                    env=environment,
                    start_new_session=True,
                    creationflags=flags,
                )
        except OSError as error:
            raise RunError(
                f"no worker process can be started: {error.strerror or error}",
                "close other programs or use fewer workers",
            ) from error

    def _introduce(self, worker: Child) -> None:
        assert worker.stdin is not None
        try:
            worker.stdin.write(self.address.encode() + b"\n")
            worker.stdin.flush()
        except OSError:
            return  # it is dead already, and `mend` will find it so

    def _listen(self, stream: IO[bytes]) -> None:
        self._answer.put(stream.readline())
        stream.close()


def _status_page() -> str:
    """Dask's pictures need bokeh; its table of workers needs nothing."""
    return "status" if find_spec("bokeh") is not None else "info/main/workers.html"


def epitaph(code: int | None, memory_limit: int) -> str:
    """What an exit code says about how a worker ended."""
    if code is None:
        return ""
    if code == OUT_OF_MEMORY:
        return f"it needed more than {memory_limit / 2**30:.1f} GB of memory"
    if code < 0:
        name = signal.Signals(-code).name if -code in list(signal.Signals) else ""
        why = _SIGNALS.get(name, "")
        return f"signal {-code} {name}" + (f", {why}" if why else "")
    return f"exit status {code}"


def _shut(child: Child) -> None:
    if child.stdin is not None:
        try:
            child.stdin.close()
        except OSError:
            return
