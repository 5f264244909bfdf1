"""Tiles spoilt by pen, blackness or emptiness."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from typing_extensions import override

from pathgui.preprocessing.checks import rgb_image
from pathgui.preprocessing.transform import Image, TileData, Transform, param


@dataclass(frozen=True)
class LabelArtifactTileHE(Transform):
    """Label tiles that are mostly empty, or have pen or blackness on them.

    Kothari et al., "Automatic batch-effect/quality-control method for whole-slide
    images", 2012, in hue, saturation and intensity (all from 0 to 1). White pixels
    have an intensity of at least 0.1 and a saturation of at most 0.1; pen has a hue
    between 0.4 and 0.7 and a saturation above 0.1; black has an intensity below 0.1.
    A tile is an artefact if it is white by 0.8 or more, pen or black by 0.05 or
    more, or tissue (what remains) by less than 0.5. Padding does not count.
    """

    title: ClassVar[str] = "Label artefacts"

    label_name: str = param("artifact", "Name of the label")

    @override
    def apply(self, tile: TileData) -> None:
        """Set ``tile.labels[label_name]`` to a bool."""
        image = rgb_image(tile)
        if tile.valid_size is not None:
            image = image[: tile.valid_size[1], : tile.valid_size[0]]
        tile.labels[self.label_name] = _is_artifact(image)


def _is_artifact(image: Image) -> bool:
    if image.size == 0:
        return True
    red, green, blue = (image[..., c].astype(np.float32) / 255 for c in range(3))
    intensity = (red + green + blue) / 3
    least = np.minimum(np.minimum(red, green), blue)
    saturation = 1 - least / np.maximum(intensity, np.float32(1e-6))
    turn = np.arctan2(np.sqrt(np.float32(3)) * (green - blue), 2 * red - green - blue)
    hue = (turn / (2 * np.pi)) % 1
    white = (intensity >= 0.1) & (saturation <= 0.1)
    pen = (hue > 0.4) & (hue < 0.7) & (saturation > 0.1)
    spoilt = pen | (intensity < 0.1)
    tissue = ~(white | spoilt)
    return bool(white.mean() >= 0.8 or spoilt.mean() >= 0.05 or tissue.mean() < 0.5)
