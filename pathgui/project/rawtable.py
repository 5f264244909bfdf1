"""Reading tables of others: CSV, TSV, XLSX, whatever their encoding."""

import codecs
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

import numpy as np

from pathgui.errors import TableError
from pathgui.project.csvtext import BadLine, Parsed, TextArray, parse_table
from pathgui.project.dialect import (
    detect_encoding,
    detect_header,
    detect_separator,
    looks_binary,
)
from pathgui.project.otherkinds import is_zip, refuse_other_kinds
from pathgui.project.watch import NOBODY, Watch

_PREVIEW = 1 << 20
_NEWLINE = re.compile(rb"\r\n|\n|\r")
_HEAD = 200_000
_CODES = {"cp1252": "Windows-1252", "latin-1": "Latin-1"}
_PEEKED = 50
_WORDS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar", " ": "blank"}


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How to read a table where guessing is not wanted; empty means guess.

    Attributes
    ----------
    encoding : str
        ``utf-8``, ``utf-16``, ``cp1252``, ``latin-1`` …
    separator : str
        One character.
    header_line : int
        Line of the header, 1 first; lines above are left out. 0 looks for it below
        titles and remarks.
    sheet : str
        Of a workbook; the first one that is not empty by default.
    """

    encoding: str = ""
    separator: str = ""
    header_line: int = 0
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class RawTable:
    """A table as read: all text, nothing typed, nothing lost.

    Attributes
    ----------
    path : Path
        The file.
    columns : dict of str to (n,) object array
        Texts by column name; names are distinct and trimmed.
    lines : (n,) int64 array
        Line of the file that each row begins in (row number in a workbook).
    bad : tuple of BadLine
        Lines that are no rows of this table, and why.
    separator, encoding : str
        How it was read; both empty for a workbook.
    problems : tuple of str
        What is wrong with the header.
    warnings : tuple of str
        What people should know.
    """

    path: Path
    columns: dict[str, TextArray]
    lines: np.ndarray[tuple[int], np.dtype[np.int64]]
    bad: tuple[BadLine, ...] = ()
    separator: str = ""
    encoding: str = ""
    problems: tuple[str, ...] = ()
    warnings: tuple[str, ...] = field(default=())

    def __len__(self) -> int:
        return len(self.lines)


def read_table(
    file: Path | str, options: ReadOptions | None = None, watch: Watch = NOBODY
) -> RawTable:
    """Read a table file; every cell stays the text it is.

    Encoding (UTF-8 with or without mark, UTF-16, Windows-1252, Latin-1), separator
    and header line are recognised. Rows of wrong length are set apart with their
    line numbers; a quote that is never closed costs its own line only.

    Parameters
    ----------
    file : path
        CSV, TSV or XLSX.
    options : ReadOptions, optional
        What not to guess.
    watch : Watch
        Told how far a text table is read.

    Raises
    ------
    TableError
        Missing, unreadable, empty, no table, or a header without rows.
    MissingExtraError
        XLSX without openpyxl.
    Cancelled
        On request.
    """
    return _table(Path(file), options or ReadOptions(), 0, watch)


def preview_table(
    file: Path | str, options: ReadOptions | None = None, rows: int = 100
) -> RawTable:
    """The first rows of a table, without reading a large file whole.

    Raises as `read_table`.
    """
    return _table(Path(file), options or ReadOptions(), rows, NOBODY)


def _table(path: Path, chosen: ReadOptions, most: int, watch: Watch) -> RawTable:
    data = _read(path, most)
    if is_zip(data):
        from pathgui.project.excel import read_workbook

        table = read_workbook(path, chosen.sheet, chosen.header_line, most)
    else:
        table = _from_bytes(path, data, chosen, watch)
    if not len(table) and not table.bad:
        raise TableError(
            f"{path} has a header but no rows.", "Nothing was imported from it."
        )
    return _head(table, most) if most else table


def _head(table: RawTable, most: int) -> RawTable:
    columns = {name: texts[:most] for name, texts in table.columns.items()}
    return replace(table, columns=columns, lines=table.lines[:most])


def table_from_text(
    text: str,
    name: str = "clipboard",
    options: ReadOptions | None = None,
    watch: Watch = NOBODY,
) -> RawTable:
    """Read a table from text, such as cells copied from a spreadsheet; TableError."""
    if not text.strip():
        raise TableError(f"The {name} is empty.")
    guessed = "\t" if "\t" in text else ""
    body = text.encode("utf-8", "replace")
    data, separator, above = _from_header(body, options or ReadOptions(), guessed)
    parsed = parse_table(data, separator, watch)
    parsed.lines += above
    return _finish(Path(name), parsed, separator, "", ())


def _from_header(
    data: bytes, options: ReadOptions, guessed: str
) -> tuple[bytes, str, int]:
    """The text from its header on, its separator, and the lines above."""
    head = data[:_HEAD].decode(errors="ignore")
    separator = options.separator or guessed or detect_separator(head)
    line = options.header_line or detect_header(head, separator)
    if line == 1:
        return data, separator, 0
    ends = islice(_NEWLINE.finditer(data), line - 1)
    data = data[max((found.end() for found in ends), default=0) :]
    if not options.separator and not guessed:
        separator = detect_separator(data[:_HEAD].decode(errors="ignore"))
    return data, separator, line - 1


def _read(path: Path, rows: int) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(_PREVIEW if rows else -1)
            if rows and len(data) == _PREVIEW and data[:2] != b"PK":
                data = _whole_lines(data)
    except FileNotFoundError as error:
        raise TableError(f"{path} is not there.", "Check the path.") from error
    except OSError as error:
        hint = "Name a file in it." if path.is_dir() else "Check who may read it."
        raise TableError(f"{path} cannot be read: {error.strerror}.", hint) from error
    if not data.strip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"):
        raise TableError(f"{path} is empty.", "Export the table again.")
    refuse_other_kinds(path, data)
    return data


def _whole_lines(data: bytes) -> bytes:
    """The beginning of a file without its last line, which is cut."""
    encoding, _ = detect_encoding(data[: _PREVIEW // 2])
    for newline in ("\n".encode(encoding), "\r".encode(encoding)):
        if (end := data.rfind(newline)) > 0:
            return data[: end + len(newline)]
    return data


def _from_bytes(
    path: Path, data: bytes, options: ReadOptions, watch: Watch
) -> RawTable:
    encoding, mark = detect_encoding(data)
    if looks_binary(data, encoding):
        raise TableError(
            f"{path} is not a text table.", "Tables are CSV, TSV or XLSX files."
        )
    guessed, encoding = encoding, options.encoding or encoding
    try:
        text = data[mark:] if mark else data
        if mark or encoding != "utf-8" or guessed != "utf-8":
            text = text.decode(encoding).encode()
    except (UnicodeError, LookupError) as error:
        raise TableError(
            f"{path} is not {encoding} text.", "Choose another encoding."
        ) from error
    text, separator, above = _from_header(
        text.removeprefix(codecs.BOM_UTF8), options, ""
    )
    warnings = []
    if not mark and not options.encoding and encoding != "utf-8":
        warnings.append(f"{path.name} is not UTF-8; it was read as {encoding}.")
    parsed = parse_table(text, separator, watch)
    parsed.lines += above
    return _finish(path, parsed, separator, encoding, warnings)


def _finish(
    path: Path,
    parsed: Parsed,
    separator: str,
    encoding: str,
    warnings: Sequence[str],
) -> RawTable:
    parsed = _with_row_names(parsed)
    columns, problems = name_columns(parsed.header, parsed.columns)
    if not columns:
        raise TableError(f"{path} has no header.", "The first line names the columns.")
    return RawTable(
        path,
        columns,
        parsed.lines,
        tuple(parsed.bad),
        separator,
        encoding,
        tuple(problems),
        (*warnings, *_blank_words(parsed)),
    )


def _blank_words(parsed: Parsed) -> list[str]:
    """Say so where a table of one column may be one that blanks separate."""
    blanks = parsed.header[0].strip().count(" ") if len(parsed.header) == 1 else 0
    texts = parsed.columns[0][:_PEEKED].tolist() if blanks else []
    if not texts or any(text.strip().count(" ") != blanks for text in texts):
        return []
    return [
        f"The table was read as one column, {parsed.header[0].strip()!r}; if blanks "
        "separate its columns, choose the blank as separator."
    ]


def _with_row_names(parsed: Parsed) -> Parsed:
    """R leaves the header of its row names out: each row has one field more."""
    width = len(parsed.header) + 1
    if len(parsed.lines) or len(parsed.bad) < 2 or width < 3:
        return parsed
    if any(len(bad.fields) != width for bad in parsed.bad):
        return parsed
    columns = []
    for texts in zip(*(bad.fields for bad in parsed.bad), strict=True):
        array = np.empty(len(texts), dtype=object)
        array[:] = texts
        columns.append(array)
    lines = np.array([bad.line for bad in parsed.bad], dtype=np.int64)
    return Parsed(["row_name", *parsed.header], columns, lines)


def name_columns(
    header: Sequence[str], columns: Sequence[TextArray]
) -> tuple[dict[str, TextArray], list[str]]:
    """Give each column a distinct name; say what was wrong with the header.

    A column without name and without texts is a spreadsheet's leftover and goes.
    """
    named: dict[str, TextArray] = {}
    problems = []
    for number, (raw, texts) in enumerate(zip(header, columns, strict=True), 1):
        name = " ".join(raw.replace("\ufeff", "").split())
        if not name:
            if not any(text.strip() for text in texts):
                continue
            name = f"column {number}"
        if name in named:
            count = 2
            while f"{name}_{count}" in named or f"{name}_{count}" in header:
                count += 1
            problems.append(
                f"two columns are named {name!r}; the later one is now {name}_{count}"
            )
            name = f"{name}_{count}"
        named[name] = texts
    return named, problems


def how_read(table: RawTable) -> str:
    """How a text table was read, for people: ``UTF-8, semicolon``."""
    if not table.encoding:
        return "workbook"
    separator = _WORDS.get(table.separator, table.separator)
    return f"{encoding_words(table.encoding)}, {separator}"


def encoding_words(encoding: str) -> str:
    """An encoding as people know it: ``UTF-16`` for ``utf-16-le``."""
    if encoding.startswith("utf"):
        return encoding.removesuffix("-le").removesuffix("-be").upper()
    return _CODES.get(encoding, encoding)
