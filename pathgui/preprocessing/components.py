"""Connected regions of a binary mask, found on its runs of pixels.

The same regions as those of ``scipy.ndimage.label``, whose import alone takes longer
than finding the tissue of a slide.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

Binary = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]


class Components:
    """The connected regions of a mask, numbered from 0.

    Parameters
    ----------
    mask : ndarray of bool, shape (H, W)
        The mask.
    corners : bool
        Whether pixels that share only a corner are connected.
    """

    def __init__(self, mask: Binary, *, corners: bool) -> None:
        self._height, self._width = mask.shape
        # A column of zeros ends each row, so that runs never reach over its end.
        self._stride = self._width + 1
        rows = np.zeros((self._height, self._stride), np.bool_)
        rows[:, :-1] = mask
        flat = rows.reshape(-1)
        turns = np.flatnonzero(flat[1:] != flat[:-1]) + 1
        if flat[:1].any():
            turns = np.concatenate([[0], turns])
        self._starts, self._ends = turns[::2], turns[1::2]
        roots = _joined(len(self._starts), *self._pairs(corners))
        numbers = np.cumsum(roots == np.arange(len(roots)))
        self._region = numbers[roots] - 1
        self.count = int(numbers[-1]) if len(numbers) else 0

    def sizes(self) -> Numbers:
        """Pixels of each region."""
        lengths = (self._ends - self._starts).astype(np.float64)
        found = np.bincount(self._region, weights=lengths, minlength=self.count)
        return found.astype(np.int64)

    def at_edge(self) -> Binary:
        """Which regions reach the edge of the picture."""
        row, left = np.divmod(self._starts, self._stride)
        right = self._ends - row * self._stride
        edge = (row == 0) | (row == self._height - 1)
        edge |= (left == 0) | (right == self._width)
        found = np.zeros(self.count, np.bool_)
        found[self._region[edge]] = True
        return found

    def mask(self, chosen: Binary) -> Binary:
        """The pixels of the chosen regions.

        Parameters
        ----------
        chosen : ndarray of bool, shape (count,)
            Which ones.
        """
        runs = chosen[self._region]
        steps = np.zeros(self._height * self._stride, np.int8)
        steps[self._starts[runs]] = 1
        steps[self._ends[runs]] = -1
        inside = np.cumsum(steps, dtype=np.int8).view(np.bool_)
        return inside.reshape(self._height, self._stride)[:, :-1].copy()

    def _pairs(self, corners: bool) -> tuple[Numbers, Numbers]:
        """Runs that touch one of the row below, and those."""
        starts, ends, stride = self._starts, self._ends, self._stride
        sides: tuple[Any, Any] = ("left", "right") if corners else ("right", "left")
        first = np.searchsorted(ends, starts + stride, sides[0])
        counts = np.searchsorted(starts, ends + stride, sides[1]) - first
        counts = np.maximum(counts, 0)
        above = np.repeat(np.arange(len(starts)), counts)
        before = np.cumsum(counts) - counts
        below = np.arange(len(above)) + np.repeat(first - before, counts)
        return above, below


def _joined(count: int, left: Numbers, right: Numbers) -> Numbers:
    """The smallest item of the group of each of `count` items, given pairs of them."""
    root = np.arange(count)
    while True:
        a, b = root[left], root[right]
        apart = a != b
        if not apart.any():
            return root
        left, right, a, b = left[apart], right[apart], a[apart], b[apart]
        # Of several pairs that want one root, one wins; the others come again.
        root[np.maximum(a, b)] = np.minimum(a, b)
        while True:
            above = root[root]
            if np.array_equal(above, root):
                break
            root = above
