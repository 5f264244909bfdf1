"""Where tissue is: found once per slide, on its overview."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from typing_extensions import override

from pathgui.preprocessing import regions
from pathgui.preprocessing.colour import (
    background_colour,
    balanced,
    extremes,
    grey,
    otsu,
    saturation,
)
from pathgui.preprocessing.pen import pen_mask
from pathgui.preprocessing.shrink import shrunk
from pathgui.preprocessing.slide_transform import SlideMaskStep, SlideTransform
from pathgui.preprocessing.transform import (
    Image,
    Overview,
    SlideMask,
    TileStep,
    param,
)

# Where a slide does not say its resolution: that of a 20× objective, in µm per pixel.
ASSUMED_MPP = 0.5
# The working picture: as coarse as this (µm per pixel), but never as small as this.
_RESOLUTION, _LEAST_SIDE = 4.0, 1024
# A region may always be this share of the picture, however small the picture is.
_LARGE_SHARE = 0.02
# Otsu always finds two classes. Empty glass is never more coloured (darker) than the
# first number, tissue never less than the second.
_SATURATION_LIMITS = (14, 20)
_DARKNESS_LIMITS = (12, 20)
# Nothing is as black as the outside of a scan, except pen and the slide's frame.
_BLACK = 25


@dataclass(frozen=True)
class TissueDetectionHE(SlideTransform):
    """Find tissue on the slide's overview, by saturation or by darkness.

    The picture is brought to about 4 µm per pixel and its white is balanced. Pixels
    above a threshold (Otsu's, kept between what glass and what tissue can be) pass
    a median, an opening and a closing; small regions go, small holes are filled.

    All lengths are micrometres and all areas square micrometres, so that the result
    does not depend on the level that is looked at; the numbers are those that
    PathML takes as pixels. Where the resolution is unknown, 0.5 µm per level-0
    pixel is assumed and a warning says so. Limits on regions and holes are never
    more than 2 % of the picture.

    A slide without tissue gives an empty mask and a warning.
    """

    title: ClassVar[str] = "Detect tissue"

    mask_name: str = param("tissue", "Name of the mask")
    use_saturation: bool = param(
        True, "Look for colour; if not, for what is darker than the glass", common=True
    )
    blur_ksize: float = param(
        17, "Side of the median filter", minimum=0, maximum=1000, unit="µm"
    )
    threshold: int | None = param(
        None,
        "Tissue has a saturation above this, or a grey level below this "
        "(0 to 255 after white balance); by itself if not given",
        minimum=0,
        maximum=255,
        common=True,
    )
    morph_n_iter: int = param(
        3, "How often opening and closing are repeated", minimum=0, maximum=20
    )
    morph_k_size: float = param(
        7,
        "Side of the square for opening and closing",
        minimum=0,
        maximum=500,
        unit="µm",
    )
    min_region_size: float = param(
        5000, "Smaller regions are dropped", minimum=0, unit="µm²", common=True
    )
    max_hole_size: float = param(
        1500, "Larger holes stay holes", minimum=0, unit="µm²", common=True
    )
    outer_contours_only: bool = param(False, "Fill all holes")
    reject_pen: bool = param(True, "Leave out green, blue and black pen")

    @override
    def fit(self, overview: Overview) -> TileStep:
        """Find the tissue of a slide and add it to ``overview.masks``.

        Returns
        -------
        TileStep
            Puts the tile's part of the mask into ``tile.masks[mask_name]``.
        """
        mask = self.detect(overview)
        overview.masks[self.mask_name] = mask
        overview.tissue = self.mask_name
        return SlideMaskStep(self.mask_name, mask)

    def detect(self, overview: Overview) -> SlideMask:
        """The mask of a slide; warnings are added to the overview."""
        if overview.mpp is None:
            overview.warnings.append(
                f"the slide does not say its resolution; tissue was looked for as if "
                f"it were {ASSUMED_MPP:g} µm per pixel"
            )
        mpp = (overview.mpp or ASSUMED_MPP) * overview.downsample
        factor = _factor(overview.image, mpp)
        image, mpp = shrunk(overview.image, factor), mpp * factor
        mask = self._found(image, mpp)
        if mask.any():
            mask = self._cleaned(mask, mpp)
        if not mask.any():
            overview.warnings.append("no tissue was found on this slide")
        return SlideMask(mask, overview.downsample * factor)

    def _found(self, image: Image, mpp: float) -> regions.Binary:
        """Pixels that look like tissue, each by itself."""
        white = background_colour(image)
        image = image if white is None else balanced(image, white)
        usable = extremes(image)[1] >= _BLACK
        if self.reject_pen:
            usable &= ~pen_mask(image, mpp)
        if self.use_saturation:
            signal, limits = saturation(image), _SATURATION_LIMITS
            threshold = self.threshold
        else:
            signal, limits = 255 - grey(image), _DARKNESS_LIMITS
            threshold = None if self.threshold is None else 255 - self.threshold
        if threshold is None:
            counts = np.bincount(signal[usable], minlength=256)
            threshold = int(np.clip(otsu(counts), *limits))
        return np.asarray((signal > threshold) & usable)

    def _cleaned(self, mask: regions.Binary, mpp: float) -> regions.Binary:
        area, large = mpp * mpp, _LARGE_SHARE * mask.size
        side = regions.odd_pixels(self.morph_k_size * self.morph_n_iter, mpp)
        if self.blur_ksize > 0:
            blur = max(3, regions.odd_pixels(self.blur_ksize, mpp))
            mask = regions.majority(mask, blur)
        # Closed first: an opening would tear apart what is loose, like fat.
        mask = regions.opened(regions.closed(mask, side), side)
        holes = min(self.max_hole_size / area, large)
        mask = regions.without_holes(mask, None if self.outer_contours_only else holes)
        return regions.without_small(mask, min(self.min_region_size / area, large))


def _factor(image: Image, mpp: float) -> int:
    longest = int(max(image.shape[:2]))
    return max(1, min(int(_RESOLUTION / mpp), longest // _LEAST_SIDE))
