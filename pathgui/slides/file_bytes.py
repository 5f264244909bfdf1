"""Bytes of a file at any place, for several threads at once."""

import os
import threading
from pathlib import Path


class _Descriptor:
    """An open file; closed when the last reader has let go of it."""

    def __init__(self, path: Path) -> None:
        self.number = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
        self.size = os.fstat(self.number).st_size

    def __del__(self) -> None:
        if hasattr(self, "number"):
            os.close(self.number)


class FileBytes:
    """A read-only file without a shared position.

    Parameters
    ----------
    path : Path
        The file; it is opened at once, and again when read after `close`.

    Raises
    ------
    OSError
        If it cannot be opened.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._file: _Descriptor | None = _Descriptor(path)

    def read(self, offset: int, count: int) -> bytes:
        """`count` bytes from `offset`; OSError if the file ends before."""
        file = self._file or self._open()
        if offset < 0 or count < 0 or offset + count > file.size:
            raise OSError(f"the file ends before byte {offset + count}")
        if hasattr(os, "pread"):
            data = os.pread(file.number, count, offset)
        else:  # Windows has no pread
            with self._lock:
                os.lseek(file.number, offset, os.SEEK_SET)
                data = os.read(file.number, count)
        if len(data) != count:
            raise OSError(f"only {len(data)} of {count} bytes could be read")
        return data

    def close(self) -> None:
        """Let go of the file; a read that is under way finishes."""
        self._file = None

    def _open(self) -> _Descriptor:
        with self._lock:
            if self._file is None:
                self._file = _Descriptor(self._path)
            return self._file
