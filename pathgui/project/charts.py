"""What charts of a column show, as plain arrays; each row knows where it is drawn."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from pathgui.project import typed
from pathgui.project.schema import Column
from pathgui.project.sheet import Sheet

Ints = npt.NDArray[np.int64]
OTHERS = "others"


@dataclass(frozen=True, slots=True)
class Bars:
    """Texts and how often each stands.

    Attributes
    ----------
    column : Column
        What is shown.
    labels : tuple of str
        Texts: allowed values in their order, else the most frequent first; the last
        may be `OTHERS`, which stands for all that are not shown.
    counts : (labels,) int64 array
        Rows of each.
    bins : (rows,) int64 array
        Bar of each row, -1 where the cell is empty.
    missing : int
        Empty cells.
    others : bool
        The last bar stands for all texts that are not shown.
    """

    column: Column
    labels: tuple[str, ...]
    counts: Ints
    bins: Ints
    missing: int
    others: bool = False

    def count(self, rows: npt.ArrayLike) -> Ints:
        """Rows of a selection (positions or mask) in each bar."""
        return count_bins(self.bins[np.asarray(rows)], len(self.labels))

    def rows(self, bar: int) -> Ints:
        """Positions of the rows of a bar."""
        return np.flatnonzero(self.bins == bar)


@dataclass(frozen=True, slots=True)
class CrossTable:
    """How often the texts of two columns stand together.

    Attributes
    ----------
    down, across : Bars
        The columns; their labels are the heads of rows and columns.
    counts : (down, across) int64 array
        Rows of each pair.
    """

    down: Bars
    across: Bars
    counts: Ints

    def rows(self, down: int, across: int) -> Ints:
        """Positions of the rows of a field."""
        return np.flatnonzero((self.down.bins == down) & (self.across.bins == across))


@dataclass(frozen=True, slots=True)
class Missingness:
    """How much is missing in each column.

    Attributes
    ----------
    names : tuple of str
        Columns, in the order of the table.
    missing, misfits : (columns,) int64 array
        Rows without value, and rows whose text does not fit.
    together : (columns, columns) int64 array
        Rows in which two columns are both missing.
    total : int
        Rows.
    masks : (columns, rows) bool array
        Where each column has no value.
    """

    names: tuple[str, ...]
    missing: Ints
    misfits: Ints
    together: Ints
    total: int
    masks: npt.NDArray[np.bool_]


def bars(sheet: Sheet, name: str, most: int = 30) -> Bars:
    """Count the texts of a column.

    Parameters
    ----------
    sheet : Sheet
        The table.
    name : str
        Any column.
    most : int
        Bars at most; the rest is put together as `OTHERS`.

    Raises
    ------
    TableError
        There is no such column.
    """
    column = sheet.column(name)
    texts = [_label(text, column) for text in sheet.texts[name].tolist()]
    counts = Counter(texts)
    missing = counts.pop("", 0)
    allowed = [choice for choice in column.choices if choice in counts]
    rest = [text for text, _ in counts.most_common() if text not in set(allowed)]
    labels = [*allowed, *rest]
    many = len(labels) > most
    if many:
        labels = labels[: most - 1]
    place = {text: k for k, text in enumerate(labels)}
    labels += [OTHERS] * many
    other = len(labels) - 1
    found = [-1 if not text else place.get(text, other) for text in texts]
    bins = np.array(found, dtype=np.int64)
    counted = count_bins(bins, len(labels))
    return Bars(column, tuple(labels), counted, bins, missing, many)


def cross_table(sheet: Sheet, down: str, across: str, most: int = 30) -> CrossTable:
    """Count the pairs of texts of two columns; parameters and errors as `bars`."""
    first, second = bars(sheet, down, most), bars(sheet, across, most)
    shape = (len(first.labels), len(second.labels))
    both = (first.bins >= 0) & (second.bins >= 0)
    flat = first.bins[both] * shape[1] + second.bins[both]
    counts = count_bins(flat, shape[0] * shape[1])
    return CrossTable(first, second, counts.reshape(shape))


def missingness(sheet: Sheet, names: Sequence[str] = ()) -> Missingness:
    """Count what is missing; of some columns, all by default. TableError."""
    columns = sheet.only(names).columns
    masks = np.zeros((len(columns), len(sheet)), dtype=bool)
    misfits = np.zeros(len(columns), dtype=np.int64)
    for k, column in enumerate(columns):
        texts = sheet.texts[column.name].tolist()
        known = _states(set(texts), column)
        state = np.fromiter(map(known.__getitem__, texts), np.int8, len(texts))
        masks[k] = state == 0
        misfits[k] = int((state < 0).sum())
    wide = masks.astype(np.float64)  # much faster than whole numbers
    return Missingness(
        tuple(column.name for column in columns),
        masks.sum(axis=1, dtype=np.int64),
        misfits,
        np.dot(wide, wide.T).round().astype(np.int64),
        len(sheet),
        masks,
    )


def count_bins(bins: Ints, size: int) -> Ints:
    """How many rows each bin has; -1 is no bin."""
    return np.bincount(bins[bins >= 0], minlength=size).astype(np.int64)


def _states(texts: Collection[str], column: Column) -> dict[str, int]:
    """1 for a value, 0 for none, -1 for a text that does not fit."""
    misfits = typed.misfits(texts, replace(column, required=False))
    blank = frozenset({""}) if column.kind in ("text", "category") else typed.MISSING
    return {
        text: 0 if text.strip().casefold() in blank else -1 if text in misfits else 1
        for text in texts
    }


def _label(text: str, column: Column) -> str:
    """What a cell counts as: yes and no however they are written."""
    stripped = text.strip()
    if column.kind == "yesno":
        try:
            value = typed.parse(stripped, column)
        except typed.Misfit:
            return stripped
        return "" if value is None else "yes" if value else "no"
    if column.kind in ("text", "category"):
        return stripped
    return "" if stripped.casefold() in typed.MISSING else stripped
