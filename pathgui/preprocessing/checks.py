"""What transforms expect of a tile, said in words when it is not so."""

from typing import Any

import numpy as np

from pathgui.errors import TransformError
from pathgui.preprocessing.transform import Image, TileData


def rgb_image(tile: TileData) -> Image:
    """The tile's picture, checked.

    Raises
    ------
    TransformError
        If it is not uint8 of shape (H, W, 3) with at least one pixel.
    """
    image: Any = tile.image
    if not isinstance(image, np.ndarray) or image.dtype != np.uint8:
        kind = getattr(image, "dtype", type(image).__name__)
        raise TransformError(
            f"a tile holds {kind} instead of 8-bit pixels",
            "convert the picture to uint8 first",
        )
    if image.ndim != 3 or image.shape[2] != 3 or image.size == 0:
        raise TransformError(
            f"a tile of shape {image.shape} is not an RGB picture",
            "transforms take (height, width, 3)",
        )
    return image


def mask_of(tile: TileData, name: str) -> Any:
    """A mask of the tile by name, checked.

    Raises
    ------
    TransformError
        If there is none of that name, or it does not fit the picture.
    """
    if name not in tile.masks:
        have = ", ".join(sorted(tile.masks)) or "none"
        raise TransformError(
            f"the tile has no mask {name!r}",
            f"put the step that makes it before this one; masks so far: {have}",
        )
    mask = np.asarray(tile.masks[name])
    if mask.shape != tile.image.shape[:2]:
        raise TransformError(
            f"mask {name!r} of shape {mask.shape} does not fit the tile's "
            f"{tile.image.shape[:2]}"
        )
    return mask
