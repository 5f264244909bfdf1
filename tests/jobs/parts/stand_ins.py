"""What workers do in fault tests: the real thing, with one slide that misbehaves."""

import ctypes
import os
import signal
import threading
from pathlib import Path
from typing import Any

from pathgui.engine import process_slide
from pathgui.errors import Cancelled

VICTIM = "s01"


def _mark(out: Path, name: str) -> Path:
    return out.parent.parent / f"{name}-{out.stem}"


def poison(path: Path, recipe: Any, out: Path, **options: Any) -> Any:
    """One slide kills its worker, each time."""
    if out.stem == VICTIM:
        os.kill(os.getpid(), signal.SIGKILL)
    return process_slide(path, recipe, out, **options)


def poison_once(path: Path, recipe: Any, out: Path, **options: Any) -> Any:
    """One slide kills its worker the first time, with a part half written."""
    mark = _mark(out, "died")
    if out.stem == VICTIM and not mark.exists():
        mark.touch()
        out.with_name(out.name + ".part").write_bytes(b"half")
        os.kill(os.getpid(), signal.SIGKILL)
    return process_slide(path, recipe, out, **options)


def crash(path: Path, recipe: Any, out: Path, **options: Any) -> Any:
    """One slide crashes inside native code."""
    if out.stem == VICTIM:
        ctypes.string_at(0)
    return process_slide(path, recipe, out, **options)


def greedy(path: Path, recipe: Any, out: Path, **options: Any) -> Any:
    """One slide takes more memory than there is for it."""
    if out.stem == VICTIM:
        hoard = []
        while True:
            hoard.append(bytearray(os.urandom(1 << 20)) * 64)
    return process_slide(path, recipe, out, **options)


def finished_then_killed(path: Path, recipe: Any, out: Path, **options: Any) -> Any:
    """One slide is finished, and its worker dies before it can say so."""
    result = process_slide(path, recipe, out, **options)
    if out.stem == VICTIM:
        with _mark(out, "calls").open("a") as log:
            log.write("x")
        os.kill(os.getpid(), signal.SIGKILL)
    return result


def wrong(path: Path, recipe: Any, out: Path, **options: Any) -> Any:
    """One slide gives an error nobody foresaw."""
    if out.stem == VICTIM:
        raise ZeroDivisionError("float division by zero")
    return process_slide(path, recipe, out, **options)


def full_disk(path: Path, recipe: Any, out: Path, **options: Any) -> Any:
    """One slide finds the disk full."""
    if out.stem == VICTIM:
        raise OSError(28, "No space left on device", str(out))
    return process_slide(path, recipe, out, **options)


def hang(path: Path, recipe: Any, out: Path, **options: Any) -> Any:
    """One slide never comes back and asks nobody."""
    if out.stem == VICTIM:
        threading.Event().wait()
    return process_slide(path, recipe, out, **options)


def slow(path: Path, recipe: Any, out: Path, **options: Any) -> Any:
    """Each slide takes its time first, and says how far it is."""
    cancelled, progress = options["cancelled"], options["progress"]
    clock = threading.Event()
    for step in range(60):
        if cancelled():
            raise Cancelled("stopped on request")
        progress(step, 60)
        clock.wait(0.05)
    return counted(path, recipe, out, **options)


def counted(path: Path, recipe: Any, out: Path, **options: Any) -> Any:
    """The real thing; each call leaves a line."""
    result = process_slide(path, recipe, out, **options)
    with (out.parent.parent / "calls.txt").open("a") as log:
        log.write(f"{out.stem}\n")
    return result


def modules(path: Path, recipe: Any, out: Path, **options: Any) -> Any:
    """Leaves the names of what the worker has loaded."""
    import sys

    result = process_slide(path, recipe, out, **options)
    _mark(out, "modules").write_text("\n".join(sorted(sys.modules)))
    return result
