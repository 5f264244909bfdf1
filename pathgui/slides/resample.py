"""Shrinking by any factor: the exact mean over each output pixel's area."""

from typing import Any

import numpy as np
import numpy.typing as npt

from pathgui.tiling import Image

Array = npt.NDArray[Any]
_ROUNDING = 1e-6  # of a pixel; an edge this near to a pixel's border lies on it


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
    # both passes run over whole rows, so the picture is turned in between
    rows, high = _sums(image, scale, y, height)
    columns, wide = _sums(_turned(rows), scale, x, width)
    # whole sums up to 64 × 64 pixels are exact in single precision, and so is a half
    kind = np.float32 if scale <= 64 else np.float64
    area = (wide[:, None] * high[None, :]).astype(kind)[..., None]
    mean = np.divide(columns.astype(kind), area) + kind(0.5)
    out = np.zeros((height, width, 3), np.uint8)
    out[: len(high), : len(wide)] = _turned(mean.astype(np.uint8))
    return out


def _turned(image: Array) -> Array:
    """Rows and columns exchanged, contiguous; pixels are moved as a whole."""
    high, wide = image.shape[:2]
    if not high or not wide:
        return np.zeros((wide, high, 3), image.dtype)
    pixels = np.ascontiguousarray(image).view(f"V{3 * image.itemsize}")[..., 0]
    turned = np.ascontiguousarray(pixels.T)
    return turned.view(image.dtype).reshape(wide, high, 3)


def _sums(
    image: Array, scale: float, start: float, count: int
) -> tuple[Array, npt.NDArray[np.float64]]:
    """Weighted sums of rows, and how many rows each is made of."""
    length = image.shape[0]
    covered = int(np.ceil(max(0.0, length - start) / scale - _ROUNDING))
    count = min(count, covered)
    edges = np.minimum(start + scale * np.arange(count + 1), length)
    whole = np.rint(edges)
    edges = np.where(np.abs(edges - whole) < _ROUNDING, whole, edges)
    uncut = np.array_equal(edges, np.rint(edges)) and float(scale).is_integer()
    if uncut and np.issubdtype(image.dtype, np.integer):
        return _whole_sums(image, int(scale), edges), np.diff(edges)
    return _cut_sums(image, edges), np.diff(edges)


def _whole_sums(image: Array, scale: int, edges: Array) -> Array:
    """Sums where no row is cut: integers, exact."""
    start, end = int(edges[0]), int(edges[-1])
    full = (end - start) // scale
    kind = _integer(np.iinfo(image.dtype).max, scale)
    sums = np.zeros((len(edges) - 1, *image.shape[1:]), kind)
    for k in range(scale if full else 0):
        sums[:full] += image[start + k : start + full * scale : scale]
    if full < len(sums):
        image[start + full * scale : end].sum(axis=0, dtype=kind, out=sums[full])
    return sums


def _integer(largest: int, scale: int) -> type:
    kinds = (np.uint16, np.uint32, np.uint64)
    # the first pass takes bytes, the second takes the sums of the first
    room = 255 * scale if largest == 255 else 255 * scale * scale
    return next(kind for kind in kinds if room <= np.iinfo(kind).max)


def _cut_sums(image: Array, edges: Array) -> Array:
    """Sums where rows are cut: each tap is a row per output, times its share."""
    low, high = edges[:-1], edges[1:]
    first = low.astype(np.int64)
    sums = np.zeros((len(first), *image.shape[1:]), np.float32)
    taps = int(np.ceil(np.max(high - low))) + 1 if len(first) else 0
    for k in range(taps):
        row = first + k
        share = np.clip(np.minimum(row + 1, high) - np.maximum(row, low), 0, 1)
        picked = image.take(np.minimum(row, len(image) - 1), axis=0)
        sums += picked * share.astype(np.float32)[:, None, None]
    return sums
