"""A picture simplified to patches of one colour."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from typing_extensions import override

from pathgui.preprocessing.checks import rgb_image
from pathgui.preprocessing.transform import TileData, Transform, param


@dataclass(frozen=True)
class SuperpixelInterpolation(Transform):
    """Divide the picture into superpixels (SLIC) and fill each with its mean colour.

    Achanta et al., "SLIC superpixels compared to state-of-the-art superpixel
    methods", IEEE TPAMI 2012.
    """

    title: ClassVar[str] = "Superpixels"
    changes_image: ClassVar[bool] = True

    region_size: int = param(
        10, "Side of a superpixel, about", minimum=2, maximum=500, unit="px"
    )
    n_iter: int = param(30, "Rounds of refinement", minimum=1, maximum=200)

    @override
    def apply(self, tile: TileData) -> None:
        """Replace ``tile.image``."""
        from skimage.segmentation import slic

        image = rgb_image(tile)
        height, width = image.shape[:2]
        wanted = max(1, round(height * width / self.region_size**2))
        labels = slic(image, wanted, max_num_iter=self.n_iter, start_label=0).ravel()
        sizes = np.maximum(np.bincount(labels), 1)
        result = np.empty_like(image)
        for channel in range(3):
            sums = np.bincount(labels, image[..., channel].ravel())
            colours = np.rint(sums / sizes).astype(np.uint8)
            result[..., channel] = colours[labels].reshape(height, width)
        tile.image = result
