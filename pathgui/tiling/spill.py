"""Arrays on disk for a cache: bounded, in a folder of its own, gone with the cache."""

import shutil
import tempfile
import weakref
from collections import OrderedDict
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from pathgui import log
from pathgui.errors import TilingError

_log = log.get(__name__)


@dataclass(frozen=True, slots=True)
class _File:
    path: Path
    size: int


class Spill:
    """Arrays written to disk by key; the least recently used are removed first.

    Not safe for threads by itself: the cache that owns it holds a lock.

    Parameters
    ----------
    parent : Path
        Folder in which the spill makes its own folder.
    budget : int
        Bytes of files to keep at most.

    Raises
    ------
    TilingError
        If the folder cannot be made.
    """

    def __init__(self, parent: Path, budget: int) -> None:
        self._parent = parent
        self._budget = budget
        self._files: OrderedDict[Hashable, _File] = OrderedDict()
        self._written = 0
        self.size_bytes = 0
        try:
            parent.mkdir(parents=True, exist_ok=True)
            self._folder = Path(tempfile.mkdtemp(prefix="tiles-", dir=parent))
        except OSError as error:
            raise TilingError(
                f"tiles cannot be kept on disk in {parent}: {error.strerror or error}",
                "choose another spill_dir, or none",
            ) from error
        # Runs when the cache is collected and at the end of the program.
        self._remove = weakref.finalize(self, _remove_folder, self._folder)

    def write(self, key: Hashable, array: npt.NDArray[Any]) -> None:
        """Keep an array; a full or failing disk only costs the item."""
        if key in self._files:
            self._files.move_to_end(key)
            return
        if array.nbytes > self._budget or not self._remove.alive:
            return
        path = self._folder / self._name(key)
        try:
            np.save(path, array, allow_pickle=False)
            size = path.stat().st_size
        except OSError as error:
            _log.warning("a tile was not kept on disk at %s: %s", path, error)
            path.unlink(missing_ok=True)
            return
        self._files[key] = _File(path, size)
        self.size_bytes += size
        while self.size_bytes > self._budget:
            self.remove(next(iter(self._files)))

    def read(self, key: Hashable) -> npt.NDArray[Any] | None:
        """The array of a key, or None if it is not there or its file is damaged."""
        file = self._files.get(key)
        if file is None:
            return None
        try:
            array: npt.NDArray[Any] = np.load(file.path, allow_pickle=False)
        except (OSError, ValueError, EOFError) as error:
            _log.warning("a tile on disk at %s is lost: %s", file.path, error)
            self.remove(key)
            return None
        self._files.move_to_end(key)
        return array

    def remove(self, key: Hashable) -> None:
        """Forget one array and its file."""
        file = self._files.pop(key, None)
        if file is not None:
            self.size_bytes -= file.size
            file.path.unlink(missing_ok=True)

    def clear(self) -> None:
        """Forget all arrays and their files."""
        for key in list(self._files):
            self.remove(key)

    def close(self) -> None:
        """Remove the folder; nothing is written from now on."""
        self.clear()
        self._remove()

    def __iter__(self) -> Iterator[Hashable]:
        return iter(self._files)

    def __contains__(self, key: Hashable) -> bool:
        return key in self._files

    def __len__(self) -> int:
        return len(self._files)

    def _name(self, key: Hashable) -> str:
        # Keys may hold anything, such as "../x": only a digest reaches the disk. The
        # number tells apart keys that look alike, such as 1 and numpy's 1.
        self._written += 1
        digest = blake2b(repr(key).encode("utf-8", "replace"), digest_size=8)
        return f"{self._written:08d}-{digest.hexdigest()}.npy"


def _remove_folder(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
