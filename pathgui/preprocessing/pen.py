"""Pen on the glass, by its colour and by the width of its strokes."""

import numpy as np

from pathgui.preprocessing import regions
from pathgui.preprocessing.colour import extremes
from pathgui.preprocessing.transform import Image

# Nothing that is called a pen stroke is thinner, in µm; single nuclei are.
_STROKE = 60.0
# How far, in µm, the pale rim of a stroke reaches.
_RIM = 150.0


def pen_mask(image: Image, mpp: float) -> regions.Binary:
    """Strokes of green, blue or black pen.

    Parameters
    ----------
    image : ndarray of uint8, shape (H, W, 3)
        RGB, white balanced.
    mpp : float
        Micrometres per pixel.

    Returns
    -------
    ndarray of bool, shape (H, W)
        Pixels of pen colour that lie in or beside a broad stroke.
    """
    coloured = pen_coloured(image)
    if not coloured.any():
        return coloured
    smooth = regions.majority(coloured, max(3, regions.odd_pixels(_STROKE / 3, mpp)))
    strokes = regions.opened(smooth, max(3, regions.odd_pixels(_STROKE, mpp)))
    if not strokes.any():
        return strokes
    near = regions.dilated(strokes, regions.odd_pixels(2 * _RIM, mpp))
    faint = image[..., 0] < image[..., 1]
    return np.asarray(strokes | (near & (coloured | faint)))


def pen_coloured(image: Image) -> regions.Binary:
    """Pixels that have the colour of green, blue or black pen.

    In haematoxylin and eosin, green is the least channel: pink and purple absorb
    it. In pens red is least: strongly so in blue ones, and green ones are green, or
    a dark teal over tissue. Black pen is dark and grey.
    """
    red, green, blue = (image[..., channel].astype(np.int16) for channel in range(3))
    least, greatest = (part.astype(np.int16) for part in extremes(image))
    chroma = greatest - least
    leaf = (green > red + 12) & (6 * (blue - green) < chroma) & (4 * chroma > greatest)
    teal = (green > red + 8) & (greatest < 150) & (5 * chroma > greatest)
    sky = (green >= red - 4) & (blue > green) & (2 * chroma > greatest)
    black = (greatest < 90) & (6 * chroma < greatest)
    return np.asarray(leaf | teal | sky | black)
