"""Names that scripts import from here: stitching, caching, adaptive tiling."""

from typing import Any

from pathgui.core import SlideData
from pathgui.tiling import TileCache, stitch_tiles


def adaptive_tile_generation(
    wsi: SlideData,
    level: int | None = None,
    tile_size: int = 256,
    stride: int | None = None,
    pad: bool = False,
    *,
    min_tissue: float = 0.5,
    **tiling: Any,
) -> Any:
    """Cut a slide into the tiles that hold tissue.

    What it does: the full grid is laid over the slide (over its scanned area, where
    the slide tells that); each tile's share of tissue is taken from the
    low-resolution mask through an integral image, with fractional corners; tiles
    with a smaller share than `min_tissue` are left out. No tile is read to be
    discarded. Tissue is detected once, by `TissueDetectionHE` with its defaults, if
    the slide has no mask of that name yet. Tiles are not moved or resized: those
    that are kept lie where a fixed grid has them, in reading order.

    The same as ``wsi.generate_tiles(..., min_tissue=...)``.

    Parameters
    ----------
    wsi : SlideData
        The slide.
    level, tile_size, stride, pad
        As in `SlideData.generate_tiles`.
    min_tissue : float
        Smallest share of tissue a tile must have, 0 to 1; of a tile that reaches
        over the edge only the part inside the slide counts.
    **tiling
        Further arguments of `SlideData.generate_tiles`, such as ``mpp=0.5``.

    Returns
    -------
    sequence of Tile
        The tiles that are kept; also ``wsi.tiles``.

    Raises
    ------
    ResolutionError, TilingError
        As `SlideData.generate_tiles`.
    """
    return wsi.generate_tiles(
        level, tile_size, stride, pad, min_tissue=min_tissue, **tiling
    )


__all__ = ["TileCache", "adaptive_tile_generation", "stitch_tiles"]
