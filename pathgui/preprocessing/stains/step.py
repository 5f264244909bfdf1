"""What a tile gets once the stains of its slide are known."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt
from typing_extensions import override

from pathgui.preprocessing.checks import rgb_image
from pathgui.preprocessing.stains.density import (
    StainMatrix,
    White,
    density_tables,
    unmixing,
)
from pathgui.preprocessing.transform import Image, TileData, TileStep

Table = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Unchanged(TileStep):
    """Leaves the tile as it is: the stains of its slide could not be told."""

    @override
    def apply(self, tile: TileData) -> None:
        """Do nothing."""


@dataclass(frozen=True, eq=False)
class StainStep(TileStep):
    """Takes a picture apart into stains and puts it together in other colours.

    Attributes
    ----------
    tables : ndarray of float32, shape (k, 3, 256)
        What each value of each channel adds to the concentration of each stain:
        unmixing is linear in the densities, so looking up and adding is enough.
    colours : ndarray of float32, shape (k, 3)
        Density of each stain in the result, per unit of concentration.
    white : float
        Brightness of glass in the result.
    """

    changes_image: ClassVar[bool] = True

    tables: Table
    colours: Table
    white: float

    @classmethod
    def between(
        cls,
        stains: StainMatrix,
        chosen: Sequence[int],
        colours: npt.NDArray[np.float64],
        white: White,
        new_white: float,
    ) -> "StainStep":
        """From the stains of a slide, of which some are `chosen`, to new colours."""
        unmix = unmixing(stains)[:, list(chosen)]
        tables = unmix.T[:, :, None] * density_tables(white).T[None]
        return cls(tables.astype(np.float32), colours.astype(np.float32), new_white)

    @override
    def apply(self, tile: TileData) -> None:
        """Replace ``tile.image``."""
        tile.image = self.normalised(rgb_image(tile))

    def normalised(self, image: Image) -> Image:
        """The picture in its new colours, uint8."""
        amounts = [self._amount(image, table) for table in self.tables]
        result = np.empty(image.shape, dtype=np.uint8)
        spare = np.empty(image.shape[:2], dtype=np.float32)
        for channel in range(3):
            density = amounts[0] * -self.colours[0, channel]
            for amount, colour in zip(amounts[1:], self.colours[1:], strict=True):
                density -= np.multiply(amount, colour[channel], out=spare)
            np.exp(density, out=density)
            density *= np.float32(self.white)
            density += np.float32(0.5)
            result[..., channel] = density
        return result

    def _amount(self, image: Image, table: Table) -> npt.NDArray[np.float32]:
        amount = np.take(table[0], image[..., 0])
        amount += np.take(table[1], image[..., 1])
        amount += np.take(table[2], image[..., 2])
        np.maximum(amount, 0, out=amount)
        return np.asarray(amount)
