"""Binary masks: square morphology, small regions, holes."""

from typing import Any

import numpy as np
import numpy.typing as npt

from pathgui.preprocessing.smoothing import box_any, box_count

Binary = npt.NDArray[np.bool_]


def odd_pixels(length: float, mpp: float) -> int:
    """A length in micrometres as the nearest odd number of pixels, at least 1."""
    return 2 * int(max(0.0, length / mpp - 1) / 2 + 0.5) + 1


def majority(mask: Binary, side: int) -> Binary:
    """True where more than half of the square is; the median of a binary picture."""
    return mask if side == 1 else box_count(mask, side) > side * side // 2


def eroded(mask: Binary, side: int) -> Binary:
    """True where all of the square is; beyond the edge the edge is repeated."""
    return mask if side == 1 else ~box_any(~mask, side)


def dilated(mask: Binary, side: int) -> Binary:
    """True where any of the square is."""
    return mask if side == 1 else box_any(mask, side)


def opened(mask: Binary, side: int, times: int = 1) -> Binary:
    """Erosions, then as many dilations: removes what is thinner than the square."""
    # n squares of side k in a row are one square of side n (k - 1) + 1.
    whole = times * (side - 1) + 1
    return dilated(eroded(mask, whole), whole)


def closed(mask: Binary, side: int, times: int = 1) -> Binary:
    """Dilations, then as many erosions: closes gaps thinner than the square."""
    whole = times * (side - 1) + 1
    return eroded(dilated(mask, whole), whole)


def without_holes(mask: Binary, largest: float | None) -> Binary:
    """Fill holes of at most `largest` pixels; all of them if None.

    A hole is surrounded by the mask; what reaches the edge of the picture is not.
    """
    if mask.all() or not mask.any():
        return mask
    labels, sizes = _labelled(~mask, corners=False)
    fill = np.ones(len(sizes), dtype=bool)
    if largest is not None:
        fill = sizes <= largest
    border = np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])
    fill[border] = False
    fill[0] = False
    return mask | fill[labels]


def without_small(mask: Binary, least: float) -> Binary:
    """Remove regions, connected over corners too, of less than `least` pixels."""
    if least <= 1 or not mask.any():
        return mask
    labels, sizes = _labelled(mask, corners=True)
    keep = sizes >= least
    keep[0] = False
    return np.asarray(keep[labels])


def _labelled(mask: Binary, *, corners: bool) -> tuple[npt.NDArray[np.int32], Any]:
    from scipy.ndimage import label

    labels, count = label(mask, structure=np.ones((3, 3)) if corners else None)
    return labels, np.bincount(labels.ravel(), minlength=count + 1)
