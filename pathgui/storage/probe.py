"""A first look at an unknown file, made to run in a child process."""

from pathlib import Path
from typing import Any

from pathgui.storage.reader import SlideFile
from pathgui.storage.sizes import info
from pathgui.storage.validation import validate


def probe(path: str) -> dict[str, Any]:
    """Read all of a file but pixels; what it holds, as plain data.

    Returns
    -------
    dict
        ``slides``: for each slide name, tiles, layout, images, masks and maps.

    Raises
    ------
    StorageError
        If the file is damaged, foreign, newer or hostile.
    """
    with SlideFile(Path(path)) as file:
        slides = []
        for slide in file:
            _ = slide.index, slide.provenance, slide.slide_masks
            if len(slide):
                slide.masks(0)
                if slide.images == "pixels":
                    slide.image(0)
            for name in slide.map_names:
                slide.map(name)
            facts = {
                "name": slide.meta.name,
                "tiles": len(slide),
                "stored_tiles": slide.stored_tiles(),
                "layout": slide.layout,
                "images": slide.images,
                "masks": list(slide.mask_names),
                "maps": list(slide.map_names),
            }
            slides.append(facts)
    return {"slides": slides}


def problems(path: str) -> list[list[str]]:
    """`validate`, as plain data: pairs of path and message."""
    return [[problem.path, problem.message] for problem in validate(path)]


def sizes(path: str) -> dict[str, Any]:
    """`info`, as plain data."""
    found = info(path)
    return {
        "size": found.size,
        "bookkeeping": found.bookkeeping,
        "wasted": found.wasted,
        "datasets": [
            {
                "path": one.path,
                "count": one.count,
                "shape": one.shape,
                "dtype": one.dtype,
                "filters": one.filters,
                "stored": one.stored,
                "raw": one.raw,
            }
            for one in found.datasets
        ],
    }
