"""Logs in CSV: lines are added at the end and never changed."""

import csv
import io
from codecs import BOM_UTF8
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from pathgui.errors import TableError
from pathgui.project.csvtext import TextArray
from pathgui.project.csvwrite import table_blocks
from pathgui.project.dialect import Dialect
from pathgui.project.files import append_durably, write_atomic
from pathgui.project.lock import moment
from pathgui.project.tablefile import decode


def append_row(file: Path, columns: Sequence[str], values: Sequence[str]) -> None:
    """Append one row to a CSV, durably; a new file gets its header first.

    Raises
    ------
    TableError
        The disk refuses; nothing was appended.
    """
    append_rows(file, columns, [values])


def append_rows(
    file: Path, columns: Sequence[str], rows: Sequence[Sequence[str]]
) -> None:
    """Append rows to a CSV that several people may write to at once.

    One writer at a time: a lock file beside it is held for the moment, because
    network disks do not append atomically. Where the file has other columns, or in
    another order, its header counts; so do its separator and encoding, which a
    spreadsheet may have changed.

    Raises
    ------
    TableError
        The disk refuses, or the file stays locked; nothing was appended.
    """
    if not rows:
        return
    try:
        with moment(file):
            _append(file, columns, rows)
    except OSError as error:
        raise TableError(
            f"{file} cannot be written: {error.strerror or error}."
        ) from error


def read_lines(data: bytes) -> Iterator[dict[str | Any, str | Any]]:
    """Lines of a log by the names of its header, also as spreadsheets save it.

    Parameters
    ----------
    data : bytes
        Of the file; letters that make no sense are replaced.

    Raises
    ------
    csv.Error
        At a line that cannot be read.
    """
    try:
        text, dialect = decode(data)
    except UnicodeDecodeError:
        text, dialect = data, Dialect()
    stream = io.StringIO(text.decode("utf-8-sig", "replace"), newline="")
    yield from csv.DictReader(stream, delimiter=dialect.separator)


def _append(file: Path, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    there = file.exists() and file.stat().st_size > 0
    before, dialect = _read(file) if there else (b"", Dialect())
    header = _header(before, dialect.separator) if there else list(columns)
    known = [name for name in header if name in columns]
    if not known:
        header = known = list(columns)
    where = [columns.index(name) if name in columns else -1 for name in header]
    arrays = [_array([row[at] if at >= 0 else "" for row in rows]) for at in where]
    separator, newline = dialect.separator, dialect.newline
    blocks = table_blocks(header, arrays, separator, newline)
    if there:
        next(blocks)  # its header is there
    text = "".join(blocks)
    if there and not dialect.final_newline:
        text = newline + text
    if dialect.encoding.startswith("utf-16"):
        # Whoever follows a log line by line reads it by single bytes.
        write_atomic(file, BOM_UTF8 + before + text.encode())
        return
    try:
        append_durably(file, text.encode(dialect.encoding))
    except UnicodeEncodeError:
        # Another program saved it in letters that do not hold these.
        write_atomic(file, BOM_UTF8 + before + text.encode())


def _read(file: Path) -> tuple[bytes, Dialect]:
    """A log as UTF-8, and how it is written: spreadsheets save it their own way."""
    try:
        return decode(file.read_bytes())
    except UnicodeDecodeError as error:
        raise TableError(
            f"{file} is not the {error.encoding} text that it begins as."
        ) from error


def _header(data: bytes, separator: str) -> list[str]:
    line = data.splitlines()[0].decode() if data.strip() else ""
    return next(csv.reader([line], delimiter=separator), [])


def _array(texts: list[str]) -> TextArray:
    array = np.empty(len(texts), dtype=object)
    array[:] = texts
    return array
