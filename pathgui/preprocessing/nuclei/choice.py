"""The best of the regions that overlap."""

from typing import Any

import numpy as np
import numpy.typing as npt

from pathgui.preprocessing.nuclei.candidates import Column, Proposal
from pathgui.preprocessing.nuclei.shape import Labels, logistic

# A nucleus: ellipse fit and depth from about here, with this softness.
_FIT, _FIT_SOFTNESS = 0.9, 0.04
_DEPTH, _DEPTH_SOFTNESS = 0.35, 0.12
# Slopes are compared with those of the clearest nuclei of the same picture, but never
# with less than the first number (optical density).
_LEAST_SLOPE, _CLEAREST, _WEAKEST, _STRONGEST = 0.03, 70, 0.25, 1.2
# Sizes of up to twice and down to half the typical one are all as good.
_ANY_SIZE, _SIZE_SOFTNESS = np.log(2.0), 0.6
_SMALLEST = 0.12
# A region is taken if this share of it is still free.
_FREE = 0.7


def chosen(found: list[Proposal], area: float, least: float) -> Labels | None:
    """Take regions, best first, that do not overlap what was taken.

    Parameters
    ----------
    found : list of Proposal
        What each mask proposes.
    area : float
        Typical area of a nucleus in pixels.
    least : float
        Quality, 0 to 1, below which nothing is taken.

    Returns
    -------
    ndarray of int32, shape (H, W), or None
        Nuclei 1 … n; None if nothing was proposed.
    """
    from scipy.ndimage import find_objects

    if not found:
        return None
    qualities = _qualities(found, area)
    ranked = [
        (-quality[label], number, label)
        for number, quality in enumerate(qualities)
        for label in np.flatnonzero(quality > least).tolist()
    ]
    boxes = [find_objects(proposal.labels) for proposal in found]
    result = np.zeros_like(found[0].labels)
    count = 0
    for _, number, label in sorted(ranked):
        box = boxes[number][label - 1]
        region = found[number].labels[box] == label
        room = region & (result[box] == 0)
        if np.count_nonzero(room) >= _FREE * np.count_nonzero(region):
            count += 1
            result[box][room] = count
    return result


def _qualities(found: list[Proposal], area: float) -> list[Column]:
    """How much each region is like a nucleus, 0 to about 1; 0 for the background."""
    fits = np.concatenate([proposal.fit[1:] for proposal in found])
    slopes = np.concatenate([proposal.slope[1:] for proposal in found])
    clear = slopes[fits > 0.95] if np.count_nonzero(fits > 0.95) >= 3 else slopes
    reference = max(float(np.percentile(clear, _CLEAREST)), _LEAST_SLOPE)
    agreed = _agreement(found)
    result = []
    for proposal, agreement in zip(found, agreed, strict=True):
        slope = np.minimum(proposal.slope / reference, _STRONGEST)
        size = np.abs(np.log(np.maximum(proposal.area, 1) / area))
        odd_size = np.maximum(size - _ANY_SIZE, 0) / _SIZE_SOFTNESS
        quality = logistic((proposal.fit - _FIT) / _FIT_SOFTNESS)
        quality *= slope**1.5
        quality *= logistic((proposal.depth - _DEPTH) / _DEPTH_SOFTNESS)
        quality *= np.sqrt(proposal.free) * np.exp(-0.5 * odd_size**2) * agreement
        smallest = max(20.0, _SMALLEST * area)
        quality[(slope < _WEAKEST) | (proposal.area < smallest)] = 0
        quality[0] = 0
        result.append(quality)
    return result


def _agreement(found: list[Proposal]) -> list[Column]:
    """How well the other masks know a region too: mean overlap, where over half."""
    result = []
    for one in found:
        overlaps = [
            _overlap(one.labels, other.labels) for other in found if other is not one
        ]
        best = np.stack(overlaps or [np.ones(len(one.area))])
        result.append(np.mean(np.where(best > 0.5, best, 0.0), axis=0))
    return result


def _overlap(labels: Labels, others: Labels) -> Column:
    """Intersection over union of each region with the best of the others."""
    base = int(others.max()) + 1
    codes: npt.NDArray[Any] = labels.astype(np.int64).ravel() * base + others.ravel()
    pairs, shared = np.unique(codes, return_counts=True)
    one, other = pairs // base, pairs % base
    both = (one > 0) & (other > 0)
    one, other, shared = one[both], other[both], shared[both]
    size, size_other = np.bincount(labels.ravel()), np.bincount(others.ravel())
    union = size[one] + size_other[other] - shared
    best = np.zeros(len(size))
    np.maximum.at(best, one, shared / union)
    return best
