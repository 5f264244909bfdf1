"""One column per label: well typed though some tiles lack it or differ in kind."""

import json
from array import array
from typing import Any

import numpy as np
import numpy.typing as npt

from pathgui.errors import StorageError
from pathgui.tiling import Label

# A float64 holds whole numbers exactly up to here.
_EXACT = 1 << 53
_CODES = {"bool": "b", "int": "q", "float": "d"}


def plain(name: str, value: Any) -> Label:
    """A label's value as a plain bool, int, float or str.

    Raises
    ------
    StorageError
        If it is anything else, or a whole number beyond 64 bits.
    """
    if isinstance(value, np.generic) or (
        isinstance(value, np.ndarray) and value.ndim == 0
    ):
        value = value.item()
    if not isinstance(value, bool | int | float | str):
        raise StorageError(
            f"label {name!r} is a {type(value).__name__}",
            "a label is one yes/no, number or text",
        )
    if isinstance(value, str) and ("\0" in value or not _encodes(value)):
        raise StorageError(f"label {name!r} is text that cannot be stored: {value!r}")
    if type(value) is int and not -(1 << 63) <= value < 1 << 63:
        raise StorageError(f"label {name!r} is {value}, beyond 64 bits")
    return value


def _encodes(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


class LabelColumn:
    """Values of one label in tile order, kept compactly while tiles arrive.

    The finished column is typed by what was seen. Where some tiles have no value,
    yes/no and whole numbers become float64 with NaN, and text is empty; where that
    would be ambiguous or kinds are mixed, values are JSON text (``kind`` "json").
    """

    def __init__(self) -> None:
        self.kind = ""
        self._rows = array("q")
        self._numbers: array[Any] | None = None
        self._items: list[Label] = []

    def add(self, row: int, value: Label) -> None:
        """Value of tile `row`; rows come in rising order."""
        kind = type(value).__name__
        if not self.kind:
            self.kind = kind
            self._numbers = array(_CODES[kind]) if kind in _CODES else None
        elif kind != self.kind and self.kind != "json":
            self._items, self._numbers, self.kind = self._values(), None, "json"
        self._rows.append(row)
        if self._numbers is not None:
            self._numbers.append(value)
        else:
            self._items.append(value)

    def _values(self) -> list[Label]:
        if self._numbers is None:
            return self._items
        if self.kind == "bool":
            return [bool(value) for value in self._numbers]
        return list(self._numbers)

    def finish(self, count: int) -> tuple[npt.NDArray[Any], str, int]:
        """The column of `count` tiles, its kind, and how many tiles lack a value."""
        missing = count - len(self._rows)
        rows = np.array(self._rows, dtype=np.int64)
        kind = self._settled_kind(missing)
        if kind in _CODES:
            values = np.array(self._numbers)
            if not missing:
                return values.astype(bool) if kind == "bool" else values, kind, 0
            column = np.full(count, np.nan)
            column[rows] = values
            return column, kind, missing
        items = self._values()
        if kind == "json":
            items = [json.dumps(item) for item in items]
        encoded = [str(item).encode() for item in items]
        width = max([1, *map(len, encoded)])
        texts = np.zeros(count, dtype=f"S{width}")
        texts[rows] = encoded
        return texts, kind, missing

    def _settled_kind(self, missing: int) -> str:
        if not missing or self.kind == "json":
            return self.kind
        if self.kind == "str":
            return "json" if "" in self._items else "str"
        values = np.array(self._numbers, dtype=np.float64)
        if self.kind == "int" and (np.abs(values) >= _EXACT).any():
            return "json"
        if self.kind == "float" and np.isnan(values).any():
            return "json"
        return self.kind


def values_of(column: npt.NDArray[Any], kind: str) -> npt.NDArray[Any]:
    """A stored column as people work with it.

    Text columns come back as str arrays; JSON columns as objects with None where a
    tile has no value; numbers and yes/no as stored.
    """
    if column.dtype.kind != "S":
        return column
    decoded = np.char.decode(column, "utf-8")
    if kind != "json":
        return np.asarray(decoded)
    items = [_plain_json(item) if item else None for item in decoded]
    result = np.empty(len(items), dtype=object)
    result[:] = items
    return result


def _plain_json(text: str) -> Label:
    if text[:1] in ("[", "{"):
        raise ValueError("a label is a list or an object")
    value: Label = json.loads(text)
    return value


def value_at(
    column: npt.NDArray[Any], row: int, kind: str, missing: int
) -> Label | None:
    """The value of one tile in its own type, None where it has none."""
    value: Label | None = column[row : row + 1].tolist()[0]
    if value is None or kind == "json":
        return value
    if missing and (value == "" or value != value):
        return None
    if kind == "bool":
        return bool(value)
    return int(value) if kind == "int" else value
