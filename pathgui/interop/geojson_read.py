"""Reading QuPath GeoJSON: FeatureCollection, bare list or single Feature."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pathgui.errors import InteropError
from pathgui.interop.annotation import (
    LEVEL_0,
    Annotation,
    AnnotationFile,
    Geometry,
)
from pathgui.interop.json_text import read_json

_TYPES = (
    "Point",
    "MultiPoint",
    "LineString",
    "MultiLineString",
    "Polygon",
    "MultiPolygon",
    "GeometryCollection",
)
_OLD_KINDS = {
    "PathCellObject": "cell",
    "PathDetectionObject": "detection",
    "PathTileObject": "tile",
}
_MOST = 5_000_000
_FAR = 10_000_000


def read_geojson(path: Path | str) -> AnnotationFile:
    """Read annotations that QuPath, or a tool that writes its dialect, exported.

    Bow-ties and other invalid polygons are mended, features without geometry are
    left out; both are told in `warnings`. Coordinates are given as the file has them;
    `AnnotationFile.on` brings them to level-0 pixels of the whole slide, which differ
    from QuPath's on slides that tell the bounds of their scanned area.

    Parameters
    ----------
    path : Path or str
        ``.geojson``, ``.json`` or either with ``.gz``.

    Raises
    ------
    InteropError
        If the file cannot be read, is no GeoJSON, or counts its pixels in a way that
        is not known.
    """
    file = Path(path)
    data = read_json(file)
    found: list[Annotation] = []
    warnings: list[str] = []
    for number, feature in enumerate(_features(data, file), 1):
        where = f"{file.name}, feature {number}"
        try:
            annotation, warning = _annotation(feature)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise InteropError(f"{where} is not valid GeoJSON: {error}") from error
        if warning:
            warnings.append(f"{where}: {warning}")
        if annotation is not None:
            found.append(annotation)
    return AnnotationFile(tuple(found), tuple(warnings), _frame(data, file), file.name)


def read_classes(path: Path | str) -> set[str]:
    """Classes of the annotations in a file, without looking at their shapes.

    Returns
    -------
    set of str
        An empty word stands for those without a class.

    Raises
    ------
    InteropError
        If the file cannot be read or is no GeoJSON.
    """
    file = Path(path)
    found = set()
    for feature in _features(read_json(file), file):
        told = feature.get("properties") if isinstance(feature, Mapping) else None
        named = told.get("classification") if isinstance(told, Mapping) else None
        found.add(_class_name(named))
    return found


def _frame(data: Any, file: Path) -> str:
    """The frame that a collection names in its member ``pathgui``."""
    mark = data.get("pathgui") if isinstance(data, Mapping) else None
    frame = mark.get("frame") if isinstance(mark, Mapping) else None
    if frame is None:
        return ""
    if frame != LEVEL_0:
        raise InteropError(
            f"{file} counts its pixels in the frame {str(frame)[:40]!r}, "
            "which is not known here",
            f'the frame that is known is "{LEVEL_0}"',
        )
    return LEVEL_0


def _features(data: Any, file: Path) -> Iterator[Any]:
    if isinstance(data, Mapping) and data.get("type") == "FeatureCollection":
        data = data.get("features")
    elif isinstance(data, Mapping) and data.get("type") == "Feature":
        data = [data]
    if not isinstance(data, list):
        raise InteropError(f"{file} is JSON, but no GeoJSON", "export as GeoJSON")
    if len(data) > _MOST:
        raise InteropError(f"{file} has {len(data):,} features, more than can be used")
    yield from data


def _annotation(feature: Any) -> tuple[Annotation | None, str]:
    if not isinstance(feature, Mapping):
        raise ValueError("it is no object")
    if feature.get("geometry") is None:
        return None, "it has no geometry and is left out"
    geometry, warning = _geometry(feature["geometry"])
    properties = feature.get("properties") or {}
    named = properties.get("classification")
    nucleus = feature.get("nucleusGeometry")
    kind = properties.get("objectType") or properties.get("object_type")
    # Before QuPath 0.4 the id was the name of a class; missing means annotation.
    kind = kind or _OLD_KINDS.get(str(feature.get("id")))
    return (
        Annotation(
            geometry,
            str(properties.get("name") or ""),
            _class_name(named),
            str(kind or "annotation").lower(),
            _color(properties, named),
            _measurements(properties.get("measurements")),
            None if nucleus is None else _geometry(nucleus)[0],
            str(feature.get("id") or ""),
        ),
        warning,
    )


def _geometry(data: Any) -> tuple[Geometry, str]:
    import numpy as np
    import shapely
    from shapely.geometry import shape

    if not isinstance(data, Mapping) or data.get("type") not in _TYPES:
        raise ValueError("its geometry is of no known type")
    geometry = shape(dict(data))
    if geometry.is_empty:
        raise ValueError("its geometry is empty")
    bounds = np.asarray(geometry.bounds)
    if not np.isfinite(bounds).all() or np.abs(bounds).max() > _FAR:
        raise ValueError("its coordinates are no pixels of a slide")
    if geometry.is_valid:
        return geometry, ""
    return shapely.make_valid(geometry), "it crosses itself and was mended"


def _class_name(value: Any) -> str:
    if isinstance(value, Mapping):
        names = value.get("names")
        if isinstance(names, list):
            return ": ".join(str(name) for name in names)
        return str(value.get("name") or "")
    return str(value or "")


def _color(properties: Mapping[str, Any], named: Any) -> tuple[int, int, int] | None:
    value = properties.get("color")
    if value is None and isinstance(named, Mapping):
        value = named.get("color")
        packed = named.get("colorRGB")
        if value is None and isinstance(packed, int):
            # Older files pack ARGB into one signed integer.
            value = [packed >> 16 & 255, packed >> 8 & 255, packed & 255]
    if not isinstance(value, list) or len(value) < 3:
        return None
    red, green, blue = (min(max(int(part), 0), 255) for part in value[:3])
    return red, green, blue


def _measurements(value: Any) -> dict[str, float]:
    if isinstance(value, Mapping):
        return {str(name): float(number) for name, number in value.items()}
    if isinstance(value, list):
        return {str(item["name"]): float(item["value"]) for item in value}
    return {}
