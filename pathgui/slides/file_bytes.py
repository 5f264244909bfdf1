"""Bytes of a file at any place, for several threads at once."""

import os
import threading
from pathlib import Path


class FileBytes:
    """A read-only file without a shared position.

    Parameters
    ----------
    path : Path
        The file; it is opened at once.

    Raises
    ------
    OSError
        If it cannot be opened.
    """

    def __init__(self, path: Path) -> None:
        self._fd = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
        self.size = os.fstat(self._fd).st_size
        self._lock = threading.Lock()

    def read(self, offset: int, count: int) -> bytes:
        """`count` bytes from `offset`; OSError if the file ends before."""
        if offset < 0 or count < 0 or offset + count > self.size:
            raise OSError(f"the file ends before byte {offset + count}")
        if hasattr(os, "pread"):
            data = os.pread(self._fd, count, offset)
        else:  # Windows has no pread
            with self._lock:
                os.lseek(self._fd, offset, os.SEEK_SET)
                data = os.read(self._fd, count)
        if len(data) != count:
            raise OSError(
                f"only {len(data)} of {count} bytes at {offset} could be read"
            )
        return data

    def close(self) -> None:
        """Release the file; a second call does nothing."""
        fd, self._fd = self._fd, -1
        if fd >= 0:
            os.close(fd)

    def __del__(self) -> None:
        self.close()
