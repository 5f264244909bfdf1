"""Reading the facts of a slide and the kinds of its columns."""

from typing import Any

import h5py
import numpy as np
import numpy.typing as npt
from h5py import h5a, h5d, h5t

from pathgui.storage.arrays import inspect, read_all
from pathgui.storage.heap import check_text, text_lengths
from pathgui.storage.links import has, open_dataset, open_group
from pathgui.storage.problems import Refused
from pathgui.storage.schema import (
    IMAGES,
    LAYOUTS,
    MAX_COLUMN_BYTES,
    MAX_TEXT_BYTES,
    WHOLE_NUMBERS,
    Images,
    Layout,
    SlideMeta,
)

GroupID = Any
_MOST_TEXT_BYTES = 32 << 20


def read_meta(slide: GroupID) -> SlideMeta:
    """A slide's facts; fields that the file lacks have their defaults.

    Raises
    ------
    KeyError, ValueError
        If name or tile_size are missing, or a value makes no sense.
    """
    folder = open_group(slide, "metadata")
    values: dict[str, Any] = {}
    for name, field in SlideMeta.__dataclass_fields__.items():
        if not has(folder, name):
            continue
        if field.type is str:
            values[name] = read_text(folder, name)
            continue
        array = read_small(folder, name)
        if name in WHOLE_NUMBERS:
            values[name] = _whole_numbers(array, WHOLE_NUMBERS[name])
        elif name in ("mpp", "magnification"):
            values[name] = None if np.isnan(array) else float(array)
        else:
            kind: Any = field.type
            values[name] = kind(array[()].item())
    meta = SlideMeta(**values)
    if not (meta.tile_size > 0 and meta.stride > 0 and meta.downsample > 0):
        raise ValueError("tile_size, stride or downsample is not positive")
    return meta


def _whole_numbers(array: npt.NDArray[Any], count: int) -> tuple[int, ...]:
    if array.shape != (count,):
        raise ValueError(f"{count} whole numbers are needed, not shape {array.shape}")
    return tuple(int(value) for value in array)


def read_small(folder: GroupID, name: str) -> npt.NDArray[Any]:
    """A dataset of a few values."""
    return read_all(inspect(open_dataset(folder, name), 4096), 4096)


def read_column(
    folder: GroupID, name: str, limit: int = MAX_COLUMN_BYTES
) -> npt.NDArray[Any]:
    """A one-dimensional dataset; text of variable length as fixed-length bytes.

    Raises
    ------
    Refused
        If it takes more than `limit` bytes.
    ValueError
        If it has not one dimension.
    """
    dataset = open_dataset(folder, name)
    if len(dataset.shape) != 1:
        raise ValueError(f"column {name!r} has {len(dataset.shape)} dimensions")
    if not is_variable_text(dataset):
        return read_all(inspect(dataset, limit), limit)
    most = min(limit, _MOST_TEXT_BYTES)
    # Many may point to the same long text.
    longest = max([1, *text_lengths(dataset, most)])
    if longest * dataset.shape[0] > most:
        raise Refused(f"column {name!r} holds too much text")
    texts = [bytes(text) for text in h5py.Dataset(dataset)[:]]
    return np.array(texts, dtype=f"S{longest}")


def column_cost(folder: GroupID, name: str, count: int) -> int:
    """Bytes that a column takes in memory, told without reading it.

    Raises
    ------
    ValueError
        If it has not `count` values.
    """
    dataset = open_dataset(folder, name)
    if dataset.shape != (count,):
        raise ValueError(f"column {name!r} has shape {dataset.shape}, not ({count},)")
    size = int(dataset.dtype.itemsize)
    # Text is held as stored and decoded, with four bytes for each character.
    return count * (5 * size if dataset.dtype.kind == "S" else size)


def read_text(folder: GroupID, name: str, limit: int = MAX_TEXT_BYTES) -> str:
    """One string of at most `limit` bytes, stored with fixed or variable length."""
    dataset = open_dataset(folder, name)
    if dataset.shape != ():
        raise ValueError(f"{name!r} is not one text")
    if is_variable_text(dataset):
        text_lengths(dataset, limit)
        value = bytes(h5py.Dataset(dataset)[()])
    else:
        value = bytes(read_all(inspect(dataset, limit), limit)[()])
    return value.decode("utf-8")


def is_variable_text(dataset: Any) -> bool:
    """Whether a dataset holds strings of variable length."""
    return _is_variable(dataset.get_type())


def _is_variable(kind: Any) -> bool:
    return kind.get_class() == h5t.STRING and bool(kind.is_variable_str())


def attribute(owner: Any, name: str, default: Any = None) -> Any:
    """A scalar attribute of an object given by its identifier, or `default`.

    Raises
    ------
    ValueError
        If it is no plain number, yes/no or text.
    """
    if not h5a.exists(owner, name.encode()):
        return default
    found = h5a.open(owner, name.encode())
    plain = (h5t.INTEGER, h5t.FLOAT, h5t.ENUM, h5t.STRING)
    if found.shape not in ((), (1,)) or found.get_type().get_class() not in plain:
        raise ValueError(f"attribute {name!r} is not one plain value")
    if _is_variable(found.get_type()):
        check_text(owner, name)
    wrap = h5py.Dataset if isinstance(owner, h5d.DatasetID) else h5py.Group
    value = wrap(owner).attrs[name]
    value = value[0] if isinstance(value, np.ndarray) and value.shape else value
    return clean_text(value)


def clean_text(value: Any) -> Any:
    """A value as it is; bytes and text that are no UTF-8 with a mark for each fault."""
    if isinstance(value, str) and not value.isascii():
        value = value.encode("utf-8", "surrogateescape")
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value


def attribute_names(owner: Any) -> list[str]:
    """Names of the attributes of an object.

    Raises
    ------
    ValueError
        If one of them is no text.
    """
    wrap = h5py.Dataset if isinstance(owner, h5d.DatasetID) else h5py.Group
    names = list(wrap(owner).attrs)
    if not all(isinstance(name, str) and _is_text(name) for name in names):
        raise ValueError("the name of an attribute is no text")
    return names


def _is_text(name: str) -> bool:
    return bool(name == clean_text(name))


def column_kind(
    folder: GroupID, name: str, column: npt.NDArray[Any]
) -> tuple[str, int]:
    """What values a label column holds, and how many tiles lack one."""
    dataset = open_dataset(folder, name)
    kinds = {"b": "bool", "i": "int", "u": "int", "f": "float", "S": "str"}
    kind = str(attribute(dataset, "kind", kinds.get(column.dtype.kind, "")))
    if kind not in (*kinds.values(), "json"):
        raise ValueError(f"label {name!r} is of unknown kind {kind!r}")
    return kind, int(attribute(dataset, "missing", 0))


def tile_attributes(slide: GroupID) -> tuple[Layout, Images]:
    """Layout and images of a slide; told from its members where not written."""
    tiles = open_group(slide, "tiles")
    stacked = attribute(tiles, "layout") == "stacked" or has(tiles, "images")
    layout = LAYOUTS[1] if stacked else LAYOUTS[0]
    named = attribute(tiles, "images")
    for images in IMAGES:
        if images == named:
            return layout, images
    if stacked:
        return layout, "pixels" if has(tiles, "images") else "none"
    first = open_group(tiles, "tile_0") if has(tiles, "tile_0") else None
    return layout, "none" if first is not None and not has(first, "image") else "pixels"
