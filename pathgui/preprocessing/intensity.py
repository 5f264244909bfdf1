"""Brightness and contrast: stretched or equalised, 8 bit in and out."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt
from typing_extensions import override

from pathgui.errors import TransformError
from pathgui.preprocessing.checks import mask_of, rgb_image
from pathgui.preprocessing.transform import Image, TileData, Transform, param


@dataclass(frozen=True)
class RescaleIntensity(Transform):
    """Stretch values from one range to another; what lies outside is cut off.

    A range is a word, or two numbers from 0 to 255 (``"10, 240"``, or a pair in
    Python). The words are ``image``, the least and the greatest value of the tile,
    and ``dtype``, 0 to 255.
    """

    title: ClassVar[str] = "Rescale intensity"
    changes_image: ClassVar[bool] = True

    in_range: str = param(
        "image", "Values that are stretched: image, dtype, or two numbers"
    )
    out_range: str = param("dtype", "Values they become: image, dtype, or two numbers")

    @override
    def __post_init__(self) -> None:
        for name in ("in_range", "out_range"):
            value = getattr(self, name)
            if isinstance(value, list | tuple):
                value = ", ".join(f"{number:g}" for number in value)
                object.__setattr__(self, name, value)
        super().__post_init__()
        for name in ("in_range", "out_range"):
            _range(f"RescaleIntensity.{name}", getattr(self, name), (0, 255))

    @override
    def apply(self, tile: TileData) -> None:
        """Replace ``tile.image``."""
        image = rgb_image(tile)
        spread = float(image.min()), float(image.max())
        low, high = _range("in_range", self.in_range, spread)
        new_low, new_high = _range("out_range", self.out_range, spread)
        values = np.clip(np.arange(256.0), low, high)
        share = (values - low) / (high - low) if high > low else np.zeros(256)
        if high <= low:
            # One value only: there is nothing to stretch.
            new_low, share = 0.0, np.arange(256.0) / 255
            new_high = 255.0
        table = np.rint(new_low + share * (new_high - new_low))
        tile.image = np.take(table.astype(np.uint8), image)


@dataclass(frozen=True)
class HistogramEqualization(Transform):
    """Spread the values so that all become equally common, all channels alike."""

    title: ClassVar[str] = "Equalise histogram"
    changes_image: ClassVar[bool] = True

    nbins: int = param(256, "Steps of the histogram", minimum=2, maximum=256)
    mask: str | None = param(None, "Name of a mask: only its pixels are counted")

    @override
    def apply(self, tile: TileData) -> None:
        """Replace ``tile.image``."""
        image = rgb_image(tile)
        counted = image
        if self.mask is not None:
            counted = image[mask_of(tile, self.mask) != 0]
        if counted.size and counted.min() < counted.max():
            tile.image = np.take(self._table(counted), image)

    def _table(self, counted: Image) -> npt.NDArray[np.uint8]:
        """New value of each value: the share of pixels that are not brighter."""
        steps = np.arange(256) * self.nbins // 256
        counts = np.bincount(steps[counted.ravel()], minlength=self.nbins)
        share = np.cumsum(counts) / counts.sum()
        return np.asarray(np.rint(255 * share[steps]), dtype=np.uint8)


@dataclass(frozen=True)
class AdaptiveHistogramEqualization(Transform):
    """Equalise brightness part by part, with limited contrast (CLAHE); hue stays."""

    title: ClassVar[str] = "Equalise histogram locally"
    changes_image: ClassVar[bool] = True

    kernel_size: int | None = param(
        None, "Side of a part; an eighth of the tile if not given", minimum=2, unit="px"
    )
    clip_limit: float = param(
        0.01, "Limit of contrast; higher is stronger", minimum=0, maximum=1
    )
    nbins: int = param(256, "Steps of the histogram", minimum=2, maximum=256)

    @override
    def apply(self, tile: TileData) -> None:
        """Replace ``tile.image``."""
        from skimage.exposure import equalize_adapthist

        image = rgb_image(tile)
        brightness = image.max(axis=2)
        if brightness.min() == brightness.max():
            return
        equalised = equalize_adapthist(
            image, self.kernel_size, self.clip_limit, self.nbins
        )
        tile.image = np.rint(equalised * 255).astype(np.uint8)


def _range(where: str, text: str, spread: tuple[float, float]) -> tuple[float, float]:
    """The two ends of a range given as a word or as two numbers.

    Raises
    ------
    TransformError
        If it is neither.
    """
    if text == "image":
        return spread
    if text == "dtype":
        return 0.0, 255.0
    try:
        low, high = (float(part) for part in text.split(","))
    except ValueError as error:
        raise TransformError(
            f"{where} is {text!r}", "write image, dtype, or two numbers like 10, 240"
        ) from error
    if not 0 <= low < high <= 255:
        raise TransformError(
            f"{where} is {text!r}", "the numbers rise and lie between 0 and 255"
        )
    return low, high
