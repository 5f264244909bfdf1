"""Masks that people gave: a reviewed mask, and regions that were drawn."""

import base64
import binascii
import io
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
from typing_extensions import override

from pathgui.errors import TransformError
from pathgui.preprocessing.slide_transform import SlideMaskStep, SlideTransform
from pathgui.preprocessing.transform import (
    Overview,
    SlideMask,
    TileData,
    TileStep,
    param,
)

AUTOMATIC = "_automatic"
_MOST_PIXELS = 1 << 26
Binary = npt.NDArray[np.bool_]


def mask_to_text(mask: Binary) -> str:
    """A mask as the text of a one-bit PNG, as a recipe can hold it."""
    from PIL import Image as Pillow

    buffer = io.BytesIO()
    Pillow.fromarray(mask).save(buffer, "PNG", optimize=True)
    return base64.b64encode(buffer.getvalue()).decode("ascii")


def mask_from_text(text: str) -> Binary:
    """The mask that `mask_to_text` wrote, bool ``(height, width)``.

    Raises
    ------
    TransformError
        If the text is no PNG of a sensible size.
    """
    from PIL import Image as Pillow

    try:
        data = base64.b64decode(text, validate=True)
        with Pillow.open(io.BytesIO(data), formats=("PNG",)) as picture:
            if picture.width * picture.height > _MOST_PIXELS:
                raise TransformError(
                    "the reviewed mask has more pixels than a mask has"
                )
            return np.asarray(picture.convert("1"), bool)
    except (binascii.Error, OSError, ValueError, SyntaxError) as error:
        raise TransformError(f"the reviewed mask cannot be read: {error}") from error


@dataclass(frozen=True)
class ReviewedMask(SlideTransform):
    """Put the mask that a person drew in place of the one that was found.

    The mask found before stays, under its name with ``_automatic`` after it. Runs
    add this step by themselves to the recipe of a slide whose mask was reviewed.
    """

    title: ClassVar[str] = "Use the reviewed mask"

    mask_name: str = param("tissue", "Name of the mask that is replaced")
    picture: str = param("", "The mask as a one-bit PNG in base64")
    downsample: float = param(1.0, "Level-0 pixels per mask pixel", minimum=0.001)
    reviewer: str = param("", "Who drew it")
    reviewed: str = param("", "When")

    @override
    def fit(self, overview: Overview) -> TileStep:
        """Replace the mask of a slide; without a picture nothing changes."""
        found = overview.masks.get(self.mask_name)
        if not self.picture:
            overview.warnings.append("no mask of this slide was reviewed")
            return _Nothing() if found is None else SlideMaskStep(self.mask_name, found)
        mask = SlideMask(mask_from_text(self.picture), self.downsample)
        if found is not None:
            overview.masks[self.mask_name + AUTOMATIC] = found
        overview.masks[self.mask_name] = mask
        return SlideMaskStep(self.mask_name, mask)

    @override
    def apply(self, tile: TileData) -> None:
        """A reviewed mask is of a whole slide: a tile alone keeps what it has."""


@dataclass(frozen=True)
class DrawnRegions(SlideTransform):
    """Keep a mask inside, or outside, of regions that people drew.

    With the mask that `min_tissue` looks at, only tiles inside (outside) the regions
    are made. Without a mask of that name the regions themselves become it. In a
    recipe only `classes` and `keep` are written; runs fill in the regions of each
    slide from its annotations.
    """

    title: ClassVar[str] = "Keep what is annotated"

    mask_name: str = param("tissue", "Name of the mask that is cut")
    classes: str = param("", "Classes of annotations, with commas; empty for all")
    keep: str = param(
        "inside",
        "What stays of the mask",
        choices=("inside", "outside"),
    )
    regions: tuple[Any, ...] = param(
        (), "Polygons in level-0 pixels: rings of (x, y), holes last"
    )

    @override
    def fit(self, overview: Overview) -> TileStep:
        """Cut the mask of a slide.

        Raises
        ------
        TransformError
            If the regions are not polygons.
        """
        found = overview.masks.get(self.mask_name)
        if found is None:
            shape = (overview.image.shape[0], overview.image.shape[1])
            found = SlideMask(np.ones(shape, bool), overview.downsample)
        if not self.regions and self.keep == "inside":
            overview.warnings.append(
                "this slide has no such annotations: no tile stays"
            )
        inside = rasterized(self.regions, found.array.shape, found.downsample)
        mask = replace(
            found, array=found.array & (inside if self.keep == "inside" else ~inside)
        )
        overview.masks[self.mask_name] = mask
        return SlideMaskStep(self.mask_name, mask)

    def chosen(self, classification: str) -> bool:
        """Whether annotations of a class count."""
        wanted = {name.strip().casefold() for name in self.classes.split(",")} - {""}
        return not wanted or classification.casefold() in wanted


def rasterized(
    regions: Any, shape: tuple[int, ...], downsample: float
) -> npt.NDArray[np.bool_]:
    """Pixels whose centre lies in a polygon.

    Parameters
    ----------
    regions : sequence of polygons
        Each a sequence of rings, the first its edge, the others its holes; rings are
        ``(x, y)`` in level-0 pixels.
    shape : (int, int)
        Height and width of the picture.
    downsample : float
        Level-0 pixels per pixel.

    Raises
    ------
    TransformError
        If a ring has less than three corners.
    """
    whole = np.zeros(shape, bool)
    for rings in regions:
        corners = [_corners(ring, downsample) for ring in rings]
        if corners:
            _fill(whole, corners)
    return whole


def _fill(whole: Binary, rings: list[npt.NDArray[np.float64]]) -> None:
    """Add the inside of one polygon, by the even-odd rule along each row of pixels."""
    starts = np.concatenate(rings)
    ends = np.concatenate([np.roll(ring, -1, axis=0) for ring in rings])
    low = np.floor(starts.min(axis=0)).astype(int).clip(0)
    high = np.ceil(starts.max(axis=0)).astype(int).clip(None, whole.shape[::-1])
    width, height = high - low
    if width < 1 or height < 1:
        return
    # An edge crosses the rows whose centres lie between its ends.
    centres = np.arange(low[1], high[1]) + 0.5
    upper, lower = np.minimum(starts, ends)[:, 1], np.maximum(starts, ends)[:, 1]
    first, last = np.searchsorted(centres, upper), np.searchsorted(centres, lower)
    edge = np.repeat(np.arange(len(starts)), last - first)
    rows = np.arange(len(edge)) - np.repeat(
        np.cumsum(last - first) - last, last - first
    )
    run, rise = (ends - starts)[edge].T
    x = starts[edge, 0] + (centres[rows] - starts[edge, 1]) * (run / rise)
    columns = np.clip(np.ceil(x - 0.5) - low[0], 0, width).astype(np.intp)
    flips = np.zeros((height, width + 1), np.int32)
    np.add.at(flips, (rows, columns), 1)
    inside = np.cumsum(flips[:, :-1], axis=1) % 2 == 1
    whole[low[1] : high[1], low[0] : high[0]] |= inside


def _corners(ring: Any, downsample: float) -> npt.NDArray[np.float64]:
    try:
        corners = np.asarray(ring, np.float64)
    except (TypeError, ValueError) as error:
        raise TransformError("a region is not made of numbers") from error
    if corners.ndim != 2 or corners.shape[1:] != (2,) or len(corners) < 3:
        raise TransformError("a region has a ring with less than three corners")
    if not np.isfinite(corners).all():
        raise TransformError("a region has a corner at infinity or nowhere")
    return corners / downsample


class _Nothing(TileStep):
    @override
    def apply(self, tile: TileData) -> None:
        del tile
