"""Features as one plain array on disk, which training code maps into memory."""

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from pathgui.errors import StorageError
from pathgui.workflows.features.places import whole
from pathgui.workflows.features.selection import FeatureSet, column_names
from pathgui.workflows.progress import Progress, Stop, check, never, silent

FORMAT = "pathgui-memmap"
_VERSION = 1
_DTYPES = ("<f4", "<f2", "<i8")
_MOST_JSON = 256 << 20


@dataclass(frozen=True, slots=True)
class MappedFeatures:
    """Features and coordinates mapped from disk, rows of all slides in order.

    Attributes
    ----------
    features : ndarray of float, shape (n, d)
    coords : ndarray of int64, shape (n, 2)
        x and y in level-0 pixels.
    slides : dict of str to slice
        Which rows belong to which slide.
    facts : dict
        The whole sidecar.
    """

    features: npt.NDArray[Any]
    coords: npt.NDArray[np.int64]
    slides: dict[str, slice]
    facts: dict[str, Any]


def sidecar(path: Path) -> Path:
    """The JSON file that tells shape, type and order of the array beside it."""
    return path.with_name(path.name + ".json")


def write_memmap(
    features: FeatureSet,
    path: Path | str,
    *,
    progress: Progress = silent,
    cancelled: Stop = never,
) -> Path:
    """Write ``features.mmap``, ``features_coords.mmap`` and ``features.mmap.json``.

    The sidecar comes last: without it the arrays are not whole.

    Raises
    ------
    StorageError
        If there are no features, those of different models, or the disk refuses.
    Cancelled
        On request; nothing is left.
    """
    target = Path(path)
    places = target.with_name(f"{target.stem}_coords.mmap")
    rows, width, meta = features.layout()
    slides: list[dict[str, Any]] = []
    with whole(target) as data_part, whole(places) as coords_part:
        start = 0
        with data_part.open("wb") as data, coords_part.open("wb") as coords:
            for done, bag in enumerate(features):
                check(cancelled)
                data.write(np.ascontiguousarray(bag.features, "<f4").data)
                coords.write(np.ascontiguousarray(bag.coords, "<i8").data)
                stop = start + len(bag.coords)
                slides.append(
                    {"slide_name": bag.slide_name, "start": start, "stop": stop}
                )
                start = stop
                progress("Slides", done + 1, len(features))
        # From here until the new one is there, the old arrays have no sidecar.
        sidecar(target).unlink(missing_ok=True)
    facts = {
        "format": FORMAT,
        "format_version": _VERSION,
        "file": target.name,
        "shape": [rows, width],
        "dtype": "<f4",
        "order": "C",
        "coords": {"file": places.name, "shape": [rows, 2], "dtype": "<i8"},
        "model": meta.model,
        "model_hash": meta.model_hash,
        "feature_names": column_names(meta, width),
        "excluded_tiles": features.excluded_tiles(),
        "slides": slides,
    }
    with whole(sidecar(target)) as part:
        part.write_text(json.dumps(facts, ensure_ascii=False, indent=1), "utf-8")
    return target


def open_memmap(path: Path | str) -> MappedFeatures:
    """Map what `write_memmap` wrote; nothing is read yet.

    Raises
    ------
    StorageError
        If the sidecar is missing or wrong, or a file has another size than it says.
    """
    target = Path(path)
    try:
        if sidecar(target).stat().st_size > _MOST_JSON:
            raise StorageError(f"{sidecar(target)} is too large")
        facts = json.loads(sidecar(target).read_text("utf-8"))
        if facts["format"] != FORMAT or int(facts["format_version"]) > _VERSION:
            raise StorageError(
                f"{sidecar(target)} is of an unknown format", "update pathgui"
            )
        features = _mapped(target.parent, facts)
        coords = _mapped(target.parent, facts["coords"])
        slides = {
            str(item["slide_name"]): slice(int(item["start"]), int(item["stop"]))
            for item in facts["slides"]
        }
    except OSError as error:
        reason = error.strerror or str(error)
        raise StorageError(f"{error.filename} cannot be read: {reason}") from error
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise StorageError(f"{sidecar(target)} is damaged: {error}") from error
    return MappedFeatures(features, coords, slides, facts)


def _mapped(folder: Path, facts: dict[str, Any]) -> npt.NDArray[Any]:
    name, dtype = str(facts["file"]), str(facts["dtype"])
    rows, columns = (int(n) for n in facts["shape"])
    if dtype not in _DTYPES or Path(name).name != name or min(rows, columns) < 0:
        raise ValueError(f"{name} of type {dtype}")
    file, shape = folder / name, (rows, columns)
    expected = math.prod(shape) * np.dtype(dtype).itemsize
    if file.stat().st_size != expected:
        raise ValueError(f"{name} is not {expected} bytes long")
    if not expected:
        return np.empty(shape, dtype)
    return np.memmap(file, dtype, "r", shape=shape, order="C")
