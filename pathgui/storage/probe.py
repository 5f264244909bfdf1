"""A first look at an unknown file, made to run in a child process."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from pathgui.storage.features import FeatureFile
from pathgui.storage.features.meta import FORMAT as FEATURES
from pathgui.storage.handle import kind_of
from pathgui.storage.reader import SlideFile
from pathgui.storage.sizes import info
from pathgui.storage.validation import validate

Report = Callable[[str, int, int], None]


def first_look(*paths: str, progress: Report) -> None:
    """`probe` of several files; StorageError about the first that is no good."""
    for done, path in enumerate(paths):
        probe(path, partial(_told, progress, done, len(paths)))


def _told(report: Report, done: int, total: int, *_: object) -> None:
    report("Looking at files", done, total)


def probe(path: str, progress: Report | None = None) -> dict[str, Any]:
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
    if kind_of(Path(path)) == FEATURES:
        return _probe_features(path)
    with SlideFile(Path(path)) as file:
        slides = []
        for done, slide in enumerate(file):
            if progress is not None:
                progress("Slides", done, len(file))
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


def _probe_features(path: str) -> dict[str, Any]:
    with FeatureFile(Path(path)) as file:
        slides = [
            {"name": name, "tiles": 0, "linked": True}
            if file.is_linked(name)
            else {"name": name, "tiles": len(file.slide(name).coords), "linked": False}
            for name in file.slide_names
        ]
    return {"slides": slides}


def problems(path: str, progress: Report | None = None) -> list[list[str]]:
    """`validate`, as plain data: pairs of path and message."""
    found = validate(path, progress=progress)
    return [[problem.path, problem.message] for problem in found]


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
