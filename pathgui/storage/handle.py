"""An open file that survives pickling and forking: it is known by its path."""

import errno
import os
import re
import threading
from pathlib import Path
from typing import Any

import h5py
from h5py import h5f
from typing_extensions import override

from pathgui.errors import FormatVersionError, StorageError
from pathgui.storage.access import access_list
from pathgui.storage.metadata import attribute
from pathgui.storage.problems import first_line, reading
from pathgui.storage.schema import FORMAT, FORMAT_VERSION

_SIGNATURE = b"\x89HDF\r\n\x1a\n"
_NO_LOCKS = {errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.EIO, errno.EBADF}
_AGAIN = "run the slide again, or restore the file from a backup"


class Handle:
    """Opens a result file when needed, read-only, once for each process.

    Raises
    ------
    StorageError
        If the file is missing, no HDF5, truncated, foreign or incomplete.
    FormatVersionError
        If it was written by a newer version.
    """

    def __init__(
        self, path: Path | str, *, lock: bool = True, checked: bool = True
    ) -> None:
        self.path, self._use_lock, self._checked = Path(path), lock, checked
        self._lock = threading.Lock()
        self._file: h5py.File | None = None
        self._pid = 0
        self._closed = False

    @property
    def generation(self) -> int:
        """Changes when objects opened from `root` must be opened again.

        Raises
        ------
        StorageError
            If the file has been closed.
        """
        if self._closed:
            raise StorageError(f"{self.path} has been closed")
        return os.getpid()

    @property
    def root(self) -> Any:
        """The root group's identifier."""
        with self._lock:
            if self._closed:
                raise StorageError(f"{self.path} has been closed")
            if self._file is None or self._pid != os.getpid():
                self._file, self._pid = self._open(), os.getpid()
            return self._file.id

    def _open(self) -> h5py.File:
        file = open_hdf5(self.path, lock=self._use_lock)
        try:
            if self._checked:
                with reading(self.path):
                    check_format(self.path, file)
        except BaseException:
            file.close()
            raise
        return file

    def close(self) -> None:
        """Release the file."""
        with self._lock:
            if self._file is not None and self._pid == os.getpid():
                self._file.close()
            self._file, self._closed = None, True

    @override
    def __reduce__(self) -> Any:
        return Handle, (self.path,)


def open_hdf5(path: Path, *, lock: bool = True) -> h5py.File:
    """Open any HDF5 file read-only; says in one sentence why it cannot.

    Locks as plain h5py does, so that both can have the file open in one process,
    and does without where a network disk has no locks.
    """
    _check_signature(path)
    try:
        try:
            return _open_with(path, lock=lock)
        except OSError as error:
            if error.errno not in _NO_LOCKS:
                raise
            return _open_with(path, lock=False)
    except BlockingIOError as error:
        raise StorageError(
            f"{path} is being written by another process", "wait until it has finished"
        ) from error
    except (OSError, RuntimeError, ValueError, MemoryError) as error:
        raise _cannot_open(path, error) from error


def _open_with(path: Path, *, lock: bool) -> h5py.File:
    access = access_list()
    if not lock:
        access.set_file_locking(False, True)
    return h5py.File(h5f.open(os.fsencode(path), h5f.ACC_RDONLY, fapl=access))


def _check_signature(path: Path) -> None:
    try:
        if path.is_dir():
            raise StorageError(f"{path} is a folder, not an HDF5 file")
        if path.exists() and not path.is_file():
            raise StorageError(f"{path} is no file, but a device or a pipe")
        with path.open("rb") as stream:
            head = stream.read(len(_SIGNATURE))
    except FileNotFoundError as error:
        raise StorageError(f"{path} does not exist", "check the name") from error
    except OSError as error:
        raise StorageError(f"{path} cannot be read: {error.strerror}") from error
    if not head:
        raise StorageError(f"{path} is empty", _AGAIN)
    if head != _SIGNATURE:
        raise StorageError(f"{path} is not an HDF5 file", "choose another file")


def _cannot_open(path: Path, error: BaseException) -> StorageError:
    words = first_line(error)
    if "truncated file" in words:
        return StorageError(f"{path} is truncated", _AGAIN)
    if "already open for write" in words:
        return StorageError(f"{path} was never finished by its writer", _AGAIN)
    return StorageError(f"{path} is damaged, HDF5 says: {_plain(words)}", _AGAIN)


def _plain(words: str) -> str:
    """The cause that HDF5 names, without the name of its own function before it."""
    match = re.fullmatch(r"Unable to [\w ]+ \((.+)\)", words)
    return match[1] if match else words


def kind_of(path: Path) -> str:
    """The ``format`` that a file names; empty if it names none.

    Raises
    ------
    StorageError
        If it is no readable HDF5.
    """
    file = open_hdf5(path)
    try:
        with reading(path):
            return str(attribute(file.id, "format", ""))
    finally:
        file.close()


def check_format(path: Path, file: h5py.File) -> None:
    """Refuse foreign files, newer versions and files that are not complete."""
    found = attribute(file.id, "format")
    if isinstance(found, str) and found.startswith(f"{FORMAT}-"):
        raise StorageError(
            f"{path} holds {found.removeprefix(FORMAT + '-')} and no tiles",
            "choose a result file, as in the folder processed/",
        )
    if found != FORMAT:
        raise StorageError(
            f"{path} is an HDF5 file, but not one of pathgui",
            "use `pathgui h5 convert` for files of other tools",
        )
    version = version_of(attribute(file.id, "format_version"))
    if version is None:
        raise StorageError(f"{path} does not say its format version", _AGAIN)
    if version > FORMAT_VERSION:
        raise FormatVersionError(
            f"{path} has format version {version}, this pathgui reads up to "
            f"{FORMAT_VERSION}",
            "update pathgui",
        )
    if version < FORMAT_VERSION:
        raise FormatVersionError(
            f"{path} has format version {version}, older than {FORMAT_VERSION}",
            "bring it up to date with `pathgui h5 repack`",
        )
    if not attribute(file.id, "complete", False):
        raise StorageError(f"{path} is not complete: its writing broke off", _AGAIN)


def version_of(value: Any) -> int | None:
    """The whole number of a format version given as number or text; None if none."""
    if isinstance(value, str):
        value = value.split(".")[0]
        return int(value) if value.isascii() and value.isdigit() else None
    try:
        number = int(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if number >= 0 else None
