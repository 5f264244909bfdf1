"""Slides that OpenSlide reads."""

from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image as Pillow
from typing_extensions import override

from pathgui.errors import SlideError
from pathgui.slides import anchors, facts
from pathgui.slides.fingerprint import head_and_tail
from pathgui.slides.handle import Error, Handle
from pathgui.slides.region_slide import Colour, RegionSlide
from pathgui.tiling import Image


class OpenSlideSlide(RegionSlide):
    """A slide in a format of OpenSlide.

    OpenSlide says what the slide is, and its pixels are the reference.

    Raises
    ------
    openslide.OpenSlideError
        If OpenSlide refuses the file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._handle = Handle(path)
        properties = facts.from_openslide(self._handle.current())
        if not properties.quickhash:
            properties = replace(properties, quickhash=head_and_tail(path))
        self.properties = properties

    @override
    def region(
        self,
        level: int,
        x: int,
        y: int,
        width: int,
        height: int,
        background: Colour | None = None,
    ) -> Image:
        try:
            picture = self._picture(level, x, y, width, height)
        except Error as error:
            raise self.damage(level, x, y, (width, height), error) from error
        if background is not None:
            return composite(picture, background)
        return np.asarray(picture.convert("RGB"))

    @override
    def associated(self, name: str) -> Image:
        if name not in self.properties.associated:
            known = ", ".join(self.properties.associated) or "none"
            raise SlideError(
                f"{self.path.name} has no image {name!r}", f"it has {known}"
            )
        try:
            picture = self._handle.associated(name)
        except Error as error:
            raise SlideError(
                f"the {name} image of {self.path} cannot be read: {error}"
            ) from error
        return composite(picture, (255, 255, 255))

    @override
    def close(self) -> None:
        self._handle.drop()

    def _picture(
        self, level: int, x: int, y: int, width: int, height: int
    ) -> Pillow.Image:
        """The level's own pixels where they can be had, as RGBA."""
        downsample = self.properties.level_downsamples[level]
        across = anchors.start_before(x, width, downsample)
        down = anchors.start_before(y, height, downsample)
        if across is None or down is None:
            corner = round(x * downsample), round(y * downsample)
            return self._handle.region(level, *corner, width, height)
        left, top = x - across[0], y - down[0]
        size = width + left, height + top
        picture = self._handle.region(level, across[1], down[1], *size)
        return picture.crop((left, top, *size)) if left or top else picture


def composite(picture: Pillow.Image, background: Colour) -> Image:
    """RGBA laid over a colour, as uint8 ``(H, W, 3)``."""
    if picture.mode != "RGBA" or picture.getchannel("A").getextrema() == (255, 255):
        return np.asarray(picture.convert("RGB"))
    base = Pillow.new("RGBA", picture.size, (*background, 255))
    base.alpha_composite(picture)
    return np.asarray(base.convert("RGB"))
