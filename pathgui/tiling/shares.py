"""How much of each rectangle lies in a shape, and which have their centre in boxes."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
Box = tuple[int, int, int, int]
"""Left, upper, width, height in level-0 pixels."""

# So few rectangles are cut from a shape one by one, which is then small itself.
_FEW = 16
_POLYGON = 3  # shapely's number of a plain polygon; higher ones are collections


def areas(shapes: Iterable[Any]) -> Any:
    """The union of the areas of shapes: a valid polygon, or many, or an empty one.

    Outlines that cross themselves are mended; points and lines are left out.
    """
    import shapely

    flat = shapely.get_parts(np.array(list(shapes), object))
    valid = shapely.get_parts(shapely.make_valid(flat))
    # Mending leaves collections, and collections may hold collections.
    while (shapely.get_type_id(valid) > _POLYGON).any():
        valid = shapely.get_parts(valid)
    return shapely.union_all(valid[shapely.get_type_id(valid) == _POLYGON])


def shape_shares(shape: Any, boxes: FloatArray) -> FloatArray:
    """Share of each rectangle that lies in a shape, exactly.

    The shape is cut in halves along with the rectangles, so that each of these meets
    only the corners near to it: annotations of 100,000 corners cost little more than
    small ones.

    Parameters
    ----------
    shape : shapely geometry
        Valid areas, in the frame of the rectangles; may have holes.
    boxes : ndarray of float64, shape (n, 4)
        Left, upper, right and lower edge.

    Returns
    -------
    ndarray of float64, shape (n,)
        0 to 1; 0 for a rectangle without an area.
    """
    boxes = np.asarray(boxes, np.float64).reshape(-1, 4)
    found = np.zeros(len(boxes))
    sizes = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    _share(shape, boxes, np.flatnonzero(sizes > 0), found)
    np.divide(found, sizes, out=found, where=sizes > 0)
    return np.clip(found, 0.0, 1.0)


def _share(
    shape: Any, boxes: FloatArray, which: npt.NDArray[np.intp], areas: FloatArray
) -> None:
    """Write the area of `shape` in the rectangles `which` to `areas`."""
    import shapely

    if not len(which) or shape.is_empty:
        return
    mine = boxes[which]
    (left, upper), (right, lower) = mine[:, :2].min(axis=0), mine[:, 2:].max(axis=0)
    ground = shapely.box(left, upper, right, lower)
    part = shapely.intersection(shape, ground)
    if part.is_empty:
        return
    if part.equals(ground):
        areas[which] = (mine[:, 2] - mine[:, 0]) * (mine[:, 3] - mine[:, 1])
        return
    if len(which) <= _FEW:
        areas[which] = shapely.area(shapely.intersection(part, shapely.box(*mine.T)))
        return
    axis = 0 if right - left > lower - upper else 1
    order = np.argsort(mine[:, axis], kind="stable")
    middle = len(which) // 2
    _share(part, boxes, which[order[:middle]], areas)
    _share(part, boxes, which[order[middle:]], areas)


def centres_in(boxes: Iterable[Box], rectangles: FloatArray) -> npt.NDArray[np.bool_]:
    """Which rectangles have their centre in a box.

    Parameters
    ----------
    boxes : iterable of (x, y, width, height)
        Their left and upper edges belong to them, their right and lower ones do not.
    rectangles : ndarray of float64, shape (n, 4)
        Left, upper, right and lower edge, in the same frame.
    """
    import shapely

    places = np.array(sorted(set(boxes)), np.float64).reshape(-1, 4)
    centres = (rectangles[:, :2] + rectangles[:, 2:]) / 2
    hit = np.zeros(len(centres), np.bool_)
    if not len(places) or not len(centres):
        return hit
    low, high = places[:, :2], places[:, :2] + places[:, 2:]
    tree = shapely.STRtree(shapely.points(centres))
    which, number = tree.query(shapely.box(*low.T, *high.T))
    inside = (centres[number] >= low[which]) & (centres[number] < high[which])
    hit[number[inside.all(axis=1)]] = True
    return hit


def tiles_within(
    coords: npt.NDArray[np.int64], side: float, boxes: Iterable[Box]
) -> npt.NDArray[np.bool_]:
    """Which tiles have their centre in a box.

    Parameters
    ----------
    coords : ndarray of int64, shape (n, 2)
        Corners ``(x, y)`` in level-0 pixels.
    side : float
        Side of a tile in level-0 pixels.
    boxes : iterable of (x, y, width, height)
        In level-0 pixels.
    """
    corners = np.asarray(coords, np.float64).reshape(-1, 2)
    return centres_in(boxes, np.hstack([corners, corners + side]))
