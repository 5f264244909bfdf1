"""Writing a slide of a script: what was read, and what the script has changed."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from pathgui.engine import slide_meta, unstored_changes, versions
from pathgui.errors import TilingError
from pathgui.storage import Images, Layout, SlideMeta, SlideWriter
from pathgui.tiling import Tile, TileData

if TYPE_CHECKING:
    from pathgui.core.slide_data import SlideData


def write_slide(
    data: "SlideData",
    path: Path,
    layout: Layout,
    images: Images,
    compression: str,
    threads: int,
) -> Path:
    """Write tiles in the order of ``data.tiles``; see `SlideData.to_hdf5`."""
    source = data.source
    meta = data.meta or slide_meta(data.slide, source.grid, data.name)
    with SlideWriter(
        path,
        meta,
        layout=layout,
        images=images,
        compression=compression,
        threads=threads,
    ) as writer:
        for name, mask in data.masks.items():
            writer.add_slide_mask(name, mask.array, mask.downsample)
        for tile, values in _tiles(data, threads):
            writer.add(
                tile.index,
                values.image,
                tile.coords,
                tile.level_coords,
                values.masks,
                values.labels,
            )
        writer.set_provenance(_provenance(data, meta, images))
    return path


def _tiles(data: "SlideData", threads: int) -> Iterator[tuple[Tile, TileData]]:
    """Read each tile once, and put what the script set on it in its place."""
    source = data.source
    tiles = list(data.tiles)
    for tile in tiles:
        if tile.source is not source:
            raise TilingError(
                f"tile {tile.index} belongs to another slide or an earlier tiling",
                "choose from wsi.tiles as it is now",
            )
    indices = [tile.index for tile in tiles]
    for tile, (_, values) in zip(tiles, source.stream(indices, threads), strict=True):
        image, masks, labels = tile.own
        if image is not None:
            values.image = np.asarray(image)
        if masks is not None:
            values.masks = dict(masks)
        if labels is not None:
            values.labels = dict(labels)
        yield tile, values


def _provenance(
    data: "SlideData", meta: SlideMeta, images: Images
) -> dict[str, object]:
    lost = [w for f in data.source.fitted for w in unstored_changes(f, images)]
    return {
        "recipe": "",
        "recipe_hash": "",
        "steps": [repr(step) for f in data.source.fitted for step in f.steps],
        "versions": versions(),
        "ended": datetime.now(UTC).isoformat(timespec="seconds"),
        "source": meta.source_path,
        "source_quickhash": meta.source_quickhash,
        "warnings": [*data.warnings, *lost[:1]],
    }
