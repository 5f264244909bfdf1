"""An annotation on a slide, free of any program's file format."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

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


@dataclass(frozen=True, slots=True)
class AnnotationFile:
    """What was read: annotations in the order of the file, and what was odd."""

    annotations: tuple[Annotation, ...]
    warnings: tuple[str, ...] = ()
