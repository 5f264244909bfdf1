"""Editing a low-resolution mask: brush, fill, polygon, smooth, each of them undone."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Self

import numpy as np
import numpy.typing as npt

from pathgui.preprocessing.given import rasterized
from pathgui.preprocessing.regions import majority

Binary = npt.NDArray[np.bool_]
Point = tuple[float, float]
Box = tuple[int, int, int, int]
_MOST_STEPS = 100


@dataclass
class MaskEditor:
    """A mask while a person changes it; coordinates are level-0 pixels.

    Attributes
    ----------
    mask : ndarray of bool, shape (height, width)
        The mask as it is now; changed in place.
    downsample : float
        Level-0 pixels per mask pixel.
    """

    mask: Binary
    downsample: float
    _done: list[tuple[Box, bytes]] = field(default_factory=list)
    _undone: list[tuple[Box, bytes]] = field(default_factory=list)
    _stroke: tuple[Binary, Box] | None = None
    _saved: int = 0
    _steps: int = 0

    @property
    def changed(self) -> bool:
        """Whether it differs from what was saved last, as far as steps tell."""
        return self._steps != self._saved

    def as_new(self) -> Self:
        """The same, as one that nobody has saved."""
        self._saved = -1
        return self

    def mark_saved(self) -> None:
        """It is on disk as it is now."""
        self._saved = self._steps

    def begin(self) -> None:
        """Begin a stroke: all that follows until `end` is one step."""
        self._stroke = self.mask.copy(), (0, 0, 0, 0)

    def brush(self, a: Point, b: Point, radius: float, value: bool) -> Box:
        """Draw a round stroke from a point to another.

        Parameters
        ----------
        a, b : (float, float)
            In level-0 pixels.
        radius : float
            In level-0 pixels; at least one mask pixel is hit.
        value : bool
            True adds, False erases.

        Returns
        -------
        (x0, y0, x1, y1)
            Mask pixels that may have changed.
        """
        (ax, ay), (bx, by) = self._own(a), self._own(b)
        reach = max(radius / self.downsample, 0.71)
        box = self._clipped(
            min(ax, bx) - reach, min(ay, by) - reach,
            max(ax, bx) + reach, max(ay, by) + reach,
        )  # fmt: skip
        x0, y0, x1, y1 = box
        if x1 <= x0 or y1 <= y0:
            return (0, 0, 0, 0)
        rows, columns = np.mgrid[y0:y1, x0:x1] + 0.5
        run, rise = bx - ax, by - ay
        length = run * run + rise * rise
        along = ((columns - ax) * run + (rows - ay) * rise) / (length or 1.0)
        along = np.clip(along, 0.0, 1.0)
        far = (columns - ax - along * run) ** 2 + (rows - ay - along * rise) ** 2
        self.mask[y0:y1, x0:x1][far <= reach * reach] = value
        if self._stroke is not None:
            self._stroke = self._stroke[0], _joined(self._stroke[1], box)
        return box

    def end(self) -> None:
        """End a stroke."""
        if self._stroke is not None:
            (before, box), self._stroke = self._stroke, None
            self._note(before, box)

    def fill(self, at: Point) -> Box | None:
        """Fill the hole at a point, or remove the piece at it.

        Returns
        -------
        box or None
            None where nothing changed: outside of all pieces there is no hole.
        """
        from scipy.ndimage import find_objects, label

        x, y = (int(part) for part in self._own(at))
        if not (0 <= y < self.mask.shape[0] and 0 <= x < self.mask.shape[1]):
            return None
        value = bool(self.mask[y, x])
        marks, _ = label(self.mask == value)
        number = int(marks[y, x])
        part = find_objects((marks == number).astype(np.uint8))[0]
        open_edge = any(
            s.start == 0 or s.stop == n
            for s, n in zip(part, self.mask.shape, strict=True)
        )
        if not value and open_edge:
            return None
        before = self.mask.copy()
        self.mask[marks == number] = not value
        box = (part[1].start, part[0].start, part[1].stop, part[0].stop)
        self._note(before, box)
        return box

    def polygon(self, corners: Sequence[Point], value: bool) -> Box:
        """Add or erase all inside a polygon; fewer than three corners do nothing."""
        if len(corners) < 3:
            return (0, 0, 0, 0)
        inside = rasterized([[list(corners)]], self.mask.shape, self.downsample)
        before = self.mask.copy()
        self.mask[inside] = value
        return self._note(before, self._whole)

    def smooth(self, side: int = 5) -> Box:
        """Take the steps out of all edges: each pixel as most of those around it."""
        before = self.mask.copy()
        self.mask[:] = majority(self.mask, side)
        return self._note(before, self._whole)

    def undo(self) -> Box | None:
        """Take back the last step; the box that changed, or None."""
        box = self._swap(self._done, self._undone)
        self._steps -= box is not None
        return box

    def redo(self) -> Box | None:
        """Do again what was taken back."""
        box = self._swap(self._undone, self._done)
        self._steps += box is not None
        return box

    def _swap(
        self, source: list[tuple[Box, bytes]], target: list[tuple[Box, bytes]]
    ) -> Box | None:
        if not source:
            return None
        box, packed = source.pop()
        x0, y0, x1, y1 = box
        target.append((box, _packed(self.mask, box)))
        bits = np.unpackbits(np.frombuffer(packed, np.uint8))
        count = (y1 - y0) * (x1 - x0)
        self.mask[y0:y1, x0:x1] = bits[:count].reshape(y1 - y0, x1 - x0)
        return box

    def _note(self, before: Binary, box: Box) -> Box:
        """Keep what a step has changed, as small as it is."""
        x0, y0, x1, y1 = box
        differs = before[y0:y1, x0:x1] != self.mask[y0:y1, x0:x1]
        rows, columns = differs.any(axis=1), differs.any(axis=0)
        if not rows.any():
            return (0, 0, 0, 0)
        first, last = np.flatnonzero(rows)[[0, -1]]
        left, right = np.flatnonzero(columns)[[0, -1]]
        tight = (
            x0 + int(left), y0 + int(first), x0 + int(right) + 1, y0 + int(last) + 1,
        )  # fmt: skip
        self._done.append((tight, _packed(before, tight)))
        del self._done[:-_MOST_STEPS]
        self._undone.clear()
        self._steps += 1
        if self._saved >= self._steps:
            # What was saved can no longer be come back to.
            self._saved = -1
        return tight

    @property
    def _whole(self) -> Box:
        return (0, 0, self.mask.shape[1], self.mask.shape[0])

    def _own(self, point: Point) -> Point:
        return point[0] / self.downsample, point[1] / self.downsample

    def _clipped(self, x0: float, y0: float, x1: float, y1: float) -> Box:
        height, width = self.mask.shape
        return (
            max(int(np.floor(x0)), 0),
            max(int(np.floor(y0)), 0),
            min(int(np.ceil(x1)), width),
            min(int(np.ceil(y1)), height),
        )


def _joined(a: Box, b: Box) -> Box:
    if a[2] <= a[0]:
        return b
    return min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3])


def _packed(mask: Binary, box: Box) -> bytes:
    x0, y0, x1, y1 = box
    return np.packbits(mask[y0:y1, x0:x1]).tobytes()
