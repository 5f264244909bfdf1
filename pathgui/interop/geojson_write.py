"""Writing QuPath GeoJSON: annotations, tissue outlines and tiles."""

import gzip
import json
import math
import os
import uuid
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from pathgui.errors import InteropError
from pathgui.interop.annotation import Annotation

# A fixed namespace: the same content gets the same ids, so exports can be compared.
_IDS = uuid.UUID("6f2f9a2e-3b0a-4a58-9a0e-2d1a3a5f7c10")


def write_geojson(path: Path | str, annotations: Iterable[Annotation]) -> int:
    """Write annotations as QuPath reads them by drag and drop.

    Parameters
    ----------
    path : Path or str
        ``.geojson``, or ``.geojson.gz`` for large sets. Replaced atomically.
    annotations : iterable of Annotation
        Taken one by one; never all in memory.

    Returns
    -------
    int
        How many were written.

    Raises
    ------
    InteropError
        If the file cannot be written.
    """
    target = Path(path)
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with _open(part, packed=target.suffix == ".gz") as file:
            count = _write(file, annotations)
        part.replace(target)
    except OSError as error:
        reason = error.strerror or str(error)
        raise InteropError(f"{target} cannot be written: {reason}") from error
    finally:
        part.unlink(missing_ok=True)
    return count


def _open(path: Path, *, packed: bool) -> IO[str]:
    if packed:
        return gzip.open(path, "wt", 6, encoding="utf-8")
    return path.open("w", encoding="utf-8")


def _write(file: IO[str], annotations: Iterable[Annotation]) -> int:
    count = 0
    file.write('{"type":"FeatureCollection","features":[')
    for text in _features(annotations):
        file.write((",\n" if count else "\n") + text)
        count += 1
    file.write("\n]}\n")
    return count


def _features(annotations: Iterable[Annotation]) -> Iterator[str]:
    for number, annotation in enumerate(annotations):
        feature = _feature(annotation, number)
        yield json.dumps(feature, separators=(",", ":"), ensure_ascii=False)


def _feature(annotation: Annotation, number: int) -> dict[str, Any]:
    from shapely.geometry import mapping

    properties: dict[str, Any] = {"objectType": annotation.kind}
    if annotation.name:
        properties["name"] = annotation.name
    if annotation.color is not None:
        properties["color"] = list(annotation.color)
    if annotation.classification:
        properties["classification"] = {"name": annotation.classification}
    if annotation.measurements:
        properties["measurements"] = _numbers(annotation.measurements)
    bounds = annotation.geometry.bounds
    key = f"{number} {annotation.kind} {annotation.name} {bounds}"
    feature = {
        "type": "Feature",
        "id": annotation.id or str(uuid.uuid5(_IDS, key)),
        "geometry": mapping(annotation.geometry),
        "properties": properties,
    }
    if annotation.nucleus is not None:
        feature["nucleusGeometry"] = mapping(annotation.nucleus)
    return feature


def _numbers(values: Mapping[str, float]) -> dict[str, float | str]:
    """Numbers as QuPath writes them: what JSON cannot say becomes a word."""
    result: dict[str, float | str] = {}
    for name, value in values.items():
        number = float(value)
        if math.isnan(number):
            result[name] = "NaN"
        elif math.isinf(number):
            result[name] = "Infinity" if number > 0 else "-Infinity"
        else:
            result[name] = number
    return result
