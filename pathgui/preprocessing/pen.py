"""Pen on the glass, by its colour."""

import numpy as np

from pathgui.preprocessing.colour import extremes
from pathgui.preprocessing.regions import Binary
from pathgui.preprocessing.transform import Image


def pen_mask(image: Image) -> Binary:
    """Pixels that have the colour of green, blue or black pen.

    In haematoxylin and eosin, green is the least channel: pink and purple absorb it.
    Pens are green (green is not least, and not nearly grey), blue (red is least, and
    the colour is strong, unlike a pale blue counterstain) or black (dark and grey).

    Parameters
    ----------
    image : ndarray of uint8, shape (H, W, 3)
        RGB, white balanced.
    """
    red, green, blue = (image[..., channel].astype(np.int16) for channel in range(3))
    least, greatest = (part.astype(np.int16) for part in extremes(image))
    chroma = greatest - least
    greenish = (
        (green > red + 12) & (green > blue - chroma // 3) & (4 * chroma > greatest)
    )
    bluish = (green >= red - 4) & (blue > green) & (2 * chroma > greatest)
    black = (greatest < 90) & (6 * chroma < greatest)
    return np.asarray(greenish | bluish | black)
