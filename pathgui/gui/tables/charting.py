"""What a chart of a column shows, ready to be drawn and linked to slides; no Qt."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise, product
from typing import Literal

import numpy as np
import numpy.typing as npt

from pathgui.gui.tables.chartwords import bar_conditions, bin_conditions
from pathgui.gui.tables.counted import Counted
from pathgui.gui.tables.filters import joined
from pathgui.project.charts import Bars, bars, count_bins, cross_table, missingness
from pathgui.project.histogram import Histogram, histogram
from pathgui.project.quoting import shown_name
from pathgui.project.schema import Column
from pathgui.project.sheet import Sheet

Shape = Literal["histogram", "bars", "cross", "missing"]
Ints = npt.NDArray[np.int64]
_NUMERIC = ("number", "integer", "date")


@dataclass(frozen=True, slots=True)
class Wish:
    """Which chart; an empty shape takes the one that suits the column."""

    column: str
    shape: Shape | Literal[""] = ""
    across: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """Marks with counts, and the rows behind each of them.

    Attributes
    ----------
    shape : str
        ``histogram``, ``bars``, ``cross`` or ``missing``.
    title : str
        What is shown.
    labels : tuple of str
        Of the marks; for a cross table of its rows.
    across : tuple of str
        Columns of a cross table.
    counts : (marks,) int64 array
        Rows of each; a cross table is flat, row by row.
    marks : (rows,) int64 array
        Mark of each row, -1 for none. Empty for missing values, where a row has many.
    conditions : tuple of str
        What filters the rows of each mark; empty where nothing does.
    note : str
        What is not shown.
    total : int
        Rows that were counted.
    of : int
        Rows of the table.
    slides : (n,) object array
        Slides that the rows speak of.
    rows : (n,) int64 array
        Which row speaks of each.
    holes : tuple of (rows,) bool array
        Of missing values: where each column has none.
    """

    shape: Shape
    title: str
    labels: tuple[str, ...]
    counts: Ints
    marks: Ints
    conditions: tuple[str, ...]
    across: tuple[str, ...] = ()
    note: str = ""
    total: int = 0
    of: int = 0
    slides: npt.NDArray[np.object_] = field(default_factory=lambda: np.zeros(0, object))
    rows: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    holes: tuple[npt.NDArray[np.bool_], ...] = ()

    def chosen(self, selection: Collection[str]) -> Ints:
        """Rows of the selected slides at each mark."""
        if not selection:
            return np.zeros(len(self.counts), dtype=np.int64)
        wanted = set(selection)
        hit = np.array([slide in wanted for slide in self.slides.tolist()], dtype=bool)
        mask = np.zeros(self.total, dtype=bool)
        mask[self.rows[hit]] = True
        if self.holes:
            found = [int((hole & mask).sum()) for hole in self.holes]
            return np.array(found, dtype=np.int64)
        return count_bins(self.marks[mask], len(self.counts))

    def slides_of(self, mark: int) -> tuple[str, ...]:
        """Slides at a mark, in the order of the table."""
        where = self.holes[mark] if self.holes else self.marks == mark
        return tuple(dict.fromkeys(self.slides[where[self.rows]].tolist()))

    def name(self, mark: int) -> str:
        """What a mark stands for."""
        if not self.across:
            return self.labels[mark]
        down, across = divmod(mark, len(self.across))
        return f"{self.labels[down]} · {self.across[across]}"


def make_chart(counted: Counted, wish: Wish) -> Chart:
    """Count what a chart shows; TableError if the column is not there."""
    counted = counted.narrowed()
    slides, rows = counted.slides()
    total, of = len(counted.rows), counted.of
    return replace(_counts(counted, wish), slides=slides, rows=rows, total=total, of=of)


def _counts(counted: Counted, wish: Wish) -> Chart:
    if wish.shape == "missing":
        return _missing(counted.sheet(tuple(counted.sources)))
    sheet = counted.sheet((wish.column, wish.across))
    column = sheet.column(wish.column)
    numeric = column.kind in _NUMERIC
    if numeric and wish.shape in ("", "histogram"):
        drawn = histogram(sheet, wish.column)
        note = _note(drawn.missing, drawn.misfits)
        return Chart("histogram", _title(drawn.column), _ranges(drawn), drawn.counts,
                     drawn.bins, bin_conditions(drawn), note=note)  # fmt: skip
    if wish.shape == "cross" and wish.across:
        return _cross(sheet, wish)
    found = bars(sheet, wish.column)
    return Chart("bars", _title(column), found.labels, found.counts, found.bins,
                 bar_conditions(found, sheet.texts[wish.column]),
                 note=_note(found.missing, 0))  # fmt: skip


def _missing(sheet: Sheet) -> Chart:
    found = missingness(sheet)
    misfits = int(found.misfits.sum())
    note = f"{misfits:,} cells do not fit their column" if misfits else ""
    return Chart(
        "missing",
        "Missing values by column",
        found.names,
        found.missing,
        np.zeros(0, dtype=np.int64),
        tuple(map(_missing_condition, found.names, found.misfits.tolist())),
        note=note,
        holes=tuple(found.masks),
    )


def _missing_condition(name: str, misfits: int) -> str:
    """What filters rows without a value; to filters a misfit is none."""
    return "" if misfits else f"{shown_name(name)} == missing"


def _cross(sheet: Sheet, wish: Wish) -> Chart:
    table = cross_table(sheet, wish.column, wish.across, 12)
    down, across = table.down, table.across
    both = (down.bins >= 0) & (across.bins >= 0)
    return Chart(
        "cross",
        f"{wish.column} by {wish.across}",
        down.labels,
        table.counts.ravel(),
        np.where(both, down.bins * len(across.labels) + across.bins, -1),
        _both_conditions(sheet, down, across),
        across.labels,
        _note(int((~both).sum()), 0),
    )


def _both_conditions(sheet: Sheet, down: Bars, across: Bars) -> tuple[str, ...]:
    first = bar_conditions(down, sheet.texts[down.column.name])
    pairs = product(first, bar_conditions(across, sheet.texts[across.column.name]))
    return tuple(joined((a, b)) if a and b else "" for a, b in pairs)


def _title(column: Column) -> str:
    return f"{column.name} ({column.unit})" if column.unit else column.name


def _note(missing: int, misfits: int) -> str:
    words = [f"{missing:,} missing"] if missing else []
    words += [f"{misfits:,} do not fit"] if misfits else []
    return " · ".join(words)


def _ranges(drawn: Histogram) -> tuple[str, ...]:
    edges = drawn.edges
    if drawn.column.kind == "date":
        days = [date.fromordinal(max(int(np.ceil(edge)), 1)) for edge in edges]
        return tuple(f"{a.isoformat()} to {b.isoformat()}" for a, b in pairwise(days))
    numbers = pairwise(edges.tolist())
    if drawn.column.kind == "integer":
        return tuple(_whole(a, b) for a, b in numbers)
    return tuple(f"{a:.4g} to {b:.4g}" for a, b in numbers)


def _whole(low: float, high: float) -> str:
    first, last = int(np.ceil(low)), int(np.floor(high))
    return str(first) if last <= first else f"{first} to {last}"
