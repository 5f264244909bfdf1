"""Calls in a child process that may crash, hang or eat memory without harm to us."""

import json
import os
import subprocess
import sys
import threading
from typing import Any

from pathgui import errors
from pathgui.errors import PathguiError, StorageError

ENTRY = "--guarded-call"
READY = b"ready\n"
# Starting Python and its libraries takes its own time, also on a busy machine.
_START_SECONDS = 60.0
_MOST_BYTES = 64 << 20


def call_in_child(
    function_name: str,
    *args: Any,
    timeout: float | None = 5.0,
    memory_mb: int = 500,
) -> Any:
    """Call a function of this package in a process of its own.

    Arguments and result travel as JSON; nothing of a foreign file is unpickled.

    Parameters
    ----------
    function_name : str
        ``module:function`` below ``pathgui``, for example
        ``"pathgui.storage.probe:probe"``.
    *args
        JSON values; the first is the file that errors name.
    timeout : float or None
        Seconds the call may take, without the start of the process; None waits for
        ever.
    memory_mb : int
        Memory the call may take, where the system can limit it (not on Windows and
        macOS).

    Returns
    -------
    Any
        What the function returned.

    Raises
    ------
    PathguiError
        The error that the function raised.
    StorageError
        If the child crashed, ran out of memory or took too long.
    """
    task = {"function": function_name, "args": args, "memory_mb": memory_mb}
    subject = str(args[0]) if args else function_name
    with subprocess.Popen(
        _command(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=_environment(),
    ) as child:
        try:
            answer, late = _talk(child, json.dumps(task).encode() + b"\n", timeout)
        finally:
            child.kill()
    return _result(subject, answer, late, child.returncode, timeout)


def _command() -> list[str]:
    if getattr(sys, "frozen", False):
        return [sys.executable, ENTRY]
    # -P: nothing is imported from the folder somebody happens to stand in.
    return [sys.executable, "-P", "-m", "pathgui.storage.guarded"]


def _environment() -> dict[str, str]:
    own = os.pathsep.join(path for path in sys.path if os.path.isabs(path))  # noqa: PTH117
    one = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    return {**os.environ, **one, "PYTHONPATH": own}


def _talk(
    child: "subprocess.Popen[bytes]", task: bytes, timeout: float | None
) -> tuple[bytes, bool]:
    """Hand over the task; what the child answered, and whether it was too late."""
    assert child.stdin is not None
    assert child.stdout is not None
    late = threading.Event()

    def stop() -> None:
        late.set()
        child.kill()

    with _deadline(stop, _START_SECONDS):
        try:
            child.stdin.write(task)
            child.stdin.close()
        except BrokenPipeError:
            return b"", False
        if child.stdout.readline() != READY:
            return b"", late.is_set()
    with _deadline(stop, timeout):
        answer = child.stdout.read(_MOST_BYTES)
        child.wait()
    return answer, late.is_set()


class _deadline:  # noqa: N801 - a context manager, read like a word
    def __init__(self, stop: Any, seconds: float | None) -> None:
        self._timer = None if seconds is None else threading.Timer(seconds, stop)

    def __enter__(self) -> None:
        if self._timer is not None:
            self._timer.daemon = True
            self._timer.start()

    def __exit__(self, *_: object) -> None:
        if self._timer is not None:
            self._timer.cancel()


def _result(
    subject: str, answer: bytes, late: bool, status: int | None, timeout: float | None
) -> Any:
    hint = "do not trust this file; restore it from a backup or make it again"
    if late:
        seconds = _START_SECONDS if timeout is None else timeout
        message = f"{subject} could not be read within {seconds:g} seconds"
        raise StorageError(message, hint)
    try:
        found = json.loads(answer)
    except ValueError as error:
        message = f"{subject} made its reader crash (status {status})"
        raise StorageError(message, hint) from error
    if "error" in found:
        kind = getattr(errors, str(found["error"]), StorageError)
        known = isinstance(kind, type) and issubclass(kind, PathguiError)
        raise (kind if known else StorageError)(found["message"], found["hint"])
    return found["result"]
