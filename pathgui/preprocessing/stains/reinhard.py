"""Colours moved so that mean and spread are those of a target.

Reinhard et al., "Color transfer between images", IEEE CG&A 2001: in the logarithm of
cone responses, rotated so that its axes hardly depend on one another (lαβ).
"""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
from typing_extensions import override

from pathgui.preprocessing.checks import rgb_image
from pathgui.preprocessing.stains.density import White
from pathgui.preprocessing.transform import Image, TileData, TileStep

Triple = tuple[float, float, float]
Matrix = npt.NDArray[np.float32]

_CONES = np.array(
    [[0.3811, 0.5783, 0.0402], [0.1967, 0.7244, 0.0782], [0.0241, 0.1288, 0.8444]]
)
# Pixels above the first grey level are glass; the second below it, they are tissue.
_GLASS, _TISSUE = np.float32(250), np.float32(80)
_AXES = np.diag([3**-0.5, 6**-0.5, 2**-0.5]) @ np.array(
    [[1.0, 1.0, 1.0], [1.0, 1.0, -2.0], [1.0, -1.0, 0.0]]
)


def lab_statistics(colours: npt.NDArray[np.float64]) -> tuple[Triple, Triple]:
    """Mean and standard deviation on the three lαβ axes.

    Parameters
    ----------
    colours : ndarray of float64, shape (n, 3)
        RGB from 0 to 255, white balanced.
    """
    axes = np.log((colours + 1) @ _CONES.T) @ _AXES.T
    return _triple(axes.mean(axis=0)), _triple(axes.std(axis=0))


def _triple(values: npt.NDArray[np.float64]) -> Triple:
    red, green, blue = (float(value) for value in values)
    return red, green, blue


@dataclass(frozen=True, eq=False)
class ReinhardStep(TileStep):
    """Moves the colours of tissue; glass stays glass.

    Attributes
    ----------
    matrix : ndarray of float32, shape (3, 3)
        What the logarithms of the cone responses are multiplied with.
    shift : ndarray of float32, shape (3,)
        What is added to them.
    white : tuple of float
        Colour of glass on the slide.
    new_white : float
        Brightness of glass in the result.
    """

    changes_image: ClassVar[bool] = True

    matrix: Matrix
    shift: Matrix
    white: White
    new_white: float

    @classmethod
    def between(
        cls,
        source: tuple[Triple, Triple],
        target: tuple[Triple, Triple],
        limit: float,
        white: White,
        new_white: float,
    ) -> "ReinhardStep":
        """From the statistics of a slide to those of a target.

        Spreads are changed by a factor of at most `limit`.
        """
        (mean, spread), (new_mean, new_spread) = source, target
        scale = np.clip(np.divide(new_spread, spread), 1 / limit, limit)
        back = np.linalg.inv(_AXES)
        matrix = (back @ np.diag(scale) @ _AXES).astype(np.float32)
        shift = back @ (np.asarray(new_mean) - scale * np.asarray(mean))
        return cls(matrix, shift.astype(np.float32), white, new_white)

    @override
    def apply(self, tile: TileData) -> None:
        """Replace ``tile.image``."""
        tile.image = self.moved(rgb_image(tile))

    def moved(self, image: Image) -> Image:
        """The picture in its new colours, uint8."""
        planes = [
            np.minimum(image[..., channel] * np.float32(255 / white), np.float32(255))
            for channel, white in enumerate(self.white)
        ]
        logs = [np.log(cone) for cone in _mixed([p + 1 for p in planes], _CONES)]
        moved = _mixed(logs, self.matrix)
        cones = [np.exp(m + s) for m, s in zip(moved, self.shift, strict=True)]
        colours = _mixed(cones, np.linalg.inv(_CONES))
        share = (_GLASS - np.minimum(np.minimum(*planes[:2]), planes[2])) / _TISSUE
        np.clip(share, 0, 1, out=share)
        result = np.empty(image.shape, dtype=np.uint8)
        for channel in range(3):
            new = np.clip(colours[channel] - 1, 0, 255)
            new = planes[channel] + share * (new - planes[channel])
            new *= np.float32(self.new_white / 255)
            result[..., channel] = new + np.float32(0.5)
        return result


def _mixed(planes: list[Matrix], matrix: npt.NDArray[Any]) -> list[Matrix]:
    """Planes combined by the rows of a matrix; faster than pixels times matrix."""
    result = []
    for row in matrix.astype(np.float32):
        total = planes[0] * row[0]
        total += planes[1] * row[1]
        total += planes[2] * row[2]
        result.append(total)
    return result
