"""The child's side of `guard.call_in_child`."""

import importlib
import json
import sys
from typing import Any

from pathgui.errors import PathguiError, StorageError
from pathgui.storage.guard import READY


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
    answer = json.dumps(_answer(function, task["args"]))
    sys.stdout.buffer.write(answer.encode())
    sys.stdout.buffer.flush()


def _answer(function: Any, args: list[Any]) -> dict[str, Any]:
    try:
        return {"result": function(*args)}
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


if __name__ == "__main__":
    main()
