"""A first look at an unknown file, made to run in a child process."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from pathgui.errors import PathguiError, StorageError
from pathgui.storage.features import FeatureFile
from pathgui.storage.features.meta import FORMAT as FEATURES
from pathgui.storage.handle import kind_of
from pathgui.storage.migrate import is_older
from pathgui.storage.reader import SlideFile
from pathgui.storage.sizes import info
from pathgui.storage.slide import StoredSlide
from pathgui.storage.validation import validate

Report = Callable[[str, int, int], None]


def look_over(
    *paths: str, older: bool = False, progress: Report
) -> list[list[str] | None]:
    """`probe` of several files: kind, message and hint of what is wrong with each.

    Before each file its path is reported, so that whoever waits knows which one has
    made this process die. With `older`, files of older versions pass if they hold
    together; they are brought up to date before anything reads them.
    """
    return [
        _verdict(path, older, partial(_told, progress, path, done, len(paths)))
        for done, path in enumerate(paths)
    ]


def look_over_older(*paths: str, progress: Report) -> list[list[str] | None]:
    """`look_over` that lets files of older versions pass."""
    return look_over(*paths, older=True, progress=progress)


def _verdict(path: str, older: bool, report: Report) -> list[str] | None:
    report("", 0, 0)
    try:
        if older and is_older(path):
            info(path, progress=report)
        else:
            probe(path, report)
    except PathguiError as error:
        return [type(error).__name__, error.message, error.hint]
    except MemoryError:
        return [StorageError.__name__, f"{path} needs more memory than it may have", ""]
    return None


def _told(report: Report, path: str, done: int, total: int, *_: object) -> None:
    report(path, done, total)


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
    report = progress or _silent
    if kind_of(Path(path)) == FEATURES:
        return _probe_features(path, report)
    with SlideFile(Path(path)) as file:
        slides = []
        for done, slide in enumerate(file):
            report("Slides", done, len(file))
            step = partial(report, "Slides", done, len(file))
            slides.append(_probe_slide(slide, step))
    return {"slides": slides}


def _silent(_what: str, _done: int, _total: int) -> None:
    """Tell nobody."""


def _probe_slide(slide: StoredSlide, step: Callable[[], None]) -> dict[str, Any]:
    count = len(slide)
    _ = slide.index
    step()
    _ = slide.provenance, slide.slide_masks
    step()
    if count:
        slide.masks(0)
        if slide.images == "pixels":
            slide.image(0)
    for name in slide.map_names:
        slide.map(name)
    step()
    return {
        "name": slide.meta.name,
        "tiles": count,
        "stored_tiles": slide.stored_tiles(),
        "layout": slide.layout,
        "images": slide.images,
        "masks": list(slide.mask_names),
        "maps": list(slide.map_names),
    }


def _probe_features(path: str, report: Report) -> dict[str, Any]:
    slides = []
    with FeatureFile(Path(path)) as file:
        for done, name in enumerate(file.slide_names):
            report("Slides", done, len(file))
            linked = file.is_linked(name)
            tiles = _linked_tiles(file, name) if linked else _tiles(file, name)
            slides.append({"name": name, "tiles": tiles, "linked": linked})
    return {"slides": slides}


def _tiles(file: FeatureFile, name: str) -> int:
    return len(file.slide(name).coords)


def _linked_tiles(file: FeatureFile, name: str) -> int:
    """Tiles of a slide in another file; 0 where that is gone or no good any more.

    It speaks for itself when somebody asks for this slide; the others are sound.
    """
    try:
        return _tiles(file, name)
    except StorageError:
        return 0


def problems(path: str, progress: Report | None = None) -> list[list[str]]:
    """`validate`, as plain data: pairs of path and message."""
    found = validate(path, progress=progress)
    return [[problem.path, problem.message] for problem in found]


def sizes(path: str, progress: Report | None = None) -> dict[str, Any]:
    """`info`, as plain data."""
    found = info(path, progress=progress)
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
