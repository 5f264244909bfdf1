"""Rectangles of cells as tab-separated text, as Excel and LibreOffice exchange them."""

import re
from collections.abc import Sequence

_SPECIAL = re.compile(r"[\t\r\n]")
# What a program put in quotes: a quote inside is doubled, and the cell ends after.
_QUOTED = re.compile(r'"((?:[^"]|"")*)"(?=\t|\n|\Z)')
_PLAIN = re.compile(r"[^\t\n]*")


def to_text(rows: Sequence[Sequence[str]]) -> str:
    """Cells as tab-separated lines; a cell with a tab or line end is quoted."""
    return "".join("\t".join(map(_out, row)) + "\n" for row in rows)


def _out(cell: str) -> str:
    if _SPECIAL.search(cell) or cell.startswith('"'):
        return '"' + cell.replace('"', '""') + '"'
    return cell


def from_text(text: str) -> list[list[str]]:
    """Cells of tab-separated text; the last line end opens no new row.

    Quotes belong to the cell unless they keep a tab, a line end or another quote:
    spreadsheets quote nothing else.
    """
    clean = text.replace("\r\n", "\n").replace("\r", "\n")
    if clean.endswith("\n"):
        clean = clean[:-1]
    if '"' not in clean:
        return [line.split("\t") for line in clean.split("\n")]
    rows: list[list[str]] = [[]]
    place = 0
    while True:
        cell, place = _cell(clean, place)
        rows[-1].append(cell)
        if place >= len(clean):
            return rows
        if clean[place] == "\n":
            rows.append([])
        place += 1


def _cell(text: str, place: int) -> tuple[str, int]:
    """The cell that begins at a place, and where it ends."""
    quoted = _QUOTED.match(text, place)
    if quoted is not None:
        inner = quoted[1]
        if '"' in inner or _SPECIAL.search(inner):
            return inner.replace('""', '"'), quoted.end()
    plain = _PLAIN.match(text, place)
    assert plain is not None  # it matches the empty text
    return plain[0], plain.end()


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
