"""One stored slide: facts, columns, tiles and masks, read when asked for."""

import json
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from typing_extensions import override

from pathgui.errors import StorageError
from pathgui.storage.columns import (
    Column,
    Labels,
    count_tiles,
    read_features,
    read_fractions,
    read_labels,
    read_positions,
    read_slide_masks,
)
from pathgui.storage.handle import Handle
from pathgui.storage.labels import value_at, values_of
from pathgui.storage.links import child_names, has, open_group
from pathgui.storage.maps import StoredMap, map_names, open_map
from pathgui.storage.metadata import (
    attribute,
    read_meta,
    read_text,
    tile_attributes,
)
from pathgui.storage.options import WriteOptions, options_found
from pathgui.storage.problems import reading
from pathgui.storage.schema import (
    MAX_JSON_BYTES,
    MAX_SLIDES,
    Images,
    Layout,
    SlideMeta,
)
from pathgui.storage.select import LabelTest, Region, choose
from pathgui.storage.tilestore import TileStore, open_tiles
from pathgui.tiling import Image, Label, Mask, TileGrid


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
        return self._count

    @cached_property
    def _count(self) -> int:
        with reading(self.path):
            return count_tiles(self._group)

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
    def _side(self) -> int:
        found = attribute(open_group(self._group, "tiles"), "tile_size")
        return self.meta.tile_size if found is None else int(found)

    @cached_property
    def images(self) -> Images:
        """``"pixels"``, ``"reference"`` or ``"none"``."""
        with reading(self.path):
            return tile_attributes(self._group)[1]

    def storage(self) -> WriteOptions:
        """How the tiles are stored: layout, images, compression, chunks, checksum."""
        with reading(self.path):
            return options_found(self._store.sample(), self.layout, self.images)

    @cached_property
    def provenance(self) -> dict[str, Any]:
        """How the tiles came about; empty if nobody recorded it."""
        with reading(self.path):
            if not has(self._group, "provenance"):
                return {}
            found = json.loads(read_text(self._group, "provenance", MAX_JSON_BYTES))
            if not isinstance(found, dict):
                raise ValueError("provenance is no JSON object")
            return found

    @property
    def index(self) -> dict[str, Column]:
        """Columns of all tiles: index, x, y, level_x, level_y, then labels.

        Positions are int64. A label that some tiles lack is float64 with NaN where
        it is a number or yes/no, "" where it is text. The arrays are read-only.
        """
        return dict(self._columns)

    @cached_property
    def _columns(self) -> dict[str, Column]:
        with reading(self.path):
            labels = {
                name: values_of(column, kind)
                for name, (column, kind, _) in self._labels.items()
            }
        columns = {**self._positions, **labels}
        for column in columns.values():
            column.flags.writeable = False
        return columns

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
            side = self._side
            if found.dtype != np.uint8 or found.shape[:-1] != (side, side):
                raise ValueError(f"tile {number} is {found.dtype} {found.shape}")
            return found

    def masks(self, number: int) -> dict[str, Mask]:
        """All masks of tile `number` by name."""
        number = self._checked(number)
        with reading(self.path):
            store = self._store
            return {n: store.mask(number, n) for n in store.mask_names(number)}

    def mask_names_of(self, number: int) -> tuple[str, ...]:
        """Names of the masks that tile `number` has."""
        number = self._checked(number)
        with reading(self.path):
            return tuple(self._store.mask_names(number))

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
        with reading(self.path):
            values = {
                name: value_at(
                    values_of(column[number : number + 1], kind), 0, kind, lost
                )
                for name, (column, kind, lost) in self._labels.items()
            }
        return {name: value for name, value in values.items() if value is not None}

    def number_at(self, x: int, y: int) -> int | None:
        """The tile whose corner is ``(x, y)`` in level-0 pixels; None if none is."""
        at = self._positions
        found = np.flatnonzero((at["x"] == x) & (at["y"] == y))
        return int(found[0]) if len(found) else None

    def select(
        self,
        *,
        region: Region | None = None,
        labels: Mapping[str, LabelTest] | None = None,
        mask: str = "tissue",
        min_fraction: float = 0.0,
    ) -> npt.NDArray[np.int64]:
        """Numbers of the tiles that meet all conditions, in stored order.

        Parameters
        ----------
        region : tuple of float, optional
            ``(x, y, width, height)`` in level-0 pixels; tiles that overlap it.
        labels : mapping, optional
            Label name to the value it must have, or to a function from the column
            to a boolean array. Tiles without the label are left out.
        mask : str
            Name of the mask for `min_fraction`.
        min_fraction : float
            Least share of a tile that the mask covers, 0 to 1; 0 asks for nothing.

        Raises
        ------
        StorageError
            If there is no such label or mask.
        """
        return choose(self, region, labels or {}, mask, min_fraction)

    def mask_fraction(self, name: str) -> npt.NDArray[np.float64]:
        """Share of each tile that a mask covers; NaN where a tile has none.

        As recorded with the tiles; else from the whole-slide mask of that name;
        else from the masks of the tiles, which takes long.

        Raises
        ------
        StorageError
            If there is no mask of that name.
        """
        with reading(self.path):
            recorded = read_fractions(self._group, name, len(self))
        if recorded is not None:
            return recorded
        if name in self.slide_masks:
            array, downsample = self.slide_masks[name]
            return self.grid().mask_fraction(array.astype(bool), downsample)
        if name not in self.mask_names:
            raise StorageError(
                f"{self.path} has no mask {name!r} of {self.meta.name}",
                "its masks: " + (", ".join(self.mask_names) or "none"),
            )
        return np.array([self._share(k, name) for k in range(len(self))])

    def _share(self, number: int, name: str) -> float:
        masks = self.masks(number)
        return float(np.mean(masks[name] != 0)) if name in masks else float("nan")

    @property
    def mask_names(self) -> tuple[str, ...]:
        """Names of the masks that tiles have."""
        with reading(self.path):
            if has(self._group, "mask_fractions"):
                folder = open_group(self._group, "mask_fractions")
                return tuple(child_names(folder, MAX_SLIDES))
            return tuple(self._store.mask_names(0)) if len(self) else ()

    @cached_property
    def features(self) -> tuple[npt.NDArray[Any], tuple[str, ...]] | None:
        """Features, shape (tiles, features), and their names; None without any."""
        with reading(self.path):
            return read_features(self._group)

    @cached_property
    def slide_masks(self) -> dict[str, tuple[npt.NDArray[Any], float]]:
        """Whole-slide masks: name to ``(array, downsample)``."""
        with reading(self.path):
            return read_slide_masks(self._group)

    @property
    def map_names(self) -> tuple[str, ...]:
        """Names of the stitched predictions."""
        with reading(self.path):
            return map_names(self._group)

    def map(self, name: str) -> StoredMap:
        """A stitched prediction.

        Raises
        ------
        KeyError
            If there is none of that name.
        """
        if name not in self.map_names:
            raise KeyError(name)
        with reading(self.path):
            return open_map(self.path, self._group, name)

    @override
    def __reduce__(self) -> Any:
        return StoredSlide, (self._handle, self.number)

    @property
    def _group(self) -> Any:
        return open_group(self._handle.root, f"slide_{self.number}")

    @property
    def group(self) -> Any:
        """Identifier of its group, for code of this room."""
        return self._group

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
            return read_positions(self._group)

    @cached_property
    def _labels(self) -> Labels:
        with reading(self.path):
            return read_labels(self._group, len(self))

    def _checked(self, number: int) -> int:
        try:
            return range(len(self))[number]
        except IndexError:
            raise IndexError(f"tile {number} of {len(self)} in {self.path}") from None
