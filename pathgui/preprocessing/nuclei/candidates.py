"""What each threshold proposes, measured."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pathgui.preprocessing.nuclei.masks import nuclear_masks
from pathgui.preprocessing.nuclei.merge import merged
from pathgui.preprocessing.nuclei.pieces import pieces
from pathgui.preprocessing.nuclei.shape import Labels, ellipse_fit, moments
from pathgui.preprocessing.nuclei.signal import NuclearSignal
from pathgui.preprocessing.regions import Binary

Column = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Proposal:
    """The regions of one mask, and what is known of each, by label.

    Attributes
    ----------
    labels : ndarray of int32, shape (H, W)
        Regions 1 … n.
    area, fit : ndarray of float64, shape (n + 1,)
        Pixels, and ellipse fit.
    slope : ndarray
        Mean slope of the signal where the region meets the background.
    free : ndarray
        Share of the border that meets the background, not a neighbour.
    depth : ndarray
        How much of the way down to the background the signal falls right outside
        of the region: little for a clump of chromatin inside a nucleus.
    """

    labels: Labels
    area: Column
    fit: Column
    slope: Column
    free: Column
    depth: Column


def proposals(signal: NuclearSignal) -> list[Proposal]:
    """The regions of all masks; masks with nothing or everything in them are left."""
    result = []
    for mask in nuclear_masks(signal):
        if not mask.any() or mask.all():
            continue
        contrast = float(signal.values[mask].mean() - signal.values[~mask].mean())
        parts = pieces(mask, signal.radius)
        labels = merged(parts, signal.values, signal.area, contrast)
        result.append(_measured(labels, mask, signal))
    return result


def _measured(labels: Labels, mask: Binary, signal: NuclearSignal) -> Proposal:
    from scipy.ndimage import binary_dilation, grey_dilation

    count = int(labels.max())
    parts = moments(labels, count)
    area = parts[:, 0]
    inside = _mean(labels, signal.values, mask, count)
    outer = binary_dilation(~mask) & (labels > 0)
    ring = grey_dilation(labels, size=5)
    outside = _mean(ring, signal.values, ~mask & (ring > 0), count)
    border = np.bincount(labels[_edges(labels)], minlength=count + 1)
    length = np.bincount(labels[outer], minlength=count + 1)
    fall = np.maximum(inside - signal.background, 1e-3)
    return Proposal(
        labels,
        area,
        ellipse_fit(parts),
        _mean(labels, signal.slope, outer, count),
        length / np.maximum(border, 1),
        (inside - outside) / fall,
    )


def _mean(
    labels: Labels, values: npt.NDArray[np.float32], where: Binary, count: int
) -> Column:
    chosen = labels[where]
    sums = np.bincount(chosen, values[where], count + 1)
    return np.asarray(sums / np.maximum(np.bincount(chosen, minlength=count + 1), 1))


def _edges(labels: Labels) -> Binary:
    """Pixels of regions that have another label beside them."""
    result = np.zeros(labels.shape, dtype=bool)
    for axis in (0, 1):
        here, edge = np.moveaxis(labels, axis, 0), np.moveaxis(result, axis, 0)
        differs = here[1:] != here[:-1]
        edge[1:] |= differs
        edge[:-1] |= differs
    return result & (labels > 0)
