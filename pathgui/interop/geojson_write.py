"""Writing QuPath GeoJSON: annotations, tissue outlines and tiles."""

import gzip
import json
import math
import uuid
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from pathgui.errors import InteropError
from pathgui.interop.annotation import LEVEL_0, Annotation, Bounds, corner_of
from pathgui.replacing import replacing
from pathgui.storage.atomic import spare

# A fixed namespace: the same content gets the same ids, so exports can be compared.
_IDS = uuid.UUID("6f2f9a2e-3b0a-4a58-9a0e-2d1a3a5f7c10")


def write_geojson(
    path: Path | str,
    annotations: Iterable[Annotation],
    bounds: Bounds | None = None,
) -> int:
    """Write annotations as QuPath reads them by drag and drop.

    QuPath counts from the corner of the scanned area where the slide tells its bounds.
    A file for QuPath therefore needs them; without, the file keeps level-0 pixels of
    the whole slide, and says so in a member ``"pathgui": {"frame": "level-0"}``.

    Parameters
    ----------
    path : Path or str
        ``.geojson``, or ``.geojson.gz`` for large sets. Replaced atomically.
    annotations : iterable of Annotation
        In level-0 pixels of the whole slide. Taken one by one; never all in memory.
    bounds : tuple of int, optional
        ``(x, y, width, height)`` of the slide's scanned area in level-0 pixels: the
        shapes are written from its corner, as QuPath counts, and without the member.

    Returns
    -------
    int
        How many were written.

    Raises
    ------
    InteropError
        If the file cannot be written.
    StorageError
        If what is there is of another kind.
    """
    target = Path(path)
    spare(target, (".geojson", ".json", ".gz"))
    packed = target.suffix == ".gz"
    try:
        with replacing(target) as part, _open(part, packed=packed) as file:
            count = _write(file, annotations, corner_of(bounds))
    except OSError as error:
        reason = error.strerror or str(error)
        raise InteropError(f"{target} cannot be written: {reason}") from error
    return count


def _open(path: Path, *, packed: bool) -> IO[str]:
    if packed:
        return gzip.open(path, "wt", 6, encoding="utf-8")
    return path.open("w", encoding="utf-8")


def _write(
    file: IO[str], annotations: Iterable[Annotation], corner: tuple[int, int]
) -> int:
    count, (x, y) = 0, corner
    mark = f'"pathgui":{{"frame":"{LEVEL_0}"}},'
    if x or y:
        mark = ""
        annotations = (item.moved(-x, -y) for item in annotations)
    file.write(f'{{"type":"FeatureCollection",{mark}"features":[')
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
