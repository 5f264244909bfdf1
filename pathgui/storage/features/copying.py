"""A slide's features in a new database: copied raw, row by row, or linked to."""

import os
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import numpy.typing as npt
from h5py import h5o

from pathgui.errors import StorageError
from pathgui.storage.codec import Compression
from pathgui.storage.features.meta import read_meta, write_meta
from pathgui.storage.features.part import FeaturePart
from pathgui.storage.features.reader import FeatureFile, SlideFeatures
from pathgui.storage.features.writer import new_rows
from pathgui.storage.metadata import attribute
from pathgui.storage.objects import new_group
from pathgui.storage.problems import reading

_ORIGIN = ("file_name", "file_size", "file_mtime_ns", "excluded_tiles")
_ROWS_BYTES = 16 << 20
Origin = tuple[Any, ...]
"""A file's name, size and time, and how many of its tiles were left out, or None."""
Rows = npt.NDArray[np.int64]


def origin_of(path: Path, excluded: int = 0) -> Origin:
    """By what a changed file, or another choice of its tiles, is recognised."""
    try:
        facts = path.stat()
    except OSError as error:
        raise StorageError(f"{path} cannot be read: {error.strerror}") from error
    return path.name, facts.st_size, facts.st_mtime_ns, excluded or None


def stored_origin(file: FeatureFile, name: str) -> Origin:
    """The same, as a database remembers it of a slide."""
    with reading(file.path):
        owner = file.group_of(name)
        *facts, excluded = (attribute(owner, key) for key in _ORIGIN)
        return (*facts, int(excluded or 0) or None)


def excluded_in(origin: Origin) -> int:
    """How many tiles were left out."""
    return int(origin[-1] or 0)


def copy_slide(
    part: FeaturePart, group: str, slide: SlideFeatures, origin: Origin
) -> None:
    """Copy a slide into a new database, raw."""
    part.run(partial(_copy, part, group, slide, origin))


def link_slide(
    part: FeaturePart, group: str, slide: SlideFeatures, origin: Origin
) -> None:
    """Link in a new database to the file of a slide.

    Raises
    ------
    StorageError
        If it lies outside the folder of the database.
    """
    told = _relative(slide.path, part.path.parent)
    part.run(partial(_link, part, group, slide, origin, told))


def copy_rows(
    part: FeaturePart, group: str, slide: SlideFeatures, origin: Origin, rows: Rows
) -> None:
    """Copy some rows of a slide into a new database, stored as they were."""
    shape = len(rows), slide.shape[1]
    owner = part.run(partial(_described, part, group, slide, origin, shape))
    way = same_compression(slide)
    sink = part.run(partial(new_rows, part, owner, shape, slide.dtype, way))
    done = 0
    for _, features in row_blocks(slide, rows):
        sink.add(done, features)
        done += len(features)
    sink.finish()
    coords = slide.coords[rows]
    part.run(partial(owner.create_dataset, "coords", data=coords, track_times=False))


def row_blocks(
    slide: SlideFeatures, rows: Rows | None = None
) -> Iterator[tuple[Rows, npt.NDArray[Any]]]:
    """Coordinates and features of all tiles or of some, in blocks."""
    wanted = np.arange(len(slide)) if rows is None else rows
    size = max(1, slide.shape[1] * slide.dtype.itemsize)
    step = max(1, _ROWS_BYTES // size)
    for start in range(0, len(wanted), step):
        block = wanted[start : start + step]
        yield slide.coords[block], slide.read(block)


def same_compression(slide: SlideFeatures) -> Compression:
    """How features are to be written so that they lie as they do."""
    return "none" if slide.contiguous else "fast"


def _copy(part: FeaturePart, name: str, slide: SlideFeatures, origin: Origin) -> None:
    group = _described(part, name, slide, origin, slide.shape)
    with reading(slide.path):
        for key in (b"features", b"coords"):
            h5o.copy(slide.owner, key, group.id, key)


def _link(
    part: FeaturePart, name: str, slide: SlideFeatures, origin: Origin, told: str
) -> None:
    group = _described(part, name, slide, origin, slide.shape)
    for key in ("features", "coords"):
        group[key] = h5py.ExternalLink(told, f"/{key}")


def _described(
    part: FeaturePart,
    name: str,
    slide: SlideFeatures,
    origin: Origin,
    shape: tuple[int, int],
) -> h5py.Group:
    group = new_group(part.file, name)
    with reading(slide.path):
        meta = replace(read_meta(slide.owner, slide.name), slide_name=slide.name)
        write_meta(part.creator, group, meta, shape)
    for key, value in zip(_ORIGIN, origin, strict=True):
        if value is not None:
            part.creator.attribute(group.id, key, value)
    return group


def _relative(file: Path, folder: Path) -> str:
    told = Path(os.path.relpath(file.resolve(), folder.resolve()))
    if told.is_absolute() or ".." in told.parts:
        raise StorageError(
            f"{file} lies outside {folder}, so the database cannot link to it",
            "consolidate by copy, or move the file",
        )
    return told.as_posix()
