"""How many tiles and how many bytes a recipe will give, before a tile is read."""

from dataclasses import dataclass

from pathgui.engine.prepare import keep_tiles, slide_frame
from pathgui.engine.recipe import Output, Recipe
from pathgui.preprocessing import SlideMask
from pathgui.slides import Slide
from pathgui.tiling import TileGrid

# Stored bytes per byte of pixels, as tissue of real scanners compresses; scanner
# noise makes the difference between slides, so this is good to about a quarter.
_SHARE = {"none": 1.0, "fast": 0.78, "1": 0.75, "4": 0.73, "9": 0.72}
# Measured on results without pixels: of the file, of each tile with a few labels,
# and of each mask of a tile that is cut from one of the slide.
_FILE_BYTES = 16_000
_TILE_BYTES = {"tree": 650, "stacked": 90}
_MASK_BYTES = {"tree": 450, "stacked": 110}


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a recipe will give on one slide.

    Attributes
    ----------
    candidates : int
        Tiles of the full grid.
    tiles : int
        Tiles that will be kept; equal to `candidates` where no mask is known yet.
    hdf5_bytes : int
        Expected size of the result file, good to about a quarter.
    """

    candidates: int
    tiles: int
    hdf5_bytes: int


def estimate(slide: Slide, recipe: Recipe, mask: SlideMask | None = None) -> Estimate:
    """Tiles and bytes, from geometry and a low-resolution mask alone.

    Parameters
    ----------
    slide : Slide
        No pixel of it is read.
    recipe : Recipe
        What would be done.
    mask : SlideMask, optional
        Tissue, where it is known; without it all tiles are counted.

    Raises
    ------
    ResolutionError, TilingError
        If the slide cannot be tiled so.
    """
    tiling = recipe.tiling
    frame = slide_frame(slide, tiling)
    grid = TileGrid.regular(frame, tiling.tile_size, tiling.step, tiling.pad)
    kept = len(keep_tiles(grid, tiling, mask, recipe.drawn)[0])
    steps = recipe.pipeline.transforms
    masks = len({n for t in steps if (n := getattr(t, "mask_name", None))})
    size = file_bytes(kept, tiling.tile_size, recipe.output, masks)
    return Estimate(len(grid), kept, size)


def file_bytes(tiles: int, tile_size: int, output: Output, masks: int = 1) -> int:
    """Expected size of a result file of so many tiles."""
    each = _TILE_BYTES[output.layout] + masks * _MASK_BYTES[output.layout]
    if output.images == "pixels":
        share = _SHARE.get(output.compression, _SHARE["4"])
        each += round(3 * tile_size**2 * share)
    return _FILE_BYTES + tiles * each
