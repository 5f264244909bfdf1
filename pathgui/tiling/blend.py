"""How overlapping predictions become one value: average, max, first, weighted.

A blend fills one block of the map from the tiles that lie in it, in the order given.
NaN in a prediction means that the tile says nothing there.
"""

from collections.abc import Callable, Sequence
from math import isnan

import numpy as np
import numpy.typing as npt

from pathgui.errors import TilingError

FloatArray = npt.NDArray[np.float32]
Box = tuple[int, int, int, int, int, int]
"""First and last row, first and last column in the block; row, column in the tile."""

Part = tuple[FloatArray, Box | None]
"""What one tile says about a block: values (h, w, C), or (1, 1, C) for a constant, and
where. None means the whole block, for blends without weights; all parts or none."""

Blend = Callable[[FloatArray, Sequence[Part], bool], None]
"""Fills a block from the parts in it; True says that a part may hold NaN."""

# Dividing by a power of 2 and multiplying, which is faster, give the same bits.
_EXACT = {2**k: np.float32(0.5**k) for k in range(1, 9)}
_NORM_BYTES = 16 * 1024**2


def blend_for(method: str, side: int, channels: int) -> Blend:
    """The blend of a method, for tiles of `side` pixels.

    Raises
    ------
    TilingError
        If there is no such method.
    """
    match method:
        case "average":
            return Average()
        case "weighted":
            return Average(tent(side, channels))
        case "max":
            return maximum
        case "first":
            return first
    raise TilingError(
        f"there is no method {method!r} of stitching",
        "choose one of average, max, first, weighted",
    )


def tent(side: int, channels: int) -> FloatArray:
    """Weights that fall linearly from the centre of a tile to its edges.

    The product of ``1 - |2 (i + 1/2) / side - 1|`` over rows and columns, never 0.
    At a stride of half a tile the weights of neighbours add up to 1, so that
    stitching is bilinear interpolation between the centres of tiles.

    Returns
    -------
    ndarray of float32, shape (side, side, channels)
    """
    line = 1 - np.abs(2 * (np.arange(side) + 0.5) / side - 1)
    flat = np.outer(line, line).astype(np.float32)
    # A copy for each channel: numpy is slow where the last axis is stretched.
    return np.repeat(flat[:, :, None], channels, axis=2)


def maximum(block: FloatArray, parts: Sequence[Part], gaps: bool) -> None:
    """Largest value."""
    if parts[0][1] is None and len(parts) > 1 and not gaps:
        largest = np.maximum(parts[0][0], parts[1][0])
        for values, _ in parts[2:]:
            np.maximum(largest, values, out=largest)
        block[...] = largest
        return
    found = _begin(block, parts)
    for values, box in parts[1:]:
        here = _view(found, box)
        np.fmax(here, values, out=here)
    block[...] = found


def first(block: FloatArray, parts: Sequence[Part], gaps: bool) -> None:
    """Value of the first tile that has one."""
    if parts[0][1] is None and not gaps:
        block[...] = parts[0][0]
        return
    found = _begin(block, parts)
    for values, box in parts[1:]:
        here = _view(found, box)
        if isnan(here.min()):
            np.copyto(here, values, where=np.isnan(here))
    block[...] = found


class Average:
    """Mean, or weighted mean.

    Parameters
    ----------
    weights : ndarray of float32, shape (side, side, C), optional
        Weight of each pixel of a tile; 1 if not given.
    """

    def __init__(self, weights: FloatArray | None = None) -> None:
        self._weights = weights
        self._norms: dict[tuple[tuple[int, ...], ...], FloatArray] = {}
        self._total: FloatArray | None = None

    def __call__(self, block: FloatArray, parts: Sequence[Part], gaps: bool) -> None:
        if gaps:
            self._with_gaps(block, parts)
        elif parts[0][1] is not None:
            self._pieces(block, parts)
        elif len(parts) == 1:
            block[...] = parts[0][0]
        else:
            self._whole(block, parts)

    def _whole(self, block: FloatArray, parts: Sequence[Part]) -> None:
        values, second = parts[0][0], parts[1][0]
        # The same memory for every block: it stays in the processor's cache.
        if self._total is None or self._total.shape != values.shape:
            self._total = np.empty(values.shape, np.float32)
        total = np.add(values, second, out=self._total)
        for values, _ in parts[2:]:
            np.add(total, values, out=total)
        if len(parts) in _EXACT:
            np.multiply(total, _EXACT[len(parts)], out=block)
        else:
            np.divide(total, np.float32(len(parts)), out=block)

    def _pieces(self, block: FloatArray, parts: Sequence[Part]) -> None:
        total = np.zeros(block.shape, np.float32)
        for values, box in parts:
            here, weight = _view(total, box), self._weight(box)
            np.add(here, values if weight is None else values * weight, out=here)
        norm = self._norm(block.shape, [box for _, box in parts if box])
        np.divide(total, norm, out=block)

    def _norm(self, shape: tuple[int, ...], boxes: list[Box]) -> FloatArray:
        # Tiles of a grid lie in most blocks alike, so few sums of weights are made.
        key = (shape, *boxes)
        norm = self._norms.get(key)
        if norm is None:
            norm = np.zeros(shape, np.float32)
            for box in boxes:
                here, weight = _view(norm, box), self._weight(box)
                np.add(here, 1 if weight is None else weight, out=here)
            if (len(self._norms) + 1) * norm.nbytes > _NORM_BYTES:
                self._norms.clear()
            self._norms[key] = norm
        return norm

    def _with_gaps(self, block: FloatArray, parts: Sequence[Part]) -> None:
        total = np.zeros(block.shape, np.float32)
        norm = np.zeros(block.shape, np.float32)
        for values, box in parts:
            weight = self._weight(box)
            said = values if weight is None else values * weight
            known = ~np.isnan(said)
            sums, counts = _view(total, box), _view(norm, box)
            np.add(sums, said, out=sums, where=known)
            np.add(counts, 1 if weight is None else weight, out=counts, where=known)
        np.divide(total, norm, out=block)

    def _weight(self, box: Box | None) -> FloatArray | None:
        if self._weights is None or box is None:
            return None
        y0, y1, x0, x1, row, column = box
        return self._weights[row : row + y1 - y0, column : column + x1 - x0]


def _begin(block: FloatArray, parts: Sequence[Part]) -> FloatArray:
    values, box = parts[0]
    if box is None:
        return values.copy()
    found = np.full(block.shape, np.nan, np.float32)
    _view(found, box)[...] = values
    return found


def _view(block: FloatArray, box: Box | None) -> FloatArray:
    return block if box is None else block[box[0] : box[1], box[2] : box[3]]
