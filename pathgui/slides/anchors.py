"""Where OpenSlide gives a level's own pixels although its downsample is no integer.

OpenSlide takes a corner in whole level-0 pixels and divides it by the downsample.
Unless the quotient is a whole level pixel (to 1/512, the precision of its painter),
it shifts the picture by the fraction, by linear interpolation. A read that *starts*
at a whole level pixel is exact over its whole extent (up to 4096 px, where OpenSlide
begins a new piece). So a region whose corner falls between is read from the nearest
exact start before it, and cut.

Exact starts are rare where the downsample is almost an integer (4.0001: only near
every 10,000th pixel). Where none is near enough to be worth reading, the region is
read at the nearest level-0 pixel, and is then shifted by less than half of one.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

PIECE = 4096
_EXACT = 1 / 512
_WORTH = 4 << 20  # pixels that may be read for the sake of an exact start


@dataclass(frozen=True, slots=True)
class Place:
    """A read that contains a region exactly.

    Attributes
    ----------
    start : (int, int)
        Its corner in level-0 pixels.
    size : (int, int)
        ``(width, height)`` in level pixels.
    cut : (int, int, int, int)
        The region inside it: left, upper, right, lower.
    """

    start: tuple[int, int]
    size: tuple[int, int]
    cut: tuple[int, int, int, int]

    @property
    def exact(self) -> bool:
        """Whether the read is the region itself."""
        return self.cut[:2] == (0, 0)


def place(
    corner: tuple[int, int], size: tuple[int, int], downsample: float
) -> Place | None:
    """How to read a region so that OpenSlide does not interpolate.

    Parameters
    ----------
    corner, size : (int, int)
        The region in level pixels.
    downsample : float
        Of the level.

    Returns
    -------
    Place or None
        None if there is no exact start near enough.
    """
    across = _start_before(corner[0], size[0], downsample)
    down = _start_before(corner[1], size[1], downsample)
    if across is None or down is None:
        return None
    left, top = corner[0] - across[0], corner[1] - down[0]
    width, height = size[0] + left, size[1] + top
    if (left or top) and width * height > max(_WORTH, 2 * size[0] * size[1]):
        return None
    return Place((across[1], down[1]), (width, height), (left, top, width, height))


@lru_cache(maxsize=4096)
def _start_before(
    position: int, size: int, downsample: float
) -> tuple[int, int] | None:
    """The last exact start from which a stretch is reached within one piece.

    Gives it in level pixels and in level-0 pixels.
    """
    if downsample.is_integer():
        return position, position * int(downsample)
    first = min(position, max(0, position + size - PIECE))
    starts = np.arange(first, position + 1)
    corners = np.rint(starts * downsample)
    exact = np.flatnonzero(np.abs(corners / downsample - starts) < _EXACT)
    if not len(exact):
        return None
    last = exact[-1]
    return int(starts[last]), int(corners[last])
