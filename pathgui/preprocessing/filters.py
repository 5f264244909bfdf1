"""Shares by which other tools throw tiles away, as labels: greyness, edges, stains."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from typing_extensions import override

from pathgui.preprocessing.colour import grey, saturation
from pathgui.preprocessing.metrics import Metric, Where, chosen_pixels
from pathgui.preprocessing.stains.density import densities, unmixing
from pathgui.preprocessing.transform import Image, param

# Haematoxylin and eosin as measured by Ruifrok and Johnston (2001), of length 1.
_RUIFROK = np.array([[0.65, 0.70, 0.29], [0.07, 0.99, 0.11]])
_RUIFROK /= np.linalg.norm(_RUIFROK, axis=1, keepdims=True)
_GLASS = (255.0, 255.0, 255.0)


@dataclass(frozen=True)
class LabelGreySpaceHE(Metric):
    """Share of pixels without colour, 0 to 1: glass, dust, black, and out of focus.

    What Slideflow calls greyspace: it leaves out tiles with more than 0.6 of it.
    """

    title: ClassVar[str] = "Grey space"
    label_name: str = param("grey_space", "Name of the label")
    threshold: float = param(
        0.05, "Pixels of less saturation are grey", minimum=0, maximum=1
    )

    @override
    def measure(self, image: Image, where: Where, mpp: float | None) -> float:
        grey_pixels = saturation(image) < 255 * self.threshold
        return float(chosen_pixels(grey_pixels, where).mean())


@dataclass(frozen=True)
class LabelEdges(Metric):
    """Share of pixels that lie on an edge, 0 to 1; few where blurred or empty.

    Edges by Canny, "A computational approach to edge detection", 1986, with the
    thresholds by which STAMP leaves out tiles with less than 0.02 of them.
    """

    title: ClassVar[str] = "Edges"
    label_name: str = param("edges", "Name of the label")
    low: float = param(
        40, "Edges go on where the slope is above this", minimum=0, maximum=1000
    )
    high: float = param(
        100, "Edges begin where the slope is above this", minimum=0, maximum=1000
    )

    @override
    def measure(self, image: Image, where: Where, mpp: float | None) -> float:
        from skimage.feature import canny

        # Slopes of the 3 × 3 Sobel filter in grey levels, without smoothing before it.
        low, high = sorted((self.low, self.high))
        found = canny(  # type: ignore[no-untyped-call]
            grey(image).astype(np.float32), 0, low, high
        )
        return float(chosen_pixels(found, where).mean())


@dataclass(frozen=True)
class LabelStainHE(Metric):
    """Mean amount of one stain, in optical density; 0 on empty glass.

    Colours are taken apart into haematoxylin and eosin as Ruifrok and Johnston,
    "Quantification of histochemical staining by color deconvolution", 2001, measured
    them, the same for all slides: a drift of a stain over a cohort is seen in it.
    """

    title: ClassVar[str] = "Amount of stain"
    label_name: str = param("hematoxylin", "Name of the label")
    stain: str = param("hematoxylin", "Which stain", choices=("hematoxylin", "eosin"))

    @override
    def measure(self, image: Image, where: Where, mpp: float | None) -> float:
        pixels = chosen_pixels(image, where).reshape(-1, 3)
        column = 0 if self.stain == "hematoxylin" else 1
        weights = unmixing(_RUIFROK)[:, column]
        # A mean of sums is the sum of means: no pixel need be taken apart.
        return max(0.0, float(densities(pixels, _GLASS).mean(axis=0) @ weights))
