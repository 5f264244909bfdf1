"""Reading the columns and whole-slide masks of a slide."""

from typing import Any

import numpy as np
import numpy.typing as npt

from pathgui.storage.arrays import inspect, read_all
from pathgui.storage.labels import values_of
from pathgui.storage.links import child_names, has, open_dataset, open_group
from pathgui.storage.metadata import attribute, column_kind, read_column
from pathgui.storage.schema import MAX_ARRAY_BYTES, MAX_SLIDES, POSITION_COLUMNS

Column = npt.NDArray[Any]
# A label's column as stored, the kind of its values, and how many tiles lack one.
Labels = dict[str, tuple[Column, str, int]]


def read_positions(slide: Any) -> dict[str, Column]:
    """``index``, ``x``, ``y``, ``level_x`` and ``level_y`` as int64.

    Raises
    ------
    ValueError
        If they are of unequal length, or no whole numbers.
    """
    folder = open_group(slide, "tile_index")
    found = {name: read_column(folder, name) for name in POSITION_COLUMNS}
    lengths = {len(column) for column in found.values()}
    if len(lengths) != 1 or any(c.dtype.kind != "i" for c in found.values()):
        raise ValueError("tile_index has columns of unequal length or type")
    return {name: column.astype(np.int64) for name, column in found.items()}


def read_labels(slide: Any, count: int) -> Labels:
    """The other columns of ``tile_index``, for `count` tiles."""
    folder = open_group(slide, "tile_index")
    result: Labels = {}
    for name in child_names(folder, MAX_SLIDES):
        if name in POSITION_COLUMNS:
            continue
        column = read_column(folder, name)
        if len(column) != count:
            raise ValueError(f"label {name!r} has {len(column)} values")
        result[name] = column, *column_kind(folder, name, column)
    return result


def read_fractions(slide: Any, name: str) -> npt.NDArray[np.float64] | None:
    """Recorded shares of a mask per tile; None if there are none."""
    if not has(slide, "mask_fractions"):
        return None
    folder = open_group(slide, "mask_fractions")
    return read_column(folder, name).astype(np.float64) if has(folder, name) else None


def read_slide_masks(slide: Any) -> dict[str, tuple[npt.NDArray[Any], float]]:
    """Whole-slide masks: name to ``(array, downsample)``."""
    if not has(slide, "masks"):
        return {}
    folder, result = open_group(slide, "masks"), {}
    for name in child_names(folder, MAX_SLIDES):
        dataset = open_dataset(folder, name)
        array = read_all(inspect(dataset, MAX_ARRAY_BYTES), MAX_ARRAY_BYTES)
        result[name] = array, float(attribute(dataset, "downsample"))
    return result


def read_features(slide: Any) -> tuple[npt.NDArray[Any], tuple[str, ...]] | None:
    """Features of the tiles, one row each, and their names; None if there are none."""
    if not has(slide, "features"):
        return None
    folder = open_group(slide, "features")
    if not has(folder, "tile_features"):
        return None
    dataset = open_dataset(folder, "tile_features")
    table = read_all(inspect(dataset, MAX_ARRAY_BYTES), MAX_ARRAY_BYTES)
    if table.ndim != 2 or table.dtype.kind != "f":
        raise ValueError(f"features are {table.dtype} {table.shape}")
    if not has(folder, "feature_names"):
        return table, ()
    names = read_column(folder, "feature_names")
    return table, tuple(str(name) for name in values_of(names, "text"))
