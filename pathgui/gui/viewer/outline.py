"""A mask as a distance field: its edge stays a thin line at every zoom."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

_SIDE = 4096
_REACH = 64.0


@dataclass(frozen=True, eq=False)
class MaskField:
    """Signed distance to the edge of a mask.

    Attributes
    ----------
    name : str
        Name of the mask.
    distance : ndarray of float32, shape (height, width)
        Distance of each pixel's centre to the edge, in pixels of this field;
        positive inside.
    downsample : (float, float)
        Level-0 pixels per pixel of the field, along x and y.
    share : float
        Part of the slide the mask covers.
    """

    name: str
    distance: npt.NDArray[np.float32]
    downsample: tuple[float, float]
    share: float


def mask_field(name: str, mask: npt.NDArray[np.bool_], downsample: float) -> MaskField:
    """The distance field of a low-resolution mask.

    Between pixel centres the field is linear, so its zero is the edge between
    pixels, with the steps of the mask cut at 45°, like marching squares.

    Parameters
    ----------
    name : str
        Name of the mask.
    mask : ndarray of bool, shape (height, width)
        True where the mask covers the slide.
    downsample : float
        Level-0 pixels per mask pixel.
    """
    from scipy.ndimage import distance_transform_edt

    small, step = _fit(mask)
    # A border of background makes edges that lie on the rim of the slide visible.
    inside = np.pad(small, 1)
    if inside.any():
        near = distance_transform_edt(inside) - distance_transform_edt(~inside)
        near -= np.sign(near) * 0.5
    else:
        near = np.full(inside.shape, -_REACH)
    distance = np.clip(near, -_REACH, _REACH).astype(np.float32)[1:-1, 1:-1]
    share = float(mask.mean()) if mask.size else 0.0
    return MaskField(
        name, np.ascontiguousarray(distance), (downsample * step,) * 2, share
    )


def _fit(mask: npt.NDArray[np.bool_]) -> tuple[npt.NDArray[np.bool_], int]:
    """The mask at a size that fits a texture, by majority of squares."""
    step = -(-max(mask.shape) // _SIDE)
    if step <= 1:
        return mask, 1
    rows, columns = (-(-side // step) * step for side in mask.shape)
    padded = np.zeros((rows, columns), np.float32)
    padded[: mask.shape[0], : mask.shape[1]] = mask
    squares = padded.reshape(rows // step, step, columns // step, step)
    return squares.mean(axis=(1, 3)) >= 0.5, step
