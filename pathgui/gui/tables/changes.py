"""What people do to a block of cells, each as one edit with a readable name."""

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QModelIndex

from pathgui.gui.tables import clipboard
from pathgui.gui.tables.proxy import OrderProxy
from pathgui.project import Cell, Edit


def put(
    proxy: OrderProxy, label: str, values: Iterable[tuple[int, int, str]]
) -> Edit | None:
    """One edit of many shown cells; None where nothing would change."""
    cells: list[Cell] = []
    for row, column, text in values:
        if row >= proxy.rowCount() or column >= proxy.columnCount():
            continue
        cell = proxy.model.cell_edit(proxy.source_row(row), column, text)
        if cell is not None:
            cells.append(cell)
    return Edit(label, tuple(cells)) if cells else None


def clear(proxy: OrderProxy, chosen: Sequence[QModelIndex]) -> Edit | None:
    """Empty the selected cells."""
    label = f"Clear {_cells(len(chosen))}"
    return put(proxy, label, ((i.row(), i.column(), "") for i in chosen))


def set_value(
    proxy: OrderProxy, chosen: Sequence[QModelIndex], text: str
) -> Edit | None:
    """Put one value into all selected cells."""
    label = f"Set {_cells(len(chosen))}"
    return put(proxy, label, ((i.row(), i.column(), text) for i in chosen))


def fill_down(proxy: OrderProxy, chosen: Sequence[QModelIndex]) -> Edit | None:
    """Copy the top cell of each selected column into the cells below it."""
    top: dict[int, int] = {}
    for index in chosen:
        top[index.column()] = min(top.get(index.column(), index.row()), index.row())
    values = [
        (i.row(), i.column(), _text(proxy, top[i.column()], i.column())) for i in chosen
    ]
    return put(proxy, f"Fill down {_cells(len(chosen))}", values)


def copy(
    proxy: OrderProxy, chosen: Sequence[QModelIndex], columns: Sequence[int]
) -> str:
    """The rectangle round the selected cells as tab-separated text.

    `columns` are the shown columns in the order on screen.
    """
    picked = {(i.row(), i.column()) for i in chosen}
    rows = sorted({row for row, _ in picked})
    used = {column for _, column in picked}
    wanted = [column for column in columns if column in used]
    return clipboard.to_text(
        [[_text(proxy, r, c) if (r, c) in picked else "" for c in wanted] for r in rows]
    )


def paste(
    proxy: OrderProxy,
    chosen: Sequence[QModelIndex],
    columns: Sequence[int],
    text: str,
) -> Edit | None:
    """Put tab-separated text where the selection begins; a single value fills it."""
    if not chosen:
        return None
    places = [columns.index(i.column()) for i in chosen if i.column() in columns]
    rows = [i.row() for i in chosen]
    first_row, first = min(rows), min(places, default=0)
    cells = clipboard.spread(
        clipboard.from_text(text),
        max(rows) - first_row + 1,
        max(places, default=0) - first + 1,
    )
    values = [
        (first_row + down, columns[first + right], value)
        for down, row in enumerate(cells)
        for right, value in enumerate(row)
        if first + right < len(columns)
    ]
    return put(proxy, f"Paste {_cells(len(values))}", values)


def _text(proxy: OrderProxy, row: int, column: int) -> str:
    return proxy.model.text(proxy.source_row(row), column)


def _cells(count: int) -> str:
    return "1 cell" if count == 1 else f"{count:,} cells"
