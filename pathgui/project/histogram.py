"""Numbers and dates in bins, as plain arrays; each row knows its bin."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from pathgui.errors import TableError
from pathgui.project import typed
from pathgui.project.charts import Ints, count_bins
from pathgui.project.schema import Column
from pathgui.project.sheet import Sheet

Floats = npt.NDArray[np.float64]
_MOST_BINS = 200


@dataclass(frozen=True, slots=True)
class Histogram:
    """Numbers or dates in bins.

    Attributes
    ----------
    column : Column
        What is shown.
    edges : (bins + 1,) float64 array
        Bounds of the bins, the last one included; dates count days since 1 January of
        the year 1 (`datetime.date.toordinal`).
    counts : (bins,) int64 array
        Rows in each bin.
    bins : (rows,) int64 array
        Bin of each row, -1 for none: to show and to change the selection.
    missing, misfits : int
        Rows without a value, and rows whose text does not fit the column.
    """

    column: Column
    edges: Floats
    counts: Ints
    bins: Ints
    missing: int
    misfits: int

    def count(self, rows: npt.ArrayLike) -> Ints:
        """Rows of a selection (positions or mask) in each bin."""
        return count_bins(self.bins[np.asarray(rows)], len(self.counts))

    def rows(self, first: int, last: int) -> Ints:
        """Positions of the rows in bins `first` to `last`, both included."""
        return np.flatnonzero((self.bins >= first) & (self.bins <= last))


def histogram(sheet: Sheet, name: str, bins: int = 0) -> Histogram:
    """Bin the numbers or dates of a column.

    Parameters
    ----------
    sheet : Sheet
        The table.
    name : str
        A column of numbers, whole numbers or dates.
    bins : int
        How many; 0 takes as many as the Freedman-Diaconis rule says, at most 200.
        Whole numbers of few different values get a bin each.

    Raises
    ------
    TableError
        No such column, or one of texts.
    """
    column = sheet.column(name)
    if column.kind not in ("number", "integer", "date"):
        raise TableError(f"{name} holds no numbers.", "Show its texts as bars.")
    values, is_missing = _values(sheet, column)
    good = np.flatnonzero(~np.isnan(values))
    shown = values[good]
    edges = _edges(shown, column, min(bins, _MOST_BINS))
    place = np.full(len(values), -1, dtype=np.int64)
    if len(shown):
        found = np.searchsorted(edges, shown, side="right") - 1
        place[good] = np.minimum(found, len(edges) - 2)
    missing = int(is_missing.sum())
    return Histogram(
        column,
        edges,
        count_bins(place, max(len(edges) - 1, 0)),
        place,
        missing,
        len(values) - len(shown) - missing,
    )


def _values(sheet: Sheet, column: Column) -> tuple[Floats, npt.NDArray[np.bool_]]:
    texts = sheet.texts[column.name].tolist()
    known = {t: _number(value) for t, value in typed.parse_all(texts, column).items()}
    empty = {t for t in known if t.strip().casefold() in typed.MISSING}
    values = np.array([known[text] for text in texts], dtype=np.float64)
    return values, np.array([text in empty for text in texts], dtype=bool)


def _number(value: typed.Value) -> float:
    if isinstance(value, date):
        return float(value.toordinal())
    return float(value) if isinstance(value, int | float) else np.nan


def _edges(values: Floats, column: Column, bins: int) -> Floats:
    if not len(values):
        return np.zeros(0)
    low, high = float(values.min()), float(values.max())
    if low == high:
        return np.array([low - 0.5, high + 0.5])
    whole = column.kind != "number"
    if whole and not bins and high - low < 50:
        return np.arange(low - 0.5, high + 1)
    if not bins:
        bins = _freedman_diaconis(values, low, high)
    if whole:
        # Bins of equal whole width, so that none holds more numbers than another.
        width = max(1, int(np.ceil((high - low + 1) / bins)))
        return np.arange(low - 0.5, high + width, width)
    # Halves, since the difference of two numbers may be larger than any number.
    edges = np.linspace(low / 2, high / 2, bins + 1) * 2
    edges[0], edges[-1] = low, high  # half of the smallest number is nothing
    return edges


def _freedman_diaconis(values: Floats, low: float, high: float) -> int:
    """Number of bins after Freedman and Diaconis (1981), between 5 and 200."""
    quarter, three = np.percentile(values, (25, 75))
    width = (three / 2 - quarter / 2) / np.cbrt(len(values))
    if not width > 0:
        return 20
    wanted = min((high / 4 - low / 4) / width, _MOST_BINS)
    return int(np.clip(np.ceil(wanted), 5, _MOST_BINS))
