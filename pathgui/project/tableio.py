"""Small tables beside the manifest: read with fixed columns, written atomically."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from pathgui.errors import TableError
from pathgui.project import tablefile
from pathgui.project.csvwrite import encode_table
from pathgui.project.versions import write_keeping_old


def read_rows(file: Path, columns: Sequence[str]) -> list[dict[str, str]]:
    """Rows of a small table, with exactly these columns.

    Raises
    ------
    TableError
        Unreadable, damaged, or a column is missing.
    """
    store = tablefile.load(file, ()).store
    missing = [name for name in columns if name not in store.header]
    if missing:
        raise TableError(f"{file} has no column {', '.join(missing)}.")
    texts = [store.texts(name).tolist() for name in columns]
    return [dict(zip(columns, row, strict=True)) for row in zip(*texts, strict=True)]


def write_rows(file: Path, columns: Mapping[str, Sequence[str]]) -> None:
    """Write a small table atomically, keeping the old one as a version.

    Raises
    ------
    TableError
        The disk refuses; the old file stands.
    """
    arrays = []
    for texts in columns.values():
        array = np.empty(len(texts), dtype=object)
        array[:] = list(texts)
        arrays.append(array)
    data = encode_table(list(columns), arrays, ",", "\n").encode()
    try:
        write_keeping_old(file, data)
    except OSError as error:
        raise TableError(
            f"{file} cannot be written: {error.strerror or error}."
        ) from error


def read_table_texts(file: Path) -> dict[str, list[str]]:
    """All columns of a small table by name; none where there is no file.

    Raises
    ------
    TableError
        Unreadable or damaged.
    """
    if not file.exists():
        return {}
    store = tablefile.load(file, ()).store
    return {name: store.texts(name).tolist() for name in store.header}
