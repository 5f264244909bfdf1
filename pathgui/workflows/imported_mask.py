"""A mask that another program made, as a picture of the whole slide."""

from pathlib import Path

import numpy as np
import numpy.typing as npt

from pathgui.errors import PathguiError

_MOST_PIXELS = 1 << 28
_LARGEST = 8192
_SLACK = 0.02


class MaskFileError(PathguiError):
    """A picture cannot be used as the mask of this slide."""


def read_mask_file(
    path: Path, dimensions: tuple[int, int]
) -> tuple[npt.NDArray[np.bool_], float]:
    """Read a mask and find its scale.

    Parameters
    ----------
    path : Path
        PNG, TIFF, JPEG or BMP; what is not black is inside.
    dimensions : (int, int)
        Width and height of level 0. The picture must be of the whole slide: its
        sides must have the same ratio, within 2 % or two pixels.

    Returns
    -------
    mask : ndarray of bool, shape (height, width)
        Shrunk to at most 8192 pixels.
    downsample : float
        Level-0 pixels per mask pixel.

    Raises
    ------
    MaskFileError
        If it cannot be read, is too large, or is not of this slide.
    """
    from PIL import Image as Pillow

    try:
        with Pillow.open(path) as picture:
            size = picture.size
            if size[0] * size[1] > _MOST_PIXELS:
                raise MaskFileError(
                    f"{path.name} has {size[0]:,} × {size[1]:,} px, more than a mask"
                    " needs",
                    "Export it at a lower resolution.",
                )
            _check(path, size, dimensions)
            mask = np.asarray(picture.convert("RGB")).max(axis=2) > 0
    except (OSError, ValueError, SyntaxError, Pillow.DecompressionBombError) as error:
        raise MaskFileError(
            f"{path.name} cannot be read as a picture: {error}",
            "A mask is a PNG, TIFF, JPEG or BMP of the whole slide.",
        ) from error
    step = -(-max(size) // _LARGEST)
    mask = mask[::step, ::step]
    return np.ascontiguousarray(mask), dimensions[0] / size[0] * step


def _check(path: Path, size: tuple[int, int], dimensions: tuple[int, int]) -> None:
    across, down = dimensions[0] / size[0], dimensions[1] / size[1]
    slack = _SLACK + 2 / min(size)
    if abs(across / down - 1) > slack:
        raise MaskFileError(
            f"{path.name} is not of this slide: it has {size[0]:,} × {size[1]:,} px,"
            f" the slide {dimensions[0]:,} × {dimensions[1]:,}",
            "A mask shows the whole slide, at any resolution.",
        )
