"""The stains of one slide, or why they cannot be told."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pathgui.preprocessing.pen import pen_coloured
from pathgui.preprocessing.stains.density import (
    Densities,
    Pixels,
    StainMatrix,
    White,
    angle,
    concentrations,
    densities,
)
from pathgui.preprocessing.stains.macenko import macenko
from pathgui.preprocessing.stains.vahadane import vahadane

# Fewer stained pixels than this do not tell the stains of a slide.
LEAST_PIXELS = 300
# Haematoxylin and eosin are about 22° apart; less than this is one stain only.
_LEAST_ANGLE = 7.0
# Most stained percentile that is compared with the target's.
_TOP = 99.0


class StainsUnclear(Exception):  # noqa: N818 - caught within this room, never shown
    """Why the stains cannot be told, in words for people."""


@dataclass(frozen=True, eq=False)
class Stains:
    """Stains of a slide.

    Attributes
    ----------
    matrix : ndarray of float64, shape (2, 3)
        Densities of haematoxylin and of eosin, rows of length 1.
    most : ndarray of float64, shape (2,)
        99th percentile of the concentration of each.
    """

    matrix: StainMatrix
    most: npt.NDArray[np.float64]


@dataclass(frozen=True)
class Estimation:
    """How stains are estimated; see `StainNormalizationHE`."""

    method: str
    threshold: float
    regularizer: float
    angular_percentile: float


def estimated(pixels: Pixels, white: White, how: Estimation) -> Stains:
    """The stains of tissue pixels ``(n, 3)``.

    Raises
    ------
    StainsUnclear
        If there is too little tissue, or one stain only.
    """
    density = stained(pixels, white, how.threshold)
    matrix = _matrix(density, how)
    if matrix is None or not np.isfinite(matrix).all():
        raise StainsUnclear("its colours do not form two stains")
    if (apart := angle(matrix)) < _LEAST_ANGLE:
        raise StainsUnclear(f"its two stains are only {apart:.0f}° apart")
    most = np.percentile(concentrations(density, matrix), _TOP, axis=0)
    if not np.isfinite(most).all() or (most < 1e-2).any():
        raise StainsUnclear("one of its stains is missing")
    return Stains(matrix, most)


def stained(pixels: Pixels, white: White, threshold: float) -> Densities:
    """Densities of the pixels that are stained, without pen.

    Raises
    ------
    StainsUnclear
        If there are too few.
    """
    if len(pixels):
        pixels = pixels[~pen_coloured(pixels[None])[0]]
    density = densities(pixels, white)
    # The mean, not each channel: pink tissue hardly takes away red.
    density = np.asarray(density[density.mean(axis=1) > threshold])
    if len(density) < LEAST_PIXELS:
        raise StainsUnclear(f"it has only {len(density)} stained pixels")
    return density


def _matrix(density: Densities, how: Estimation) -> StainMatrix | None:
    first = macenko(density, how.angular_percentile)
    if how.method == "macenko" or first is None:
        return first
    return vahadane(density, how.regularizer, first)
