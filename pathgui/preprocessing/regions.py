"""Binary masks: square morphology, small regions, holes."""

import numpy as np
import numpy.typing as npt

from pathgui.preprocessing.components import Components
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
    outside = Components(~mask, corners=False)
    fill = ~outside.at_edge()
    if largest is not None:
        fill &= outside.sizes() <= largest
    return mask | outside.mask(fill)


def without_small(mask: Binary, least: float) -> Binary:
    """Remove regions, connected over corners too, of less than `least` pixels."""
    if least <= 1 or not mask.any():
        return mask
    inside = Components(mask, corners=True)
    return inside.mask(inside.sizes() >= least)


def pieces(mask: Binary) -> int:
    """How many regions, connected over corners too, a mask has."""
    return Components(mask, corners=True).count
