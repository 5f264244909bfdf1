"""Reading XLSX workbooks as text."""

import html
import re
import zipfile
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from pathgui.errors import MissingExtraError, TableError
from pathgui.project.csvtext import BadLine
from pathgui.project.rawtable import RawTable, name_columns
from pathgui.project.sheetnotes import SheetNotes, uncomputed

_LARGEST = 2 << 30
# Cells packed tighter than any table is are made to fill the memory.
_SMALL, _DENSEST = 16 << 20, 200
_ZEROS = re.compile(r"0{2,}")
_SHEET = re.compile(r"<(?:\w+:)?sheet\b[^>]*?\bname=\"([^\"]*)\"")


def read_workbook(
    path: Path, sheet: str = "", header_row: int = 0, most: int = 0
) -> RawTable:
    """Read a sheet; numbers and dates become the text people see.

    Dates are written as ISO, whole numbers without point, and numbers formatted
    with leading zeros keep them.

    Parameters
    ----------
    path : Path
        The file.
    sheet : str
        Its name; the first that is not empty by default.
    header_row : int
        Row of the header, 1 first; 0 looks for it below titles.
    most : int
        Rows to read; 0 reads all.

    Raises
    ------
    TableError
        Damaged, of absurd size, empty, or no such sheet.
    MissingExtraError
        openpyxl is not installed.
    """
    try:
        import openpyxl
        from openpyxl.utils.exceptions import InvalidFileException
    except ImportError as error:
        raise MissingExtraError(
            f"{path} is a workbook, and reading those needs the package openpyxl.",
            'Install it with: pip install "pathgui[excel]", or save the table as CSV.',
        ) from error
    damaged = (
        *(zipfile.BadZipFile, InvalidFileException, KeyError, ValueError),
        *(OSError, EOFError, SyntaxError, AttributeError, TypeError),
    )
    try:
        _refuse_bomb(path)
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        try:
            rows, name, others, errors = _rows(book, sheet, path, most)
            is_hidden = book[name].sheet_state != "visible"
        finally:
            book.close()
        first = header_row or _header_row(rows)
        notes = SheetNotes({k: v for k, (row, v) in errors.items() if row >= first})
        width = max(map(len, rows), default=0)
        notes.read_parts(path, name, width, len(rows))
        if notes.has_formulas:
            notes.formulas += _uncomputed(path, name, len(rows))
    except damaged as error:
        raise TableError(
            f"{path} is a damaged workbook: {error}.", "Save it again, or as CSV."
        ) from error
    table = _table(path, rows[first - 1 :], first, name, others)
    hidden = [f"The sheet {name!r} is hidden in the workbook."] if is_hidden else []
    told = (*table.warnings, *hidden, *notes.warnings(rows, first))
    return replace(table, warnings=told)


def _uncomputed(path: Path, sheet: str, count: int) -> list[str]:
    """Cells of formulas that were saved without what they come to."""
    import openpyxl

    books = [
        openpyxl.load_workbook(path, read_only=True, data_only=values)
        for values in (False, True)
    ]
    try:
        return uncomputed(*(_as_wide_as_filled(book[sheet], count) for book in books))
    finally:
        for book in books:
            book.close()


def _header_row(rows: list[list[str]]) -> int:
    """The first row of several texts, if the rows below have several too."""
    counts = [sum(map(bool, row)) for row in rows[:50]]
    if sorted(counts)[len(counts) // 2] < 2:
        return 1
    return next((n for n, count in enumerate(counts, 1) if count > 1), 1)


def sheet_names(path: Path) -> list[str]:
    """Sheets of a workbook; none where the file is something else.

    Raises
    ------
    TableError
        Damaged, or of absurd size.
    """
    try:
        with path.open("rb") as file:
            if file.read(4) != b"PK\x03\x04":
                return []
        _refuse_bomb(path)
        with zipfile.ZipFile(path) as packed:
            workbook = packed.read("xl/workbook.xml").decode("utf-8", "replace")
    except (OSError, KeyError, zipfile.BadZipFile, EOFError):
        return []  # reading it says what is wrong
    return [html.unescape(name) for name in _SHEET.findall(workbook)]


def _refuse_bomb(path: Path) -> None:
    with zipfile.ZipFile(path) as packed:
        size = sum(item.file_size for item in packed.infolist())
    if size > _LARGEST or (size > _SMALL and size > _DENSEST * path.stat().st_size):
        raise TableError(
            f"{path} unpacks to {size / 1e9:.1f} GB, which no table needs.",
            "Save the table as CSV.",
        )


class _Read(NamedTuple):
    """A sheet: its rows from the first, its name, and those of the others.

    Errors are told by their cells, each with its row.
    """

    rows: list[list[str]]
    name: str
    others: list[str]
    errors: dict[str, tuple[int, str]]


def _rows(book: Any, sheet: str, path: Path, most: int) -> _Read:
    names = list(book.sheetnames)
    if sheet and sheet not in names:
        raise TableError(f"{path} has no sheet {sheet!r}.", f"It has {names}.")
    line: _Read | None = None
    seen = sorted(names, key=lambda name: book[name].sheet_state != "visible")
    for name in [sheet] if sheet else seen:
        found = book[name]
        if not hasattr(found, "iter_rows"):
            continue  # a sheet that is a chart
        errors: dict[str, tuple[int, str]] = {}
        wanted = _as_wide_as_filled(found, most + 50 if most else 0)
        rows = [_texts(row, errors) for row in wanted]
        while rows and not rows[-1]:
            rows.pop()
        there = _Read(rows, name, [_named(book, n) for n in names if n != name], errors)
        if len(rows) > 1:
            return there
        # A line alone, such as a title or a remark, is no table if another sheet is.
        line = line or (there if rows else None)
    if line is not None:
        return line
    raise TableError(f"{path} is empty.", "Export the table again.")


def _named(book: Any, sheet: str) -> str:
    """A sheet as it is told."""
    hidden = book[sheet].sheet_state != "visible"
    return f"{sheet!r} (hidden)" if hidden else repr(sheet)


def _as_wide_as_filled(sheet: Any, most: int) -> Iterable[Iterable[Any]]:
    """Rows of a sheet, each as wide as it is.

    A format on its last cell makes a sheet say that it has 16,384 columns and a million
    rows; rows would be filled up to that.
    """
    sheet.reset_dimensions()
    rows: Iterable[Iterable[Any]] = sheet.iter_rows(max_row=most or None)
    return rows


def _texts(cells: Iterable[Any], errors: dict[str, tuple[int, str]]) -> list[str]:
    """Texts of a row up to its last one; its errors are noted by their cells."""
    cells = tuple(cells)
    texts = [_text(cell) for cell in cells]
    if "#" in "".join(texts):
        for cell, text in zip(cells, texts, strict=True):
            if cell.data_type == "e" and text:
                errors[cell.coordinate] = (cell.row, text)
    while texts and not texts[-1]:
        texts.pop()
    return texts


def _text(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        midnight = value.time() == time()
        return value.date().isoformat() if midnight else value.isoformat(" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    if isinstance(value, int):
        shown = str(cell.number_format or "")
        return str(value).zfill(len(shown)) if _ZEROS.fullmatch(shown) else str(value)
    return str(value)


def _table(
    path: Path, rows: list[list[str]], first: int, name: str, others: Iterable[str]
) -> RawTable:
    if not rows:
        raise TableError(f"{path} has no header in row {first}.")
    header = rows[0]
    while header and not header[-1].strip():
        header = header[:-1]
    width = len(header)
    good: list[list[str]] = []
    lines: list[int] = []
    bad: list[BadLine] = []
    for number, row in enumerate(rows[1:], first + 1):
        if any(row[width:]):
            reason = f"cells beyond the {width} columns of the header"
            bad.append(BadLine(number, reason, tuple(row)))
        elif any(row):
            good.append([*row[:width], *[""] * (width - len(row))])
            lines.append(number)
    texts = [np.array(column, dtype=object) for column in zip(*good, strict=True)]
    if not good:
        texts = [np.empty(0, dtype=object) for _ in header]
    columns, problems = name_columns(header, texts)
    if not columns:
        raise TableError(f"{path} has no header.", "The first row names the columns.")
    shown = ", ".join(others)
    warnings = [f"Only the sheet {name!r} was read, not {shown}."] if shown else []
    return RawTable(
        path,
        columns,
        np.array(lines, dtype=np.int64),
        tuple(bad),
        problems=tuple(problems),
        warnings=tuple(warnings),
    )
