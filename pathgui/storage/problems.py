"""From what the HDF5 library throws to one sentence that names the file."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pathgui.errors import StorageError

# What h5py, numpy and the codecs raise on damaged input; RuntimeError covers the
# library's own errors and those of imagecodecs.
DAMAGE = (
    OSError,
    RuntimeError,
    KeyError,
    ValueError,
    TypeError,
    IndexError,
    OverflowError,
    MemoryError,
)
_FULL = ("No space left on device", f"errno = {errno.ENOSPC},")
_LIMIT = ("File too large", f"errno = {errno.EFBIG},")


class Refused(Exception):  # noqa: N818 - a verdict, not an accident
    """A file's content is not trusted; becomes a `StorageError` with its path."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint or "make the file again from its slide"


@contextmanager
def reading(path: Path | str) -> Iterator[None]:
    """Turn whatever a damaged file provokes into a `StorageError` about `path`."""
    try:
        yield
    except Refused as error:
        raise StorageError(f"{path} is refused: {error}", error.hint) from error
    except MemoryError as error:
        raise StorageError(
            f"{path} needs more memory than there is: {first_line(error)}",
            "close other programs, or check where this file comes from",
        ) from error
    except DAMAGE as error:
        raise StorageError(
            f"{path} is damaged: {first_line(error)}",
            "make the file again, or restore it from a backup",
        ) from error


@contextmanager
def writing(path: Path | str) -> Iterator[None]:
    """Turn a failed write into a `StorageError` about `path` and its cause."""
    try:
        yield
    except (OSError, RuntimeError, ValueError) as error:
        raise write_error(path, error) from error


def write_error(path: Path | str, error: BaseException) -> StorageError:
    """The error to raise when writing `path` failed with `error`."""
    text, number = str(error), getattr(error, "errno", None)
    if number in (errno.ENOSPC, errno.EDQUOT) or any(word in text for word in _FULL):
        return StorageError(
            f"{path} cannot be written: the disk is full",
            "free some space, or choose another folder, and run again",
        )
    if number == errno.EFBIG or any(word in text for word in _LIMIT):
        return StorageError(
            f"{path} cannot be written: the limit on file size is reached",
            "raise the limit (ulimit -f) or choose another disk",
        )
    if number in (errno.EACCES, errno.EPERM, errno.EROFS):
        return StorageError(
            f"{path} cannot be written: permission denied",
            "check the rights of the folder",
        )
    return StorageError(f"{path} cannot be written: {first_line(error)}")


def first_line(error: BaseException) -> str:
    """The first line of an error's text, or its kind when it has none."""
    words = getattr(error, "strerror", None) or (error.args[0] if error.args else "")
    lines = str(words).strip().splitlines()
    return lines[0] if lines else type(error).__name__
