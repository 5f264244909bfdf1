"""Calls in a child process that may crash, hang or eat memory without harm to us."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any

from pathgui import errors
from pathgui.errors import PathguiError, StorageError

ENTRY = "--guarded-call"
READY = b"ready\n"
STEP = b"step "
# Starting Python and its libraries takes its own time, also on a busy machine.
_START_SECONDS = 60.0
_MOST_BYTES = 64 << 20
# A busy machine or a slow disk may stretch time; a processor's time it does not.
_PATIENCE = 5.0
Report = Callable[[str, int, int], None]


def call_in_child(
    function_name: str,
    *args: Any,
    timeout: float | None = 4.0,
    memory_mb: int = 500,
    progress: Report | None = None,
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
        Seconds of processor time that the call may take, and a fifth of the seconds
        by the clock, without the start of the process; None waits for ever. With
        `progress` they count anew from each report.
    memory_mb : int
        Memory the call may take, where the system can limit it (not on Windows and
        macOS).
    progress : callable, optional
        ``progress(what, done, total)``. The function is then called with a
        ``progress`` of its own, whose reports arrive here.

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
    task = {
        "function": function_name,
        "args": args,
        "memory_mb": memory_mb,
        "seconds": timeout,
        "progress": progress is not None,
    }
    subject = str(args[0]) if args else function_name
    with subprocess.Popen(
        _command(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=_environment(),
    ) as child:
        try:
            words = json.dumps(task).encode() + b"\n"
            answer, late = _talk(child, words, timeout, progress)
        finally:
            child.kill()
    out_of_time = getattr(signal, "SIGXCPU", None)
    late = late or (out_of_time is not None and child.returncode == -out_of_time)
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
    child: "subprocess.Popen[bytes]",
    task: bytes,
    timeout: float | None,
    progress: Report | None,
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
    seconds = None if timeout is None else timeout * _PATIENCE
    while True:
        with _deadline(stop, seconds):
            answer = child.stdout.readline(_MOST_BYTES)
            if progress is None or not answer.startswith(STEP):
                break
        what, done, total = json.loads(answer[len(STEP) :])
        progress(str(what), int(done), int(total))
    with _deadline(stop, _START_SECONDS):
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
        limit = "in time" if timeout is None else f"within {timeout:g} seconds"
        message = f"{subject} could not be read {limit}"
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
