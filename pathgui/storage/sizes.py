"""Where a file's bytes are: a table of its datasets, and what is wasted."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

from h5py import h5d, h5g, h5o

from pathgui.storage.handle import open_hdf5
from pathgui.storage.links import child_names, is_hard
from pathgui.storage.problems import Refused, reading
from pathgui.storage.schema import MAX_DEPTH, MAX_MEMBERS

_TILE = re.compile(r"/tile_\d+")
_SUPERBLOCK = 48
_TELL_EVERY = 500
Report = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class DatasetInfo:
    """One dataset, or all of one kind in the tiles of a slide.

    Attributes
    ----------
    path : str
        Its path; ``tile_*`` stands for all tiles.
    count : int
        Number of datasets.
    shape, dtype : str
        Of the first of them.
    filters : str
        ``gzip 1``, ``none`` and so on.
    stored, raw : int
        Bytes in the file, and when inflated.
    """

    path: str
    count: int
    shape: str
    dtype: str
    filters: str
    stored: int
    raw: int

    @property
    def ratio(self) -> float:
        """Stored bytes per inflated byte."""
        return self.stored / self.raw if self.raw else 1.0


@dataclass(frozen=True, slots=True)
class FileInfo:
    """Where the bytes of a file are.

    Attributes
    ----------
    path : Path
        The file.
    size : int
        Its size in bytes.
    datasets : tuple of DatasetInfo
        Largest first.
    bookkeeping : int
        Bytes of names, types, attributes and indices.
    wasted : int
        Bytes of deleted data and of gaps, which repacking gives back.
    """

    path: Path
    size: int
    datasets: tuple[DatasetInfo, ...]
    bookkeeping: int
    wasted: int


def info(path: Path | str, *, progress: Report | None = None) -> FileInfo:
    """Measure any HDF5 file; reads no data.

    Parameters
    ----------
    path : Path or str
        The file.
    progress : callable, optional
        ``progress("Objects", done, at least so many)``.

    Raises
    ------
    StorageError
        If it cannot be read.
    """
    path = Path(path)
    file = open_hdf5(path)
    try:
        with reading(path):
            return _measure(path, file.id, progress)
    finally:
        file.close()


def _measure(path: Path, root: Any, progress: Report | None) -> FileInfo:
    kinds: dict[str, DatasetInfo] = {}
    bookkeeping, stored = _SUPERBLOCK, 0
    seen = {int(h5o.get_info(root).addr)}
    for done, (name, item) in enumerate(_objects(root, "", seen)):
        if progress is not None and done % _TELL_EVERY == 0:
            progress("Objects", done, max(done, len(seen)) + 1)
        bookkeeping += _own_bytes(item)
        if isinstance(item, h5d.DatasetID):
            one = _describe(_TILE.sub("/tile_*", name), item)
            kinds[one.path] = _add(kinds.get(one.path), one)
            compact = item.get_create_plist().get_layout() == h5d.COMPACT
            stored += 0 if compact else one.stored  # counted with its header
    size = path.stat().st_size
    table = sorted(kinds.values(), key=lambda kind: -kind.stored)
    wasted = max(0, size - stored - bookkeeping)
    return FileInfo(path, size, tuple(table), bookkeeping, wasted)


def _objects(item: Any, path: str, seen: set[int]) -> Iterator[tuple[str, Any]]:
    yield path or "/", item
    if not isinstance(item, h5g.GroupID):
        return
    if path.count("/") > MAX_DEPTH:
        raise Refused("its groups are nested too deeply")
    for name in child_names(item, MAX_MEMBERS):
        key = name.encode()
        if not is_hard(item, key):
            continue
        child = h5o.open(item, key)
        address = int(h5o.get_info(child).addr)
        if address not in seen:
            seen.add(address)
            yield from _objects(child, f"{path}/{name}", seen)


def _own_bytes(item: Any) -> int:
    about = h5o.get_info(item)
    total = int(about.hdr.space.total)
    for part in (about.meta_size.obj, about.meta_size.attr):
        total += int(part.index_size) + int(part.heap_size)
    return total


def _describe(path: str, dataset: Any) -> DatasetInfo:
    plist, dtype, shape = dataset.get_create_plist(), dataset.dtype, dataset.shape
    names = []
    for position in range(plist.get_nfilters()):
        _, _, values, name = plist.get_filter(position)
        word = {"deflate": "gzip"}.get(name.decode(), name.decode())
        names.append(f"{word} {values[0]}" if values and word == "gzip" else word)
    raw = prod(shape or ()) * dtype.itemsize
    words = "scalar" if not shape else " × ".join(map(str, shape))
    stored = int(dataset.get_storage_size())
    filters = ", ".join(names) or "none"
    return DatasetInfo(path, 1, words, str(dtype), filters, stored, raw)


def _add(known: DatasetInfo | None, one: DatasetInfo) -> DatasetInfo:
    if known is None:
        return one
    return DatasetInfo(
        known.path,
        known.count + 1,
        known.shape,
        known.dtype,
        known.filters,
        known.stored + one.stored,
        known.raw + one.raw,
    )
