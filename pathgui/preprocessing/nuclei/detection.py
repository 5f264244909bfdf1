"""Nuclei as labels on each tile."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from typing_extensions import override

from pathgui.preprocessing.checks import rgb_image
from pathgui.preprocessing.nuclei.candidates import proposals
from pathgui.preprocessing.nuclei.choice import chosen
from pathgui.preprocessing.nuclei.shape import Labels
from pathgui.preprocessing.nuclei.signal import nuclear_signal
from pathgui.preprocessing.transform import Image, TileData, Transform, param


@dataclass(frozen=True)
class NucleusDetectionHE(Transform):
    """Find nuclei one by one.

    The haematoxylin is cut at several thresholds; the regions of each are split and
    joined into ellipses; of the regions that overlap, that is kept which is most
    elliptic, has the clearest edge, and is found at most thresholds. No model is
    needed, and one set of parameters serves pale, dark and crowded nuclei. Nuclei
    need a radius of at least about 3 pixels.

    The mask holds integers: 0 outside, 1 … n in the nuclei; ``mask > 0`` is what
    PathML calls the mask, and what ``instances=False`` stores.
    """

    title: ClassVar[str] = "Detect nuclei"

    mask_name: str = param("nuclei", "Name of the mask")
    instances: bool = param(
        True, "Number the nuclei; if not, the mask only tells where nuclei are"
    )
    min_quality: float = param(
        0.05,
        "Nuclei less clear than this are left out; higher finds fewer",
        minimum=0,
        maximum=1,
    )

    @override
    def apply(self, tile: TileData) -> None:
        """Set ``tile.masks[mask_name]``, int32 or bool of shape (H, W)."""
        image = rgb_image(tile)
        width, height = tile.valid_size or image.shape[1::-1]
        labels = np.zeros(image.shape[:2], dtype=np.int32)
        inside = image[: max(height, 0), : max(width, 0)]
        if inside.size:
            labels[:height, :width] = nuclei(inside, tile.mpp, self.min_quality)
        tile.masks[self.mask_name] = labels if self.instances else labels > 0


def nuclei(image: Image, mpp: float | None = None, min_quality: float = 0.05) -> Labels:
    """Nuclei of a picture.

    Parameters
    ----------
    image : ndarray of uint8, shape (H, W, 3)
        RGB.
    mpp : float or None
        Micrometres per pixel; bounds the size of nuclei where known.
    min_quality : float
        Nuclei less clear than this are left out.

    Returns
    -------
    ndarray of int32, shape (H, W)
        0 outside, 1 … n in the nuclei, best first.
    """
    signal = nuclear_signal(image, mpp)
    if signal is not None:
        labels = chosen(proposals(signal), signal.area, min_quality)
        if labels is not None:
            return labels
    return np.zeros(image.shape[:2], dtype=np.int32)
