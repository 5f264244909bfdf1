"""Numbers that tell how good a tile is, as labels."""

from abc import abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
from typing_extensions import override

from pathgui.preprocessing.checks import mask_of, rgb_image
from pathgui.preprocessing.colour import grey, saturation
from pathgui.preprocessing.pen import pen_coloured
from pathgui.preprocessing.shrink import shrunk
from pathgui.preprocessing.transform import Image, TileData, Transform, param

Where = npt.NDArray[np.bool_] | None

# Side of the patches on which folds are looked for; nuclei are smaller.
_PATCH_UM, _PATCH_PX = 8.0, 16


@dataclass(frozen=True)
class Metric(Transform):
    """Base: a number about the pixels of a tile, or about those in a mask.

    Padding beyond the slide does not count. Where no pixels remain the number is 0.
    """

    label_name: str = param("metric", "Name of the label")
    mask_name: str | None = param(None, "Only look at the pixels in this mask")

    @override
    def apply(self, tile: TileData) -> None:
        """Set ``tile.labels[label_name]`` to a float."""
        image = rgb_image(tile)
        where: Where = None
        if self.mask_name is not None:
            where = np.asarray(mask_of(tile, self.mask_name) != 0)
        if tile.valid_size is not None:
            inside = slice(tile.valid_size[1]), slice(tile.valid_size[0])
            image, where = image[inside], where if where is None else where[inside]
        empty = image.size == 0 or (where is not None and not where.any())
        value = 0.0 if empty else self.measure(image, where, tile.mpp)
        tile.labels[self.label_name] = float(value)

    @abstractmethod
    def measure(self, image: Image, where: Where, mpp: float | None) -> float:
        """The number for an RGB picture; `where` chooses pixels if not None."""


def chosen_pixels(values: npt.NDArray[Any], where: Where) -> npt.NDArray[Any]:
    """The values where a mask is true; all of them without one."""
    return values if where is None else values[where]


@dataclass(frozen=True)
class LabelFocus(Metric):
    """Sharpness: variance of the Laplacian of the grey picture; low where blurred.

    Pech-Pacheco et al., "Diatom autofocusing in brightfield microscopy", 2000.
    Empty glass is low too: give a tissue mask, or look at white space as well.
    """

    title: ClassVar[str] = "Focus"
    label_name: str = param("focus", "Name of the label")

    @override
    def measure(self, image: Image, where: Where, mpp: float | None) -> float:
        values = np.pad(grey(image).astype(np.float32), 1, mode="edge")
        laplacian = -4 * values[1:-1, 1:-1]
        laplacian += values[:-2, 1:-1]
        laplacian += values[2:, 1:-1]
        laplacian += values[1:-1, :-2]
        laplacian += values[1:-1, 2:]
        return float(chosen_pixels(laplacian, where).var(dtype=np.float64))


@dataclass(frozen=True)
class LabelPenMarks(Metric):
    """Share of pixels that have the colour of green, blue or black pen, 0 to 1."""

    title: ClassVar[str] = "Pen marks"
    label_name: str = param("pen", "Name of the label")

    @override
    def measure(self, image: Image, where: Where, mpp: float | None) -> float:
        return float(chosen_pixels(pen_coloured(image), where).mean())


@dataclass(frozen=True)
class LabelDarkSpots(Metric):
    """Share of the tile that is folded tissue or a dark spot, 0 to 1.

    Looks at patches of about 8 µm (16 pixels where the resolution is unknown), in
    which single nuclei vanish. Folds are dark and strongly coloured: saturation
    less brightness (Palokangas et al., 2007) is above a threshold. Spots are dark.
    """

    title: ClassVar[str] = "Folds and dark spots"
    label_name: str = param("dark", "Name of the label")
    fold_threshold: float = param(
        0.25, "Saturation less brightness of a fold", minimum=-1, maximum=1
    )
    dark_threshold: int = param(
        60, "Darker patches are dark spots", minimum=0, maximum=255, unit="grey level"
    )

    @override
    def measure(self, image: Image, where: Where, mpp: float | None) -> float:
        side = _PATCH_PX if mpp is None else round(_PATCH_UM / mpp)
        side = max(1, min(side, *image.shape[:2]))
        small = shrunk(image, side)
        brightness = grey(small).astype(np.int16)
        excess = (saturation(small) - brightness) / 255
        dark = (excess > self.fold_threshold) | (brightness < self.dark_threshold)
        large = dark.repeat(side, axis=0).repeat(side, axis=1)
        inside = large[: image.shape[0], : image.shape[1]]
        return float(chosen_pixels(inside, where).mean())


@dataclass(frozen=True)
class LabelBrightness(Metric):
    """Mean grey level, 0 (black) to 255 (white)."""

    title: ClassVar[str] = "Brightness"
    label_name: str = param("brightness", "Name of the label")

    @override
    def measure(self, image: Image, where: Where, mpp: float | None) -> float:
        return float(chosen_pixels(grey(image), where).mean())


@dataclass(frozen=True)
class LabelSaturation(Metric):
    """Mean saturation, 0 (grey) to 255 (pure colour)."""

    title: ClassVar[str] = "Saturation"
    label_name: str = param("saturation", "Name of the label")

    @override
    def measure(self, image: Image, where: Where, mpp: float | None) -> float:
        return float(chosen_pixels(saturation(image), where).mean())


@dataclass(frozen=True)
class LabelEntropy(Metric):
    """Entropy of the grey levels in bits: 0 for one level, 8 for all alike."""

    title: ClassVar[str] = "Entropy"
    label_name: str = param("entropy", "Name of the label")

    @override
    def measure(self, image: Image, where: Where, mpp: float | None) -> float:
        counts = np.bincount(chosen_pixels(grey(image), where).ravel())
        share = counts[counts > 0] / counts.sum()
        return float(abs(np.sum(share * np.log2(share))))
