"""Rectangles of cells as tab-separated text, as Excel and LibreOffice exchange them."""

import csv
import io
from collections.abc import Sequence


def to_text(rows: Sequence[Sequence[str]]) -> str:
    """Cells as tab-separated lines; a cell with a tab or line end is quoted."""
    out = io.StringIO()
    csv.writer(out, dialect="excel-tab", lineterminator="\n").writerows(rows)
    return out.getvalue()


def from_text(text: str) -> list[list[str]]:
    """Cells of tab-separated text; the last line end opens no new row."""
    clean = text.replace("\r\n", "\n").replace("\r", "\n")
    if clean.endswith("\n"):
        clean = clean[:-1]
    if not clean:
        return [[""]]
    return [row or [""] for row in csv.reader(io.StringIO(clean), dialect="excel-tab")]


def spread(cells: Sequence[Sequence[str]], rows: int, columns: int) -> list[list[str]]:
    """Repeat cells over a selection that is a whole multiple of them.

    A single cell fills the whole selection; what does not fit is pasted once.
    """
    high, wide = len(cells), max(len(row) for row in cells)
    if rows % high or columns % wide:
        rows, columns = high, wide
    rows, columns = max(rows, high), max(columns, wide)
    return [
        [_at(cells[row % high], column % wide) for column in range(columns)]
        for row in range(rows)
    ]


def _at(row: Sequence[str], column: int) -> str:
    return row[column] if column < len(row) else ""
