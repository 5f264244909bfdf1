"""The tiles of a PathML file as a result file of ours."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from pathgui.interop.pathml_read import PathmlSlide, iter_pathml
from pathgui.storage import SlideMeta, SlideWriter

Report = Callable[[str, int, int], None]


def level_of(slide: PathmlSlide, factor: float) -> int | None:
    """The slide level of the tiles; None where that is not known, or between two."""
    said, scale = slide.labels.get("level"), slide.number("scale")
    if scale is not None and scale != 1:
        return None
    if isinstance(said, int) and not isinstance(said, bool) and said >= 0:
        return said
    return 0 if factor == 1 else None


def _level_size(slide: PathmlSlide, factor: float, pad: bool) -> tuple[int, int]:
    """Size of the level, which PathML does not tell; tiles that end in it are in it."""
    height, width = (int(n / factor) for n in slide.shape)
    if pad or not slide.corners:
        return width, height
    rows, columns = zip(*slide.corners, strict=True)
    side = slide.tile_size
    return max(width, max(columns) + side), max(height, max(rows) + side)


def write_tiles(
    path: Path,
    source: Path,
    slide: PathmlSlide,
    factor: float,
    progress: Report,
    told: Mapping[str, Any],
) -> None:
    """Write tiles of a PathML file, of this downsample, into a result file.

    `told` is what the result's provenance says besides.
    """
    height, width = slide.shape
    pad = bool(slide.labels.get("pad", True))
    level, mpp = level_of(slide, factor), slide.number("mpp")
    meta = SlideMeta(
        name=slide.name,
        level=level or 0,
        downsample=factor,
        scale=factor if level is None else 1.0,
        dimensions=(width, height),
        level_size=_level_size(slide, factor, pad),
        mpp=mpp,
        mpp_source="" if mpp is None else "user",
        magnification=slide.number("magnification"),
        tile_size=slide.tile_size,
        stride=slide.stride,
        pad=pad,
        source_path=str(slide.labels.get("source_path", "")),
        source_quickhash=str(slide.labels.get("source_quickhash", "")),
    )
    with SlideWriter(path, meta) as writer:
        for number, tile in enumerate(iter_pathml(source, slide)):
            corner = tile.column, tile.row
            coords = round(tile.column * factor), round(tile.row * factor)
            writer.add(number, tile.image, coords, corner, tile.masks, tile.labels)
            progress(slide.name, number, len(slide.corners))
        facts = {"converted_from": source.name, "labels": slide.labels}
        writer.set_provenance({**facts, **told})
