"""Annotations of the slides of a project: one GeoJSON file per slide.

``metadata/annotations/<slide_id>.geojson`` is what QuPath reads and writes, in
level-0 pixels.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from pathgui.errors import ProjectError
from pathgui.interop import Annotation, read_geojson, write_geojson
from pathgui.project import Project
from pathgui.project.names import check_name

# Lines finer than this share of the slide would not change a low-resolution mask.
_FINEST = 1 / 16384


def path_of(project: Project, slide_id: str) -> Path:
    """Where the annotations of a slide lie, or would lie; ProjectError."""
    if reason := check_name(slide_id):
        raise ProjectError(f"{slide_id!r} cannot name a file: it {reason}.")
    return project.folder("annotations") / f"{slide_id}.geojson"


def load(project: Project, slide_id: str) -> tuple[Annotation, ...]:
    """The annotations of a slide; none where there is no file; InteropError."""
    file = path_of(project, slide_id)
    return read_geojson(file).annotations if file.exists() else ()


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
