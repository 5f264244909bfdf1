"""Transforms that look at the slide once: their base, and masks they leave on tiles."""

from abc import abstractmethod
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
from typing_extensions import override

from pathgui import log
from pathgui.preprocessing.checks import rgb_image
from pathgui.preprocessing.transform import (
    Overview,
    Scope,
    SlideMask,
    TileData,
    TileStep,
    Transform,
)


@dataclass(frozen=True)
class SlideTransform(Transform):
    """A transform that is fitted once per slide; alone on a tile, it fits on that."""

    scope: ClassVar[Scope] = "slide"

    @override
    @abstractmethod
    def fit(self, overview: Overview) -> TileStep:
        """Learn from the slide and return what each tile then gets."""

    @override
    def apply(self, tile: TileData) -> None:
        """Fit on the tile itself, for want of a slide, and apply."""
        overview = overview_of(tile)
        step = self.fit(overview)
        for warning in overview.warnings:
            log.get(__name__).info("%s: %s", type(self).__name__, warning)
        # The masks of that fit begin at the tile's corner, not at the slide's.
        local = replace(tile, coords=(0, 0))
        step.apply(local)
        tile.image = local.image


@dataclass(frozen=True, eq=False)
class SlideMaskStep(TileStep):
    """Puts the part of a slide's mask that a tile covers into ``tile.masks``."""

    name: str
    mask: SlideMask

    @override
    def apply(self, tile: TileData) -> None:
        tile.masks[self.name] = mask_on_tile(self.mask, tile)


def overview_of(tile: TileData) -> Overview:
    """A tile seen as if it were a whole slide."""
    image = rgb_image(tile)
    pixels = image.reshape(-1, 3)
    masks = {
        name: SlideMask(np.asarray(mask, dtype=bool), tile.downsample)
        for name, mask in tile.masks.items()
    }

    def sample(count: int) -> npt.NDArray[np.uint8]:
        return pixels if len(pixels) <= count else pixels[:: -(-len(pixels) // count)]

    mpp = None if tile.mpp is None else tile.mpp / tile.downsample
    return Overview(image, tile.downsample, mpp, sample, masks)


def mask_on_tile(mask: SlideMask, tile: TileData) -> npt.NDArray[np.bool_]:
    """A slide's mask on the pixels of a tile, by nearest neighbour.

    Parameters
    ----------
    mask : SlideMask
        Mask at low resolution; its corner is the slide's corner.
    tile : TileData
        Tells place (level 0), downsample and size.

    Returns
    -------
    ndarray of bool, shape (H, W)
        False where the tile reaches over the edge of the slide.
    """
    height, width = tile.image.shape[:2]
    rows = _indices(tile.coords[1], height, tile.downsample, mask.downsample)
    columns = _indices(tile.coords[0], width, tile.downsample, mask.downsample)
    inside_y, inside_x = _inside(rows, mask, 0), _inside(columns, mask, 1)
    if tile.valid_size is not None:
        inside_x[max(tile.valid_size[0], 0) :] = False
        inside_y[max(tile.valid_size[1], 0) :] = False
    return _looked_up(mask.array, rows, columns, inside_y, inside_x)


def _looked_up(
    array: npt.NDArray[np.bool_],
    rows: npt.NDArray[np.int64],
    columns: npt.NDArray[np.int64],
    inside_y: npt.NDArray[np.bool_],
    inside_x: npt.NDArray[np.bool_],
) -> npt.NDArray[np.bool_]:
    shape = len(rows), len(columns)
    rows = np.clip(rows, 0, array.shape[0] - 1)
    columns = np.clip(columns, 0, array.shape[1] - 1)
    block = array[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    whole = bool(inside_y.all() and inside_x.all())
    if not block.any():
        return np.zeros(shape, dtype=bool)
    if whole and block.all():
        return np.ones(shape, dtype=bool)
    # Columns first: the block is small, the tile is not.
    result: npt.NDArray[np.bool_] = block[:, columns - columns[0]][rows - rows[0]]
    if not whole:
        result &= inside_y[:, None] & inside_x[None, :]
    return result


def _indices(
    start: float, count: int, downsample: float, mask_downsample: float
) -> npt.NDArray[np.int64]:
    centres = start + (np.arange(count) + 0.5) * downsample
    return np.asarray(np.floor(centres / mask_downsample), dtype=np.int64)


def _inside(
    indices: npt.NDArray[np.int64], mask: SlideMask, axis: int
) -> npt.NDArray[Any]:
    # A level may be a pixel longer than the overview; its last pixel then counts.
    return np.asarray((indices >= 0) & (indices <= mask.array.shape[axis]))
