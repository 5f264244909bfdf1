"""Pieces joined to nuclei, best join first, as long as the ellipses get better."""

from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import Any

import numpy as np
import numpy.typing as npt

from pathgui.preprocessing.nuclei.shape import (
    Labels,
    Moments,
    ellipse_fit,
    logistic,
    moments,
    numbered,
)
from pathgui.preprocessing.nuclei.signal import Signal

# Regions fit for a nucleus from about this ellipse fit, with this softness; and
# much smaller than this share of the typical area they are fragments.
_FIT, _SOFTNESS, _FRAGMENT = 0.9, 0.03, 0.35
# How much a pale line between two pieces speaks against joining them.
_VALLEY = 0.5

# Sum of the signal along a border, and the border's length.
Border = tuple[float, float]


@dataclass
class _Pieces:
    """Pieces while they are being joined."""

    parts: Moments
    sums: npt.NDArray[np.float64]
    area: float
    contrast: float
    near: list[dict[int, Border]]
    version: list[int]
    into: list[int]
    worth: npt.NDArray[np.float64]
    queue: list[tuple[float, int, int, int, int]] = field(default_factory=list)

    def gain(self, one: int, other: int) -> float:
        """What joining two neighbours wins: worth of both together minus apart."""
        both = self.parts[one] + self.parts[other]
        level, length = self.near[one][other]
        inside = min(
            self.sums[one] / self.parts[one, 0], self.sums[other] / self.parts[other, 0]
        )
        valley = max(inside - level / length, 0.0) / self.contrast
        smaller = min(self.parts[one, 0], self.parts[other, 0])
        together = float(worth(both, self.area))
        apart = float(self.worth[one] + self.worth[other])
        return float(together - apart - _VALLEY * valley * smaller)

    def offer(self, one: int, other: int) -> None:
        """Put a join into the queue if it wins anything."""
        gain = self.gain(one, other)
        if gain > 0:
            versions = self.version[one], self.version[other]
            heappush(self.queue, (-gain, one, other, *versions))

    def join(self, one: int, other: int) -> None:
        """Make `other` a part of `one`, and offer the joins that follow."""
        self.parts[one] += self.parts[other]
        self.sums[one] += self.sums[other]
        self.worth[one] = worth(self.parts[one], self.area)
        self.into[other] = one
        self.version[one] += 1
        self.version[other] = -1
        for third, (level, length) in self.near[other].items():
            if third == one:
                continue
            del self.near[third][other]
            shared, more = self.near[one].get(third, (0.0, 0.0))
            border = (shared + level, more + length)
            self.near[one][third] = self.near[third][one] = border
        del self.near[one][other]
        for third in self.near[one]:
            self.offer(one, third)


def worth(parts: Moments, area: float) -> npt.NDArray[np.float64]:
    """Worth of regions as nuclei: their area, if they are elliptic and not tiny."""
    size = parts[..., 0]
    fits = logistic((ellipse_fit(parts) - _FIT) / _SOFTNESS)
    return np.asarray(size * fits * -np.expm1(-size / (_FRAGMENT * area)))


def merged(labels: Labels, values: Signal, area: float, contrast: float) -> Labels:
    """Join pieces.

    Parameters
    ----------
    labels : ndarray of int32, shape (H, W)
        Pieces 1 … n, 0 outside.
    values : ndarray of float32, shape (H, W)
        Nuclear signal; pale lines in it keep pieces apart.
    area : float
        Typical area of a nucleus in pixels.
    contrast : float
        Difference of the signal between inside and outside.
    """
    count = int(labels.max())
    parts = moments(labels, count)
    sums = np.bincount(labels.ravel(), values.ravel(), count + 1).astype(np.float64)
    borders = _borders(labels, values)
    near: list[dict[int, Border]] = [{} for _ in range(count + 1)]
    for one, other, level, length in borders:
        near[one][other] = near[other][one] = (level, length)
    state = _Pieces(
        parts, sums, area, max(contrast, 1e-6), near,
        [0] * (count + 1), list(range(count + 1)), worth(parts, area),
    )  # fmt: skip
    for one, other, _, _ in borders:
        state.offer(one, other)
    while state.queue:
        _, one, other, *versions = heappop(state.queue)
        # A piece that was joined since has another version.
        if versions == [state.version[one], state.version[other]]:
            state.join(one, other)
    return numbered(_roots(state.into)[labels])


def _roots(into: list[int]) -> npt.NDArray[np.int32]:
    roots = list(into)
    for piece in range(len(roots)):
        while roots[piece] != roots[roots[piece]]:
            roots[piece] = roots[roots[piece]]
    return np.asarray(roots, dtype=np.int32)


def _borders(labels: Labels, values: Signal) -> list[tuple[int, int, float, float]]:
    """Pairs of neighbours: both labels, sum of the signal on their border, length."""
    codes: list[npt.NDArray[Any]] = []
    levels: list[npt.NDArray[Any]] = []
    base = int(labels.max()) + 1
    for axis in (0, 1):
        one = np.moveaxis(labels, axis, 0)
        level = np.moveaxis(values, axis, 0)
        touch = (one[1:] != one[:-1]) & (one[1:] > 0) & (one[:-1] > 0)
        first, second = one[1:][touch], one[:-1][touch]
        low = np.minimum(first, second).astype(np.int64)
        codes.append(low * base + np.maximum(first, second))
        levels.append(np.minimum(level[1:][touch], level[:-1][touch]))
    pairs, where = np.unique(np.concatenate(codes), return_inverse=True)
    sums = np.bincount(where, np.concatenate(levels), len(pairs))
    lengths = np.bincount(where, minlength=len(pairs))
    low, high = pairs // base, pairs % base
    return list(
        zip(low.tolist(), high.tolist(), sums.tolist(), lengths.tolist(), strict=True)
    )
