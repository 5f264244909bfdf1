"""Filters over 8-bit pictures with nothing but numpy, exact to the rounding.

Arrays are uint8 of shape (H, W) or (H, W, C); the edge pixels are repeated outwards.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Array = npt.NDArray[Any]

# Above this side, a running histogram beats the selection network.
_NETWORK_SIDE = 9
# Rows handled at once, so that the planes of the network stay in the cache.
_NETWORK_BYTES = 32_768


def box_mean(image: Bytes, side: int) -> Bytes:
    """Mean of the square of odd `side` around each pixel, rounded to nearest."""
    total = _box_sum(_box_sum(_padded(image, side // 2), side, 0), side, 1)
    area = np.uint32(side * side)
    total += area // np.uint32(2)
    return (total // area).astype(np.uint8)


def box_count(mask: npt.NDArray[np.bool_], side: int) -> npt.NDArray[Any]:
    """How many pixels of the square of odd `side` around each pixel are True."""
    narrow, wide = (np.uint8, np.uint16) if side < 256 else (np.uint32, np.uint32)
    rows = windowed(_padded(mask, side // 2).astype(narrow), side, 0, np.add)
    return windowed(rows.astype(wide), side, 1, np.add)


def box_any(mask: npt.NDArray[np.bool_], side: int) -> npt.NDArray[np.bool_]:
    """Whether any pixel of the square of odd `side` around each pixel is True."""
    work = _padded(mask, side // 2)
    return windowed(windowed(work, side, 0, np.logical_or), side, 1, np.logical_or)


def windowed(array: Array, side: int, axis: int, combine: np.ufunc) -> Array:
    """Combine `side` neighbours along an axis, which gets shorter by side − 1.

    Windows of 1, 2, 4, … are made from one another, and those that add up to
    `side` are combined: the cost grows with the logarithm of the side.
    """
    length = array.shape[axis] - side + 1

    def part(source: Array, start: int, count: int) -> Array:
        where = [slice(None)] * source.ndim
        where[axis] = slice(start, start + count)
        return source[tuple(where)]

    power, width, offset = array, 1, 0
    result: Array | None = None
    while True:
        if side & width:
            piece = part(power, offset, length)
            if result is None:
                result = piece.copy()
            else:
                combine(result, piece, out=result)
            offset += width
        if offset == side:
            assert result is not None
            return result
        count = power.shape[axis] - width
        power = combine(part(power, 0, count), part(power, width, count))
        width *= 2


def gaussian(image: Bytes, side: int, sigma: float) -> Bytes:
    """Convolution with a Gaussian cut to odd `side` and normalised, rounded."""
    offsets = np.arange(side) - side // 2
    weights = np.exp(-0.5 * (offsets / sigma) ** 2)
    weights = (weights / weights.sum()).astype(np.float32)
    work = _padded(image, side // 2).astype(np.float32)
    for axis in (0, 1):
        work = _weighted(work, weights, axis)
    work += 0.5
    return np.clip(work, 0, 255, out=work).astype(np.uint8)


def median(image: Bytes, side: int) -> Bytes:
    """Median of the square of odd `side` around each pixel, per channel."""
    if side == 1:
        return image.copy()
    if side > _NETWORK_SIDE:
        return _ranked_median(image, side)
    padded = _padded(image, side // 2)
    result = np.empty_like(image)
    row_bytes = image[0].size
    rows = max(1, _NETWORK_BYTES // row_bytes)
    for top in range(0, len(image), rows):
        bottom = min(top + rows, len(image))
        _network_median(padded[top : bottom + side - 1], side, result[top:bottom])
    return result


def _ranked_median(image: Bytes, side: int) -> Bytes:
    """Median by a running histogram, whose cost hardly grows with the side."""
    from skimage.filters.rank import median as running_median

    radius = side // 2
    padded = np.atleast_3d(_padded(image, radius))
    result = np.empty(np.atleast_3d(image).shape, dtype=np.uint8)
    square = np.ones((side, side), dtype=np.uint8)
    for channel in range(padded.shape[2]):
        plane = np.ascontiguousarray(padded[..., channel])
        found = running_median(plane, square)  # type: ignore[no-untyped-call]
        result[..., channel] = found[radius:-radius, radius:-radius]
    return result.reshape(image.shape)


def _padded(image: Array, radius: int) -> Array:
    widths = [(radius, radius)] * 2 + [(0, 0)] * (image.ndim - 2)
    return np.pad(image, widths, mode="edge") if radius else image


def _box_sum(
    image: npt.NDArray[np.unsignedinteger], side: int, axis: int
) -> npt.NDArray[np.uint32]:
    """Sums of `side` neighbours along an axis, which gets shorter by side − 1."""
    total = np.moveaxis(np.cumsum(image, axis=axis, dtype=np.uint32), axis, 0)
    sums = total[side - 1 :].copy()
    sums[1:] -= total[:-side]
    return np.moveaxis(sums, 0, axis)


def _weighted(
    image: npt.NDArray[np.float32], weights: npt.NDArray[np.float32], axis: int
) -> npt.NDArray[np.float32]:
    """Weighted sums along an axis; the weights are symmetrical."""
    side = len(weights)
    length = image.shape[axis] - side + 1

    def part(offset: int) -> npt.NDArray[np.float32]:
        where = [slice(None)] * image.ndim
        where[axis] = slice(offset, offset + length)
        return image[tuple(where)]

    result: npt.NDArray[np.float32] = part(side // 2) * weights[side // 2]
    for offset in range(side // 2):
        pair = part(offset) + part(side - 1 - offset)
        pair *= weights[offset]
        result += pair
    return result


def _network_median(padded: Bytes, side: int, out: Bytes) -> None:
    """Median by forgetful selection: keep a bit over half, drop least and greatest.

    Whole planes are compared at once, which the processor does 16 to 64 pixels at
    a time.
    """
    height, width = out.shape[:2]
    planes = [
        padded[y : y + height, x : x + width] for y in range(side) for x in range(side)
    ]
    held = [plane.copy() for plane in planes[: len(planes) // 2 + 2]]
    spare = np.empty_like(held[0])
    for plane in planes[len(held) :]:
        _extremes_to_ends(held, spare)
        dropped, *held, _ = held
        np.copyto(dropped, plane)
        held.append(dropped)
    _extremes_to_ends(held, spare)
    out[:] = held[1]


def _extremes_to_ends(held: list[Bytes], spare: Bytes) -> None:
    """Move the least to the front and the greatest to the end, pixel by pixel."""
    last = len(held) - 1
    for low in range(len(held) // 2):
        _exchange(held[low], held[last - low], spare)
    for low in range(1, last // 2 + 1):
        _exchange(held[0], held[low], spare)
    for high in range(len(held) // 2, last):
        _exchange(held[high], held[last], spare)


def _exchange(low: Bytes, high: Bytes, spare: Bytes) -> None:
    np.minimum(low, high, out=spare)
    np.maximum(low, high, out=high)
    np.copyto(low, spare)
