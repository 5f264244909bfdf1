"""Pictures made smaller by a whole factor."""

import numpy as np

from pathgui.preprocessing.transform import Image


def shrunk(image: Image, factor: int) -> Image:
    """The mean of each block of ``factor × factor`` pixels.

    Blocks at the right and lower edge may be cut; the result has
    ``ceil(side / factor)`` pixels a side.
    """
    if factor == 1:
        return image
    from PIL import Image as Pillow

    return np.asarray(Pillow.fromarray(np.ascontiguousarray(image)).reduce(factor))
