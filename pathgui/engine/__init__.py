"""One slide through a recipe: open, tile, transform, write."""

from pathgui.engine.drawn import Drawn
from pathgui.engine.estimate import Estimate, estimate, file_bytes
from pathgui.engine.prepare import (
    OVERVIEW_SIDE,
    Prepared,
    doubts,
    keep_tiles,
    make_overview,
    prepare,
    slide_frame,
    tissue_share,
    unannotated,
)
from pathgui.engine.process import (
    EXCLUDED,
    TISSUE,
    SlideResult,
    describe,
    process_slide,
    slide_meta,
    unstored_changes,
    versions,
    write_masks,
)
from pathgui.engine.recipe import Output, Recipe
from pathgui.engine.recipe_file import load_recipe, parse_recipe, save_recipe
from pathgui.engine.stream import computes, iter_processed, tile_data
from pathgui.engine.tiling import ANY, Tiling

__all__ = [
    "ANY",
    "EXCLUDED",
    "OVERVIEW_SIDE",
    "TISSUE",
    "Drawn",
    "Estimate",
    "Output",
    "Prepared",
    "Recipe",
    "SlideResult",
    "Tiling",
    "computes",
    "describe",
    "doubts",
    "estimate",
    "file_bytes",
    "iter_processed",
    "keep_tiles",
    "load_recipe",
    "make_overview",
    "parse_recipe",
    "prepare",
    "process_slide",
    "save_recipe",
    "slide_frame",
    "slide_meta",
    "tile_data",
    "tissue_share",
    "unannotated",
    "unstored_changes",
    "versions",
    "write_masks",
]
