"""A mask cut into pieces, each no more than one nucleus."""

import numpy as np
import numpy.typing as npt

from pathgui.preprocessing.nuclei.shape import Labels
from pathgui.preprocessing.regions import Binary

# Smoothing of the depth, in radii; and the least distance of two peaks in pixels.
_SMOOTHING, _APART = 0.1, 2


def pieces(mask: Binary, radius: float) -> Labels:
    """Watershed of the depth inside a mask, with a peak for every bulge.

    Returns
    -------
    ndarray of int32, shape (H, W)
        1 … n inside the mask, 0 outside.
    """
    from scipy.ndimage import distance_transform_edt, gaussian_filter
    from skimage.feature import peak_local_max
    from skimage.segmentation import watershed

    # Nuclei cut by the edge of the picture go on beyond it.
    depth = distance_transform_edt(np.pad(mask, 1, mode="edge"))[1:-1, 1:-1]
    smooth: npt.NDArray[np.float64] = gaussian_filter(
        depth, max(0.7, _SMOOTHING * radius), mode="nearest"
    )
    peaks: npt.NDArray[np.int64] = peak_local_max(  # type: ignore[no-untyped-call]
        smooth, min_distance=_APART, labels=mask.astype(np.uint8), exclude_border=False
    )
    seeds = np.zeros(mask.shape, dtype=np.int32)
    seeds[tuple(peaks.T)] = np.arange(1, len(peaks) + 1)
    found = watershed(-smooth, seeds, mask=mask)  # type: ignore[no-untyped-call]
    return np.asarray(found, dtype=np.int32)
