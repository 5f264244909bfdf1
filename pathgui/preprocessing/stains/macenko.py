"""Stains as the extreme directions in the plane of densities.

Macenko et al., "A method for normalizing histology slides for quantitative analysis",
ISBI 2009.
"""

import numpy as np

from pathgui.preprocessing.stains.density import (
    Densities,
    StainMatrix,
    haematoxylin_first,
    unit_rows,
)


def macenko(density: Densities, angular_percentile: float) -> StainMatrix | None:
    """Haematoxylin and eosin from densities of tissue.

    Parameters
    ----------
    density : ndarray of float64, shape (n, 3)
        Optical densities of stained pixels.
    angular_percentile : float
        Share of pixels, 0 to 0.5, that lie beyond each of the two directions.

    Returns
    -------
    ndarray of float64, shape (2, 3), or None
        Rows of length 1; None if the densities span no plane.
    """
    values, vectors = np.linalg.eigh(np.cov(density, rowvar=False))
    if not np.isfinite(values).all() or values[1] <= 1e-9:
        return None
    plane = vectors[:, [2, 1]]
    # Directions have no sign of their own; densities are positive.
    plane = plane * np.where(plane.sum(axis=0) < 0, -1.0, 1.0)
    projected = density @ plane
    angles = np.arctan2(projected[:, 1], projected[:, 0])
    percents = 100 * angular_percentile, 100 * (1 - angular_percentile)
    low, high = np.percentile(angles, percents)
    ends = np.array([[np.cos(low), np.sin(low)], [np.cos(high), np.sin(high)]])
    return haematoxylin_first(unit_rows(ends @ plane.T))
