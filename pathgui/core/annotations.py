"""Annotations as scripts give them: a GeoJSON file, or polygons."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from pathgui.errors import TilingError
from pathgui.slides import SlideProperties
from pathgui.tiling import Polygon

Annotations = Path | str | Iterable[Polygon]


def polygons_of(
    annotations: Annotations, properties: SlideProperties, warnings: list[str]
) -> list[Polygon]:
    """Polygons in level-0 pixels, holes included.

    Parameters
    ----------
    annotations : Path, str or iterable of polygons
        Polygons in level-0 pixels, as `TileGrid.inside` takes them, or a GeoJSON
        file, which counts as it says, or else as QuPath does.
    properties : SlideProperties
        Of the slide; its bounds say where QuPath counts from.
    warnings : list of str
        Gets what was odd about the file.

    Raises
    ------
    InteropError
        If the file is no GeoJSON.
    TilingError
        If they are neither.
    """
    if not isinstance(annotations, str | Path):
        if not isinstance(annotations, Iterable):
            raise TilingError(
                f"annotations are {annotations!r}",
                "give a GeoJSON file, or a list of polygons",
            )
        return list(annotations)
    from pathgui.interop import read_geojson

    found = read_geojson(annotations).on(properties.bounds)
    warnings.extend(words for words in found.warnings if words not in warnings)
    return [p for item in found.annotations for p in _parts(item.geometry)]


def _parts(geometry: Any) -> Iterator[Polygon]:
    """The areas of a shape; points and lines have none."""
    if geometry.geom_type == "Polygon":
        holes = [np.asarray(ring.coords) for ring in geometry.interiors]
        yield np.asarray(geometry.exterior.coords), holes
    for part in getattr(geometry, "geoms", ()):
        yield from _parts(part)
