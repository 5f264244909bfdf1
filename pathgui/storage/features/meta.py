"""What a file of features says about itself, and how its attributes are read."""

import math
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from h5py import h5a, h5t

from pathgui.errors import FormatVersionError, StorageError
from pathgui.storage.handle import version_of
from pathgui.storage.heap import check_text
from pathgui.storage.metadata import attribute, clean_text
from pathgui.storage.objects import Creator

FORMAT = "pathgui-features"
FORMAT_VERSION = 1
SUFFIX = "_features.h5"
_AGAIN = "extract the features again, or restore the file from a backup"
_MOST_NAMES, _MOST_NAME_BYTES = 100_000, 8 << 20


@dataclass(frozen=True, slots=True)
class FeatureMeta:
    """What is known of the features of one slide.

    Attributes
    ----------
    slide_name : str
        The slide's id.
    model : str
        What made the features.
    model_hash : str
        SHA-256 of the model's file; empty for hand-crafted features.
    level, tile_size : int
        Where the tiles come from; -1 and 0 where unknown.
    downsample : float
        Level-0 pixels per pixel of a tile.
    mpp : float or None
        Micrometres per pixel of a tile.
    feature_names : tuple of str
        A name for each number of a row, or empty.
    source : str
        Name of the file that the tiles came from.
    source_size, source_mtime_ns : int
        Its size in bytes and modification time, to see whether it has changed.
    """

    slide_name: str
    model: str = ""
    model_hash: str = ""
    level: int = -1
    tile_size: int = 0
    downsample: float = 1.0
    mpp: float | None = None
    feature_names: tuple[str, ...] = ()
    source: str = ""
    source_size: int = 0
    source_mtime_ns: int = 0


def name_of_file(path: Path) -> str:
    """The slide that a file's name speaks of."""
    return path.name.removesuffix(".part").removesuffix(".h5").removesuffix("_features")


def write_meta(
    creator: Creator, owner: h5py.Group, meta: FeatureMeta, shape: tuple[int, int]
) -> None:
    """Attributes of one slide's features; in a file of one slide, those of its root."""
    creator.attribute(owner.id, "feature_dim", shape[1])
    creator.attribute(owner.id, "num_tiles", shape[0])
    for field in fields(FeatureMeta):
        value = getattr(meta, field.name)
        if field.name == "feature_names":
            if value:
                names = np.array(value, dtype=h5py.string_dtype())
                owner.attrs.create("feature_names", names)
        elif value is not None and value != field.default:
            creator.attribute(owner.id, field.name, value)


def read_meta(owner: Any, default_name: str) -> FeatureMeta:
    """The same, read with suspicion.

    Raises
    ------
    ValueError
        If an attribute makes no sense.
    """
    text = {
        key: str(attribute(owner, key, "")) for key in ("model", "model_hash", "source")
    }
    mpp = attribute(owner, "mpp")
    mpp = None if mpp is None else float(mpp)
    return FeatureMeta(
        str(attribute(owner, "slide_name", default_name)),
        **text,
        level=int(attribute(owner, "level", -1)),
        tile_size=int(attribute(owner, "tile_size", 0)),
        downsample=float(attribute(owner, "downsample", 1.0)),
        mpp=mpp if mpp is not None and math.isfinite(mpp) and mpp > 0 else None,
        feature_names=_names(owner),
        source_size=int(attribute(owner, "source_size", 0)),
        source_mtime_ns=int(attribute(owner, "source_mtime_ns", 0)),
    )


def _names(owner: Any) -> tuple[str, ...]:
    if not h5a.exists(owner, b"feature_names"):
        return ()
    found = h5a.open(owner, b"feature_names")
    shape = found.shape
    if found.get_type().get_class() != h5t.STRING or len(shape) != 1:
        raise ValueError("feature_names is no list of texts")
    if shape[0] > _MOST_NAMES:
        raise ValueError(f"{shape[0]} feature names")
    if found.get_type().is_variable_str():
        check_text(owner, "feature_names", _MOST_NAME_BYTES)
    values = h5py.Group(owner).attrs["feature_names"]
    return tuple(str(clean_text(value)) for value in values)


def check_kind(path: Path, root: Any) -> bool:
    """Refuse other kinds of file; whether it is one of ours.

    Features written by other programs say nothing about themselves; they are read
    if their parts fit each other.

    Raises
    ------
    StorageError
        If it is another kind of file of ours, or was never finished.
    FormatVersionError
        If a newer version wrote it.
    """
    kind = attribute(root, "format")
    if kind is None:
        return False
    if kind != FORMAT:
        raise StorageError(
            f"{path} holds no features, it is a file of kind {str(kind)[:40]!r}",
            "choose a file from the folder features/",
        )
    version = version_of(attribute(root, "format_version"))
    if version is None or version < 1:
        raise StorageError(f"{path} does not say its format version", _AGAIN)
    if version > FORMAT_VERSION:
        raise FormatVersionError(
            f"{path} has features of format version {version}, this pathgui reads up "
            f"to {FORMAT_VERSION}",
            "update pathgui",
        )
    if not attribute(root, "complete", False):
        raise StorageError(f"{path} is not complete: its writing broke off", _AGAIN)
    return True


def check_names(names: tuple[str, ...], width: int) -> None:
    """Raise StorageError unless there is a name for each number of a row."""
    if names and len(names) != width:
        raise StorageError(
            f"{len(names)} feature names are given for {width} features",
            "name all of them or none",
        )
