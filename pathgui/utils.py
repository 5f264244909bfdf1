"""Names that scripts import from here: stitching, caching, adaptive tiling."""

from typing import Any

from pathgui.core import SlideData
from pathgui.tiling import TileCache, stitch_tiles


def adaptive_tile_generation(
    wsi: SlideData, *, min_tissue: float = 0.5, **tiling: Any
) -> Any:
    """Cut a slide into the tiles that hold tissue.

    The share of tissue of each tile is taken from the low-resolution mask through
    an integral image, so no tile is read to be discarded. Tissue is detected if
    the slide has no mask yet. The same as ``wsi.generate_tiles(...,
    min_tissue=...)``.

    Parameters
    ----------
    wsi : SlideData
        The slide.
    min_tissue : float
        Smallest share of tissue a tile must have, 0 to 1.
    **tiling
        As `SlideData.generate_tiles` takes them.

    Returns
    -------
    sequence of Tile
        The tiles that are kept; also ``wsi.tiles``.
    """
    return wsi.generate_tiles(min_tissue=min_tissue, **tiling)


__all__ = ["TileCache", "adaptive_tile_generation", "stitch_tiles"]
