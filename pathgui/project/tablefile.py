"""A table and its file: read, written back the same way, old versions kept."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np

from pathgui.errors import TableChangedError, TableError
from pathgui.project.csvtext import Parsed, parse_table
from pathgui.project.csvwrite import table_blocks
from pathgui.project.dialect import (
    Dialect,
    detect_encoding,
    detect_newline,
    detect_separator,
)
from pathgui.project.files import FileState
from pathgui.project.store import Ids, TextStore
from pathgui.project.versions import SaveNote, write_keeping_old
from pathgui.project.watch import NOBODY, Watch


@dataclass(frozen=True, slots=True)
class Loaded:
    """A table file as read: its texts, how it was written, how it looked on disk."""

    store: TextStore
    dialect: Dialect
    state: FileState | None


def decode(data: bytes) -> tuple[bytes, Dialect]:
    """Text of a table as UTF-8, and how it was written; UnicodeDecodeError."""
    encoding, mark = detect_encoding(data)
    text = data[mark:] if mark else data
    if encoding != "utf-8":
        text = text.decode(encoding).encode()
    elif mark:
        text.decode()
    head = text[:200_000].decode(errors="ignore")
    dialect = Dialect(
        encoding,
        mark > 0,
        detect_separator(head),
        detect_newline(head),
        text.endswith((b"\n", b"\r")),
    )
    return text, dialect


def load(
    path: Path,
    standard: tuple[str, ...],
    ids: Ids | None = None,
    watch: Watch = NOBODY,
) -> Loaded:
    """Read a table of the project, every cell as text.

    Parameters
    ----------
    path : Path
        The CSV file; where it is missing the table is empty.
    standard : tuple of str
        Columns that the table has in any case; missing ones are added empty.
    ids : (n,) int64 array, optional
        Row ids of an interrupted session; used if their number fits.
    watch : Watch
        Told how far it is read.

    Raises
    ------
    TableError
        Unreadable, or rows of wrong length, or two columns of one name.
    Cancelled
        On request.
    """
    try:
        data, state = FileState.read(path)
    except FileNotFoundError:
        columns = [np.empty(0, dtype=object) for _ in standard]
        return Loaded(TextStore(standard, columns, numbered(0)), Dialect(), None)
    except OSError as error:
        raise TableError(f"{path} cannot be read: {error.strerror}.") from error
    try:
        text, dialect = decode(data)
    except UnicodeDecodeError as error:
        raise TableError(
            f"{path} is not the {error.encoding} text that it begins as."
        ) from error
    parsed = parse_table(text, dialect.separator, watch)
    _refuse_damage(path, parsed)
    header, columns = list(parsed.header), list(parsed.columns)
    count = len(parsed.lines)
    for name in standard:
        if name not in header:
            empty = np.empty(count, dtype=object)
            empty[:] = ""
            header.append(name)
            columns.append(empty)
    if ids is None or len(ids) != count:
        ids = numbered(count)
    return Loaded(TextStore(header, columns, ids), dialect, state)


def numbered(count: int) -> Ids:
    """Row ids of a table just read: 0 to n-1."""
    return np.arange(count, dtype=np.int64)


def _refuse_damage(path: Path, parsed: Parsed) -> None:
    if parsed.bad:
        first = parsed.bad[0]
        more = f" ({len(parsed.bad)} such lines)" if len(parsed.bad) > 1 else ""
        raise TableError(
            f"{path}, line {first.line}: {first.reason}{more}.",
            "Mend the line in a text editor, or restore an older version from "
            f"{path.parent / '.history'}.",
        )
    doubled = {name for name in parsed.header if parsed.header.count(name) > 1}
    if doubled:
        names = ", ".join(repr(name) for name in sorted(doubled))
        raise TableError(f"{path} has several columns named {names}.")


def encode(store: TextStore, dialect: Dialect) -> list[bytes]:
    """The bytes of a table file, in blocks.

    Text that the old encoding cannot hold makes it UTF-8 with a byte order mark,
    which spreadsheets read right.
    """
    columns = [store.texts(name) for name in store.header]
    newline = dialect.newline

    def written(encoding: str, *, mark: bool) -> list[bytes]:
        blocks = table_blocks(list(store.header), columns, dialect.separator, newline)
        texts = chain(["\ufeff"] if mark else [], blocks)
        data = [text.encode(encoding) for text in texts]
        if not dialect.final_newline:
            data[-1] = data[-1].removesuffix(newline.encode(encoding))
        return data

    try:
        return written(dialect.encoding, mark=dialect.bom)
    except UnicodeEncodeError:
        return written("utf-8", mark=True)


def checksum(data: Iterable[bytes]) -> str:
    """SHA-256 of blocks."""
    digest = hashlib.sha256()
    for block in data:
        digest.update(block)
    return digest.hexdigest()


def save(
    path: Path,
    data: Sequence[bytes],
    state: FileState | None,
    note: SaveNote | None = None,
) -> FileState:
    """Write a table file, keeping the old one as a version with a note on why.

    Raises
    ------
    TableChangedError
        Someone else changed the file since `state`; nothing is written.
    TableError
        The disk is full, read-only …; the old file stands.
    """
    refuse_if_changed(path, state)
    try:
        write_keeping_old(path, data, note)
        return FileState.after_write(path, checksum(data))
    except OSError as error:
        raise TableError(
            f"{path} cannot be written: {error.strerror or error}.",
            "Your edits are kept; free some space or mend the folder, then save again.",
        ) from error


def refuse_if_changed(path: Path, state: FileState | None) -> None:
    """Raise TableChangedError if the file is not as it was at `state`; TableError."""
    try:
        changed = path.exists() if state is None else state.differs(path)
    except OSError as error:
        raise TableError(
            f"{path} cannot be read: {error.strerror or error}.",
            "Is the disk still there?",
        ) from error
    if changed:
        raise TableChangedError(
            f"{path} was changed by another program since it was opened.",
            "Choose to keep yours, take theirs, or merge cell by cell.",
        )
