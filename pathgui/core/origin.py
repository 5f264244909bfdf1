"""The slide that a result file was made from, if it is still the same."""

from pathlib import Path

import numpy as np

from pathgui.errors import SlideError
from pathgui.preprocessing import Overview
from pathgui.slides import GIVEN, Slide, open_slide
from pathgui.storage import SlideMeta


def source_slide(meta: SlideMeta) -> tuple[Slide | None, str]:
    """Open the slide a result was made from, if it is still there and the same."""
    if not meta.source_path or not Path(meta.source_path).exists():
        return None, f"{meta.source_path or 'its path'} is not there"
    given = meta.mpp if meta.mpp_source in GIVEN else None
    source = meta.mpp_source or "user"
    try:
        slide = open_slide(meta.source_path, mpp=given, mpp_source=source)
    except SlideError as error:
        return None, error.message
    if meta.source_quickhash and slide.properties.quickhash != meta.source_quickhash:
        slide.close()
        return None, f"{meta.source_path} is another slide now"
    return slide, ""


def blind_overview() -> Overview:
    """An overview for transforms that do not look at it."""
    pixel = np.zeros((1, 1, 3), np.uint8)
    return Overview(pixel, 1.0, None, lambda count: pixel.reshape(1, 3)[:count])
