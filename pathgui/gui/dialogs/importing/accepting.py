"""Which changes and new rows of a planned import a person accepts; no Qt here."""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt

from pathgui.project import ImportPlan

Kind = Literal["row", "cell", "new"]
Mask = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]
_KINDS: tuple[Kind, ...] = ("row", "cell", "new")


@dataclass(frozen=True, slots=True)
class Count:
    """How many of some changes are accepted."""

    on: int
    total: int

    @property
    def state(self) -> bool | None:
        """All, none, or some of them."""
        if 0 < self.on < self.total:
            return None
        return self.on > 0


class Acceptance:
    """Ticks of every changed cell and every new row of a plan, all set at first.

    Changed cells stand in rows; a row with several has a line of its own above them.

    Parameters
    ----------
    plan : ImportPlan
        What an import would do.
    """

    def __init__(self, plan: ImportPlan) -> None:
        self.plan = plan
        cells = plan.edit.cells
        names = [cell.column for cell in cells]
        self.columns = tuple(dict.fromkeys(names))
        places = {name: k for k, name in enumerate(self.columns)}
        self._column = np.array([places[name] for name in names], np.int64)
        groups: dict[int, int] = {}
        self._group = np.array(
            [groups.setdefault(cell.row, len(groups)) for cell in cells], np.int64
        )
        self._size = np.bincount(self._group, minlength=len(groups))
        self.cells: Mask = np.ones(len(cells), bool)
        self.new: Mask = np.ones(len(plan.edit.added), bool)

    def accepted(self) -> ImportPlan:
        """The plan without what is not ticked."""
        if self.cells.all() and self.new.all():
            return self.plan
        return self.plan.accepting(self.cells.tolist(), self.new.tolist())

    def count(self, column: str | None = None) -> Count:
        """How many are accepted: of a column, of the new rows (``""``), or of all."""
        if column is None:
            on = int(self.cells.sum() + self.new.sum())
            return Count(on, len(self.cells) + len(self.new))
        ticks = self.new if not column else self.cells[self._of(column)]
        return Count(int(ticks.sum()), len(ticks))

    def _of(self, column: str) -> Mask:
        return np.asarray(self._column == self.columns.index(column), bool)

    def set(self, on: bool, column: str | None = None) -> None:
        """Accept or refuse all of a column, all new rows (``""``), or all there is."""
        if column is None or not column:
            self.new[:] = on
        if column is None:
            self.cells[:] = on
        elif column:
            self.cells[self._of(column)] = on

    def only_gaps(self) -> None:
        """Accept cells that fill a gap and new rows, and leave what says something."""
        self.cells[:] = [not cell.old for cell in self.plan.edit.cells]
        self.new[:] = True

    def toggle(self, kind: Kind, number: int) -> None:
        """Tick or untick a cell, a new row, or all changed cells of a row."""
        if kind == "new":
            self.new[number] = not self.new[number]
        elif kind == "cell":
            self.cells[number] = not self.cells[number]
        else:
            members = self.members(number)
            self.cells[members] = not self.cells[members].all()

    def members(self, group: int) -> Numbers:
        """The changed cells of a row."""
        first, last = np.searchsorted(self._sorted[1], (group, group + 1))
        return self._sorted[0][first:last]

    @cached_property
    def _sorted(self) -> tuple[Numbers, Numbers]:
        """Cells by their row, and the row of each of these."""
        order = np.argsort(self._group, kind="stable")
        return order, self._group[order]

    def row(self, group: int) -> Count:
        """How many changed cells of a row are accepted."""
        members = self.members(group)
        return Count(int(self.cells[members].sum()), len(members))

    def is_alone(self, cell: int) -> bool:
        """Whether no other cell of its row changes."""
        return int(self._size[self._group[cell]]) == 1

    def lines(self, column: str | None = None) -> "Lines":
        """What is listed: all, the cells of a column, or the new rows (``""``)."""
        new = np.arange(len(self.new))
        if column is not None:
            chosen = new if not column else np.flatnonzero(self._of(column))
            return Lines(np.full(len(chosen), 1 if column else 2), chosen)
        order, groups = self._sorted
        first = np.flatnonzero(np.diff(groups, prepend=-1))
        heads = first[self._size[groups[first]] > 1] if len(first) else first
        kinds = np.insert(np.ones(len(order), np.int64), heads, 0)
        numbers = np.insert(order, heads, groups[heads])
        return Lines(
            np.concatenate([kinds, np.full(len(new), 2)]),
            np.concatenate([numbers, new]),
        )


@dataclass(frozen=True, eq=False, slots=True)
class Lines:
    """Lines of a list: what kind each is, and its number among these."""

    kinds: Numbers
    numbers: Numbers

    def __len__(self) -> int:
        return len(self.kinds)

    def at(self, place: int) -> tuple[Kind, int]:
        """Kind and number of a line."""
        return _KINDS[int(self.kinds[place])], int(self.numbers[place])
