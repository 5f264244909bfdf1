"""Columns of text in memory, with row ids that stay and a record of what changed."""

from collections.abc import Container, Iterable, Mapping, Sequence
from copy import copy
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from pathgui.project.csvtext import TextArray
from pathgui.project.filerows import FileRow, RowTexts

Ids = npt.NDArray[np.int64]


class GoneColumn(NamedTuple):
    """A column only on disk: its name there, and texts by row that are not empty."""

    name: str
    texts: Mapping[int, str]


class TextStore:
    """Texts by column and row id; knows how it differs from what is on disk.

    Attributes
    ----------
    ids : (n,) int64 array
        Row id at each position.
    base_cells : dict
        ``(row id, column)`` to the text on disk, for each cell that differs.
    base_added : set of int
        Rows that are not on disk.
    base_removed : dict
        Rows only on disk, by id, with their texts there.
    base_names : dict
        Name on disk of each column that is there.
    base_gone : dict
        Columns only on disk, by the name that they had last: `GoneColumn`.
    """

    def __init__(
        self, header: Sequence[str], columns: Sequence[TextArray], ids: Ids
    ) -> None:
        self._columns = dict(zip(header, columns, strict=True))
        self.ids = ids
        self._next = int(ids.max()) + 1 if len(ids) else 0
        self._positions: dict[int, int] | None = None
        self._is_plain = bool((ids == np.arange(len(ids))).all())
        self.mark_saved()

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def header(self) -> tuple[str, ...]:
        return tuple(self._columns)

    @property
    def next_id(self) -> int:
        """A row id that no row has had."""
        return self._next

    @property
    def dirty(self) -> bool:
        """Whether saving would change the file."""
        return bool(
            self.base_cells
            or self.base_added
            or self.base_removed
            or self.header != self._base_header
        )

    def mark_saved(self) -> None:
        """What is here now is on disk."""
        self.base_cells: dict[tuple[int, str], str] = {}
        self.base_added: set[int] = set()
        self.base_removed: dict[int, Mapping[str, str]] = {}
        self.base_names = {name: name for name in self._columns}
        self.base_gone: dict[str, GoneColumn] = {}
        self._base_header = self.header

    def fork(self, columns: Iterable[str]) -> "TextStore":
        """The same texts, to be changed beside these: cells only of some columns."""
        twin = copy(self)
        twin.detach(set(columns))
        return twin

    def detach(self, columns: Container[str]) -> None:
        """Share nothing that changes with the one this is a copy of."""
        self._columns = {
            name: texts.copy() if name in columns else texts
            for name, texts in self._columns.items()
        }
        self.base_cells = dict(self.base_cells)
        self.base_added = set(self.base_added)
        self.base_removed = dict(self.base_removed)
        self.base_names = dict(self.base_names)
        self.base_gone = dict(self.base_gone)

    def texts(self, column: str) -> TextArray:
        """All texts of a column by position; not to be written to."""
        return self._columns[column]

    def has_row(self, row_id: int) -> bool:
        if self._is_plain:
            return 0 <= row_id < len(self.ids)
        return row_id in self._index()

    def position(self, row_id: int) -> int:
        """Where a row stands; KeyError if there is none of this id."""
        if not self._is_plain:
            return self._index()[row_id]
        if not 0 <= row_id < len(self.ids):
            raise KeyError(row_id)
        return row_id

    def positions(self, row_ids: Ids) -> Ids:
        """Where rows stand, -1 for those that are not here: shape (n,)."""
        if self._is_plain:
            inside = (row_ids >= 0) & (row_ids < len(self.ids))
            return np.where(inside, row_ids, -1)
        order = np.argsort(self.ids, kind="stable")
        known = self.ids[order]
        place = np.searchsorted(known, row_ids)
        place[place == len(known)] = 0
        if not len(known):
            return np.full(len(row_ids), -1, dtype=np.int64)
        return np.where(known[place] == row_ids, order[place], -1)

    def _index(self) -> dict[int, int]:
        if self._positions is None:
            self._positions = {row: k for k, row in enumerate(self.ids.tolist())}
        return self._positions

    def text(self, row_id: int, column: str) -> str:
        found: str = self._columns[column][self.position(row_id)]
        return found

    def row(self, row_id: int) -> dict[str, str]:
        position = self.position(row_id)
        return {name: column[position] for name, column in self._columns.items()}

    def set_text(self, row_id: int, column: str, new: str) -> None:
        texts, position = self._columns[column], self.position(row_id)
        old: str = texts[position]
        if old == new:
            return
        texts[position] = new
        if row_id in self.base_added:
            return
        key = (row_id, column)
        if self.base_cells.setdefault(key, old) == new:
            del self.base_cells[key]

    def add_rows(self, rows: Sequence[tuple[int, int, Mapping[str, str]]]) -> None:
        """Add ``(row id, final position, texts)``; position -1 is the end."""
        if not rows:
            return
        size = len(self.ids) + len(rows)
        at_end = [row for row in rows if row[1] < 0]
        placed = sorted((row for row in rows if row[1] >= 0), key=lambda row: row[1])
        ordered = [*placed, *at_end]
        where = [min(p, size - 1) - k for k, (_, p, _) in enumerate(placed)]
        where = [min(w, len(self.ids)) for w in where] + [len(self.ids)] * len(at_end)
        ids = [row_id for row_id, _, _ in ordered]
        given = RowTexts([values for _, _, values in ordered])
        columns = {
            name: np.insert(column, where, given.column(name))
            for name, column in self._columns.items()
        }
        self._replace(np.insert(self.ids, where, ids), columns)
        self._next = max(self._next, max(ids) + 1)
        self.base_added.update(ids)
        for row_id in self.base_removed.keys() & ids:
            self.base_added.discard(row_id)
            self._note_back(row_id)

    def _replace(self, ids: Ids, columns: dict[str, TextArray]) -> None:
        """Take other rows at once: a thread that reads finds those before or after."""
        self._columns, self.ids = columns, ids
        self._reindex()

    def _note_back(self, row_id: int) -> None:
        """A row that is on disk is here again; its cells may differ from there."""
        base = self.base_removed.pop(row_id)
        for name, text in self.row(row_id).items():
            if name in base and base[name] != text:
                self.base_cells[row_id, name] = base[name]

    def remove_rows(self, row_ids: Iterable[int]) -> None:
        gone = list(row_ids)
        if not gone:
            return
        # Columns are replaced below, so that these are never written to again.
        columns = self._columns
        edited = {row_id for row_id, _ in self.base_cells}
        for row_id in gone:
            if row_id in self.base_added:
                self.base_added.discard(row_id)
                continue
            values: Mapping[str, str] = FileRow(columns, self.position(row_id))
            if row_id in edited:
                values = {
                    name: self.base_cells.pop((row_id, name), text)
                    for name, text in values.items()
                }
            self.base_removed[row_id] = values
        stay = np.ones(len(self.ids), bool)
        stay[[self.position(row_id) for row_id in gone]] = False
        kept = np.flatnonzero(stay)
        left = {name: column[kept] for name, column in self._columns.items()}
        self._replace(self.ids[kept], left)

    def renumber(self, ids: Ids, next_id: int = 0) -> None:
        """Give the rows ids of another session; later ones begin at `next_id`."""
        self.ids = ids
        self._next = max(next_id, int(ids.max()) + 1 if len(ids) else 0)
        self._reindex()

    def _reindex(self) -> None:
        self._positions = None
        self._is_plain = bool((self.ids == np.arange(len(self.ids))).all())

    def add_column(self, name: str, position: int = -1) -> None:
        """Add a column of empty texts, or one that was removed, emptied."""
        if gone := self.base_gone.pop(name, None):
            self.base_names[name] = gone.name
            known = {row: text for row, text in gone.texts.items() if self.has_row(row)}
            self.base_cells |= {(row, name): text for row, text in known.items()}
        texts = np.empty(len(self.ids), dtype=object)
        texts[:] = ""
        if position < 0 or position >= len(self._columns):
            self._columns[name] = texts
            return
        items = list(self._columns.items())
        items.insert(position, (name, texts))
        self._columns = dict(items)

    def remove_column(self, name: str) -> None:
        texts = self._columns.pop(name)
        where = [key for key in self.base_cells if key[1] == name]
        base = {row: self.base_cells.pop((row, name)) for row, _ in where}
        if name in self.base_names:
            rows = zip(self.ids.tolist(), texts.tolist(), strict=True)
            left = {row: text for row, text in rows if row not in self.base_added}
            told = {row: text for row, text in (left | base).items() if text}
            self.base_gone[name] = GoneColumn(self.base_names.pop(name), told)

    def rename_column(self, old: str, new: str) -> None:
        self._columns = {
            new if name == old else name: column
            for name, column in self._columns.items()
        }
        self.base_cells = {
            (row, new if name == old else name): text
            for (row, name), text in self.base_cells.items()
        }
        if old in self.base_names:
            self.base_names[new] = self.base_names.pop(old)
