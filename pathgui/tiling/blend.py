"""How overlapping predictions become one value: average, max, first, weighted.

Each function fills one block of the map from the tiles that lie in it, in the order
given. NaN in a prediction means that the tile says nothing there.
"""

from collections.abc import Callable, Sequence
from math import isnan

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]
Area = tuple[slice, slice]


Part = tuple[FloatArray, Area | None, FloatArray | None]
"""What one tile has to say about a block: values, area, weights.

Values are its prediction there, (h, w, C), or (1, 1, C) for a constant. The area is
the rows and columns of the block that it covers; None means all. Weights are those of
the pixels, (h, w, 1); None means 1. A plain tuple, as there are very many.
"""

Blend = Callable[[FloatArray, Sequence[Part]], None]


def average(block: FloatArray, parts: Sequence[Part]) -> None:
    """Mean, or weighted mean where the parts have weights."""
    whole = not any(part[1] for part in parts)
    if whole and len(parts) == 1:
        block[...] = parts[0][0]
        return
    if whole:
        total, norm = _sums(parts)
        # One look at the sum finds a NaN in any part.
        if not isnan(total.min()):
            if total.shape == block.shape:
                np.divide(total, norm, out=block)
            else:
                block[...] = total / norm
            return
    _average_with_gaps(block, parts)


def maximum(block: FloatArray, parts: Sequence[Part]) -> None:
    """Largest value."""
    if parts[0][1] is None:
        block[...] = parts[0][0]
        parts = parts[1:]
    else:
        block.fill(np.nan)
    for values, area, _ in parts:
        here = block if area is None else block[area]
        np.fmax(here, values, out=here)


def first(block: FloatArray, parts: Sequence[Part]) -> None:
    """Value of the first tile that has one."""
    block.fill(np.nan)
    for number, (values, area, _) in enumerate(parts):
        here = block if area is None else block[area]
        if number == 0:
            here[...] = values
        else:
            np.copyto(here, values, where=np.isnan(here))
        if area is None and not isnan(block.min()):
            return


BLENDS: dict[str, Blend] = {
    "average": average,
    "max": maximum,
    "first": first,
    "weighted": average,
}


def tent(side: int) -> FloatArray:
    """Weights that fall linearly from the centre of a tile to its edges.

    The product of ``1 - |2 (i + 1/2) / side - 1|`` over rows and columns, never 0.
    At a stride of half a tile the weights of neighbours add up to 1, so that
    stitching is bilinear interpolation between the centres of tiles.

    Returns
    -------
    ndarray of float32, shape (side, side, 1)
    """
    line = 1 - np.abs(2 * (np.arange(side) + 0.5) / side - 1)
    return np.outer(line, line).astype(np.float32)[:, :, None]


def _sums(parts: Sequence[Part]) -> tuple[FloatArray, FloatArray | int]:
    values, _, weights = parts[0]
    if weights is None:
        total = np.add(values, parts[1][0])
        for values, _, _ in parts[2:]:
            np.add(total, values, out=total)
        return total, len(parts)
    total, norm = values * weights, weights.copy()
    for values, _, weights in parts[1:]:
        assert weights is not None
        total += values * weights
        norm += weights
    return total, norm


def _average_with_gaps(block: FloatArray, parts: Sequence[Part]) -> None:
    total = np.zeros(block.shape, np.float32)
    norm = np.zeros(block.shape, np.float32)
    for values, area, weights in parts:
        here = (slice(None), slice(None)) if area is None else area
        weight = np.float32(1) if weights is None else weights
        said = values if weights is None else values * weights
        if isnan(said.min()):
            known = ~np.isnan(said)
            total[here] += np.where(known, said, np.float32(0))
            norm[here] += known * weight
        else:
            total[here] += said
            norm[here] += weight
    np.divide(total, norm, out=block)
