"""Where a stored slide's tiles lie, by layout; both give the same arrays."""

from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from pathgui.storage.arrays import RowReader, Stored, inspect, read_all
from pathgui.storage.links import child_names, has, open_dataset, open_group
from pathgui.storage.metadata import column_cost, read_column
from pathgui.storage.schema import MAX_NAME, MAX_TILE_BYTES, Layout

GroupID = Any


class TileStore(Protocol):
    """Tiles by number, 0 to count - 1."""

    def count(self) -> int:
        """Tiles stored."""

    def sample(self) -> Stored | None:
        """How images, or else masks, are stored; None if there are neither."""

    def image(self, number: int) -> npt.NDArray[Any]:
        """Pixels of a tile."""

    def mask_names(self, number: int) -> list[str]:
        """Masks that a tile has."""

    def mask(self, number: int, name: str) -> npt.NDArray[Any]:
        """One mask of a tile; KeyError if it has none of that name."""


class TreeStore:
    """``tiles/tile_k/image`` and ``masks/<name>``."""

    def __init__(self, tiles: GroupID) -> None:
        self._tiles = tiles

    def count(self) -> int:
        return int(self._tiles.get_num_objs())

    def sample(self) -> Stored | None:
        if not has(self._tiles, "tile_0"):
            return None
        tile = open_group(self._tiles, "tile_0")
        if has(tile, "image"):
            return inspect(open_dataset(tile, "image"), MAX_TILE_BYTES)
        return _first(tile)

    def image(self, number: int) -> npt.NDArray[Any]:
        return _array(open_group(self._tiles, f"tile_{number}"), "image")

    def mask_names(self, number: int) -> list[str]:
        tile = open_group(self._tiles, f"tile_{number}")
        if not has(tile, "masks"):
            return []
        return child_names(open_group(tile, "masks"), MAX_NAME)

    def mask(self, number: int, name: str) -> npt.NDArray[Any]:
        return _array(open_group(self._tiles, f"tile_{number}/masks"), name)


class StackedStore:
    """``tiles/images`` and ``tiles/masks/<name>``, row k for tile k."""

    def __init__(self, slide: GroupID) -> None:
        self._slide, self._tiles = slide, open_group(slide, "tiles")
        self._rows: dict[str, RowReader] = {}
        self._shares: dict[str, npt.NDArray[Any]] = {}

    def count(self) -> int:
        name = "images" if has(self._tiles, "images") else "coords"
        return int(open_dataset(self._tiles, name).shape[0])

    def sample(self) -> Stored | None:
        if has(self._tiles, "images"):
            return inspect(open_dataset(self._tiles, "images"), MAX_TILE_BYTES)
        return _first(self._tiles)

    def image(self, number: int) -> npt.NDArray[Any]:
        return self._reader("images").row(number)

    def mask_names(self, number: int) -> list[str]:
        if not has(self._tiles, "masks"):
            return []
        names = child_names(open_group(self._tiles, "masks"), MAX_NAME)
        return [name for name in names if self._has_mask(name, number)]

    def mask(self, number: int, name: str) -> npt.NDArray[Any]:
        return self._reader("masks/" + name).row(number)

    def _reader(self, path: str) -> RowReader:
        found = self._rows.get(path)
        if found is None:
            folder, _, name = path.rpartition("/")
            group = open_group(self._tiles, folder) if folder else self._tiles
            stored = inspect(open_dataset(group, name), MAX_TILE_BYTES)
            found = self._rows[path] = RowReader(stored)
        return found

    def _has_mask(self, name: str, number: int) -> bool:
        # A tile without the mask has no share of it.
        if name not in self._shares:
            self._shares[name] = self._read_shares(name)
        shares = self._shares[name]
        return number >= len(shares) or not bool(np.isnan(shares[number]))

    def _read_shares(self, name: str) -> npt.NDArray[Any]:
        if not has(self._slide, "mask_fractions"):
            return np.empty(0)
        folder = open_group(self._slide, "mask_fractions")
        if not has(folder, name):
            return np.empty(0)
        column_cost(folder, name, self.count())
        return read_column(folder, name)


def open_tiles(slide: GroupID, layout: Layout) -> TileStore:
    """The tiles of a slide's group."""
    if layout == "stacked":
        return StackedStore(slide)
    return TreeStore(open_group(slide, "tiles"))


def _first(owner: GroupID) -> Stored | None:
    """The first mask below a tile or a stack."""
    if not has(owner, "masks"):
        return None
    folder = open_group(owner, "masks")
    for name in child_names(folder, MAX_NAME):
        return inspect(open_dataset(folder, name), MAX_TILE_BYTES)
    return None


def _array(group: GroupID, name: str) -> npt.NDArray[np.generic]:
    stored = inspect(open_dataset(group, name), MAX_TILE_BYTES)
    return read_all(stored, MAX_TILE_BYTES)
