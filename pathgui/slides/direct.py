"""Decoding the tiles of a TIFF slide ourselves, where that equals OpenSlide.

OpenSlide paints every tile through a compositor, which costs several times the JPEG
decoding. Most TIFF slides are a plain grid of JPEG tiles that need no compositing.
Which levels are, is found in the file's directories and then proved by reading a few
regions both ways; any difference leaves the level to OpenSlide.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from pathgui import log
from pathgui.slides import jpeg, tiff, tiled
from pathgui.slides.file_bytes import FileBytes
from pathgui.slides.properties import SlideProperties
from pathgui.slides.tile_store import TileStore
from pathgui.slides.tiled import TiledLevel
from pathgui.tiling import Image

VENDORS = frozenset({"aperio", "generic-tiff", "philips", "trestle", "ventana"})
_log = log.get(__name__)
_PROBE = 32
_ENOUGH = 3

Region = Callable[[int, int, int, int], Image | None]


def find_levels(path: Path, properties: SlideProperties) -> list[TiledLevel | None]:
    """The TIFF directory behind each level, as far as it is a plain grid of tiles.

    Parameters
    ----------
    path : Path
        The slide.
    properties : SlideProperties
        What OpenSlide says of it; the directory of a level has the level's size and
        the tile size that OpenSlide names.
    """
    nothing: list[TiledLevel | None] = [None] * properties.level_count
    # a decoder that lets damage pass would be worse than a slow one
    if properties.vendor not in VENDORS or not jpeg.strict():
        return nothing
    try:
        with tiff.directories(path) as file:
            file_bytes = FileBytes(path)
            pages = [page for page in file.pages if page.is_tiled]
            found = [tiled.from_page(file_bytes, page) for page in pages]
    except tiff.DAMAGE as error:
        _log.debug("%s: directories not readable: %s", path.name, error)
        return nothing
    return [_match(found, properties, level) for level in range(len(nothing))]


def _match(
    found: list[TiledLevel | None], properties: SlideProperties, level: int
) -> TiledLevel | None:
    raw = properties.raw
    tile = tuple(
        raw.get(f"openslide.level[{level}].tile-{side}", "")
        for side in ("width", "height")
    )
    for candidate in found:
        if candidate is None or candidate.codec == tiled.JPEG2000:
            continue
        size = candidate.width, candidate.height
        tile_size = str(candidate.tile_width), str(candidate.tile_height)
        if size == properties.level_dimensions[level] and tile_size == tile:
            return candidate
    return None


def agrees(source: TiledLevel, reference: Region) -> bool:
    """Whether a level read here equals OpenSlide's pixels, on a few regions.

    Parameters
    ----------
    source : TiledLevel
        The level's tiles.
    reference : callable
        ``reference(x, y, width, height)`` reads a region of the level through
        OpenSlide; None where it cannot give the level's own pixels.
    """
    store = TileStore()
    compared = 0
    for x, y, width, height in _probes(source):
        if compared == _ENOUGH:
            break
        columns, rows = source.span(x, y, width, height)
        if not source.stored(columns, rows):
            continue
        try:
            ours = store.region(source, 0, x, y, width, height)
        except tiled.UndecodableError:
            continue  # damaged there, which says nothing about the rest
        theirs = reference(x, y, width, height)
        if theirs is None:
            continue
        if not np.array_equal(ours, theirs):
            return False
        compared += 1
    return compared > 0


def _probes(source: TiledLevel) -> list[tuple[int, int, int, int]]:
    """Small regions: the origin, a corner of four tiles in the middle, the end.

    The first corner of four tiles stands in where OpenSlide interpolates the others.
    """
    width, height = source.width, source.height
    wide, high = min(_PROBE, width), min(_PROBE, height)
    x = max(0, width // 2 // source.tile_width * source.tile_width - wide // 2)
    y = max(0, height // 2 // source.tile_height * source.tile_height - high // 2)
    first_x = min(max(0, source.tile_width - wide // 2), width - wide)
    first_y = min(max(0, source.tile_height - high // 2), height - high)
    end = width - wide, height - high
    corners = [(0, 0), (x, y), end, (first_x, first_y)]
    return [(left, top, wide, high) for left, top in dict.fromkeys(corners)]
