"""Which rectangles lie in annotation polygons."""

from collections.abc import Iterable, Sequence
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from pathgui.errors import TilingError

Rule = Literal["centre", "touch", "within"]
FloatArray = npt.NDArray[np.float64]
Ring = npt.ArrayLike
Polygon = Ring | tuple[Ring, Sequence[Ring]]


def boxes_inside(
    polygons: Iterable[Polygon], boxes: FloatArray, rule: Rule = "centre"
) -> npt.NDArray[np.bool_]:
    """Whether each rectangle lies in any of the polygons.

    Parameters
    ----------
    polygons : iterable
        Each an outer ring, an array of shape (n, 2), or a tuple of the outer ring and
        a list of the rings of its holes. Rings that cross themselves are mended.
    boxes : ndarray of float64, shape (m, 4)
        Left, upper, right and lower edge, in the frame of the polygons.
    rule : {"centre", "touch", "within"}
        Whether the centre must lie in a polygon or on its edge, any of the area, or
        all of it (also if it takes several polygons).

    Returns
    -------
    ndarray of bool, shape (m,)

    Raises
    ------
    TilingError
        If the rule is unknown or a ring has less than three corners.
    """
    if rule not in ("centre", "touch", "within"):
        raise TilingError(
            f"there is no rule {rule!r} for tiles and annotations",
            "choose one of centre, touch, within",
        )
    import shapely

    shapes = [_shape(polygon, number) for number, polygon in enumerate(polygons)]
    found = np.zeros(len(boxes), np.bool_)
    if not shapes or not len(boxes):
        return found
    left, upper, right, lower = boxes.T
    areas: Any = shapely.box(left, upper, right, lower)
    if rule == "within":
        union = shapely.union_all(shapes)
        shapely.prepare(union)
        return np.asarray(shapely.covers(union, areas), dtype=np.bool_)
    tree = shapely.STRtree(shapes)
    if rule == "centre":
        centres: Any = shapely.points((left + right) / 2, (upper + lower) / 2)
        which, _ = tree.query(centres, predicate="intersects")
    else:
        which, shape = tree.query(areas, predicate="intersects")
        # Neighbours of an annotation along a grid line share an edge but no area.
        which = which[~shapely.touches(areas[which], np.array(shapes)[shape])]
    found[which] = True
    return found


def _shape(polygon: Polygon, number: int) -> Any:
    import shapely

    if isinstance(polygon, tuple):
        outer, holes = polygon
    else:
        outer, holes = polygon, ()
    rings = [_ring(ring, number) for ring in (outer, *holes)]
    return shapely.make_valid(shapely.Polygon(rings[0], rings[1:]))


def _ring(ring: Ring, number: int) -> FloatArray:
    try:
        corners = np.asarray(ring, np.float64)
    except (TypeError, ValueError) as error:
        raise TilingError(f"polygon {number} is not made of numbers") from error
    if corners.ndim != 2 or corners.shape[1] != 2 or len(corners) < 3:
        raise TilingError(
            f"polygon {number} has a ring of shape {corners.shape}",
            "a ring has three corners or more, each an (x, y) in level-0 pixels",
        )
    if not np.isfinite(corners).all():
        raise TilingError(f"polygon {number} has a corner at infinity or nowhere")
    return corners
