"""Reading result files: slides lazily, tiles one by one, from any thread."""

import json
import threading
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from typing_extensions import override

from pathgui.errors import StorageError
from pathgui.storage.arrays import inspect, read_all
from pathgui.storage.handle import Handle
from pathgui.storage.labels import value_at, values_of
from pathgui.storage.links import child_names, has, open_dataset, open_group
from pathgui.storage.metadata import (
    attribute,
    column_kind,
    read_column,
    read_meta,
    read_text,
    tile_attributes,
)
from pathgui.storage.problems import reading
from pathgui.storage.schema import (
    MAX_ARRAY_BYTES,
    MAX_SLIDES,
    POSITION_COLUMNS,
    Images,
    Layout,
    SlideMeta,
)
from pathgui.storage.tilestore import TileStore, open_tiles
from pathgui.tiling import Image, Label, Mask, TileGrid

Column = npt.NDArray[Any]


class SlideFile:
    """A result file opened for reading; a context manager.

    Safe to use from several threads. Pickles as its path, so that a worker process
    opens the file itself. With ``lock=False`` it opens a part that this process is
    still holding.
    """

    def __init__(self, path: Path | str, *, lock: bool = True) -> None:
        self._handle = Handle(path, lock=lock)
        self._lock = threading.Lock()
        self._slides: dict[int, StoredSlide] = {}
        with reading(self.path):
            self._numbers = _slide_numbers(self._handle.root)

    @property
    def path(self) -> Path:
        """The file."""
        return self._handle.path

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
        if number not in self._numbers:
            raise StorageError(f"{self.path} has no slide_{number}")
        with self._lock:
            if number not in self._slides:
                self._slides[number] = StoredSlide(self._handle, number)
            return self._slides[number]

    def __len__(self) -> int:
        return len(self._numbers)

    def __iter__(self) -> Iterator["StoredSlide"]:
        return (self.slide(number) for number in self._numbers)

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


class StoredSlide:
    """One slide of a result file. Safe in threads; pickles as path and number.

    Attributes
    ----------
    number : int
        The i of its group ``slide_i``.
    """

    def __init__(self, handle: Handle, number: int) -> None:
        self._handle, self.number = handle, number
        self._local: tuple[int, TileStore] | None = None

    @property
    def path(self) -> Path:
        """The file it lies in."""
        return self._handle.path

    def __len__(self) -> int:
        return len(self._positions["index"])

    @cached_property
    def meta(self) -> SlideMeta:
        """The slide's facts."""
        with reading(self.path):
            return read_meta(self._group)

    @cached_property
    def layout(self) -> Layout:
        """``"tree"`` or ``"stacked"``."""
        with reading(self.path):
            return tile_attributes(self._group)[0]

    @cached_property
    def images(self) -> Images:
        """``"pixels"``, ``"reference"`` or ``"none"``."""
        with reading(self.path):
            return tile_attributes(self._group)[1]

    @cached_property
    def provenance(self) -> dict[str, Any]:
        """How the tiles came about; empty if nobody recorded it."""
        with reading(self.path):
            if not has(self._group, "provenance"):
                return {}
            found = json.loads(read_text(self._group, "provenance"))
            if not isinstance(found, dict):
                raise ValueError("provenance is no JSON object")
            return found

    @property
    def index(self) -> dict[str, Column]:
        """Columns of all tiles: index, x, y, level_x, level_y, then labels.

        Positions are int64. A label that some tiles lack is float64 with NaN where
        it is a number or yes/no, "" where it is text.
        """
        values = {
            name: values_of(column, kind)
            for name, (column, kind, _) in self._labels.items()
        }
        return {**self._positions, **values}

    def stored_tiles(self) -> int:
        """Tiles that lie in the file, counted without opening them."""
        with reading(self.path):
            return self._store.count()

    def grid(self) -> TileGrid:
        """The geometry of the stored tiles, in stored order."""
        meta, at = self.meta, self._positions
        return TileGrid(
            meta.frame,
            meta.tile_size,
            meta.stride,
            meta.pad,
            at["level_x"],
            at["level_y"],
        )

    def image(self, number: int) -> Image:
        """Pixels of tile `number`, uint8 ``(H, W, C)``.

        Raises
        ------
        StorageError
            If the file stores no pixels or is damaged there.
        IndexError
            If there is no such tile.
        """
        number = self._checked(number)
        if self.images != "pixels":
            raise StorageError(
                f"{self.path} holds no pixels of {self.meta.name} "
                f"(images = {self.images})",
                "open the slide itself, or repack the file with images 'pixels'",
            )
        with reading(self.path):
            found: Image = self._store.image(number)
            if found.dtype != np.uint8 or found.ndim != 3:
                raise ValueError(f"tile {number} is {found.dtype} {found.shape}")
            return found

    def masks(self, number: int) -> dict[str, Mask]:
        """All masks of tile `number` by name."""
        number = self._checked(number)
        with reading(self.path):
            store = self._store
            return {n: store.mask(number, n) for n in store.mask_names(number)}

    def mask(self, number: int, name: str) -> Mask:
        """One mask of tile `number`, shape ``(H, W)``.

        Raises
        ------
        KeyError
            If the tile has no mask of that name.
        """
        number = self._checked(number)
        with reading(self.path):
            store = self._store
            if name in store.mask_names(number):
                return store.mask(number, name)
        raise KeyError(name)

    def labels(self, number: int) -> dict[str, Label]:
        """Labels of tile `number`; those it lacks are left out."""
        number = self._checked(number)
        values = {
            name: value_at(values_of(column[number : number + 1], kind), 0, kind, lost)
            for name, (column, kind, lost) in self._labels.items()
        }
        return {name: value for name, value in values.items() if value is not None}

    @property
    def mask_names(self) -> tuple[str, ...]:
        """Names of the masks that tiles have."""
        with reading(self.path):
            if has(self._group, "mask_fractions"):
                folder = open_group(self._group, "mask_fractions")
                return tuple(child_names(folder, MAX_SLIDES))
            return tuple(self._store.mask_names(0)) if len(self) else ()

    @cached_property
    def slide_masks(self) -> dict[str, tuple[npt.NDArray[Any], float]]:
        """Whole-slide masks: name to ``(array, downsample)``."""
        result = {}
        with reading(self.path):
            if not has(self._group, "masks"):
                return {}
            folder = open_group(self._group, "masks")
            for name in child_names(folder, MAX_SLIDES):
                dataset = open_dataset(folder, name)
                stored = inspect(dataset, MAX_ARRAY_BYTES)
                downsample = float(attribute(dataset, "downsample"))
                result[name] = read_all(stored, MAX_ARRAY_BYTES), downsample
        return result

    @override
    def __reduce__(self) -> Any:
        return StoredSlide, (self._handle, self.number)

    @property
    def _group(self) -> Any:
        return open_group(self._handle.root, f"slide_{self.number}")

    @property
    def _store(self) -> TileStore:
        # Identifiers belong to the process that opened them: a fork opens anew.
        generation = self._handle.generation
        if self._local is None or self._local[0] != generation:
            self._local = generation, open_tiles(self._group, self.layout)
        return self._local[1]

    @cached_property
    def _positions(self) -> dict[str, Column]:
        with reading(self.path):
            folder = open_group(self._group, "tile_index")
            found = {name: read_column(folder, name) for name in POSITION_COLUMNS}
            lengths = {len(column) for column in found.values()}
            if len(lengths) != 1 or any(c.dtype.kind != "i" for c in found.values()):
                raise ValueError("tile_index has columns of unequal length or type")
            return {name: c.astype(np.int64) for name, c in found.items()}

    @cached_property
    def _labels(self) -> dict[str, tuple[Column, str, int]]:
        result = {}
        with reading(self.path):
            folder = open_group(self._group, "tile_index")
            for name in child_names(folder, MAX_SLIDES):
                if name in POSITION_COLUMNS:
                    continue
                column = read_column(folder, name)
                if len(column) != len(self):
                    raise ValueError(f"label {name!r} has {len(column)} values")
                result[name] = column, *column_kind(folder, name, column)
        return result

    def _checked(self, number: int) -> int:
        try:
            return range(len(self))[number]
        except IndexError:
            raise IndexError(f"tile {number} of {len(self)} in {self.path}") from None


def _slide_numbers(root: Any) -> tuple[int, ...]:
    names = child_names(root, MAX_SLIDES)
    digits = [name[6:] for name in names if name.startswith("slide_")]
    return tuple(sorted(int(d) for d in digits if d.isascii() and d.isdigit()))
