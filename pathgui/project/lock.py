"""One writer at a time, and a name to tell the second one."""

import contextlib
import getpass
import json
import os
import socket
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, SoftFileLock, Timeout

from pathgui.errors import ProjectLockedError, TableError
from pathgui.project.files import write_atomic


class ProjectLock:
    """The right to change a project, held until `release`.

    The kernel frees it when the process dies, so a crash leaves nothing to clean. On
    disks without kernel locks a lock file serves, which is taken over when its
    owner was a process of this host that is gone.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / "lock"
        self.note = folder / "lock.json"
        self._lock: FileLock | SoftFileLock | None = None

    def acquire(self) -> None:
        """Take the lock at once or fail.

        Raises
        ------
        ProjectLockedError
            Someone else holds it; the message says who, where and since when. Or
            the folder cannot be written to.
        """
        # Taken by one thread and released by another, as a window does.
        lock: FileLock | SoftFileLock = FileLock(
            self.path, timeout=0, thread_local=False
        )
        try:
            lock = self._take(lock)
        except Timeout as error:
            raise self._held() from error
        except OSError as error:
            raise ProjectLockedError(
                f"The project cannot be locked: {error.strerror or error}.",
                "It can be read; to change it, make its folder writable.",
            ) from error
        self._lock = lock
        note = json.dumps(owner_note()).encode()
        with contextlib.suppress(OSError):  # the lock holds; only its label is missing
            write_atomic(self.note, note)

    def _take(self, lock: FileLock | SoftFileLock) -> FileLock | SoftFileLock:
        try:
            lock.acquire()
        except (NotImplementedError, OSError) as error:
            if isinstance(error, Timeout | PermissionError):
                raise
            soft = self.path.with_suffix(".soft")
            lock = SoftFileLock(soft, timeout=0, thread_local=False)
            if is_gone(self.owner()) and self._is_of_the_note(soft):
                soft.unlink(missing_ok=True)
            lock.acquire()
        return lock

    def _is_of_the_note(self, soft: Path) -> bool:
        """Whether a lock file is the one that the note tells the owner of.

        The note follows the lock: a younger lock is that of somebody who took the
        dead one over just now, and has not signed yet.
        """
        try:
            return soft.stat().st_mtime_ns <= self.note.stat().st_mtime_ns
        except OSError:
            return False

    def release(self) -> None:
        """Let the next one in; harmless when not held."""
        if self._lock is None:
            return
        with contextlib.suppress(OSError):
            self.note.unlink(missing_ok=True)
        self._lock.release()
        self._lock = None

    def owner(self) -> Mapping[str, Any]:
        """Who says to hold it: host, pid, user, time; empty if unknown."""
        try:
            data = json.loads(self.note.read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return data if isinstance(data, dict) else {}

    def _held(self) -> ProjectLockedError:
        owner = self.owner()
        if not owner:
            return ProjectLockedError(
                "The project is open in another window or command.",
                "Close it there first, or wait for it to finish.",
            )
        return ProjectLockedError(
            f"The project is open in {_who(owner)}, since {_since(owner)}.",
            "Close it there first, or wait for it to finish.",
        )


def _who(owner: Mapping[str, Any]) -> str:
    """Which window or command holds a lock, as people would say it."""
    process = f"(process {owner.get('pid', '?')})"
    user, host = owner.get("user", "somebody"), owner.get("host", "another computer")
    if host != socket.gethostname():
        return f"a window or command of {user} on {host} {process}"
    if user != user_name():
        return f"a window or command of {user} on this computer {process}"
    return f"another window or command of yours {process}"


def _since(owner: Mapping[str, Any]) -> str:
    """The local time of a day, with the date if that is another one."""
    try:
        then = datetime.fromisoformat(str(owner["time"])).astimezone()
    except (KeyError, ValueError):
        return "a time that is not known"
    today = then.date() == datetime.now().astimezone().date()
    return then.strftime("%H:%M" if today else "%Y-%m-%d %H:%M")


@contextlib.contextmanager
def moment(file: Path, seconds: float = 10.0) -> Iterator[None]:
    """Be the only one who writes to a file that several people share, for a moment.

    A hidden lock file beside it is held. It may stay behind; it means nothing then.

    Raises
    ------
    TableError
        Somebody else has held it for `seconds`.
    OSError
        The folder cannot be written to.
    """
    path = file.with_name(f".{file.name}.lock")
    lock: FileLock | SoftFileLock = FileLock(path, timeout=seconds)
    try:
        try:
            lock.acquire()
        except NotImplementedError:
            # Some network disks know no locks of the kernel.
            lock = SoftFileLock(path.with_suffix(".soft"), timeout=seconds)
            lock.acquire()
    except Timeout as error:
        raise TableError(
            f"{file} is being written to by someone else.", "Try again in a moment."
        ) from error
    try:
        yield
    finally:
        lock.release()


def owner_note() -> dict[str, Any]:
    """How this process signs what it holds or does."""
    return {
        "host": socket.gethostname(),
        "pid": os.getpid(),
        "user": user_name(),
        "time": datetime.now().astimezone().isoformat(timespec="seconds"),
    }


def user_name() -> str:
    """Login name, or the user's number where there is none."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return str(os.getuid()) if hasattr(os, "getuid") else "unknown"


def is_gone(owner: Mapping[str, Any]) -> bool:
    """Whether the owner was a process of this host that no longer runs."""
    import psutil

    pid = owner.get("pid")
    return (
        owner.get("host") == socket.gethostname()
        and isinstance(pid, int)
        and not psutil.pid_exists(pid)
    )
