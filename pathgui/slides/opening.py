"""Opening a slide, and saying clearly why a file is none."""

import math
from dataclasses import replace
from itertools import pairwise
from numbers import Real
from pathlib import Path
from typing import Any

import openslide

from pathgui.errors import SlideError
from pathgui.slides import ome_slide
from pathgui.slides.openslide_slide import OpenSlideSlide
from pathgui.slides.region_slide import RegionSlide
from pathgui.slides.slide import Slide

# Sources of an mpp that stands in for the slide's own.
GIVEN = ("user", "cohort")
MAX_SIDE = 1_000_000
MAX_LEVELS = 32
_COPY = "copy it again from its source, with all files that belong to it"
_TIFF = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_PICTURES = {
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"GIF8": "a GIF picture",
    b"BM": "a BMP picture",
    b"\x89HDF": "an HDF5 file",
    b"PK\3\4": "a ZIP archive",
    b"%PDF": "a PDF document",
}


def open_slide(
    path: Path | str,
    *,
    mpp: float | None = None,
    mpp_source: str = "user",
    objective: float | None = None,
) -> Slide:
    """Open a whole-slide image.

    Any format of OpenSlide, and OME-TIFF (one level, or a pyramid in SubIFDs) of
    8-bit RGB pixels. Opening reads no pixels.

    Parameters
    ----------
    path : Path or str
        The file; of a slide of several files the one that names the others.
    mpp : float, optional
        Micrometres per level-0 pixel, instead of what the file says.
    mpp_source : {"user", "cohort"}
        Who gave `mpp`: a person, or the rule of a cohort.
    objective : float, optional
        Nominal objective power of level 0, instead of what the file says.

    Raises
    ------
    SlideError
        If the file is missing, damaged, absurd or in no known format.
    """
    path = Path(path).absolute()
    _check_file(path)
    slide = _open(path)
    try:
        _check_sanity(slide)
        # The slide's own value given back is no override: it keeps its source.
        if mpp is not None and mpp != slide.properties.mpp:
            _override(slide, mpp, mpp_source if mpp_source in GIVEN else "user")
        if objective is not None and objective != slide.properties.objective:
            _override_objective(slide, objective)
    except SlideError:
        slide.close()
        raise
    return slide


def reopen(
    path: Path, mpp: float | None, mpp_source: str, objective: float | None = None
) -> Slide:
    """Open a slide again in another process."""
    return open_slide(path, mpp=mpp, mpp_source=mpp_source, objective=objective)


def _check_file(path: Path) -> None:
    try:
        if path.is_dir():
            raise SlideError(
                f"{path} is a folder, not a slide file", "name a file inside it"
            )
        with path.open("rb") as file:
            if not file.read(1):
                raise SlideError(f"{path} is empty", "copy it again from its source")
    except FileNotFoundError as error:
        raise SlideError(f"{path} is not there") from error
    except (OSError, ValueError) as error:
        cause = getattr(error, "strerror", None) or error
        raise SlideError(f"{path} cannot be read: {cause}") from error


def _open(path: Path) -> RegionSlide:
    try:
        slide = OpenSlideSlide(path)
    except openslide.OpenSlideUnsupportedFormatError as error:
        if ome_slide.is_ome(path):
            return ome_slide.OmeSlide(path)
        raise SlideError(f"{path} {_what_is(path)}", _hint(path)) from error
    except openslide.OpenSlideError as error:
        if ome_slide.is_ome(path):
            return ome_slide.OmeSlide(path)
        raise SlideError(
            f"{path} cannot be opened as a slide: {_cause(path, error)}",
            _COPY,
        ) from error
    properties = slide.properties
    # OpenSlide takes an OME-TIFF for a plain one: without its mpp and its SubIFDs
    comment = properties.raw.get("openslide.comment", "")
    if properties.vendor == "generic-tiff" and "<OME" in comment[:4096]:
        slide.close()
        return ome_slide.OmeSlide(path)
    return slide


def _cause(path: Path, error: Exception) -> str:
    """OpenSlide's words without the path, which our sentence already has."""
    return str(error).replace(str(path), path.name).strip().rstrip(".")


def _what_is(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(256)
    if path.suffix.lower() == ".mrxs" and not path.with_suffix("").is_dir():
        return f"cannot be opened: its data folder {path.stem} is missing beside it"
    if head.startswith(_TIFF):
        return "is a TIFF file, but damaged or without the tiles that make a slide"
    for start, name in _PICTURES.items():
        if head.startswith(start):
            return f"is {name}, not a slide"
    if head.isascii() and b"\0" not in head:
        return "is a text file, not a slide"
    return "is in no slide format that can be read, or is damaged"


def _hint(path: Path) -> str:
    if path.suffix.lower() == ".mrxs":
        return _COPY
    with path.open("rb") as file:
        if file.read(len(_TIFF[0])) in _TIFF:
            return _COPY
    return "choose a slide that OpenSlide reads, or an OME-TIFF of 8-bit RGB pixels"


def _check_sanity(slide: RegionSlide) -> None:
    properties = slide.properties
    sizes, factors = properties.level_dimensions, properties.level_downsamples
    if not 1 <= len(sizes) <= MAX_LEVELS:
        raise SlideError(
            f"{slide.path} claims {len(sizes)} levels, 1 to {MAX_LEVELS} are believed"
        )
    for width, height in sizes:
        if not (1 <= width <= MAX_SIDE and 1 <= height <= MAX_SIDE):
            raise SlideError(
                f"{slide.path} claims a level of {width} × {height} px, at most "
                f"{MAX_SIDE} px a side are believed",
                "its header is damaged; copy it again from its source",
            )
    if any(b <= a for a, b in pairwise(factors)):
        raise SlideError(f"{slide.path} has levels that are not in order of size")


def _override_objective(slide: RegionSlide, objective: Any) -> None:
    if not _is_positive(objective):
        raise SlideError(
            f"{objective!r} is no objective power for {slide.path.name}",
            "give a number above 0, for example 40",
        )
    slide.override_objective = float(objective)
    slide.properties = replace(slide.properties, objective=float(objective))


def _is_positive(value: Any) -> bool:
    number = isinstance(value, Real) and not isinstance(value, bool)
    return bool(number and math.isfinite(value) and value > 0)


def _override(slide: RegionSlide, mpp: Any, source: str) -> None:
    if not _is_positive(mpp):
        raise SlideError(
            f"{mpp!r} is no resolution for {slide.path.name}",
            "give micrometres per pixel as a number above 0, for example 0.25",
        )
    mpp = float(mpp)
    slide.override_mpp = mpp
    slide.properties = replace(
        slide.properties, mpp=mpp, mpp_x=mpp, mpp_y=mpp, mpp_source=source
    )
