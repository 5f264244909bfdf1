"""Masks and tiles as shapes in level-0 pixels."""

from collections.abc import Iterator, Mapping

import numpy as np
import numpy.typing as npt

from pathgui.interop.annotation import Annotation, Geometry
from pathgui.tiling import TileGrid


def mask_polygons(
    mask: npt.NDArray[np.bool_], downsample: float, tolerance: float = 0.0
) -> list[Geometry]:
    """Outlines of a low-resolution mask, holes included.

    Parameters
    ----------
    mask : ndarray of bool, shape (height, width)
        True inside.
    downsample : float
        Level-0 pixels per mask pixel.
    tolerance : float
        How far, in level-0 pixels, an outline may be simplified; 0 keeps the exact
        edges of mask pixels, so that the area is the mask's own.

    Returns
    -------
    list of shapely Polygon
        In level-0 pixels; pieces that touch only at a corner are apart.
    """
    import shapely

    runs = np.array(list(_runs(np.asarray(mask, bool))))
    if not len(runs):
        return []
    whole = shapely.union_all(shapely.box(*runs.T))
    parts = whole.geoms if whole.geom_type == "MultiPolygon" else [whole]
    pieces = [shapely.transform(part, lambda xy: xy * downsample) for part in parts]
    if tolerance > 0:
        pieces = [piece.simplify(tolerance) for piece in pieces]
    return [piece for piece in pieces if not piece.is_empty]


def _runs(mask: npt.NDArray[np.bool_]) -> Iterator[tuple[int, int, int, int]]:
    """Boxes ``x0, y0, x1, y1`` that cover the mask: runs, merged over equal rows."""
    height, width = mask.shape
    padded = np.zeros((height + 1, width + 2), np.int8)
    padded[:height, 1:-1] = mask
    opened: dict[tuple[int, int], int] = {}
    for row in range(height + 1):
        steps = np.flatnonzero(np.diff(padded[row]))
        here = set(zip(steps[::2].tolist(), steps[1::2].tolist(), strict=True))
        for run in list(opened):
            if run not in here:
                yield run[0], opened.pop(run), run[1], row
        for run in here:
            opened.setdefault(run, row)


def tissue_annotations(
    mask: npt.NDArray[np.bool_], downsample: float, name: str = "Tissue"
) -> Iterator[Annotation]:
    """One annotation per piece of a mask."""
    for number, polygon in enumerate(mask_polygons(mask, downsample), 1):
        yield Annotation(polygon, f"{name} {number}", name, color=(11, 87, 164))


def tile_annotations(
    grid: TileGrid,
    labels: Mapping[str, npt.NDArray[np.generic]] | None = None,
    rows: npt.NDArray[np.int64] | None = None,
) -> Iterator[Annotation]:
    """One ``tile`` object per tile of a grid, with its labels as measurements.

    Parameters
    ----------
    grid : TileGrid
        The tiles.
    labels : mapping of str to ndarray, shape (n,), optional
        Numbers and yes/no per tile; columns of text are left out.
    rows : ndarray of int64, optional
        Numbers of the tiles to give, if not all; they keep their numbers.
    """
    import shapely

    corners = grid.level_coords
    downsample = grid.frame.downsample
    low = corners * downsample
    high = (corners + grid.tile_size) * downsample
    boxes = shapely.box(low[:, 0], low[:, 1], high[:, 0], high[:, 1])
    numeric = {k: v for k, v in (labels or {}).items() if v.dtype.kind in "biuf"}
    for index in range(len(boxes)) if rows is None else rows.tolist():
        values = {name: float(column[index]) for name, column in numeric.items()}
        yield Annotation(
            boxes[index], f"tile {index}", kind="tile", measurements=values
        )
