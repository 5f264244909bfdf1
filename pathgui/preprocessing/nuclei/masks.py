"""Masks of nuclei at several thresholds."""

from collections.abc import Iterator

import numpy as np

from pathgui.preprocessing import regions
from pathgui.preprocessing.nuclei.signal import NuclearSignal, Signal
from pathgui.preprocessing.regions import Binary

# Thresholds between background (0) and beyond Otsu's (1): pale nuclei need the low
# ones, crowded dark nuclei the high ones.
_SHARES = (0.55, 0.75, 1.0, 1.25)
# Where a pixel is darker than its neighbourhood of so many radii, it is a nucleus
# even among nuclei; but it must be above this share everywhere.
_NEIGHBOURHOODS, _LOCAL_SHARE = (0.7, 1.5), 0.6
_HOLE, _SPECK = 0.3, 0.1


def nuclear_masks(signal: NuclearSignal) -> Iterator[Binary]:
    """Masks by global thresholds, then by comparison with the neighbourhood."""
    from scipy.ndimage import gaussian_filter

    for share in _SHARES:
        yield _cleaned(signal.values > signal.level(share), signal.area)
    above = signal.values > signal.level(_LOCAL_SHARE)
    for radii in _NEIGHBOURHOODS:
        around: Signal = gaussian_filter(
            signal.values, radii * signal.radius, mode="nearest"
        )
        yield _cleaned(above & (signal.values > around), signal.area)


def _cleaned(mask: Binary, area: float) -> Binary:
    """Without threads, pinholes and specks."""
    from scipy.ndimage import binary_opening

    opened = binary_opening(np.pad(mask, 1, mode="edge"))[1:-1, 1:-1]
    filled = regions.without_holes(np.asarray(opened), _HOLE * area)
    return regions.without_small(filled, _SPECK * area)
