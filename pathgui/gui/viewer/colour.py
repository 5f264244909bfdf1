"""The scanner's colours brought into those of the screen."""

import io
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from pathgui import log

_log = log.get(__name__)

Image = npt.NDArray[np.uint8]
Colour = Callable[[Image], Image]


def to_screen(profile: bytes | None) -> Colour | None:
    """From the colours of an ICC profile to sRGB; None where nothing is to be done.

    Parameters
    ----------
    profile : bytes or None
        An RGB profile, as scanners write it. One that cannot be read is left alone:
        the pixels are then shown as they are.
    """
    if not profile:
        return None
    from PIL import ImageCms

    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        transform = ImageCms.buildTransform(
            source,
            ImageCms.createProfile("sRGB"),
            "RGB",
            "RGB",
            # The cache of the last pixel is not for several threads.
            flags=ImageCms.Flags.NOCACHE,
        )
    except (ImageCms.PyCMSError, OSError, ValueError) as error:
        _log.info("a colour profile is left alone: %s", error)
        return None

    def colour(image: Image) -> Image:
        from PIL import Image as Pillow

        made = ImageCms.applyTransform(Pillow.fromarray(image), transform)
        return image if made is None else np.asarray(made)

    return colour
