"""Arrays kept for a while: a byte budget, the least recently used goes first."""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from math import isfinite
from numbers import Real
from pathlib import Path
from threading import RLock
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from typing_extensions import override

from pathgui.errors import TilingError
from pathgui.tiling.spill import Spill

Array = npt.NDArray[Any]
_GB = 1024**3
_SLACK = 256


@dataclass(frozen=True, slots=True)
class CacheStats:
    """How well a cache has served since it was made.

    Attributes
    ----------
    hits, misses : int
        Answered and unanswered calls of :meth:`TileCache.get`.
    disk_hits : int
        Those of the hits that were read back from disk.
    evictions : int
        Items that left memory to make room.
    items, size_bytes : int
        What is in memory now.
    disk_items, disk_bytes : int
        What is on disk now.
    """

    hits: int = 0
    misses: int = 0
    disk_hits: int = 0
    evictions: int = 0
    items: int = 0
    size_bytes: int = 0
    disk_items: int = 0
    disk_bytes: int = 0

    @property
    def hit_rate(self) -> float:
        """Share of calls that were answered, 0 to 1; 0 before the first call."""
        calls = self.hits + self.misses
        return self.hits / calls if calls else 0.0


class TileCache:
    """A bounded store of arrays by key, safe to share between threads.

    Parameters
    ----------
    max_size_gb : float
        Memory for arrays in GB of 1024³ bytes. An array larger than all of it is
        not kept.
    spill_dir : Path or str, optional
        Folder to which arrays that leave memory are written; without it they are
        forgotten. The cache makes a folder of its own in there and removes it on
        :meth:`clear`, :meth:`close` and when the cache goes away.
    spill_gb : float
        Disk space for spilled arrays; the least recently used go first.

    Raises
    ------
    TilingError
        If a size is negative or not a number, or `spill_dir` cannot be written.

    Notes
    -----
    Arrays are handed out as they were given, not copied: copy before writing into
    one. A pickled cache arrives empty, with the same limits.
    """

    def __init__(
        self,
        max_size_gb: float = 10,
        spill_dir: Path | str | None = None,
        spill_gb: float = 50,
    ) -> None:
        self._limits = (max_size_gb, spill_dir, spill_gb)
        self._budget = _bytes("max_size_gb", max_size_gb)
        disk = _bytes("spill_gb", spill_gb)
        self._spill = None if spill_dir is None else Spill(Path(spill_dir), disk)
        self._items: OrderedDict[Hashable, Array] = OrderedDict()
        self._size = 0
        self._hits = self._misses = self._disk_hits = self._evictions = 0
        self._lock = RLock()

    def add(self, key: Hashable, array: npt.ArrayLike) -> bool:
        """Keep an array under a key, in place of what was there.

        Returns
        -------
        bool
            False if the array is larger than the whole budget; then nothing is
            kept under the key.

        Raises
        ------
        TilingError
            If it is an array of Python objects, whose size nobody knows.
        """
        kept = _owned(np.asarray(array))
        if kept.dtype.hasobject:
            raise TilingError(
                f"the cache holds numbers; {key!r} is an array of objects"
            )
        with self._lock:
            self._forget(key)
            if kept.nbytes > self._budget:
                return False
            self._put(key, kept)
        return True

    def get(self, key: Hashable) -> Array | None:
        """The array kept under a key, or None."""
        with self._lock:
            found = self._items.get(key)
            if found is not None:
                self._items.move_to_end(key)
                self._hits += 1
                return found
            found = None if self._spill is None else self._spill.read(key)
            if found is None:
                self._misses += 1
                return None
            self._hits += 1
            self._disk_hits += 1
            self._put(key, found)
            return found

    def __contains__(self, key: Hashable) -> bool:
        with self._lock:
            return key in self._items or (
                self._spill is not None and key in self._spill
            )

    def __len__(self) -> int:
        with self._lock:
            if self._spill is None:
                return len(self._items)
            only_disk = sum(key not in self._items for key in self._spill)
            return len(self._items) + only_disk

    @property
    def size_bytes(self) -> int:
        """Bytes of the arrays in memory."""
        return self._size

    @property
    def max_bytes(self) -> int:
        """Bytes of arrays that memory may hold."""
        return self._budget

    @property
    def stats(self) -> CacheStats:
        """Counts up to now."""
        with self._lock:
            spill = self._spill
            return CacheStats(
                self._hits,
                self._misses,
                self._disk_hits,
                self._evictions,
                len(self._items),
                self._size,
                0 if spill is None else len(spill),
                0 if spill is None else spill.size_bytes,
            )

    def clear(self) -> None:
        """Forget everything, in memory and on disk; the counts stay."""
        with self._lock:
            self._items.clear()
            self._size = 0
            if self._spill is not None:
                self._spill.clear()

    def close(self) -> None:
        """Forget everything and remove the cache's folder on disk."""
        with self._lock:
            self.clear()
            if self._spill is not None:
                self._spill.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @override
    def __reduce__(self) -> Any:
        return type(self), self._limits

    def _put(self, key: Hashable, array: Array) -> None:
        if array.nbytes > self._budget:
            return
        self._items[key] = array
        self._size += array.nbytes
        while self._size > self._budget:
            oldest, leaving = self._items.popitem(last=False)
            self._size -= leaving.nbytes
            self._evictions += 1
            if self._spill is not None:
                self._spill.write(oldest, leaving)

    def _forget(self, key: Hashable) -> None:
        old = self._items.pop(key, None)
        if old is not None:
            self._size -= old.nbytes
        if self._spill is not None:
            self._spill.remove(key)


def _bytes(name: str, size: Any) -> int:
    if not isinstance(size, Real) or not isfinite(size) or size < 0:
        raise TilingError(f"{name} {size!r} is not a size in GB")
    return round(float(size) * _GB)


def _owned(array: Array) -> Array:
    # A small view would keep the large picture behind it alive, beyond the budget.
    base: Any = array.base
    behind = getattr(base, "nbytes", None)
    if behind is None and isinstance(base, bytes | bytearray):
        behind = len(base)
    # A few bytes more, as of memory that was placed at an even address, do no harm.
    return array if behind is None or behind <= array.nbytes + _SLACK else array.copy()
