"""Blurs: Gaussian, median and box, 8 bit in and out.

Beyond the edge of a tile the pixels of the edge are repeated.
"""

from dataclasses import dataclass
from typing import ClassVar

from typing_extensions import override

from pathgui.preprocessing.checks import rgb_image
from pathgui.preprocessing.smoothing import box_mean, gaussian, median
from pathgui.preprocessing.transform import TileData, Transform, param

_KERNEL = {"minimum": 1, "maximum": 99, "unit": "px", "odd": True}


@dataclass(frozen=True)
class GaussianBlur(Transform):
    """Smooth the picture with a Gaussian kernel of limited size."""

    title: ClassVar[str] = "Gaussian blur"
    changes_image: ClassVar[bool] = True

    kernel_size: int = param(5, "Side of the kernel", **_KERNEL)
    sigma: float = param(
        5.0, "Width of the Gaussian", minimum=0.01, maximum=100, unit="px"
    )

    @override
    def apply(self, tile: TileData) -> None:
        """Replace ``tile.image``."""
        tile.image = gaussian(rgb_image(tile), self.kernel_size, self.sigma)


@dataclass(frozen=True)
class MedianBlur(Transform):
    """Replace each pixel by the median of the square around it, per channel."""

    title: ClassVar[str] = "Median blur"
    changes_image: ClassVar[bool] = True

    kernel_size: int = param(5, "Side of the square", **_KERNEL)

    @override
    def apply(self, tile: TileData) -> None:
        """Replace ``tile.image``."""
        tile.image = median(rgb_image(tile), self.kernel_size)


@dataclass(frozen=True)
class BoxBlur(Transform):
    """Replace each pixel by the mean of the square around it."""

    title: ClassVar[str] = "Box blur"
    changes_image: ClassVar[bool] = True

    kernel_size: int = param(5, "Side of the square", **_KERNEL)

    @override
    def apply(self, tile: TileData) -> None:
        """Replace ``tile.image``."""
        tile.image = box_mean(rgb_image(tile), self.kernel_size)
