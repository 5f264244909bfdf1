"""What people do to a block of cells, each as one edit with a readable name."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from pathgui.gui.tables import clipboard
from pathgui.gui.tables.model import TableModel
from pathgui.gui.tables.naming import guarded
from pathgui.gui.tables.proxy import OrderProxy
from pathgui.gui.tables.sheet import Rows
from pathgui.project import Cell, Edit

# Shown rows that are chosen, by column.
Chosen = Mapping[int, Rows]
Columns = Iterable[tuple[int, Rows, Sequence[str]]]


@dataclass(frozen=True, slots=True)
class Shown:
    """Rows of a model in the order they are shown, as they were at one moment."""

    model: TableModel
    order: Rows

    @staticmethod
    def of(proxy: OrderProxy) -> "Shown":
        """As a proxy shows them now."""
        return Shown(proxy.model, proxy.source_rows())

    def __len__(self) -> int:
        return len(self.order)


@dataclass(frozen=True, slots=True)
class Pasted:
    """What pasting comes to.

    Attributes
    ----------
    edit : Edit or None
        The change; None if there is none.
    rows, columns : int
        How many rows and columns of what was copied lie beyond the table.
    locked : int
        Cells that cannot be edited.
    named : int
        Cells that say what a row is about, and would be others: what was copied
        may be of other rows.
    """

    edit: Edit | None
    rows: int = 0
    columns: int = 0
    locked: int = 0
    named: int = 0

    @property
    def warning(self) -> str:
        """What was left out, in one sentence; empty if nothing was."""
        words = []
        if self.rows:
            words.append(f"{_count(self.rows, 'row')} below the last row")
        if self.columns:
            words.append(f"{_count(self.columns, 'column')} right of the last column")
        if self.locked:
            words.append(f"{_count(self.locked, 'cell')} that cannot be edited")
        if self.named:
            words.append(
                f"{_count(self.named, 'cell')} that "
                f"{'names' if self.named == 1 else 'name'} the rows: what was copied "
                "is of other rows"
            )
        return f"Left out on pasting: {', '.join(words)}" if words else ""


def every(count: int) -> Rows:
    """All of so many shown rows."""
    return np.arange(count, dtype=np.int64)


def count(chosen: Chosen) -> int:
    """How many cells are chosen."""
    return sum(len(rows) for rows in chosen.values())


def put(shown: Shown, label: str, columns: Columns) -> Edit | None:
    """One edit of many cells; None where nothing would change.

    Parameters
    ----------
    columns : iterable of (column, shown rows, texts)
        What to put where.
    """
    cells: list[Cell] = []
    order = shown.order
    for column, rows, texts in columns:
        cells += _changed(shown.model, column, order[rows], texts)
    return Edit(label, tuple(cells)) if cells else None


def counted(edit: Edit | None) -> Edit | None:
    """The edit, whose name says how many cells change."""
    if edit is None:
        return None
    return replace(edit, label=f"{edit.label} {_count(len(edit.cells), 'cell')}")


def _changed(
    model: TableModel, column: int, rows: Rows, texts: Sequence[str]
) -> list[Cell]:
    """Cells of a column that get another text."""
    if not model.column_editable(column):
        return []
    field, content = model.fields[column], model.content
    table, name = field.table, field.column.name
    ids = content.rows[table][rows].tolist()
    olds = model.source(column).take()[rows].tolist()
    triples = zip(ids, olds, texts, strict=True)
    if table == model.main:
        return [
            Cell(table, row, name, old, new)
            for row, old, new in triples
            if old != new and row >= 0
        ]
    # A row that stands beside several is changed once.
    once = {row: (old, new) for row, old, new in triples if row >= 0}
    return [
        Cell(table, r, name, old, new) for r, (old, new) in once.items() if old != new
    ]


def clear(shown: Shown, chosen: Chosen) -> Edit | None:
    """Empty the selected cells."""
    return set_value(shown, chosen, "", "Clear")


def set_value(
    shown: Shown, chosen: Chosen, text: str, verb: str = "Set"
) -> Edit | None:
    """Put one value into all selected cells."""
    columns = ((c, rows, [text] * len(rows)) for c, rows in chosen.items())
    return counted(put(shown, verb, columns))


def fill_down(shown: Shown, chosen: Chosen) -> Edit | None:
    """Copy the top cell of each selected column into the cells below it.

    A single cell takes what stands above it.
    """
    columns = []
    for column, rows in chosen.items():
        top = int(rows[0]) if len(rows) > 1 else max(int(rows[0]) - 1, 0)
        columns.append((column, rows, [_text(shown, top, column)] * len(rows)))
    return counted(put(shown, "Fill down", columns))


def copy(shown: Shown, chosen: Chosen, columns: Sequence[int]) -> str:
    """The rectangle round the selected cells as tab-separated text.

    `columns` are the shown columns in the order on screen.
    """
    wanted = [column for column in columns if column in chosen]
    if not wanted:
        return ""
    rows = np.unique(np.concatenate([chosen[column] for column in wanted]))
    order = shown.order
    lines = []
    for column in wanted:
        texts = shown.model.source(column).take()[order[rows]]
        texts[~np.isin(rows, chosen[column])] = ""
        lines.append(texts.tolist())
    return clipboard.to_text(list(zip(*lines, strict=True)))


def paste(shown: Shown, chosen: Chosen, columns: Sequence[int], text: str) -> Pasted:
    """Put tab-separated text where the selection begins; a single value fills it."""
    places = [columns.index(column) for column in chosen if column in columns]
    if not places:
        return Pasted(None)
    top = min(int(rows[0]) for rows in chosen.values())
    bottom = max(int(rows[-1]) for rows in chosen.values())
    first = min(places)
    cells = clipboard.spread(
        clipboard.from_text(text), bottom - top + 1, max(places) - first + 1
    )
    high = min(len(cells), len(shown) - top)
    wide = min(len(cells[0]), len(columns) - first)
    rows = np.arange(top, top + high)
    across = list(zip(*cells[:high], strict=True))[:wide]
    targets = columns[first : first + wide]
    model = shown.model
    locked = sum(not model.column_editable(column) for column in targets)
    left, pairs = guarded(model, targets), list(zip(targets, across, strict=True))
    named = put(shown, "Paste", [(c, rows, t) for c, t in pairs if c in left])
    edit = put(shown, "Paste", [(c, rows, t) for c, t in pairs if c not in left])
    lost = len(cells) - high, len(cells[0]) - wide
    others = len(named.cells) if named is not None else 0
    return Pasted(counted(edit), *lost, locked * high, others)


def _text(shown: Shown, row: int, column: int) -> str:
    return shown.model.text(int(shown.order[row]), column)


def _count(number: int, noun: str) -> str:
    return f"1 {noun}" if number == 1 else f"{number:,} {noun}s"
