"""Where OpenSlide gives a level's own pixels although its downsample is no integer.

OpenSlide takes a corner in whole level-0 pixels and divides it by the downsample.
Unless the quotient is a whole level pixel (to 1/512, the precision of its painter),
it shifts the picture by the fraction, by linear interpolation. A read that *starts*
at a whole level pixel is exact over its whole extent (up to 4096 px, where OpenSlide
begins a new piece). So a region whose corner falls between is read from the nearest
exact start before it, and cut.
"""

from functools import lru_cache

import numpy as np

PIECE = 4096
_EXACT = 1 / 512


@lru_cache(maxsize=4096)
def start_before(position: int, size: int, downsample: float) -> tuple[int, int] | None:
    """The last exact start from which a region can be reached in one piece.

    Parameters
    ----------
    position, size : int
        Where the region begins and how long it is, in level pixels.
    downsample : float
        Of the level.

    Returns
    -------
    (int, int) or None
        The start in level pixels and in level-0 pixels; None if there is none.
    """
    first = max(0, position + size - PIECE)
    if first > position:
        first = position
    starts = np.arange(first, position + 1)
    corners = np.rint(starts * downsample)
    exact = np.flatnonzero(np.abs(corners / downsample - starts) < _EXACT)
    if not len(exact):
        return None
    last = exact[-1]
    return int(starts[last]), int(corners[last])
