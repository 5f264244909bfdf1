"""Logs in CSV: lines are added at the end and never changed."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from pathgui.errors import TableError
from pathgui.project.csvtext import TextArray
from pathgui.project.csvwrite import encode_table
from pathgui.project.files import append_durably
from pathgui.project.lock import moment


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
    another order, its header counts.

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


def _append(file: Path, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    there = file.exists() and file.stat().st_size > 0
    header = _header(file) if there else list(columns)
    known = [name for name in header if name in columns]
    if not known:
        header = known = list(columns)
    where = [columns.index(name) if name in columns else -1 for name in header]
    arrays = [_array([row[at] if at >= 0 else "" for row in rows]) for at in where]
    text = encode_table(header, arrays, ",", "\n")
    if there:
        empty = encode_table(header, [array[:0] for array in arrays], ",", "\n")
        text = text.removeprefix(empty)
        if not _ends_line(file):
            text = "\n" + text
    append_durably(file, text.encode())


def _header(file: Path) -> list[str]:
    with file.open("rb") as opened:
        line = opened.readline().decode("utf-8-sig", "replace")
    return next(csv.reader(io.StringIO(line)), [])


def _array(texts: list[str]) -> TextArray:
    array = np.empty(len(texts), dtype=object)
    array[:] = texts
    return array


def _ends_line(file: Path) -> bool:
    with file.open("rb") as opened:
        opened.seek(-1, 2)
        return opened.read(1) in b"\r\n"
