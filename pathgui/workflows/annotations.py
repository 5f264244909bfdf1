"""Annotations of the slides of a project: one GeoJSON file per slide.

``metadata/annotations/<slide_id>.geojson`` is GeoJSON in the dialect of QuPath, in
level-0 pixels of the whole slide, and says so. A file that was laid there and does not
say so is taken as QuPath's.
"""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from pathgui import log
from pathgui.errors import ProjectError, SlideError
from pathgui.interop import Annotation, Bounds, read_geojson, write_geojson
from pathgui.project import Project
from pathgui.project.names import check_name
from pathgui.slides import open_slide

# Lines finer than this share of the slide would not change a low-resolution mask.
_FINEST = 1 / 16384
_log = log.get(__name__)

BoundsOf = Callable[[str], Bounds | None]


def path_of(project: Project, slide_id: str) -> Path:
    """Where the annotations of a slide lie, or would lie; ProjectError."""
    if reason := check_name(slide_id):
        raise ProjectError(f"{slide_id!r} cannot name a file: it {reason}.")
    return project.folder("annotations") / f"{slide_id}.geojson"


def load(
    project: Project, slide_id: str, bounds_of: BoundsOf | None = None
) -> tuple[Annotation, ...]:
    """The annotations of a slide in level-0 pixels; none where there is no file.

    Parameters
    ----------
    project : Project
        The project.
    slide_id : str
        The slide.
    bounds_of : callable, optional
        Gives the bounds of its scanned area, which count only where the file does
        not say its frame; by default the slide is opened for them.

    Raises
    ------
    InteropError
        If the file cannot be read.
    ProjectError
        If the bounds are needed, and the slide cannot be opened.
    """
    file = path_of(project, slide_id)
    if not file.exists():
        return ()
    found = read_geojson(file)
    if found.frame:
        return found.annotations
    bounds = bounds_of(slide_id) if bounds_of else _bounds(project, slide_id)
    placed = found.on(bounds)
    if placed.warnings != found.warnings:
        _log.warning("%s: %s", slide_id, placed.warnings[-1])
    return placed.annotations


def _bounds(project: Project, slide_id: str) -> Bounds | None:
    try:
        with open_slide(project.slide_path(slide_id)) as slide:
            return slide.properties.bounds
    except SlideError as error:
        raise ProjectError(
            f"where the annotations of {slide_id} lie depends on the slide, and it "
            f"cannot be opened: {error.message}",
            error.hint,
        ) from error


def save(project: Project, slide_id: str, annotations: Sequence[Annotation]) -> None:
    """Replace the annotations of a slide; none removes the file.

    Raises
    ------
    InteropError
        If the file cannot be written; the old one is untouched.
    """
    file = path_of(project, slide_id)
    if annotations:
        write_geojson(file, annotations)
    else:
        file.unlink(missing_ok=True)


def regions(
    annotations: Iterable[Annotation], dimensions: tuple[int, int]
) -> list[list[list[list[float]]]]:
    """Areas of annotations as rings of corners, as a recipe holds them.

    Parameters
    ----------
    annotations : iterable of Annotation
        Points and lines have no area and are left out.
    dimensions : (int, int)
        Width and height of level 0; outlines are simplified by less than a pixel of
        any overview.
    """
    tolerance = max(dimensions) * _FINEST
    found = []
    for annotation in annotations:
        for part in _parts(annotation.geometry):
            simple = part.simplify(tolerance)
            for piece in _parts(simple if simple.is_valid else part):
                rings = (piece.exterior, *piece.interiors)
                found.append([_ring(ring) for ring in rings])
    return found


def _ring(ring: Any) -> list[list[float]]:
    return [[round(x, 2), round(y, 2)] for x, y, *_ in list(ring.coords)[:-1]]


def _parts(geometry: Any) -> list[Any]:
    if geometry.geom_type == "Polygon":
        return [] if geometry.is_empty else [geometry]
    return [part for whole in getattr(geometry, "geoms", ()) for part in _parts(whole)]
