"""Grey, saturation and background colour of 8-bit pictures."""

from typing import Any

import numpy as np
import numpy.typing as npt

from pathgui.preprocessing.transform import Image

Grey = npt.NDArray[np.uint8]
Colour = tuple[int, int, int]

# ITU-R BT.601 weights in 1/65536; they add up to 65536.
_RED, _GREEN, _BLUE = 19595, 38470, 7471
# Below this brightness, saturation is the noise of the camera.
_DARKEST = 48
# What may be empty glass: bright, and of little colour.
_GLASS_GREY, _GLASS_CHROMA = 180, 40
# So many pixels tell the colour of the glass as well as all of them.
_ENOUGH = 250_000


def grey(image: Image) -> Grey:
    """Brightness by ITU-R BT.601, rounded, uint8 of shape (H, W)."""
    total = image[..., 0] * np.uint32(_RED)
    total += image[..., 1] * np.uint32(_GREEN)
    total += image[..., 2] * np.uint32(_BLUE)
    total += np.uint32(32768)
    total >>= np.uint32(16)
    return total.astype(np.uint8)


def extremes(image: Image) -> tuple[Grey, Grey]:
    """Least and greatest channel of each pixel, uint8 of shape (H, W)."""
    red, green, blue = (image[..., channel] for channel in range(3))
    least = np.minimum(np.minimum(red, green), blue)
    return least, np.maximum(np.maximum(red, green), blue)


def saturation(image: Image) -> Grey:
    """HSV saturation from 0 to 255, damped where a pixel is nearly black."""
    least, greatest = extremes(image)
    difference = (greatest - least).astype(np.uint16)
    difference *= np.uint16(255)
    return (difference // np.maximum(greatest, _DARKEST)).astype(np.uint8)


def background_colour(image: Image) -> Colour | None:
    """Colour of the empty glass, or None where there is none to be seen.

    The commonest brightness among bright pixels of little colour tells which pixels
    are glass; the answer is their median. Pure white counts only if nothing else
    is bright, for it is what slides are filled up with.
    """
    step = 1 + int((image.shape[0] * image.shape[1] / _ENOUGH) ** 0.5)
    image = image[::step, ::step]
    least, greatest = extremes(image)
    bright = (greatest >= _GLASS_GREY) & (greatest - least <= _GLASS_CHROMA)
    pixels = image[bright]
    if len(pixels) < max(1, bright.size // 200):
        return None
    filled = pixels.min(axis=1) == 255
    if np.count_nonzero(~filled) > len(pixels) // 100:
        pixels = pixels[~filled]
    levels = pixels[:, 1]
    counts = np.bincount(levels, minlength=256)
    commonest = int(np.convolve(counts, np.ones(5, dtype=int), "same").argmax())
    near = pixels[np.abs(levels.astype(np.int16) - commonest) <= 6]
    red, green, blue = (int(value) for value in np.median(near, axis=0))
    return red, green, blue


def balanced(image: Image, white: Colour) -> Image:
    """The picture with `white` turned into (255, 255, 255); brighter is cut off."""
    scale = 255 / np.maximum(np.asarray(white, dtype=np.float64), 1)
    table = np.rint(np.minimum(np.arange(256)[:, None] * scale, 255)).astype(np.uint8)
    result = np.empty_like(image)
    for channel in range(3):
        np.take(table[:, channel], image[..., channel], out=result[..., channel])
    return result


def otsu(counts: npt.NDArray[Any]) -> int:
    """Otsu's threshold of a histogram: values above it are the upper class.

    Otsu, "A threshold selection method from gray-level histograms", 1979. A
    histogram with one value gives that value, so that nothing lies above it.
    """
    counts = np.asarray(counts, dtype=np.float64)
    used = np.flatnonzero(counts)
    if len(used) == 0:
        return len(counts) - 1
    values = np.arange(len(counts))
    lower, moment = np.cumsum(counts), np.cumsum(counts * values)
    upper = lower[-1] - lower
    inner = slice(used[0], used[-1])
    if used[0] == used[-1]:
        return int(used[0])
    mean_low = moment[inner] / lower[inner]
    mean_high = (moment[-1] - moment[inner]) / upper[inner]
    between = lower[inner] * upper[inner] * (mean_low - mean_high) ** 2
    # In a gap of the histogram all thresholds are as good: take its middle.
    best = np.flatnonzero(between >= between.max() * (1 - 1e-12))
    return int(used[0] + (best[0] + best[-1]) // 2)
