"""Files that are either the old version or the new one, never half of each."""

import contextlib
import hashlib
import os
import secrets
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_BLOCK = 4 << 20
_ALWAYS_HASH = 64 << 20
NEW_FILE = 0o666


@dataclass(frozen=True, slots=True)
class FileState:
    """What a file looked like when it was last read or written.

    Attributes
    ----------
    size : int
        Bytes.
    mtime_ns, inode : int
        Cheap signs of a change.
    sha256 : str
        The certain one.
    """

    size: int
    mtime_ns: int
    inode: int
    sha256: str

    @staticmethod
    def read(path: Path) -> tuple[bytes, "FileState"]:
        """Content of a file with the state it had then."""
        with path.open("rb") as file:
            # Before reading: what is written meanwhile then shows as a later change.
            info = os.fstat(file.fileno())
            data = file.read()
        digest = hashlib.sha256(data).hexdigest()
        return data, FileState(len(data), info.st_mtime_ns, info.st_ino, digest)

    @staticmethod
    def after_write(path: Path, sha256: str) -> "FileState":
        """State of a file this process has just written."""
        info = path.stat()
        return FileState(info.st_size, info.st_mtime_ns, info.st_ino, sha256)

    def differs(self, path: Path) -> bool:
        """Whether the file now has other content (a mere touch does not count)."""
        try:
            info = path.stat()
        except FileNotFoundError:
            return True
        if info.st_size != self.size:
            return True
        same = (info.st_mtime_ns, info.st_ino) == (self.mtime_ns, self.inode)
        if same and self.size > _ALWAYS_HASH:
            return False
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() != self.sha256


def shared_mode(files: Iterable[Path]) -> int:
    """Permissions that all of some files give, for what is made of their contents."""
    mode = NEW_FILE
    for file in files:
        with contextlib.suppress(OSError):
            mode &= file.stat().st_mode
    return mode


def write_atomic(
    path: Path, data: bytes | Iterable[bytes], mode: int = NEW_FILE
) -> None:
    """Replace a file so that a crash leaves the old or the new version.

    The new bytes go to a hidden file in the same folder, which is flushed to disk,
    renamed over the old one, and made durable by flushing the folder. The file mode
    is kept, and a symbolic link keeps pointing where it did.

    Parameters
    ----------
    path : Path
        File to write; its folder exists.
    data : bytes or iterable of bytes
        Whole content.
    mode : int
        Permissions of a file that is new, but for what the umask takes away.

    Raises
    ------
    OSError
        The disk is full, the folder read-only …; the old version is untouched.
    """
    target = path.resolve() if path.is_symlink() else path
    part = target.with_name(
        f".{target.name[:80]}.{os.getpid()}.{secrets.token_hex(4)}.part"
    )
    try:
        kept = _mode_of(target)
        # Nobody may read the part who may not read the file.
        first = mode if kept is None else kept & NEW_FILE
        _write_durably(part, (data,) if isinstance(data, bytes) else data, first)
        if kept is not None:
            part.chmod(kept)
        os.replace(part, target)  # noqa: PTH105 - the call that tests make fail
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    sync_folder(target.parent)


def _mode_of(path: Path) -> int | None:
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except FileNotFoundError:
        return None


def _write_durably(path: Path, blocks: Iterable[bytes], mode: int) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    handle = os.open(path, flags, mode)
    try:
        for block in blocks:
            view = memoryview(block)
            while view:
                view = view[os.write(handle, view[:_BLOCK]) :]
        os.fsync(handle)
    finally:
        os.close(handle)


def append_durably(
    path: Path, data: bytes | Iterable[bytes], mode: int = NEW_FILE
) -> None:
    """Append bytes and flush them to disk; on failure the file is cut back.

    Parameters
    ----------
    path : Path
        File that grows.
    data : bytes or iterable of bytes
        What is appended; where making it fails, nothing is.
    mode : int
        As in `write_atomic`.

    Raises
    ------
    OSError
        Nothing was appended.
    """
    is_new = not path.exists()
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)
    handle = os.open(path, flags, mode)
    try:
        size = os.fstat(handle).st_size
        try:
            for block in (data,) if isinstance(data, bytes) else data:
                view = memoryview(block)
                while view:
                    view = view[os.write(handle, view[:_BLOCK]) :]
            os.fsync(handle)
        except BaseException:
            os.ftruncate(handle, size)
            raise
    finally:
        os.close(handle)
    if is_new:
        sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make a rename durable, where the system can."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        # Some network disks refuse to flush folders; the rename itself stands.
        if error.errno not in _REFUSALS:
            raise
    finally:
        os.close(handle)


def _refusals() -> frozenset[int]:
    import errno

    return frozenset({errno.EINVAL, errno.ENOTSUP, errno.EBADF})


_REFUSALS = _refusals()
