"""Reading PathML's ``.h5path``: one slide, a group per tile."""

import ast
import math
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import numpy.typing as npt

from pathgui.errors import InteropError
from pathgui.interop import h5
from pathgui.storage.schema import MAX_TILE_BYTES

ROOT = {"fields", "masks", "counts", "tiles"}
_MOST_LABEL = 1 << 24
_MOST_TILES = 5_000_000


@dataclass(frozen=True, eq=False, slots=True)
class PathmlTile:
    """A tile as PathML stores it; `row` and `column` are pixels of its level."""

    row: int
    column: int
    image: npt.NDArray[np.uint8]
    masks: dict[str, npt.NDArray[Any]]
    labels: dict[str, Any]


@dataclass(frozen=True, slots=True)
class PathmlSlide:
    """What a ``.h5path`` says about its slide.

    Attributes
    ----------
    name : str
        Of the slide.
    shape : tuple of int
        ``(height, width)`` of level 0 in pixels.
    tile_size : int
        Side of a tile in pixels of its level; PathML does not store which.
    stride : int
        Distance between tiles; equal to `tile_size` where PathML did not say.
    labels : dict
        Of the slide.
    corners : tuple of (int, int)
        ``(row, column)`` of each tile in pixels of its level, sorted by number.
    """

    name: str
    shape: tuple[int, int]
    tile_size: int
    stride: int
    labels: dict[str, Any]
    corners: tuple[tuple[int, int], ...]

    def number(self, name: str) -> float | None:
        """A label of the slide that is a positive number; None if it has none."""
        value = self.labels.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        return float(value) if math.isfinite(value) and value > 0 else None

    def downsample(self) -> float:
        """Level-0 pixels per tile pixel.

        As a label says, where pathgui wrote the file; else inferred from how far the
        tiles reach: PathML leaves out tiles that do not fit, so along each side the
        level is at most one tile longer than what its tiles cover.

        Raises
        ------
        InteropError
            If no power of two fits; it must then be given.
        """
        told = self.number("downsample")
        if told is not None:
            return told
        if not self.corners:
            return 1.0
        rows = max(row for row, _ in self.corners) + self.tile_size
        columns = max(column for _, column in self.corners) + self.tile_size
        fits = [
            float(factor)
            for factor in (1, 2, 4, 8, 16, 32, 64, 128)
            if 0 <= self.shape[0] / factor - rows + 1 < self.tile_size + 1
            and 0 <= self.shape[1] / factor - columns + 1 < self.tile_size + 1
        ]
        if len(fits) != 1:
            raise InteropError(
                f"{self.name}: PathML does not store the level of its tiles, and it "
                "cannot be told from how far they reach",
                "give the downsample of the level",
            )
        return fits[0]


def is_pathml(path: Path) -> bool:
    """Whether a file has the four groups that PathML demands."""
    with h5.foreign(path) as file:
        return set(file) >= ROOT


def read_pathml(path: Path | str) -> PathmlSlide:
    """Read all but the tiles.

    Raises
    ------
    InteropError
        If the file cannot be read or is none of PathML.
    """
    file_path = Path(path)
    with h5.foreign(file_path) as file:
        if not set(file) >= ROOT:
            missing = ", ".join(sorted(ROOT - set(file)))
            raise InteropError(f"{path} is no PathML file: it has no {missing}")
        fields, tiles = h5.below(file, "fields"), h5.below(file, "tiles")
        told = h5.attributes(tiles)
        if len(tiles) > _MOST_TILES:
            raise InteropError(f"{path} has {len(tiles):,} tiles, too many to be true")
        shape = h5.attribute(fields, "shape")
        size = _pair(told["tile_shape"])[0]
        return PathmlSlide(
            str(h5.attribute(fields, "name")),
            (int(shape[0]), int(shape[1])),
            size,
            _stride(told.get("tile_stride"), size),
            _labels(fields),
            tuple(sorted(_pair(name) for name in tiles)),
        )


def label_masks(path: Path | str, slide: PathmlSlide) -> frozenset[str]:
    """Names of the masks that hold whole numbers; others are yes or no in all tiles.

    A tile alone does not tell: where it holds one object, its numbers are 0 and 1.
    """
    found: set[str] = set()
    with h5.foreign(Path(path)) as file:
        tiles = h5.below(file, "tiles")
        for row, column in slide.corners:
            group = h5.below(tiles, str((row, column)))
            for name, values in _masks(group, found):
                if not _is_binary(values):
                    found.add(name)
    return frozenset(found)


def iter_pathml(path: Path | str, slide: PathmlSlide) -> Iterator[PathmlTile]:
    """Tiles one by one, row by row."""
    labelled = label_masks(path, slide)
    with h5.foreign(Path(path)) as file:
        tiles = h5.below(file, "tiles")
        for row, column in slide.corners:
            group = h5.below(tiles, str((row, column)))
            image = h5.array(group, "array", MAX_TILE_BYTES)
            if image.ndim != 3 or image.shape[2] != 3:
                raise InteropError(
                    f"{path}, tile ({row}, {column}) has shape {image.shape}, not RGB"
                )
            masks = {
                name: _mask(values, labelled=name in labelled)
                for name, values in _masks(group)
            }
            yield PathmlTile(row, column, _uint8(image), masks, _labels(group))


def _uint8(image: npt.NDArray[Any]) -> npt.NDArray[np.uint8]:
    """Pixels that PathML keeps as float16 are whole numbers 0 to 255."""
    clean = np.nan_to_num(image.astype(np.float32))
    return np.asarray(np.clip(np.rint(clean), 0, 255), np.uint8)


def _masks(
    group: h5py.Group, without: Collection[str] = ()
) -> Iterator[tuple[str, npt.NDArray[np.float32]]]:
    """The masks of a tile."""
    if not h5.holds(group, "masks"):
        return
    folder = h5.below(group, "masks")
    for name in folder:
        if name not in without:
            values = h5.array(folder, name, MAX_TILE_BYTES)
            yield name, np.nan_to_num(values.astype(np.float32))


def _is_binary(values: npt.NDArray[np.float32]) -> bool:
    return bool(np.isin(values, (0, 255)).all() or np.isin(values, (0, 1)).all())


def _mask(clean: npt.NDArray[np.float32], *, labelled: bool) -> npt.NDArray[Any]:
    """Masks of 0 and 1, or of 0 and 255, become boolean, others whole numbers."""
    if not labelled:
        return np.asarray(clean > 0)
    if np.abs(clean).max() > _MOST_LABEL:
        raise ValueError("a mask holds numbers that are no labels")
    return np.asarray(np.rint(clean), np.int32)


def _labels(group: h5py.Group) -> dict[str, Any]:
    if not h5.holds(group, "labels"):
        return {}
    found = h5.attributes(h5.below(group, "labels"))
    return {k: v for k, v in found.items() if isinstance(v, bool | int | float | str)}


def _stride(value: Any, size: int) -> int:
    """PathML writes a tuple as text, a number, or two numbers."""
    if isinstance(value, str):
        value = _pair(value)
    numbers = np.atleast_1d(size if value is None else value)
    stride = int(numbers[0])
    return stride if stride > 0 else size


def _pair(text: Any) -> tuple[int, int]:
    """Two numbers from the text of a tuple; never evaluated."""
    value = ast.literal_eval(str(text))
    first, second = value[:2]
    return int(first), int(second)
