"""Whether a tile is mostly empty glass."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from typing_extensions import override

from pathgui.preprocessing.checks import rgb_image
from pathgui.preprocessing.colour import grey
from pathgui.preprocessing.transform import TileData, Transform, param


@dataclass(frozen=True)
class LabelWhiteSpaceHE(Transform):
    """Label tiles of which a large share is nearly white.

    The label is True where more than `proportion_threshold` of the pixels are
    brighter than `greyscale_threshold`. Padding beyond the slide does not count.
    """

    title: ClassVar[str] = "Label white space"

    label_name: str = param("white", "Name of the label")
    greyscale_threshold: int = param(
        230, "Brighter pixels are white", minimum=0, maximum=255, unit="grey level"
    )
    proportion_threshold: float = param(
        0.5, "Share of white pixels above which the tile is white", minimum=0, maximum=1
    )

    @override
    def apply(self, tile: TileData) -> None:
        """Set ``tile.labels[label_name]`` to a bool."""
        image = rgb_image(tile)
        if tile.valid_size is not None:
            image = image[: tile.valid_size[1], : tile.valid_size[0]]
        white = np.count_nonzero(grey(image) > self.greyscale_threshold)
        share = white / max(image.shape[0] * image.shape[1], 1)
        tile.labels[self.label_name] = bool(share > self.proportion_threshold)
