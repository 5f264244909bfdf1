"""Numbers about a whole slide: tissue, pen, brightness, stains."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from typing_extensions import override

from pathgui.preprocessing import regions
from pathgui.preprocessing.colour import (
    background_colour,
    balanced,
    grey,
    saturation,
)
from pathgui.preprocessing.pen import pen_mask
from pathgui.preprocessing.shrink import shrunk
from pathgui.preprocessing.slide_transform import SlideTransform
from pathgui.preprocessing.stains.density import White, angle
from pathgui.preprocessing.stains.estimate import (
    Estimation,
    StainsUnclear,
    estimated,
)
from pathgui.preprocessing.stains.step import Unchanged
from pathgui.preprocessing.tissue import ASSUMED_MPP, TissueDetectionHE
from pathgui.preprocessing.transform import Image, Overview, SlideMask, TileStep, param

# As stain normalisation estimates them, with the defaults of Macenko's paper.
_HOW = Estimation("macenko", 0.15, 0.1, 0.01)
_SAMPLE = 20_000
_GLASS: White = (245.0, 245.0, 245.0)
# Smaller pieces are crumbs, not pieces of tissue; in µm².
_CRUMB = 100_000.0


@dataclass(frozen=True)
class MeasureSlide(SlideTransform):
    """Measure a slide on its overview; tiles are left as they are.

    Put into ``overview.measured``: ``tissue_mm2`` (where the resolution is known),
    ``tissue_share``, ``pieces``, ``pen_share`` (of the whole slide), ``brightness``
    and ``saturation`` of the tissue from 0 to 1 after white balance, ``glass`` (grey
    level of the empty glass before it), and the stains after Macenko (ISBI 2009)
    where there are two: ``h_red`` to ``e_blue`` (optical densities of length 1),
    ``h_strength``, ``e_strength`` (99th percentile) and ``stain_angle`` in degrees.
    Pen is kept as a mask of the slide where there is any.
    """

    title: ClassVar[str] = "Measure the slide"

    mask_name: str = param("tissue", "Mask of the tissue; found if no step made it")
    pen_name: str = param("pen", "Name of the mask of pen marks")

    @override
    def fit(self, overview: Overview) -> TileStep:
        """Measure, and add the numbers to ``overview.measured``."""
        tissue = overview.masks.get(self.mask_name)
        if tissue is None:
            tissue = TissueDetectionHE(mask_name=self.mask_name).detect(overview)
        factor = max(1, round(tissue.downsample / overview.downsample))
        image = shrunk(overview.image, factor)
        white = background_colour(image)
        image = image if white is None else balanced(image, white)
        found = overview.measured
        found.update(_tissue(tissue, overview.mpp))
        found.update(_colours(image, tissue.array))
        if white is not None:
            found["glass"] = float(np.mean(white))
        self._pen(image, overview, overview.downsample * factor)
        found.update(_stains(overview, white))
        return Unchanged()

    def _pen(self, image: Image, overview: Overview, downsample: float) -> None:
        mpp = (overview.mpp or ASSUMED_MPP) * downsample
        pen = pen_mask(image, mpp)
        overview.measured["pen_share"] = float(pen.mean())
        if pen.any():
            overview.masks[self.pen_name] = SlideMask(pen, downsample)


def _tissue(mask: SlideMask, mpp: float | None) -> dict[str, float]:
    array = mask.array
    pixel = ((mpp or ASSUMED_MPP) * mask.downsample) ** 2
    pieces = regions.without_small(array, _CRUMB / pixel)
    found = {
        "tissue_share": float(array.mean()),
        "pieces": float(regions.pieces(pieces)),
    }
    if mpp is not None:
        found["tissue_mm2"] = float(np.count_nonzero(array)) * pixel / 1e6
    return found


def _colours(image: Image, tissue: regions.Binary) -> dict[str, float]:
    height, width = (
        min(a, b) for a, b in zip(image.shape[:2], tissue.shape, strict=True)
    )
    image, where = image[:height, :width], tissue[:height, :width]
    if not where.any():
        return {}
    return {
        "brightness": float(grey(image)[where].mean()) / 255,
        "saturation": float(saturation(image)[where].mean()) / 255,
    }


def _stains(overview: Overview, white: White | None) -> dict[str, float]:
    pixels = overview.sample(_SAMPLE)
    try:
        stains = estimated(pixels, white or _GLASS, _HOW)
    except StainsUnclear:
        # Other stains than H&E are no fault of the slide: the numbers stay away.
        return {}
    found = {
        f"{stain}_{channel}": float(stains.matrix[row, at])
        for row, stain in enumerate("he")
        for at, channel in enumerate(("red", "green", "blue"))
    }
    found["h_strength"], found["e_strength"] = (float(v) for v in stains.most)
    found["stain_angle"] = angle(stains.matrix)
    return found
