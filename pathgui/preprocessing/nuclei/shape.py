"""Moments of regions: they add up when regions are merged, and tell ellipses."""

from typing import Any

import numpy as np
import numpy.typing as npt

# Columns of moments: area, Σx, Σy, Σx², Σy², Σxy.
Moments = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int32]


def moments(labels: npt.NDArray[Any], count: int) -> Moments:
    """Moments of regions 1 … `count` of a label picture, shape (count + 1, 6).

    Row 0, the background, is left at zero.
    """
    where = np.flatnonzero(labels)
    index = labels.ravel()[where]
    row, column = np.divmod(where, labels.shape[1])
    x, y = column.astype(np.float64), row.astype(np.float64)
    result = np.empty((count + 1, 6))
    result[:, 0] = np.bincount(index, minlength=count + 1)
    for place, weight in enumerate((x, y, x * x, y * y, x * y), start=1):
        result[:, place] = np.bincount(index, weight, count + 1)
    return result


def ellipse_fit(parts: Moments) -> npt.NDArray[np.float64]:
    """How well regions fill the ellipse of the same moments: 1 for ellipses.

    Two discs that touch have 0.89; nuclei that people draw have 0.94 to 0.99.
    """
    area = np.maximum(parts[..., 0], 1e-9)
    x, y = parts[..., 1] / area, parts[..., 2] / area
    # A pixel is a square, which has a moment of its own.
    xx = parts[..., 3] / area - x * x + 1 / 12
    yy = parts[..., 4] / area - y * y + 1 / 12
    xy = parts[..., 5] / area - x * y
    determinant = np.maximum(xx * yy - xy * xy, 1e-9)
    return np.asarray(area / (4 * np.pi * np.sqrt(determinant)))


def logistic(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """1 / (1 + exp(−x)), without overflow."""
    return np.asarray(0.5 * (1 + np.tanh(0.5 * values)))


def numbered(labels: npt.NDArray[Any]) -> Labels:
    """Labels numbered 1 … n without gaps; 0 stays 0."""
    used = np.zeros(int(labels.max()) + 1, dtype=bool)
    used[labels.ravel()] = True
    used[0] = True
    new = np.cumsum(used, dtype=np.int32) - 1
    return np.asarray(new[labels], dtype=np.int32)
