"""What a chart of a column shows, ready to be drawn and linked to slides; no Qt."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Literal

import numpy as np
import numpy.typing as npt

from pathgui.project import Project
from pathgui.project.charts import bars, count_bins, cross_table, missingness
from pathgui.project.histogram import Histogram, histogram
from pathgui.project.sheet import Sheet, sheet_of
from pathgui.project.typed import MISSING

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
    slides : (rows,) object array
        Slide of each row.
    note : str
        What is not shown.
    total : int
        Rows.
    holes : tuple of (rows,) bool array
        Of missing values: where each column has none.
    """

    shape: Shape
    title: str
    labels: tuple[str, ...]
    across: tuple[str, ...]
    counts: Ints
    marks: Ints
    slides: npt.NDArray[np.object_]
    note: str
    total: int
    holes: tuple[npt.NDArray[np.bool_], ...] = ()

    def chosen(self, selection: Collection[str]) -> Ints:
        """Rows of the selected slides at each mark."""
        if not selection:
            return np.zeros(len(self.counts), dtype=np.int64)
        wanted = set(selection)
        mask = np.array([slide in wanted for slide in self.slides.tolist()], dtype=bool)
        if self.holes:
            found = [int((hole & mask).sum()) for hole in self.holes]
            return np.array(found, dtype=np.int64)
        return count_bins(self.marks[mask], len(self.counts))

    def slides_of(self, mark: int) -> tuple[str, ...]:
        """Slides at a mark, in the order of the table."""
        where = self.holes[mark] if self.holes else self.marks == mark
        found = self.slides[where].tolist()
        return tuple(dict.fromkeys(slide for slide in found if slide))

    def name(self, mark: int) -> str:
        """What a mark stands for."""
        if not self.across:
            return self.labels[mark]
        down, across = divmod(mark, len(self.across))
        return f"{self.labels[down]} · {self.across[across]}"


def make_chart(project: Project, wish: Wish) -> Chart:
    """Count what a chart shows; TableError if the column is not there."""
    sheet = sheet_of(project, "joined")
    slides = sheet.texts["slide_id"]
    if wish.shape == "missing":
        found = missingness(sheet)
        misfits = int(found.misfits.sum())
        note = f"{misfits:,} cells do not fit their column" if misfits else ""
        nothing = np.zeros(0, dtype=np.int64)
        names = found.names
        return Chart("missing", "Missing values by column", names, (),
                     found.missing, nothing, slides, note, found.total,
                     tuple(_holes(sheet, name) for name in names))  # fmt: skip
    column = sheet.column(wish.column)
    shape = wish.shape or ("histogram" if column.kind in _NUMERIC else "bars")
    unit = f" ({column.unit})" if column.unit else ""
    if shape == "histogram" and column.kind in _NUMERIC:
        drawn = histogram(sheet, wish.column)
        note = _note(drawn.missing, drawn.misfits)
        return Chart("histogram", f"{column.name}{unit}", _ranges(drawn), (),
                     drawn.counts, drawn.bins, slides, note, len(sheet))  # fmt: skip
    if shape == "cross" and wish.across:
        table = cross_table(sheet, wish.column, wish.across, 12)
        size = len(table.across.labels)
        both = (table.down.bins >= 0) & (table.across.bins >= 0)
        marks = np.where(both, table.down.bins * size + table.across.bins, -1)
        note = _note(int((~both).sum()), 0)
        title = f"{column.name} by {wish.across}"
        return Chart("cross", title, table.down.labels, table.across.labels,
                     table.counts.ravel(), marks, slides, note, len(sheet))  # fmt: skip
    found_bars = bars(sheet, wish.column)
    return Chart("bars", f"{column.name}{unit}", found_bars.labels, (),
                 found_bars.counts, found_bars.bins, slides,
                 _note(found_bars.missing, 0), len(sheet))  # fmt: skip


def _holes(sheet: Sheet, name: str) -> npt.NDArray[np.bool_]:
    """Where a column has no value."""
    column = sheet.column(name)
    words = frozenset({""}) if column.kind in ("text", "category") else MISSING
    texts = sheet.texts[name].tolist()
    return np.array([text.strip().casefold() in words for text in texts], dtype=bool)


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
