"""Files that appear under their final name only when whole."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from pathgui import log
from pathgui.errors import StorageError
from pathgui.storage.problems import writing

if sys.platform != "win32":
    import fcntl

SUFFIX = ".part"
_log = log.get(__name__)


_OURS = (".h5", ".hdf5", ".h5path", ".h5ad")
_HDF5 = b"\x89HDF\r\n\x1a\n"


def spare(final: Path, endings: tuple[str, ...] = _OURS) -> None:
    """Refuse to write over what is no file of this kind, such as a slide.

    Parameters
    ----------
    final : Path
        Where something is to be written.
    endings : tuple of str
        Of files that may be replaced, whatever they hold; HDF5 files may in any case.

    Raises
    ------
    StorageError
        There is a file of another kind.
    """
    if final.suffix.lower() in endings or not final.is_file():
        return
    with writing(final), final.open("rb") as file:
        begin = file.read(len(_HDF5))
    if begin and begin != _HDF5:
        raise StorageError(
            f"{final} is there already and is of another kind; it stays.",
            f"Choose another name, ending in {endings[0]}.",
        )


class PartFile:
    """A file written as ``<name>.part`` and renamed when its content is whole.

    While it lives it holds a lock on the part, so that a second writer is refused
    and a clean-up can tell a part being written from one left by a dead process.

    Parameters
    ----------
    final : Path
        The name the file gets in the end; its folder is created. A symbolic link
        is followed, so that the file it points to is replaced.

    Raises
    ------
    StorageError
        If another process writes the same file, the folder cannot be written, or what
        is there is no HDF5 file.
    """

    def __init__(self, final: Path | str) -> None:
        final = Path(final)
        self.final = Path(os.path.realpath(final)) if final.is_symlink() else final
        self.path = self.final.with_name(self.final.name + SUFFIX)
        spare(self.final)
        with writing(self.final):
            self.final.parent.mkdir(parents=True, exist_ok=True)
            self._fd = _take(self.path)

    def commit(self) -> None:
        """Flush to disk, give the part its final name, flush the folder."""
        with writing(self.final):
            os.fsync(self._fd)
            if sys.platform == "win32":
                self._release()
            self.path.replace(self.final)
            sync_folder(self.final.parent)
        self._release()

    @property
    def fd(self) -> int:
        """Descriptor of the part, open for reading and writing."""
        return self._fd

    def discard(self) -> None:
        """Remove the part; the final name is left as it was."""
        if self._fd < 0:
            return
        try:
            if sys.platform == "win32":
                self._release()
            self.path.unlink(missing_ok=True)
        except OSError as error:
            _log.warning("%s cannot be removed: %s", self.path, error)
        self._release()

    def _release(self) -> None:
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1


def sync_folder(folder: Path) -> None:
    """Make a rename in `folder` survive a power cut, where the system can."""
    if sys.platform == "win32":
        return
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def stale_parts(folder: Path) -> Iterator[Path]:
    """Parts below `folder` that no living process is writing."""
    for path in sorted(folder.rglob("*" + SUFFIX)):
        if path.is_file() and not path.is_symlink() and not is_locked(path):
            yield path


def remove_stale_parts(folder: Path) -> list[Path]:
    """Remove the parts that dead writers left below `folder`; returns them."""
    removed = []
    for path in stale_parts(folder):
        with writing(path):
            path.unlink(missing_ok=True)
        removed.append(path)
    return removed


def is_locked(path: Path) -> bool:
    """Whether a living process is writing the part at `path`."""
    if sys.platform == "win32":
        return _is_open_on_windows(path)
    try:
        fd = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return True  # what cannot be opened cannot be judged: leave it alone
    try:
        return not _lock(fd)
    finally:
        os.close(fd)


def _is_open_on_windows(path: Path) -> bool:
    try:
        path.rename(path)  # refused while anybody has the file open
    except OSError:
        return True
    return False


def _take(path: Path) -> int:
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0)
    while True:
        fd = os.open(path, flags | getattr(os, "O_BINARY", 0), 0o666)
        if not _lock(fd):
            os.close(fd)
            raise StorageError(
                f"{path} is being written by another process",
                "wait until it has finished, or stop it",
            )
        if _same(fd, path):
            return fd
        os.close(fd)  # a clean-up removed it between open and lock: once more


def _same(fd: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(fd), path.stat())
    except FileNotFoundError:
        return False


def _lock(fd: int) -> bool:
    if sys.platform == "win32":
        return True
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        # Some network disks have no locks; one writer per file is then a promise
        # that the caller keeps.
        _log.debug("no lock: %s", error)
    return True
