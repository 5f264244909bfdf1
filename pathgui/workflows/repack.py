"""Repack a result file, fetching pixels from the slide where they are asked for."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from pathgui.engine import parse_recipe
from pathgui.errors import PathguiError, StorageError
from pathgui.slides import Slide, open_slide
from pathgui.storage import RepackReport, StoredSlide, open_file, repack
from pathgui.storage.features.meta import FORMAT as FEATURES
from pathgui.storage.features.repacking import repack_features
from pathgui.storage.handle import kind_of
from pathgui.storage.migrate import is_older
from pathgui.workflows.progress import Progress, Stop, never, silent

_WORDS = {"fast", "none", "zstd", "lz4"}


def repack_file(
    path: Path,
    out: Path | None = None,
    changes: dict[str, Any] | None = None,
    *,
    progress: Progress = silent,
    cancelled: Stop = never,
) -> RepackReport:
    """Write a file anew, in its place or elsewhere; atomic.

    Parameters
    ----------
    path : Path
        A finished file of tiles, or of features (only compression changes there).
    out : Path, optional
        The new file; `path` itself if not given.
    changes : dict
        ``layout``, ``compression``, ``chunks``, ``images``; None keeps what is.

    Raises
    ------
    StorageError
        If the file is damaged or a choice unknown; or if pixels are asked for and
        the slide is gone or another one.
    """
    wanted = {k: v for k, v in (changes or {}).items() if v is not None}
    if "compression" in wanted:
        wanted["compression"] = _compression(str(wanted["compression"]))
    if kind_of(path) == FEATURES:
        return _features(path, path if out is None else out, wanted)
    source = _Pixels()
    try:
        return repack(
            path,
            out,
            read_image=source.read,
            progress=progress,
            cancelled=cancelled,
            **wanted,
        )
    finally:
        source.close()


def pixel_warning(path: Path, images: str | None) -> str:
    """What to tell people before pixels that a recipe changed go or come; or ``""``.

    Parameters
    ----------
    path : Path
        A finished file.
    images : str or None
        The choice of images; None keeps what is.
    """
    if images is None or kind_of(path) == FEATURES or is_older(path):
        return ""
    with open_file(path) as file:
        changed = [
            slide.meta.name
            for slide in file
            if slide.images != images and _changes_pixels(slide)
        ]
    if not changed:
        return ""
    names = ", ".join(changed[:3]) + (" and others" if len(changed) > 3 else "")
    if images == "pixels":
        return f"{names}: the slide's own pixels are stored, without the recipe's steps"
    return (
        f"{names}: the pixels that the recipe's steps changed are gone; only another "
        "run makes them again"
    )


def _changes_pixels(slide: StoredSlide) -> bool:
    try:
        recipe = parse_recipe(str(slide.provenance.get("recipe_text", "")))
    except PathguiError:
        return False  # of another version, or none
    return any(one.changes_image for one in recipe.pipeline.transforms)


def _features(path: Path, out: Path, wanted: dict[str, Any]) -> RepackReport:
    others = ", ".join(sorted(set(wanted) - {"compression"}))
    if others:
        raise StorageError(
            f"{path} holds features, which have no {others}",
            "only compression can be chosen",
        )
    before = path.stat().st_size
    repack_features(path, out, wanted.get("compression"))
    return RepackReport(out, before, out.stat().st_size)


def _compression(word: str) -> str | int:
    if word in _WORDS:
        return word
    if word.isascii() and word.isdigit() and 1 <= int(word) <= 9:
        return int(word)
    raise StorageError(
        f"compression {word!r} is not known", "use fast, none, 1 to 9, zstd or lz4"
    )


class _Pixels:
    """Reads tiles from the slides they were cut from; opens each slide once."""

    def __init__(self) -> None:
        self._slides: dict[str, Slide] = {}

    def read(self, stored: StoredSlide, number: int) -> npt.NDArray[np.uint8]:
        slide = self._slide(stored)
        ((_, image),) = slide.iter_tiles(stored.grid(), [number])
        return image

    def _slide(self, stored: StoredSlide) -> Slide:
        meta = stored.meta
        if meta.source_path not in self._slides:
            slide = open_slide(meta.source_path)
            if slide.properties.quickhash != meta.source_quickhash:
                slide.close()
                raise StorageError(
                    f"{meta.source_path} is not the slide of {stored.path}",
                    "put the right slide back, or keep images as they are",
                )
            self._slides[meta.source_path] = slide
        return self._slides[meta.source_path]

    def close(self) -> None:
        for slide in self._slides.values():
            slide.close()
