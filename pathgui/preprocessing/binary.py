"""Masks by threshold, and masks made tidier."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from typing_extensions import override

from pathgui.errors import TransformError
from pathgui.preprocessing import regions
from pathgui.preprocessing.checks import mask_of, rgb_image
from pathgui.preprocessing.colour import grey, otsu
from pathgui.preprocessing.transform import TileData, Transform, param


@dataclass(frozen=True)
class BinaryThreshold(Transform):
    """Make a mask of the pixels that are brighter than a threshold.

    Otsu's threshold is that of each tile by itself, and a tile of one kind of
    pixels still gets two classes; `TissueDetectionHE` looks at the whole slide.
    """

    title: ClassVar[str] = "Threshold"

    mask_name: str = param("threshold", "Name of the mask")
    use_otsu: bool = param(True, "Choose the threshold by Otsu's method")
    threshold: int = param(
        0, "Brighter pixels are in the mask, if Otsu's method is not used",
        minimum=0, maximum=255, unit="grey level",
    )  # fmt: skip
    inverse: bool = param(False, "Take the darker pixels instead")

    @override
    def apply(self, tile: TileData) -> None:
        """Set ``tile.masks[mask_name]``, bool of shape (H, W)."""
        values = grey(rgb_image(tile))
        threshold = self.threshold
        if self.use_otsu:
            threshold = otsu(np.bincount(values.ravel(), minlength=256))
        tile.masks[self.mask_name] = (values > threshold) != self.inverse


@dataclass(frozen=True)
class _Morphology(Transform):
    """Morphology with a square; a mask of labels becomes a mask of true and false."""

    mask_name: str = param("tissue", "Name of the mask that is changed")
    kernel_size: int = param(
        5, "Side of the square", minimum=1, maximum=99, unit="px", odd=True
    )
    n_iterations: int = param(1, "How often it is repeated", minimum=1, maximum=50)


@dataclass(frozen=True)
class MorphOpen(_Morphology):
    """Remove from a mask what is thinner than a square."""

    title: ClassVar[str] = "Open mask"

    @override
    def apply(self, tile: TileData) -> None:
        """Replace ``tile.masks[mask_name]``, bool of shape (H, W)."""
        mask = mask_of(tile, self.mask_name) != 0
        mask = regions.opened(mask, self.kernel_size, self.n_iterations)
        tile.masks[self.mask_name] = mask


@dataclass(frozen=True)
class MorphClose(_Morphology):
    """Close gaps in a mask that are thinner than a square."""

    title: ClassVar[str] = "Close mask"

    @override
    def apply(self, tile: TileData) -> None:
        """Replace ``tile.masks[mask_name]``, bool of shape (H, W)."""
        mask = mask_of(tile, self.mask_name) != 0
        mask = regions.closed(mask, self.kernel_size, self.n_iterations)
        tile.masks[self.mask_name] = mask


@dataclass(frozen=True)
class ForegroundDetection(Transform):
    """Drop small regions of a mask and fill its small holes."""

    title: ClassVar[str] = "Clean mask"

    mask_name: str = param("tissue", "Name of the mask that is changed")
    min_region_size: float = param(5000, "Smaller regions are dropped", minimum=0)
    max_hole_size: float = param(1500, "Larger holes stay holes", minimum=0)
    outer_contours_only: bool = param(False, "Fill all holes")
    units: str = param("px", "Unit of both areas", choices=("px", "um2"))

    @override
    def apply(self, tile: TileData) -> None:
        """Replace ``tile.masks[mask_name]``, bool of shape (H, W).

        Raises
        ------
        TransformError
            If areas are in µm² and the resolution is unknown.
        """
        mask = mask_of(tile, self.mask_name) != 0
        area = self._pixel_area(tile)
        holes = None if self.outer_contours_only else self.max_hole_size / area
        mask = regions.without_holes(mask, holes)
        tile.masks[self.mask_name] = regions.without_small(
            mask, self.min_region_size / area
        )

    def _pixel_area(self, tile: TileData) -> float:
        if self.units == "px":
            return 1.0
        if tile.mpp is None:
            raise TransformError(
                "areas are in µm², but the slide does not say its resolution",
                "set its mpp, or give areas in px",
            )
        return tile.mpp**2
