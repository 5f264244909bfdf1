"""Rows of a table in columns: seen as mappings, kept once."""

from collections.abc import Iterator, Mapping, Sequence
from typing import overload

import numpy as np
import numpy.typing as npt
from typing_extensions import override

from pathgui.project.csvtext import TextArray

Columns = Mapping[str, TextArray]
Places = npt.NDArray[np.int64]


class FileRow(Mapping[str, str]):
    """One row of columns, as texts by column; it holds no texts of its own."""

    __slots__ = ("columns", "place")

    def __init__(self, columns: Columns, place: int) -> None:
        self.columns = columns
        self.place = place

    @override
    def __getitem__(self, name: str) -> str:
        text: str = self.columns[name][self.place]
        return text

    @override
    def __iter__(self) -> Iterator[str]:
        return iter(self.columns)

    @override
    def __len__(self) -> int:
        return len(self.columns)


class FileRows(Sequence[FileRow]):
    """All rows of columns of equal length."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self._count = len(next(iter(columns.values()), ()))

    @override
    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, place: int) -> FileRow: ...

    @overload
    def __getitem__(self, place: slice) -> list[FileRow]: ...

    @override
    def __getitem__(self, place: int | slice) -> FileRow | list[FileRow]:
        if isinstance(place, slice):
            return [FileRow(self.columns, k) for k in range(*place.indices(len(self)))]
        if not 0 <= place < self._count:
            raise IndexError(place)
        return FileRow(self.columns, place)


class RowTexts:
    """The texts of rows, column by column; rows of the same columns are quick."""

    def __init__(self, rows: Sequence[Mapping[str, str]]) -> None:
        self._rows = rows
        self.columns, self.places = _shared(rows)

    def column(self, name: str) -> TextArray:
        """One text of each row; empty where it has none."""
        if self.columns is not None and name in self.columns:
            return self.columns[name][self.places]
        texts = np.empty(len(self._rows), dtype=object)
        known = self.columns is None
        texts[:] = [row.get(name, "") for row in self._rows] if known else ""
        return texts


def _shared(rows: Sequence[Mapping[str, str]]) -> tuple[Columns | None, Places]:
    """The columns that all rows are rows of, if they are, and their places there."""
    none = np.zeros(0, np.int64)
    first = rows[0] if rows else None
    if not isinstance(first, FileRow):
        return None, none
    columns, places = first.columns, []
    for row in rows:
        if not isinstance(row, FileRow) or row.columns is not columns:
            return None, none
        places.append(row.place)
    return columns, np.array(places, np.int64)
