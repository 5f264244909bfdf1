"""Fitting rows of a file to rows of a table: update, leave or add."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pathgui.project.edits import Cell
from pathgui.project.importplan import KnownRows
from pathgui.project.table import Table

Row = Mapping[str, str]
# Beyond so many comparisons, only rows equal word for word are recognised.
_PATIENCE = 100_000


@dataclass(slots=True)
class Fit:
    """What an import would do: cells to change, rows to add, and counts.

    `linked` counts rows of the table that had no key and get one.
    """

    cells: list[Cell] = field(default_factory=list)
    added: list[Row] = field(default_factory=list)
    updated: int = 0
    unchanged: int = 0
    linked: int = 0


class Upsert:
    """Fits the rows of one key at a time.

    A row that says nothing new is unchanged. As many rows as there are update them
    in order. Where the numbers differ, a row fills gaps where it contradicts
    nothing and is added otherwise: a table may hold several rows of a slide or
    patient, and none is overwritten by guess. An empty cell takes nothing away.

    Parameters
    ----------
    table : Table
        The table as it is.
    known : {"update", "fill", "leave"}
        Whether cells of known rows are replaced, only filled, or left.
    """

    def __init__(self, table: Table, known: KnownRows = "update") -> None:
        self.table = table
        self.known = known
        self.fit = Fit()

    def take(self, rows: Sequence[Row], there: Sequence[int], *, pair: bool) -> None:
        """Fit the file's rows of one key to the table's.

        Parameters
        ----------
        rows : sequence of mapping
            Texts by column of the table (new columns too).
        there : sequence of int
            Ids of the table's rows of this key.
        pair : bool
            Whether a differing row is an update; False adds it beside.
        """
        open_rows, left = self._drop_equal(rows, there)
        if len(open_rows) * len(left) < _PATIENCE:
            open_rows = [row for row in open_rows if not self._is_known(row, left)]
        if not pair:
            self.fit.added.extend(open_rows)
        elif len(open_rows) == len(left):
            for row_id, row in zip(left, open_rows, strict=True):
                self._update(row_id, row)
        else:
            for row in open_rows:
                filled = self._fill_or_add(row, left)
                left = [row_id for row_id in left if row_id not in filled]

    def _fill_or_add(self, row: Row, left: Sequence[int]) -> list[int]:
        """Which row is meant is unclear: fill gaps where nothing is contradicted."""
        fitting = [
            row_id
            for row_id in left
            if not any(cell.old for cell in self._changes(row_id, row))
        ]
        if fitting:
            self.spread(row, fitting)
        else:
            self.fit.added.append(row)
        return fitting

    def _is_known(self, row: Row, left: list[int]) -> bool:
        """Whether a row there says all that this one says; it is then taken."""
        same = next((k for k in left if not self._changes(k, row)), None)
        if same is None:
            return False
        left.remove(same)
        self.fit.unchanged += 1
        return True

    def _drop_equal(
        self, rows: Sequence[Row], there: Sequence[int]
    ) -> tuple[list[Row], list[int]]:
        """Rows that are not there word for word, and the ids that are left."""
        if not there:
            return list(rows), []
        columns = list(rows[0])
        equal: dict[tuple[str, ...], list[int]] = {}
        for row_id in reversed(there):
            texts = self.table.row(row_id)
            words = tuple(texts.get(column, "") for column in columns)
            equal.setdefault(words, []).append(row_id)
        open_rows = []
        gone = set()
        for row in rows:
            same = equal.get(tuple(row.values()))
            if same:
                gone.add(same.pop())
                self.fit.unchanged += 1
            else:
                open_rows.append(row)
        return open_rows, [row_id for row_id in there if row_id not in gone]

    def spread(self, row: Row, there: Sequence[int]) -> None:
        """Write what is known of a patient to the row of each of their slides."""
        changed = [self._update(row_id, row, count=False) for row_id in there]
        if any(changed):
            self.fit.updated += 1
        else:
            self.fit.unchanged += 1

    def _changes(self, row_id: int, row: Row) -> list[Cell]:
        texts = self.table.row(row_id)
        return [
            Cell(self.table.name, row_id, column, texts.get(column, ""), text)
            for column, text in row.items()
            if text and texts.get(column, "") != text
        ]

    def _wanted(self, cells: list[Cell]) -> list[Cell]:
        if self.known == "update":
            return cells
        return [c for c in cells if not c.old] if self.known == "fill" else []

    def _update(self, row_id: int, row: Row, *, count: bool = True) -> bool:
        cells = self._wanted(self._changes(row_id, row))
        self.fit.cells.extend(cells)
        if count and (cells or self.known == "update"):
            self.fit.updated += 1
        elif count:
            self.fit.unchanged += 1
        return bool(cells)
