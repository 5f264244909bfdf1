"""What of an edit still fits the tables: others may have changed its cells since."""

from collections.abc import Callable
from dataclasses import replace

from pathgui.project.edits import Cell, Edit
from pathgui.project.table import Table


def fitting(edit: Edit, table_of: Callable[[str], Table]) -> tuple[Edit, int]:
    """The edit without cells that hold neither what it found nor what it puts there.

    Cells of rows and columns that come, go or change with it are left in.

    Parameters
    ----------
    edit : Edit
        Made a while ago, such as one to be undone.
    table_of : callable
        Gives a table by name.

    Returns
    -------
    Edit
        What can be carried out without taking back what somebody else did.
    int
        How many cells were left out.
    """
    names = (c for change in edit.columns for c in (change.old, change.new) if c)
    columns = {column.name for column in names}
    rows = {(row.table, row.row) for row in edit.added}
    seen: dict[tuple[str, int, str], str] = {}
    kept: list[Cell] = []
    lost = 0
    for cell in edit.cells:
        place = (cell.table, cell.row, cell.column)
        table = table_of(cell.table)
        if cell.column in columns or (cell.table, cell.row) in rows:
            now = cell.old
        elif not (table.has_row(cell.row) and table.has_column(cell.column)):
            now = cell.old  # the check of the edit says what is wrong
        else:
            now = seen.get(place, table.text(cell.row, cell.column))
        if now not in (cell.old, cell.new):
            lost += 1
            continue
        seen[place] = cell.new
        kept.append(cell if now == cell.old else replace(cell, old=now))
    if len(kept) == len(edit.cells):
        return edit, 0
    return replace(edit, cells=tuple(kept)), lost
