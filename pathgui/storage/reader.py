"""Reading result files: slides lazily, tiles one by one, from any thread."""

import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

from h5py import h5o
from typing_extensions import override

from pathgui.errors import StorageError
from pathgui.storage.handle import Handle
from pathgui.storage.links import child_names, is_hard
from pathgui.storage.problems import Refused, reading
from pathgui.storage.schema import MAX_SLIDES
from pathgui.storage.slide import StoredSlide

_PLAIN = re.compile("[1-9][0-9]{0,8}")


class SlideFile:
    """A result file opened for reading; a context manager.

    Safe to use from several threads. Pickles as its path, so that a worker process
    opens the file itself. With ``lock=False`` it opens a part that this process is
    still holding; with ``checked=False`` also what is not complete or of another kind.

    Attributes
    ----------
    numbers : tuple of int
        The i of all groups ``slide_i``, in order.
    """

    def __init__(
        self, path: Path | str, *, lock: bool = True, checked: bool = True
    ) -> None:
        self._handle = Handle(path, lock=lock, checked=checked)
        self._lock = threading.Lock()
        self._slides: dict[int, StoredSlide] = {}
        with reading(self.path):
            self.numbers = _slide_numbers(self._handle.root)
            if checked:
                _refuse_doubles(self._handle.root, self.numbers)

    @property
    def path(self) -> Path:
        """The file."""
        return self._handle.path

    @property
    def root(self) -> Any:
        """The root group's identifier, for code of this room that copies raw."""
        return self._handle.root

    @property
    def slides(self) -> tuple["StoredSlide", ...]:
        """All slides of the file, in the order of their numbers."""
        return tuple(self)

    def slide(self, number: int = 0) -> "StoredSlide":
        """The slide in group ``slide_<number>``.

        Raises
        ------
        StorageError
            If there is none.
        """
        if number not in self.numbers:
            raise StorageError(f"{self.path} has no slide_{number}")
        with self._lock:
            if number not in self._slides:
                self._slides[number] = StoredSlide(self._handle, number)
            return self._slides[number]

    def __len__(self) -> int:
        return len(self.numbers)

    def __iter__(self) -> Iterator["StoredSlide"]:
        return (self.slide(number) for number in self.numbers)

    def close(self) -> None:
        """Release the file."""
        self._handle.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @override
    def __reduce__(self) -> Any:
        return SlideFile, (self.path,)


def open_file(path: Path | str) -> SlideFile:
    """Open a result file for reading.

    Raises
    ------
    StorageError
        If it is missing, no HDF5, truncated, foreign, incomplete or damaged; one
        sentence naming the file.
    FormatVersionError
        If a newer version wrote it.
    """
    return SlideFile(path)


def _refuse_doubles(root: Any, numbers: tuple[int, ...]) -> None:
    """One slide under many names would make a small file endless to read."""
    seen: dict[int, int] = {}
    for number in numbers:
        name = f"slide_{number}".encode()
        if not is_hard(root, name):
            continue  # refused when it is asked for
        first = seen.setdefault(int(h5o.get_info(root, name).addr), number)
        if first != number:
            raise Refused(f"slide_{number} is slide_{first} under another name")


def _slide_numbers(root: Any) -> tuple[int, ...]:
    names = child_names(root, MAX_SLIDES)
    digits = {name[6:] for name in names if name.startswith("slide_")}
    return tuple(sorted(int(d) for d in digits if d == "0" or _PLAIN.fullmatch(d)))
