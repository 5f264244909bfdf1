"""Shrinking by any factor: the exact mean over each output pixel's area."""

import numpy as np
import numpy.typing as npt

from pathgui.tiling import Image


def box(
    image: Image, scale: float, width: int, height: int, x: float = 0.0, y: float = 0.0
) -> Image:
    """Area-resample a piece of a level.

    Output pixel (i, j) is the mean over the square of `scale` × `scale` input pixels
    whose corner lies at (x + i·scale, y + j·scale); pixels that are cut by its edges
    count with the share that lies inside. Where the square reaches beyond the image
    the mean is over the part inside, and pixels wholly outside are zero.

    Parameters
    ----------
    image : ndarray of uint8, shape (H, W, 3)
        Input pixels.
    scale : float
        Input pixels per output pixel, at least 1.
    width, height : int
        Size of the output in pixels.
    x, y : float
        Where the output's corner lies in the input, at least 0.

    Returns
    -------
    ndarray of uint8, shape (height, width, 3)
    """
    rows, high = _sums(image, scale, y, height)
    both, wide = _sums(rows.swapaxes(0, 1), scale, x, width)
    sums = both.swapaxes(0, 1)
    area = (high[:, None] * wide[None, :])[..., None]
    mean = np.floor(sums / area + 0.5).astype(np.uint8)
    if mean.shape[:2] == (height, width):
        return mean
    out = np.zeros((height, width, 3), np.uint8)
    out[: mean.shape[0], : mean.shape[1]] = mean
    return out


def _sums(
    image: npt.NDArray[np.generic], scale: float, start: float, count: int
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Weighted sums along the first axis, and the covered lengths."""
    length = image.shape[0]
    covered = int(np.ceil(max(0.0, length - start) / scale - 1e-9))
    count = min(count, covered)
    edges = np.minimum(start + scale * np.arange(count + 1), length)
    # an edge a rounding error away from a pixel border lies on it
    whole = np.rint(edges)
    edges = np.where(np.abs(edges - whole) < 1e-6, whole, edges)
    first = edges.astype(np.int64)
    share = edges - first
    if not count:
        return np.zeros((0, *image.shape[1:])), np.zeros(0)
    sums = np.add.reduceat(
        image[: max(int(first[-1]), int(first[-2]) + 1)],
        first[:-1],
        axis=0,
        dtype=np.float64 if image.dtype != np.uint8 else np.uint32,
    ).astype(np.float64)
    cut = np.flatnonzero(share > 0)
    parts = image[np.minimum(first[cut], length - 1)] * share[cut][:, None, None]
    inner = cut < count
    sums[cut[inner]] -= parts[inner]
    after = cut > 0
    sums[cut[after] - 1] += parts[after]
    return sums, np.diff(edges)
