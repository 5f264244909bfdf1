"""What people drew on a slide, as far as it decides which tiles are made.

It is part of the recipe that one slide gets, and of its hash. Areas are kept as
well-known text, which a recipe can hold as one word however many corners they have.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from pathgui.engine.tiling import Tiling
from pathgui.errors import RecipeError
from pathgui.tiling import TileGrid
from pathgui.tiling.shares import Box, areas, centres_in, shape_shares

_DECIMALS = 2  # of a level-0 pixel
_SLACK = 1e-9
# A recipe is part of every result. Outlines that would swell it, of 100,000 corners
# and more, give up what is finer than half a pixel; more only if that is not enough.
_LONGEST = 2_000_000
_FINEST, _COARSEST = 0.5, 64.0


@dataclass(frozen=True, slots=True)
class Drawn:
    """Annotated areas and excluded tiles of one slide.

    Attributes
    ----------
    inside, outside : str
        Areas of the classes that `Tiling.include` and `Tiling.exclude` name, as
        well-known text in level-0 pixels; empty where there are none.
    excluded : str
        Boxes that were taken out in review: ``x y width height`` in level-0 pixels,
        with commas between.

    Raises
    ------
    RecipeError
        If a text is of another form.
    """

    inside: str = ""
    outside: str = ""
    excluded: str = ""

    def __post_init__(self) -> None:
        for item in fields(self):
            if not isinstance(getattr(self, item.name), str):
                raise RecipeError(f"drawn.{item.name} is no text")
        self.boxes()
        for name in ("inside", "outside"):
            _shape(name, getattr(self, name))

    def __bool__(self) -> bool:
        return bool(self.inside or self.outside or self.excluded)

    @classmethod
    def of(
        cls, inside: Any = None, outside: Any = None, boxes: Iterable[Box] = ()
    ) -> "Drawn":
        """From shapes of level 0 and boxes ``(x, y, width, height)``."""
        words = (" ".join(map(str, box)) for box in sorted(set(boxes)))
        return cls(_text(inside), _text(outside), ", ".join(words))

    def boxes(self) -> list[Box]:
        """The excluded boxes; RecipeError."""
        found: list[Box] = []
        for words in filter(None, self.excluded.split(",")):
            try:
                x, y, width, height = map(int, words.split())
            except ValueError as error:
                raise RecipeError(
                    f"drawn.excluded has {words.strip()!r}, which is no box",
                    "a box is written as: x y width height",
                ) from error
            found.append((x, y, width, height))
        return found

    def annotated(self, grid: TileGrid, tiling: Tiling) -> TileGrid:
        """The tiles that lie where the tiling wants them, by their exact area."""
        if tiling.include is None and tiling.exclude is None:
            return grid
        share = np.ones(len(grid))
        inside, outside = _shape("inside", self.inside), _shape("outside", self.outside)
        if tiling.include is not None:
            if inside is None:
                return grid.take(np.zeros(len(grid), np.bool_))
            wanted = inside if outside is None else inside.difference(outside)
            share = shape_shares(wanted, grid.boxes)
        elif outside is not None:
            share = 1.0 - shape_shares(outside, grid.boxes)
        least = max(tiling.least_inside - _SLACK, _SLACK)
        return grid.take(share >= least)

    def taken_out(self, grid: TileGrid) -> npt.NDArray[np.bool_]:
        """Which tiles of a grid were excluded in review, by their centre."""
        if not self.excluded:
            return np.zeros(len(grid), np.bool_)
        return centres_in(self.boxes(), nominal(grid))


def nominal(grid: TileGrid) -> npt.NDArray[np.float64]:
    """Edges of tiles at level 0, shape (n, 4), also where they leave the slide."""
    corners = grid.coords.astype(np.float64)
    side = grid.tile_size * grid.frame.downsample
    return np.hstack([corners, corners + side])


def _text(shape: Any) -> str:
    if shape is None or shape.is_empty:
        return ""
    import shapely

    text: str = shapely.to_wkt(shape, rounding_precision=_DECIMALS)
    tolerance = _FINEST
    while len(text) > _LONGEST and tolerance < _COARSEST:
        simple = shape.simplify(tolerance)
        text = shapely.to_wkt(simple, rounding_precision=_DECIMALS)
        tolerance *= 2
    return text


def _shape(name: str, text: str) -> Any:
    """The valid areas that a text speaks of; None for none."""
    if not text:
        return None
    import shapely

    try:
        shape = shapely.from_wkt(text)
    except shapely.errors.ShapelyError as error:
        raise RecipeError(f"drawn.{name} is no area: {error}") from error
    if shape.geom_type not in ("Polygon", "MultiPolygon"):
        raise RecipeError(f"drawn.{name} is a {shape.geom_type}, no area")
    return shape if shape.is_valid else areas([shape])
