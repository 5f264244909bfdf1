"""Tiles: geometry, stitching and caching on plain numpy arrays."""

from pathgui.tiling.cache import CacheStats, TileCache
from pathgui.tiling.frame import Frame
from pathgui.tiling.grid import TileGrid
from pathgui.tiling.memory import keep_freed
from pathgui.tiling.polygons import Polygon, Rule
from pathgui.tiling.pyramid import PyramidSink, halve, pyramid_sizes
from pathgui.tiling.resolution import (
    frame_for,
    mpp_for_tile,
    plausible_mpp,
    tile_size_for,
)
from pathgui.tiling.shares import Box, tiles_within
from pathgui.tiling.sink import RowSink
from pathgui.tiling.stitch import stitch_tiles
from pathgui.tiling.tile import Image, Label, Mask, Tile, TileData, TileSource
from pathgui.tiling.tilelist import TileList

__all__ = [
    "Box",
    "CacheStats",
    "Frame",
    "Image",
    "Label",
    "Mask",
    "Polygon",
    "PyramidSink",
    "RowSink",
    "Rule",
    "Tile",
    "TileCache",
    "TileData",
    "TileGrid",
    "TileList",
    "TileSource",
    "frame_for",
    "halve",
    "keep_freed",
    "mpp_for_tile",
    "plausible_mpp",
    "pyramid_sizes",
    "stitch_tiles",
    "tile_size_for",
    "tiles_within",
]
