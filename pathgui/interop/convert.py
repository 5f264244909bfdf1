"""From any known file to any other: `h5 convert`."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

from pathgui.errors import InteropError, StorageError
from pathgui.interop.annotation import Annotation
from pathgui.interop.clam import is_clam, read_clam
from pathgui.interop.outlines import tile_annotations, tissue_annotations
from pathgui.interop.patches import Patches, from_features, from_stored
from pathgui.interop.pathml_read import is_pathml, read_pathml
from pathgui.interop.pathml_tiles import level_of, write_tiles
from pathgui.interop.pathml_write import write_pathml
from pathgui.interop.target import TARGETS, LeftOut, Report, Target
from pathgui.interop.trident import is_trident, read_trident
from pathgui.storage import StoredSlide, info, open_file
from pathgui.storage.features import FeatureFile
from pathgui.storage.features.meta import FORMAT as FEATURES
from pathgui.storage.metadata import attribute
from pathgui.tiling import Box


def look_in_child(source: str, progress: Report) -> str:
    """What a file is, after a look at each object in it; InteropError if no good.

    Made for a process that may crash without harm, as is `convert_in_child`.
    """
    path = Path(source)
    kind = kind_of(path)
    try:
        info(path, progress=progress)
    except StorageError as error:
        raise InteropError(error.message, error.hint) from error
    return kind


def convert_in_child(
    source: str,
    to: str,
    out: str,
    downsample: float | None,
    excluded: dict[str, list[list[int]]],
    progress: Report,
) -> dict[str, Any]:
    """`convert`, as plain data, for a process that may crash without harm.

    Returns
    -------
    dict
        ``files``, a list of str, and ``excluded_tiles``, their number by slide.
    """
    lost: dict[str, int] = {}
    boxes = {
        name: [(x, y, width, height) for x, y, width, height in found]
        for name, found in excluded.items()
    }
    written = convert(
        Path(source),
        to,
        Path(out),
        downsample=downsample,
        excluded=boxes,
        left_out=lost.__setitem__,
        progress=progress,
    )
    return {"files": [str(path) for path in written], "excluded_tiles": lost}


def _silent(*_: object) -> None:
    """Tell nobody."""


def convert(
    source: Path,
    to: str,
    out: Path,
    *,
    downsample: float | None = None,
    excluded: Mapping[str, Collection[Box]] = MappingProxyType({}),
    left_out: LeftOut = _silent,
    progress: Report = _silent,
) -> list[Path]:
    """Convert a file.

    GeoJSON is made for QuPath: of a result file, from the corner of the scanned area.
    Files of other programs do not tell that area; theirs keep level-0 pixels of the
    whole slide, and say so.

    Parameters
    ----------
    source : Path
        Result file, file of features, ``.h5path``, or coordinates or features of
        CLAM or TRIDENT.
    to : str
        One of `TARGETS`.
    out : Path
        A file name, or a folder that gets the tree the other program makes. Features
        become a file of features where the name ends in ``_features.h5``.
    downsample : float, optional
        Of a PathML file's level, where it cannot be inferred.
    excluded : mapping of str to boxes
        Boxes ``(x, y, width, height)`` in level-0 pixels by slide: tiles with their
        centre in one are left out. Files of coordinates and of pixels tell their
        number as ``excluded_tiles``.
    left_out : callable
        ``left_out(slide, tiles)`` for each slide that loses some.
    progress : callable
        ``progress(slide, done, total)``, in tiles or slides.

    Returns
    -------
    list of Path
        The files that were written.

    Raises
    ------
    InteropError
        If source or target is unknown, or the source lacks what the target needs.
    StorageError
        If a result file cannot be read or written.
    """
    if to not in TARGETS:
        raise InteropError(f"{to!r} is no known format", "use " + ", ".join(TARGETS))
    target = Target(to, out, progress, excluded, left_out)
    kind = kind_of(source)
    if kind == "h5path":
        return _from_pathml(source, target, downsample)
    if kind == "features":
        return _from_features(source, target)
    if kind in ("clam", "trident"):
        return target.write((read_clam if kind == "clam" else read_trident)(source))
    with open_file(source) as file:
        slides = file.slides
        target.check_room(source, len(slides))
        written = []
        for done, slide in enumerate(slides):
            progress("Slides", done, len(slides))
            written += _from_stored(slide, target)
        return written


def kind_of(path: Path) -> str:
    """What a file is: ``pathgui``, ``features``, ``h5path``, ``clam``, ``trident``."""
    from pathgui.interop import h5

    with h5.foreign(path) as file:
        if attribute(file.id, "format") == FEATURES:
            return "features"
        if "format" in file.attrs or "slide_0" in file:
            return "pathgui"
    tests = (("h5path", is_pathml), ("trident", is_trident), ("clam", is_clam))
    for name, test in tests:
        if test(path):
            return name
    with h5.foreign(path) as file:
        # CLAM's features have no attributes at all.
        if {"coords", "features"} <= set(file):
            return "clam"
    raise InteropError(
        f"{path} is HDF5, but of no kind known here",
        "it reads result files, .h5path, and coordinates of CLAM and TRIDENT",
    )


def _from_stored(slide: StoredSlide, target: Target) -> list[Path]:
    name, meta = slide.meta.name, slide.meta
    if target.to == "pathgui":
        raise InteropError(f"{slide.path} is a pathgui file already", "use h5 repack")
    if target.to not in ("h5path", "geojson"):
        return target.write(from_stored(slide))
    coords = np.stack([slide.index["x"], slide.index["y"]], axis=1)
    rows = target.kept(name, coords, meta.tile_size * meta.downsample)
    if target.to == "geojson":
        shapes = _shapes(slide, rows)
        return [target.write_shapes(name, shapes, len(rows), meta.bounds)]
    path = target.place(name, ".h5path")
    write_pathml(path, slide, rows=rows, progress=target.progress)
    return [path]


def _shapes(slide: StoredSlide, rows: npt.NDArray[np.int64]) -> Iterator[Annotation]:
    for name, (mask, downsample) in slide.slide_masks.items():
        yield from tissue_annotations(np.asarray(mask, bool), downsample, name)
    columns = {
        name: column
        for name, column in slide.index.items()
        if name not in ("index", "x", "y", "level_x", "level_y")
    }
    yield from tile_annotations(slide.grid(), columns, rows)


def _from_features(source: Path, target: Target) -> list[Path]:
    """A file of features, or a database of many slides."""
    with FeatureFile(source) as file:
        if target.to == "pathgui":
            raise InteropError(f"{source} is a file of pathgui already")
        target.check_room(source, len(file))
        written = []
        for done, slide in enumerate(file):
            target.progress("Slides", done, len(file))
            written += target.write(from_features(slide))
        return written


def _from_pathml(source: Path, target: Target, downsample: float | None) -> list[Path]:
    slide = read_pathml(source)
    if not slide.corners:
        raise InteropError(f"{source} has no tiles", "run PathML on the slide first")
    factor = downsample or slide.downsample()
    if target.to == "h5path":
        raise InteropError(f"{source} is a PathML file already")
    corners = np.array(slide.corners, np.int64).reshape(-1, 2)[:, ::-1]
    coords = np.asarray(np.rint(corners * factor), np.int64)
    if target.to == "pathgui":
        rows = target.kept(slide.name, coords, slide.tile_size * factor)
        lost = len(coords) - len(rows)
        chosen = replace(slide, corners=tuple(slide.corners[k] for k in rows))
        path, told = target.place(slide.name, ".h5"), {"excluded_tiles": lost}
        write_tiles(path, source, chosen, factor, target.progress, told if lost else {})
        return [path]
    height, width = slide.shape
    patches = Patches(
        slide.name,
        coords,
        slide.tile_size,
        factor,
        max(0, slide.tile_size - slide.stride),
        level_of(slide, factor),
        (width, height),
        slide.number("magnification"),
        slide.number("mpp"),
    )
    return target.write(patches)
