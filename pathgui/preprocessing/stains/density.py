"""Optical density, and stains in it."""

from typing import Any

import numpy as np
import numpy.typing as npt

Densities = npt.NDArray[np.float64]
StainMatrix = npt.NDArray[np.float64]
Pixels = npt.NDArray[np.uint8]
White = tuple[float, float, float]


def density_tables(white: White) -> npt.NDArray[np.float64]:
    """Optical density of each value of each channel, shape (256, 3), never negative.

    The natural logarithm, as in Macenko's paper; 1 is added to all values so that
    black stays finite.
    """
    values = np.arange(1, 257, dtype=np.float64)[:, None]
    tables = np.log((np.asarray(white, dtype=np.float64) + 1) / values)
    return np.maximum(tables, 0.0)


def densities(pixels: Pixels, white: White) -> Densities:
    """Optical densities of pixels ``(n, 3)``, float64."""
    tables = density_tables(white)
    return np.stack([tables[pixels[:, c], c] for c in range(3)], axis=1)


def unmixing(stains: StainMatrix) -> npt.NDArray[np.float64]:
    """Matrix (3, 2) that turns densities into concentrations by least squares."""
    return np.asarray(np.linalg.pinv(stains))


def concentrations(density: Densities, stains: StainMatrix) -> npt.NDArray[np.float64]:
    """How much of each stain there is, shape (n, 2), never negative."""
    return np.maximum(density @ unmixing(stains), 0.0)


def unit_rows(matrix: npt.NDArray[Any]) -> StainMatrix:
    """Rows without negative values, scaled to length 1; zero rows stay zero."""
    positive = np.maximum(np.asarray(matrix, dtype=np.float64), 0.0)
    lengths = np.linalg.norm(positive, axis=1, keepdims=True)
    return np.asarray(positive / np.where(lengths > 0, lengths, 1.0))


def haematoxylin_first(stains: StainMatrix) -> StainMatrix:
    """Rows in the order haematoxylin, eosin: haematoxylin takes away more red."""
    return stains if stains[0, 0] >= stains[1, 0] else stains[::-1].copy()


def angle(stains: StainMatrix) -> float:
    """Degrees between the two stains, which have length 1."""
    cosine = float(np.clip(stains[0] @ stains[1], -1.0, 1.0))
    return float(np.degrees(np.arccos(cosine)))
