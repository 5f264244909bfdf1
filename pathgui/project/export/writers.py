"""A sheet as CSV, XLSX or Parquet, complete under its name or not there."""

import io
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from pathgui.errors import MissingExtraError, TableError
from pathgui.project import typed
from pathgui.project.csvtext import TextArray, text_array
from pathgui.project.csvwrite import encode_table
from pathgui.project.export.formulas import neutralise, would_run
from pathgui.project.files import write_atomic
from pathgui.project.schema import Column
from pathgui.project.sheet import Sheet

if TYPE_CHECKING:
    import pyarrow

FORMATS = ("csv", "tsv", "xlsx", "parquet")
_MOST_ROWS, _MOST_COLUMNS, _MOST_LETTERS = 1_048_576, 16_384, 32_767
_LARGEST_WHOLE = 10**15
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def csv_bytes(
    sheet: Sheet, separator: str = ",", *, raw: bool = False, bom: bool = False
) -> tuple[bytes, int]:
    """A sheet as UTF-8 text, and the number of cells made harmless.

    Parameters
    ----------
    sheet : Sheet
        What to write.
    separator : str
        One character.
    raw : bool
        Leave formulas as they are.
    bom : bool
        Begin with a byte order mark, which lets Excel read the letters right.
    """
    texts, count = (dict(sheet.texts), 0) if raw else neutralise(sheet.texts)
    text = encode_table(list(texts), list(texts.values()), separator, "\n")
    return text.encode("utf-8-sig" if bom else "utf-8"), count


def xlsx_bytes(sheet: Sheet) -> tuple[bytes, int]:
    """A sheet as a workbook, and the number of cells that look like formulas.

    Text is written as text, which no spreadsheet runs; such cells are marked as
    quoted, so that editing one does not make a formula of it. Numbers become numbers
    only where reading them back gives the same text.

    Raises
    ------
    TableError
        More rows, columns or letters than a workbook holds, or a control character.
    MissingExtraError
        openpyxl is not installed.
    """
    try:
        from openpyxl import Workbook
        from openpyxl.cell import WriteOnlyCell
    except ImportError as error:
        raise MissingExtraError(
            "Workbooks need the package openpyxl.", 'pip install "pathgui[excel]"'
        ) from error
    _refuse_unfit(sheet)
    book = Workbook(write_only=True)
    page = book.create_sheet(sheet.name)
    count = 0

    def cell(value: str | float) -> Any:
        nonlocal count
        made = WriteOnlyCell(page)
        if isinstance(value, str):
            made.value = value
            made.data_type = "s"
            if would_run(value):
                made.quotePrefix = True
                count += 1
        else:
            made.value = value
        return made

    page.append([cell(name) for name in sheet.names])
    parts = [_values(sheet.texts[c.name], c) for c in sheet.columns]
    for row in zip(*parts, strict=True):
        page.append([cell(v) if v != "" else None for v in row])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue(), count


def refuse_too_large(sheet: Sheet) -> None:
    """Raise TableError for a sheet of more rows or columns than a workbook holds."""
    if len(sheet) >= _MOST_ROWS or len(sheet.columns) > _MOST_COLUMNS:
        raise TableError(
            f"{len(sheet):,} rows and {len(sheet.columns):,} columns are more than a "
            f"workbook holds ({_MOST_ROWS:,} and {_MOST_COLUMNS:,}).",
            "Write it as CSV or Parquet, or choose fewer columns.",
        )


def _refuse_unfit(sheet: Sheet) -> None:
    refuse_too_large(sheet)
    for name, texts in sheet.texts.items():
        if max(map(len, texts.tolist()), default=0) > _MOST_LETTERS:
            raise TableError(
                f"A cell of {name} has more than {_MOST_LETTERS:,} letters, which no "
                "workbook can hold.",
                "Write it as CSV.",
            )
        if _CONTROL.search(name) or any(map(_CONTROL.search, texts.tolist())):
            raise TableError(
                f"A cell of {name} holds a control character, which no workbook can "
                "hold.",
                "Write it as CSV.",
            )


def _values(texts: TextArray, column: Column) -> list[str | int | float]:
    if column.kind not in ("number", "integer") or column.decimal != ".":
        return list(texts.tolist())
    return [_number(text) for text in texts.tolist()]


def _number(text: str) -> str | int | float:
    """The number a text is, if writing the number gives the same text."""
    if not text[:1] or text[0] not in "-0123456789":
        return text
    try:
        value = float(text)
    except ValueError:
        return text
    if not np.isfinite(value):
        return text
    if value.is_integer() and abs(value) < _LARGEST_WHOLE:
        whole = int(value)
        return whole if str(whole) == text else text
    return value if repr(value) == text else text


def parquet_bytes(sheet: Sheet) -> tuple[bytes, int]:
    """A sheet as Parquet with typed columns, and the number of cells lost by that.

    What does not fit its type becomes missing.

    Raises
    ------
    MissingExtraError
        pyarrow is not installed.
    """
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError as error:
        raise MissingExtraError(
            "Parquet needs the package pyarrow.", 'pip install "pathgui[parquet]"'
        ) from error
    arrays, lost = [], 0
    for column in sheet.columns:
        array, misfits = _arrow(sheet.texts[column.name], column)
        arrays.append(array)
        lost += misfits
    table = pyarrow.table(dict(zip(sheet.names, arrays, strict=True)))
    stream = io.BytesIO()
    parquet.write_table(table, stream)
    return stream.getvalue(), lost


def _arrow(texts: TextArray, column: Column) -> tuple["pyarrow.Array", int]:
    import pyarrow

    kinds = {
        "number": pyarrow.float64(),
        "integer": pyarrow.int64(),
        "date": pyarrow.date32(),
        "yesno": pyarrow.bool_(),
    }
    kind = kinds.get(column.kind)
    if kind is None:
        return pyarrow.array(texts, pyarrow.string(), from_pandas=False), 0
    known: dict[str, typed.Value] = {}
    misfits = set()
    for text in set(texts.tolist()):
        try:
            known[text] = _storable(typed.parse(text, column))
        except typed.Misfit:
            known[text] = None
            misfits.add(text) if text.strip() else None
    values = [known[text] for text in texts.tolist()]
    lost = sum(text in misfits for text in texts.tolist()) if misfits else 0
    return pyarrow.array(values, kind), lost


def _storable(value: typed.Value) -> typed.Value:
    if isinstance(value, int) and abs(value) >= 1 << 63:
        raise typed.Misfit("is too large for a whole number of 64 bits")
    return value


def write_sheet(
    sheet: Sheet, out: Path, kind: str, *, raw: bool = False, bom: bool = False
) -> tuple[int, int]:
    """Write a sheet as a file; returns cells made harmless, and cells lost.

    Raises
    ------
    TableError
        The disk refuses (an older file stands), or the format cannot hold it.
    MissingExtraError
        A package is not installed.
    """
    harmless = lost = 0
    if kind == "xlsx":
        data, harmless = xlsx_bytes(sheet)
    elif kind == "parquet":
        data, lost = parquet_bytes(sheet)
    elif kind in ("csv", "tsv"):
        separator = "," if kind == "csv" else "\t"
        data, harmless = csv_bytes(sheet, separator, raw=raw, bom=bom)
    else:
        raise TableError(f"There is no format {kind!r}.", f"{', '.join(FORMATS)}.")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(out, data)
    except OSError as error:
        raise TableError(
            f"{out} cannot be written: {error.strerror or error}."
        ) from error
    return harmless, lost


def sheet_from(name: str, texts: dict[str, list[str]]) -> Sheet:
    """A sheet of plain text columns."""
    columns = tuple(Column(column) for column in texts)
    return Sheet(name, columns, {k: text_array(tuple(v)) for k, v in texts.items()})
