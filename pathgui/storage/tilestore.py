"""Where a stored slide's tiles lie, by layout; both give the same arrays."""

from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from pathgui.storage.arrays import Stored, inspect, read_all
from pathgui.storage.links import child_names, has, open_dataset, open_group
from pathgui.storage.schema import MAX_NAME, MAX_TILE_BYTES

GroupID = Any


class TileStore(Protocol):
    """Tiles by number, 0 to count - 1."""

    def count(self) -> int:
        """Tiles stored."""

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

    def image(self, number: int) -> npt.NDArray[Any]:
        return _array(open_group(self._tiles, f"tile_{number}"), "image")

    def mask_names(self, number: int) -> list[str]:
        tile = open_group(self._tiles, f"tile_{number}")
        if not has(tile, "masks"):
            return []
        return child_names(open_group(tile, "masks"), MAX_NAME)

    def mask(self, number: int, name: str) -> npt.NDArray[Any]:
        return _array(open_group(self._tiles, f"tile_{number}/masks"), name)


def _array(group: GroupID, name: str) -> npt.NDArray[np.generic]:
    stored: Stored = inspect(open_dataset(group, name), MAX_TILE_BYTES)
    return read_all(stored, MAX_TILE_BYTES)
