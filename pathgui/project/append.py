"""Logs in CSV: lines are added at the end and never changed."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from pathgui.errors import TableError
from pathgui.project.csvtext import TextArray
from pathgui.project.csvwrite import encode_table
from pathgui.project.files import append_durably


def append_row(file: Path, columns: Sequence[str], values: Sequence[str]) -> None:
    """Append one row to a CSV, durably; a new file gets its header first.

    Raises
    ------
    TableError
        The disk refuses; nothing was appended.
    """
    cells = [_one(value) for value in values]
    text = encode_table(list(columns), cells, ",", "\n")
    try:
        if file.exists() and file.stat().st_size:
            empty = [_one("")[:0] for _ in columns]
            header = encode_table(list(columns), empty, ",", "\n")
            text = text.removeprefix(header)
            if not _ends_line(file):
                text = "\n" + text
        append_durably(file, text.encode())
    except OSError as error:
        raise TableError(
            f"{file} cannot be written: {error.strerror or error}."
        ) from error


def _one(value: str) -> TextArray:
    array = np.empty(1, dtype=object)
    array[0] = value
    return array


def _ends_line(file: Path) -> bool:
    with file.open("rb") as opened:
        opened.seek(-1, 2)
        return opened.read(1) in b"\r\n"
