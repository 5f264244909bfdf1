"""An annotation on a slide, free of any program's file format."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

LEVEL_0 = "level-0"
Bounds = tuple[int, int, int, int]
# shapely is loaded where geometry is made; its types would load it here.
Geometry = Any


@dataclass(frozen=True, eq=False, slots=True)
class Annotation:
    """A shape that somebody or something drew on a slide.

    Attributes
    ----------
    geometry : shapely geometry
        In level-0 pixels, x to the right, y down.
    name : str
        Its own name; may be empty.
    classification : str
        Its class, for example ``"Tumor"``; may be empty.
    kind : str
        QuPath's object type: ``annotation``, ``detection``, ``cell`` or ``tile``.
    color : tuple of int or None
        RGB.
    measurements : mapping of str to float
        Numbers that belong to it.
    nucleus : shapely geometry or None
        Nucleus of a cell.
    id : str
        Identifier in the file it came from; may be empty.
    """

    geometry: Geometry
    name: str = ""
    classification: str = ""
    kind: str = "annotation"
    color: tuple[int, int, int] | None = None
    measurements: Mapping[str, float] = field(default_factory=dict)
    nucleus: Geometry = None
    id: str = ""

    def moved(self, x: float, y: float) -> "Annotation":
        """The same shape, so many level-0 pixels further right and down."""
        nucleus = None if self.nucleus is None else _moved(self.nucleus, x, y)
        return replace(self, geometry=_moved(self.geometry, x, y), nucleus=nucleus)


def _moved(geometry: Geometry, x: float, y: float) -> Geometry:
    import numpy as np
    import shapely

    deep = bool(geometry.has_z)
    step = np.array((x, y, 0.0)[: 2 + deep])
    return shapely.transform(geometry, lambda points: points + step, include_z=deep)


def corner_of(bounds: Bounds | None) -> tuple[int, int]:
    """Where QuPath counts from: the corner of the scanned area, in level-0 pixels."""
    return (0, 0) if bounds is None else (bounds[0], bounds[1])


@dataclass(frozen=True, slots=True)
class AnnotationFile:
    """What was read: annotations in the order of the file, and what was odd.

    Attributes
    ----------
    annotations : tuple of Annotation
        As the file says them: from where their pixels count, only `frame` tells.
    warnings : tuple of str
        What was mended, left out or moved.
    frame : str
        ``"level-0"`` where the file says that its pixels count from the corner of
        the whole slide; empty where it says nothing.
    name : str
        Of the file.
    """

    annotations: tuple[Annotation, ...]
    warnings: tuple[str, ...] = ()
    frame: str = ""
    name: str = ""

    def on(self, bounds: Bounds | None) -> "AnnotationFile":
        """The same in level-0 pixels of the whole slide.

        A file that says nothing is taken as QuPath's, which counts from the corner
        of the scanned area; that it was moved is the last of the `warnings`.

        Parameters
        ----------
        bounds : tuple of int or None
            ``(x, y, width, height)`` of the slide's scanned area in level-0 pixels;
            None, or a corner of 0, 0, moves nothing.
        """
        x, y = corner_of(bounds)
        if self.frame or not self.annotations or not (x or y):
            return replace(self, frame=LEVEL_0)
        words = (
            f"{self.name or 'The file'} is taken as QuPath's, which counts from the "
            f"corner of the scanned area, and moved by {x}, {y} pixels"
        )
        return AnnotationFile(
            tuple(item.moved(x, y) for item in self.annotations),
            (*self.warnings, words),
            LEVEL_0,
            self.name,
        )
