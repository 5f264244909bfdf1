"""Calls in a child process that may crash, hang or eat memory without harm to us."""

import json
import os
import queue
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
# So that people hear of it within five seconds.
PATIENCE = 4.5
# Starting Python and its libraries takes its own time, also on a busy machine.
_START_SECONDS = 60.0
_MOST_BYTES = 64 << 20
# After a kill; what hangs in the system takes no notice of it.
_LAST_SECONDS = 1.0
Report = Callable[[str, int, int], None]
_DOUBT = "do not trust this file; restore it from a backup or make it again"
_BUSY = "do not trust this file; if the machine is very busy, try again later"
_WAITS = "its disk does not answer: check the connection to it, then try again"


def call_in_child(
    function_name: str,
    *args: Any,
    timeout: float | None = PATIENCE,
    memory_mb: int = 500,
    progress: Report | None = None,
    subject: Callable[[], str] | None = None,
) -> Any:
    """Call a function of this package in a process of its own.

    Arguments and result travel as JSON; nothing of a foreign file is unpickled.

    Parameters
    ----------
    function_name : str
        ``module:function`` below ``pathgui``, for example
        ``"pathgui.storage.probe:probe"``.
    *args
        JSON values.
    timeout : float or None
        Seconds by the clock that the call may take, and seconds of processor time,
        without the start of the process; None waits for ever. With `progress` they
        count anew from each report: what gets on may take long, what waits for a
        disk or turns in circles is ended.
    memory_mb : int
        Memory the call may take, where the system can limit it (not on Windows and
        macOS).
    progress : callable, optional
        ``progress(what, done, total)``. The function is then called with a
        ``progress`` of its own, whose reports arrive here.
    subject : callable, optional
        Gives the file that an error names; otherwise that is the first argument.

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
    child = subprocess.Popen(
        _command(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=_environment(),
    )
    late: _Late | None = None
    answer = b""
    try:
        answer = _talk(child, json.dumps(task).encode() + b"\n", timeout, progress)
    except _Late as error:
        late = error
    finally:
        status = _end(child)
    name = subject() if subject else str(args[0]) if args else function_name
    if late is None and status == -getattr(signal, "SIGXCPU", 0) != 0:
        late = _Late(timeout, _BUSY)
    if late is not None:
        raise StorageError(f"{name} could not be read: {late}", late.hint)
    return _result(name, answer, status)


def error_of(kind: str, message: str, hint: str) -> PathguiError:
    """An error that a child told of by name."""
    found = getattr(errors, kind, StorageError)
    known = isinstance(found, type) and issubclass(found, PathguiError)
    return (found if known else StorageError)(message, hint)


def _command() -> list[str]:
    if getattr(sys, "frozen", False):
        return [sys.executable, ENTRY]
    # -P: nothing is imported from the folder somebody happens to stand in.
    return [sys.executable, "-P", "-m", "pathgui.storage.guarded"]


def _environment() -> dict[str, str]:
    own = os.pathsep.join(path for path in sys.path if os.path.isabs(path))  # noqa: PTH117
    one = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    return {**os.environ, **one, "PYTHONPATH": own}


class _Late(Exception):  # noqa: N818 - a verdict, not an accident
    """The child said nothing for too long."""

    def __init__(self, seconds: float | None, hint: str) -> None:
        limit = "in time" if seconds is None else f"within {seconds:g} seconds"
        super().__init__(f"its reader got nowhere {limit}")
        self.hint = hint


def _talk(
    child: "subprocess.Popen[bytes]",
    task: bytes,
    timeout: float | None,
    progress: Report | None,
) -> bytes:
    """Hand over the task; what the child answered, empty if it died."""
    lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    # A thread of its own: one cannot stop reading from a process that hangs.
    threading.Thread(
        target=_converse, args=(child, task, lines), name="guard", daemon=True
    ).start()
    if _next(lines, _START_SECONDS, child) != READY:
        return b""
    while True:
        answer = _next(lines, timeout, child)
        if progress is None or not answer.startswith(STEP):
            return answer
        what, done, total = json.loads(answer[len(STEP) :])
        progress(str(what), int(done), int(total))


def _converse(
    child: "subprocess.Popen[bytes]", task: bytes, lines: "queue.SimpleQueue[bytes]"
) -> None:
    """Pass on the task, and each line that comes back; in the end an empty one."""
    assert child.stdin is not None
    assert child.stdout is not None
    with child.stdout as answers:
        try:
            with child.stdin as questions:
                questions.write(task)
        except BrokenPipeError:
            lines.put(b"")  # it died before it listened
            return
        while line := answers.readline(_MOST_BYTES):
            lines.put(line)
        lines.put(b"")


def _next(
    lines: "queue.SimpleQueue[bytes]",
    seconds: float | None,
    child: "subprocess.Popen[bytes]",
) -> bytes:
    try:
        return lines.get(timeout=seconds)
    except queue.Empty:
        raise _Late(seconds, _WAITS if _waits(child.pid) else _BUSY) from None


def _waits(pid: int) -> bool:
    """Whether a process waits for something else than a processor."""
    import psutil

    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_RUNNING)
    except psutil.Error:
        return False


def _end(child: "subprocess.Popen[bytes]") -> int | None:
    """End a child; the status it died with, None if it hangs beyond reach."""
    child.kill()
    try:
        return child.wait(_LAST_SECONDS)
    except subprocess.TimeoutExpired:
        # It waits in the system, which no signal interrupts; that harms nobody.
        threading.Thread(target=child.wait, name="guard-end", daemon=True).start()
        return None


def _result(name: str, answer: bytes, status: int | None) -> Any:
    try:
        found = json.loads(answer)
    except ValueError as error:
        message = f"{name} made its reader crash (status {status})"
        raise StorageError(message, _DOUBT) from error
    if "error" in found:
        raise error_of(found["error"], found["message"], found["hint"])
    return found["result"]
