"""Reading the columns and whole-slide masks of a slide."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from pathgui.storage.arrays import inspect, read_all
from pathgui.storage.labels import values_of
from pathgui.storage.links import child_names, has, open_dataset, open_group
from pathgui.storage.metadata import attribute, column_cost, column_kind, read_column
from pathgui.storage.problems import Refused
from pathgui.storage.schema import (
    MAX_ARRAY_BYTES,
    MAX_COLUMN_BYTES,
    MAX_MASK_BYTES,
    MAX_SLIDES,
    MAX_TEXT_BYTES,
    POSITION_COLUMNS,
)

Column = npt.NDArray[Any]
# A label's column as stored, the kind of its values, and how many tiles lack one.
Labels = dict[str, tuple[Column, str, int]]


def read_positions(slide: Any) -> dict[str, Column]:
    """``index``, ``x``, ``y``, ``level_x`` and ``level_y`` as int64.

    Raises
    ------
    Refused
        If they claim more than a reader holds in memory.
    ValueError
        If they are of unequal length, or no whole numbers.
    """
    folder = open_group(slide, "tile_index")
    _check_costs(folder, POSITION_COLUMNS, count_tiles(slide))
    found = {name: read_column(folder, name) for name in POSITION_COLUMNS}
    if any(column.dtype.kind != "i" for column in found.values()):
        raise ValueError("tile_index has positions that are no whole numbers")
    return {name: column.astype(np.int64, copy=False) for name, column in found.items()}


def count_tiles(slide: Any) -> int:
    """How many tiles ``tile_index`` lists.

    Raises
    ------
    Refused
        If there are more than a reader holds in memory.
    """
    shape = open_dataset(open_group(slide, "tile_index"), POSITION_COLUMNS[0]).shape
    if len(shape) != 1:
        raise ValueError("tile_index has a column that is none")
    count = int(shape[0])
    if 8 * len(POSITION_COLUMNS) * count > MAX_COLUMN_BYTES:
        raise Refused(f"tile_index claims {count} tiles")
    return count


def read_labels(slide: Any, count: int) -> Labels:
    """The other columns of ``tile_index``, for `count` tiles.

    Raises
    ------
    Refused
        If they claim more than a reader holds in memory.
    ValueError
        If one has not `count` values.
    """
    folder = open_group(slide, "tile_index")
    names = child_names(folder, MAX_SLIDES)
    _check_costs(folder, names, count)
    result: Labels = {}
    for name in names:
        if name not in POSITION_COLUMNS:
            column = read_column(folder, name)
            result[name] = column, *column_kind(folder, name, column)
    return result


def _check_costs(folder: Any, names: Iterable[str], count: int) -> None:
    total = 0
    for name in names:
        total += column_cost(folder, name, count)
        if total > MAX_COLUMN_BYTES:
            raise Refused(f"tile_index claims more than {MAX_COLUMN_BYTES} bytes")


def read_fractions(slide: Any, name: str, count: int) -> npt.NDArray[np.float64] | None:
    """Recorded shares of a mask per tile; None if there are none.

    Raises
    ------
    ValueError
        If there are not `count` of them.
    """
    if not has(slide, "mask_fractions"):
        return None
    folder = open_group(slide, "mask_fractions")
    if not has(folder, name):
        return None
    column_cost(folder, name, count)
    return read_column(folder, name).astype(np.float64)


def read_slide_masks(slide: Any) -> dict[str, tuple[npt.NDArray[Any], float]]:
    """Whole-slide masks: name to ``(array, downsample)``.

    Raises
    ------
    Refused
        If they claim more than a reader holds in memory.
    """
    if not has(slide, "masks"):
        return {}
    folder, result, left = open_group(slide, "masks"), {}, MAX_MASK_BYTES
    for name in child_names(folder, MAX_SLIDES):
        dataset = open_dataset(folder, name)
        array = read_all(inspect(dataset, MAX_MASK_BYTES), left)
        left -= array.nbytes
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
    column_cost(folder, "feature_names", table.shape[1])
    names = read_column(folder, "feature_names", MAX_TEXT_BYTES)
    return table, tuple(str(name) for name in values_of(names, "text"))
