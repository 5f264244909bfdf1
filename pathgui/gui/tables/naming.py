"""Columns that say what a row is about: not changed by the way, along with others."""

from collections.abc import Iterable, Mapping

import numpy as np

from pathgui.gui.tables.model import TableModel
from pathgui.gui.tables.sheet import Rows

# Rows are linked to files, results and rows of the other table by these.
NAMING = {
    "manifest": frozenset({"slide_id", "path", "cohort"}),
    "clinical": frozenset({"slide_id", "patient_id"}),
}


def names_rows(model: TableModel, column: int) -> bool:
    """Whether a column says which slide, patient or file a row is about."""
    field = model.fields[column]
    return field.column.name in NAMING.get(field.table, frozenset())


def guarded(model: TableModel, columns: Iterable[int]) -> frozenset[int]:
    """Columns to leave alone of those that are about to change together.

    Naming columns are changed where nothing else is, which is how a person says
    that it is meant.
    """
    wanted = [column for column in columns if model.column_editable(column)]
    naming = frozenset(column for column in wanted if names_rows(model, column))
    return frozenset() if len(naming) == len(wanted) else naming


def without_naming(
    model: TableModel, chosen: Mapping[int, Rows]
) -> tuple[dict[int, Rows], str]:
    """The selected cells that may be changed together, and what was left out.

    Returns
    -------
    dict of int to rows
        Rows by column.
    str
        A sentence about what was left out; empty if nothing was, or nothing is
        written there.
    """
    left = guarded(model, chosen)
    kept = {column: rows for column, rows in chosen.items() if column not in left}
    filled = [c for c in left if np.any(model.source(c).take() != "")]
    return kept, left_out(model, filled)


def left_out(model: TableModel, columns: Iterable[int]) -> str:
    """That columns were left as they are, and what to do if they were meant."""
    names = sorted({model.fields[column].column.name for column in columns})
    if not names:
        return ""
    *first, last = names
    words = f"{', '.join(first)} and {last}" if first else last
    say, them = ("say", "them") if first else ("says", "it")
    stayed = "they were" if first else "it was"
    return (
        f"{words} {say} what a row is about, and stayed as {stayed}; "
        f"select {them} alone to change {them}"
    )
