"""The child's side of `guard.call_in_child`."""

import importlib
import json
import math
import sys
import time
from typing import Any

from pathgui.errors import PathguiError, StorageError
from pathgui.storage.guard import READY, STEP

_PAUSE = 0.1


def main() -> None:
    """Read one task from standard input, answer on standard output."""
    task = json.loads(sys.stdin.buffer.readline())
    module, _, name = str(task["function"]).partition(":")
    if module.split(".")[0] != "pathgui":
        raise SystemExit(2)
    function = getattr(importlib.import_module(module), name)
    sys.stdout.buffer.write(READY)
    sys.stdout.buffer.flush()
    limit_memory(int(task["memory_mb"]))
    limit_time(task["seconds"])
    options = {}
    if task["progress"]:
        options["progress"] = _Reports(task["seconds"])
    answer = json.dumps(_answer(function, task["args"], options))
    sys.stdout.buffer.write(answer.encode())
    sys.stdout.buffer.flush()


class _Reports:
    """Tells the parent of progress: of each new thing, else a few times a second."""

    def __init__(self, seconds: float | None) -> None:
        self._seconds, self._last, self._what = seconds, 0.0, ""

    def __call__(self, what: str, done: int, total: int) -> None:
        now = time.monotonic()
        if what == self._what and now - self._last < _PAUSE and done < total:
            return
        self._last, self._what = now, what
        sys.stdout.buffer.write(STEP + json.dumps([what, done, total]).encode() + b"\n")
        sys.stdout.buffer.flush()
        limit_time(self._seconds)


def _answer(function: Any, args: list[Any], options: dict[str, Any]) -> dict[str, Any]:
    try:
        return {"result": function(*args, **options)}
    except PathguiError as error:
        kind = type(error).__name__
        return {"error": kind, "message": error.message, "hint": error.hint}
    except MemoryError:
        message = (
            f"{args[0] if args else 'the call'} needs more memory than it may have"
        )
        return {"error": StorageError.__name__, "message": message, "hint": ""}


def limit_memory(megabytes: int) -> None:
    """Let this process grow by so much and no more, where the system can."""
    if sys.platform != "linux":
        return
    import resource

    with open("/proc/self/statm", encoding="ascii") as stream:  # noqa: PTH123
        pages = int(stream.read().split()[0])
    most = pages * resource.getpagesize() + (megabytes << 20)
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def limit_time(seconds: float | None) -> None:
    """Let this process use so much more processor time, where the system can."""
    if seconds is None or sys.platform == "win32":
        return
    import resource

    usage = resource.getrusage(resource.RUSAGE_SELF)
    most = math.ceil(usage.ru_utime + usage.ru_stime + seconds)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    if hard == resource.RLIM_INFINITY or most < hard:
        resource.setrlimit(resource.RLIMIT_CPU, (most, hard))


if __name__ == "__main__":
    main()
