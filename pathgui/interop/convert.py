"""From any known file to any other: `h5 convert`."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np

from pathgui.errors import InteropError, StorageError
from pathgui.interop.annotation import Annotation
from pathgui.interop.clam import is_clam, read_clam, write_clam
from pathgui.interop.geojson_write import write_geojson
from pathgui.interop.outlines import tile_annotations, tissue_annotations
from pathgui.interop.patches import (
    Patches,
    feature_meta,
    file_name,
    from_features,
    from_stored,
    meta_of,
)
from pathgui.interop.pathml_read import (
    is_pathml,
    read_pathml,
)
from pathgui.interop.pathml_tiles import level_of, write_tiles
from pathgui.interop.pathml_write import write_pathml
from pathgui.interop.stamp import write_stamp
from pathgui.interop.trident import (
    is_trident,
    read_trident,
    tree_folder,
    write_trident,
)
from pathgui.storage import SlideWriter, StoredSlide, info, open_file
from pathgui.storage.features import SUFFIX, FeatureFile, write_features
from pathgui.storage.features.meta import FORMAT as FEATURES
from pathgui.storage.metadata import attribute

TARGETS = ("pathgui", "h5path", "clam", "trident", "stamp", "geojson")
_ONE_FILE = {
    "pathgui": (".h5",),
    "h5path": (".h5path",),
    "clam": (".h5",),
    "trident": (".h5",),
    "stamp": (".h5",),
    "geojson": (".geojson", ".gz", ".json"),
}
_TELL_EVERY = 1000
Report = Callable[[str, int, int], None]


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
    source: str, to: str, out: str, downsample: float | None, progress: Report
) -> list[str]:
    """`convert`, as plain data, for a process that may crash without harm."""
    written = convert(
        Path(source), to, Path(out), downsample=downsample, progress=progress
    )
    return [str(path) for path in written]


def _silent(_what: str, _done: int, _total: int) -> None:
    """Tell nobody."""


def convert(
    source: Path,
    to: str,
    out: Path,
    *,
    downsample: float | None = None,
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
    kind = kind_of(source)
    if kind == "h5path":
        return _from_pathml(source, to, out, downsample, progress)
    if kind == "features":
        return _from_features(source, to, out, progress)
    if kind in ("clam", "trident"):
        patches = read_clam(source) if kind == "clam" else read_trident(source)
        return _from_patches(patches, to, out, progress)
    with open_file(source) as file:
        slides = file.slides
        if len(slides) > 1 and _is_file(to, out):
            raise InteropError(
                f"{source} holds {len(slides)} slides, which is too many for one file",
                "give a folder",
            )
        written = []
        for done, slide in enumerate(slides):
            progress("Slides", done, len(slides))
            written += _from_stored(slide, to, out, progress)
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


def _is_file(to: str, out: Path) -> bool:
    return out.suffix in _ONE_FILE[to] and not out.is_dir()


def _from_stored(
    slide: StoredSlide, to: str, out: Path, progress: Report
) -> list[Path]:
    if to == "h5path":
        path = (
            out if _is_file(to, out) else out / f"{file_name(slide.meta.name)}.h5path"
        )
        write_pathml(path, slide, progress=progress)
        return [path]
    if to == "geojson":
        path = (
            out
            if _is_file(to, out)
            else out / f"{file_name(slide.meta.name)}.geojson.gz"
        )
        shapes = _told(_shapes(slide), slide.meta.name, len(slide), progress)
        write_geojson(path, shapes, slide.meta.bounds)
        return [path]
    if to == "pathgui":
        raise InteropError(f"{slide.path} is a pathgui file already", "use h5 repack")
    patches = from_stored(slide)
    return _from_patches(patches, to, out, progress)


def _told(
    shapes: Iterable[Annotation], name: str, count: int, progress: Report
) -> Iterator[Annotation]:
    """The same shapes, of which progress hears."""
    for done, shape in enumerate(shapes):
        if done % _TELL_EVERY == 0:
            progress(name, min(done, count), count)
        yield shape


def _shapes(slide: StoredSlide) -> Iterator[Annotation]:
    for name, (mask, downsample) in slide.slide_masks.items():
        yield from tissue_annotations(np.asarray(mask, bool), downsample, name)
    columns = {
        name: column
        for name, column in slide.index.items()
        if name not in ("index", "x", "y", "level_x", "level_y")
    }
    yield from tile_annotations(slide.grid(), columns)


Write = Callable[[Path, Patches], None]


def _from_patches(patches: Patches, to: str, out: Path, progress: Report) -> list[Path]:
    if to == "pathgui":
        path = out if _is_file(to, out) else out / f"{file_name(patches.name)}.h5"
        if path.name.endswith(SUFFIX) and patches.features is not None:
            write_features(
                path, feature_meta(patches), patches.coords, patches.features
            )
        else:
            _write_coordinates(path, patches, progress)
        return [path]
    if to == "geojson":
        path = (
            out if _is_file(to, out) else out / f"{file_name(patches.name)}.geojson.gz"
        )
        tiles = tile_annotations(patches.grid())
        write_geojson(path, _told(tiles, patches.name, len(patches), progress))
        return [path]
    writers: dict[str, Write] = {
        "clam": write_clam,
        "trident": write_trident,
        "stamp": write_stamp,
    }
    if to not in writers:
        raise InteropError(
            f"{patches.name} has coordinates but no pixels, and {to} needs them"
        )
    write = writers[to]
    if _is_file(to, out):
        write(out, patches)
        return [out]
    return _tree(patches, to, out, write)


def _tree(patches: Patches, to: str, out: Path, write: Write) -> list[Path]:
    """The folders that the other program makes, coordinates and features apart."""
    from dataclasses import replace

    name = file_name(patches.name)
    bare = replace(patches, features=None)
    if to == "stamp":
        paths = [out / f"{name}.h5"]
        write(paths[0], patches)
        return paths
    if to == "clam":
        coords, features = (
            out / "patches" / f"{name}.h5",
            out / "h5_files" / f"{name}.h5",
        )
    else:
        base = out / tree_folder(patches)
        coords = base / "patches" / f"{name}_patches.h5"
        features = (
            base / f"features_{file_name(patches.encoder or 'unknown')}" / f"{name}.h5"
        )
    write(coords, bare)
    if patches.features is None:
        return [coords]
    write(features, patches)
    return [coords, features]


def _write_coordinates(path: Path, patches: Patches, progress: Report) -> None:
    """A result file with coordinates; pixels stay in the slide."""
    grid = patches.grid()
    with SlideWriter(path, meta_of(patches), images="none") as writer:
        for number, (x, y) in enumerate(patches.coords.tolist()):
            if number % _TELL_EVERY == 0:
                progress(patches.name, number, len(patches))
            corner = int(grid.level_x[number]), int(grid.level_y[number])
            writer.add(number, None, (x, y), corner, {}, {})
        if patches.features is not None:
            writer.set_features(patches.features)
        told = {"converted_from": "coordinates of another program"}
        writer.set_provenance(told | {"encoder": patches.encoder})


def _from_features(source: Path, to: str, out: Path, progress: Report) -> list[Path]:
    """A file of features, or a database of many slides."""
    with FeatureFile(source) as file:
        if to == "pathgui":
            raise InteropError(f"{source} is a file of pathgui already")
        if len(file) > 1 and _is_file(to, out):
            raise InteropError(
                f"{source} holds {len(file)} slides, which is too many for one file",
                "give a folder",
            )
        written = []
        for done, slide in enumerate(file):
            progress("Slides", done, len(file))
            written += _from_patches(from_features(slide), to, out, progress)
        return written


def _from_pathml(
    source: Path, to: str, out: Path, downsample: float | None, progress: Report
) -> list[Path]:
    slide = read_pathml(source)
    if not slide.corners:
        raise InteropError(f"{source} has no tiles", "run PathML on the slide first")
    factor = downsample or slide.downsample()
    if to == "pathgui":
        path = out if _is_file(to, out) else out / f"{file_name(slide.name)}.h5"
        write_tiles(path, source, slide, factor, progress)
        return [path]
    if to == "h5path":
        raise InteropError(f"{source} is a PathML file already")
    corners = np.array(slide.corners, np.int64).reshape(-1, 2)[:, ::-1]
    height, width = slide.shape
    patches = Patches(
        slide.name,
        np.asarray(np.rint(corners * factor), np.int64),
        slide.tile_size,
        factor,
        max(0, slide.tile_size - slide.stride),
        level_of(slide, factor),
        (width, height),
        slide.number("magnification"),
        slide.number("mpp"),
    )
    return _from_patches(patches, to, out, progress)
