"""Locks that the operating system lets go of when their holder dies.

No clocks and no process numbers: a lock is held exactly as long as its process
lives, whatever killed it. A note in the file says who took it last.
"""

import contextlib
import errno
import os
import sys
from collections.abc import Iterator
from pathlib import Path

_BUSY = (errno.EACCES, errno.EAGAIN, errno.EDEADLK)
_UNSUPPORTED = (errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP, errno.EINVAL)
_NOTE_BYTES = 4096

if sys.platform == "win32":
    import msvcrt

    # One byte far behind the note, so that the note stays readable.
    _OFFSET = 1 << 30

    def _take(handle: int) -> None:
        os.lseek(handle, _OFFSET, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _take(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextlib.contextmanager
def hold(path: Path, note: str) -> Iterator[str | None]:
    """Hold a lock and leave a note in it.

    Yields the note of whoever held it before (empty if nobody did), or None if
    somebody else holds it now. A file system without locks lets everybody in.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        if not _try(handle):
            yield None
            return
        before = _read(handle)
        os.lseek(handle, 0, os.SEEK_SET)
        os.ftruncate(handle, 0)
        os.write(handle, note.encode())
        yield before
    finally:
        os.close(handle)


def is_held(path: Path, *, unknown: bool = False) -> bool:
    """Whether a living process holds the lock; `unknown` where that cannot be told."""
    try:
        handle = os.open(path, os.O_RDWR)
    except OSError:
        return unknown
    try:
        _take(handle)
    except OSError as error:
        return True if error.errno in _BUSY else unknown
    finally:
        os.close(handle)
    return False


def read_note(path: Path) -> str:
    """Who took the lock last; empty if nobody did."""
    try:
        handle = os.open(path, os.O_RDONLY)
    except OSError:
        return ""
    try:
        return _read(handle)
    finally:
        os.close(handle)


def _try(handle: int) -> bool:
    try:
        _take(handle)
    except OSError as error:
        if error.errno in _BUSY:
            return False
        if error.errno not in _UNSUPPORTED:
            raise
    return True


def _read(handle: int) -> str:
    os.lseek(handle, 0, os.SEEK_SET)
    return os.read(handle, _NOTE_BYTES).decode("utf-8", "replace")
