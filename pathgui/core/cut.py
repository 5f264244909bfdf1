"""Which tiles a slide is cut into, by what a script asks for."""

from collections.abc import Callable
from typing import Any

from pathgui.core.annotations import Annotations, polygons_of
from pathgui.engine import Tiling, keep_tiles, slide_frame
from pathgui.errors import RecipeError, TilingError
from pathgui.preprocessing import SlideMask
from pathgui.slides import Slide
from pathgui.tiling import Rule, TileGrid


def asked(**words: Any) -> Tiling:
    """A tiling of these parameters.

    Raises
    ------
    TilingError
        If one is of the wrong kind or out of range, or if they contradict.
    """
    try:
        return Tiling(**words)
    except RecipeError as error:
        raise TilingError(error.message, error.hint) from error


def cut(
    slide: Slide,
    tiling: Tiling,
    tissue: Callable[[str], SlideMask],
    inside: Annotations | None,
    outside: Annotations | None,
    rule: Rule,
    warnings: list[str],
) -> TileGrid:
    """The tiles to keep; no pixel of a tile is read.

    Parameters
    ----------
    slide : Slide
        The slide.
    tiling : Tiling
        Resolution, size, stride and tissue share.
    tissue : callable
        Gives the low-resolution mask of a name; called only if a share is asked for.
    inside, outside : Path or iterable of polygons, or None
        Annotations, as `polygons_of` takes them.
    rule : {"centre", "touch", "within"}
        What of a tile must lie in an annotation.
    warnings : list of str
        Gets what was odd about a file of annotations.

    Raises
    ------
    ResolutionError
        If the level does not exist, or mpp or objective is unknown.
    TilingError
        If no tile fits.
    """
    frame = slide_frame(slide, tiling)
    grid = TileGrid.regular(frame, tiling.tile_size, tiling.step, tiling.pad)
    if tiling.min_tissue is not None:
        grid, _ = keep_tiles(grid, tiling, tissue(tiling.mask))
    if inside is not None:
        polygons = polygons_of(inside, slide.properties, warnings)
        grid = grid.take(grid.inside(polygons, rule))
    if outside is not None:
        polygons = polygons_of(outside, slide.properties, warnings)
        grid = grid.take(~grid.inside(polygons, rule))
    return grid
