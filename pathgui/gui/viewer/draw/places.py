"""Which annotations are named on the canvas, and where their names stand."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from pathgui.interop import Annotation

MOST = 60
_MOST_CLIPPED = 12
# A class alone is written only on shapes of some size on screen, in pixels.
_LEAST_FOR_CLASS = 48.0

Sizes = npt.NDArray[np.float64]
View = tuple[float, float, float, float]


@dataclass(frozen=True, eq=False, slots=True)
class Places:
    """Names of annotations and where they lie, largest first; level-0 pixels.

    Attributes
    ----------
    words : tuple of str
        Name, or else class.
    named : ndarray of bool, shape (n,)
        Whether the words are a name.
    kinds : ndarray of int, shape (n,)
        Number of the class.
    boxes : ndarray of float, shape (n, 4)
        Left, top, right, bottom.
    spots : ndarray of float, shape (n, 2)
        A point within the shape.
    shapes : ndarray of geometries, shape (n,)
        The shapes.
    """

    words: tuple[str, ...]
    named: npt.NDArray[np.bool_]
    kinds: npt.NDArray[np.int64]
    boxes: Sizes
    spots: Sizes
    shapes: npt.NDArray[Any]

    @classmethod
    def of(cls, annotations: Sequence[Annotation], classes: Sequence[str]) -> "Places":
        """Where the names of annotations go; takes a while for many."""
        import shapely

        known = {name: number for number, name in enumerate(classes)}
        told = [item for item in annotations if item.name or item.classification]
        shapes = np.empty(len(told), object)
        shapes[:] = [item.geometry for item in told]
        boxes = shapely.bounds(shapes).reshape(-1, 4)
        points = shapely.point_on_surface(shapes)
        spots = np.stack([shapely.get_x(points), shapely.get_y(points)], 1)
        there = np.flatnonzero(np.isfinite(spots).all(1))
        sides = boxes[there, 2:] - boxes[there, :2]
        order = there[np.argsort(-sides.prod(1), kind="stable")]
        chosen = [told[place] for place in order]
        return cls(
            tuple(item.name or item.classification for item in chosen),
            np.array([bool(item.name) for item in chosen], bool),
            np.array([known.get(item.classification, 0) for item in chosen], int),
            boxes[order],
            spots[order],
            shapes[order],
        )

    def in_view(
        self, view: View, scale: float, kinds: set[int]
    ) -> Iterator[tuple[int, tuple[float, float]]]:
        """What could be named in a view, largest first, with the point of each.

        Parameters
        ----------
        view : tuple of float
            Left, top, right and bottom of what is on screen.
        scale : float
            Screen pixels per level-0 pixel.
        kinds : set of int
            Classes that are shown.
        """
        left, top, right, low = view
        boxes, spots = self.boxes, self.spots
        met = (boxes[:, 2] >= left) & (boxes[:, 0] <= right)
        met &= (boxes[:, 3] >= top) & (boxes[:, 1] <= low)
        met &= np.isin(self.kinds, list(kinds))
        sides = (boxes[:, 2:] - boxes[:, :2]).max(1, initial=0.0) * scale
        met &= self.named | (sides >= _LEAST_FOR_CLASS)
        x, y = spots[:, 0], spots[:, 1]
        inside = (x >= left) & (x <= right) & (y >= top) & (y <= low)
        clipped = 0
        for number in np.flatnonzero(met):
            if inside[number]:
                yield int(number), (float(x[number]), float(y[number]))
            elif clipped < _MOST_CLIPPED:
                # A shape that is larger than the view is named where it can be seen.
                clipped += 1
                if (spot := _seen(self.shapes[number], view)) is not None:
                    yield int(number), spot


def _seen(shape: Any, view: View) -> tuple[float, float] | None:
    """A point of the part of a shape that lies in the view."""
    import shapely

    part = shapely.clip_by_rect(shape, *view)
    if part.is_empty:
        return None
    point = shapely.point_on_surface(part)
    return float(point.x), float(point.y)
