"""Stains as a sparse, non-negative dictionary of two.

Vahadane et al., "Structure-preserving color normalization and sparse stain separation
for histological images", IEEE TMI 2016. Two atoms are few enough that coding and
dictionary update are closed formulas over all pixels.
"""

import numpy as np
import numpy.typing as npt

from pathgui.preprocessing.stains.density import (
    Densities,
    StainMatrix,
    haematoxylin_first,
    unit_rows,
)

_ROUNDS, _CODING_ROUNDS, _TOLERANCE = 200, 6, 1e-5
# Pixels the dictionary is learnt from; more change the third digit.
_ENOUGH = 20_000


def vahadane(
    density: Densities, regularizer: float, start: StainMatrix
) -> StainMatrix | None:
    """Haematoxylin and eosin from densities of tissue.

    Parameters
    ----------
    density : ndarray of float64, shape (n, 3)
        Optical densities of stained pixels.
    regularizer : float
        Weight of sparseness: how much a pixel should have one stain only.
    start : ndarray of float64, shape (2, 3)
        First guess of the stains.

    Returns
    -------
    ndarray of float64, shape (2, 3), or None
        Rows of length 1; None if one stain vanished.
    """
    density = density[:: max(1, len(density) // _ENOUGH)]
    stains = unit_rows(start)
    codes = np.maximum(density @ stains.T, 0.0)
    for _ in range(_ROUNDS):
        codes = _coded(density, stains, regularizer, codes)
        renewed = _renewed(density, codes, stains)
        change = float(np.abs(renewed - stains).max())
        stains = renewed
        if change < _TOLERANCE:
            break
    if not np.isfinite(stains).all() or (stains.sum(axis=1) <= 0).any():
        return None
    return haematoxylin_first(stains)


def _coded(
    density: Densities,
    stains: StainMatrix,
    regularizer: float,
    codes: npt.NDArray[np.float64],
) -> npt.NDArray[np.float64]:
    """Sparse non-negative codes by coordinate descent; both stains have length 1."""
    match = density @ stains.T - regularizer / 2
    shared = float(stains[0] @ stains[1])
    one, other = codes[:, 0], codes[:, 1]
    for _ in range(_CODING_ROUNDS):
        one = np.maximum(match[:, 0] - shared * other, 0.0)
        other = np.maximum(match[:, 1] - shared * one, 0.0)
    return np.stack([one, other], axis=1)


def _renewed(
    density: Densities, codes: npt.NDArray[np.float64], stains: StainMatrix
) -> StainMatrix:
    """Each stain in turn, best for the codes, non-negative and of length 1."""
    shared, target = codes.T @ codes, codes.T @ density
    result = stains.copy()
    for row in (0, 1):
        if shared[row, row] > 1e-12:
            rest = target[row] - shared[row] @ result
            result[row] += rest / shared[row, row]
            result[row : row + 1] = unit_rows(result[row : row + 1])
    return result
