"""Parsing text tables: a fast way for clean ones, a careful way for the rest."""

import codecs
import io
import re
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

TextArray = npt.NDArray[np.object_]
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r|\Z)")


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that was not taken: its number (1 is the first), text and the reason."""

    line: int
    reason: str
    fields: tuple[str, ...] = ()


@dataclass(slots=True)
class Parsed:
    """Header and columns of a table, in the order of the file.

    `lines` holds the line number of each row.
    """

    header: list[str]
    columns: list[TextArray]
    lines: npt.NDArray[np.int64]
    bad: list[BadLine] = field(default_factory=list)


def parse_table(text: str, separator: str) -> Parsed:
    """Split a table into columns of text; rows of wrong length are set apart.

    Parameters
    ----------
    text : str
        The whole file without byte order mark.
    separator : str
        One character.
    """
    parsed = _parse_fast(text, separator)
    return parsed if parsed is not None else _parse_carefully(text, separator)


def _parse_fast(text: str, separator: str) -> Parsed | None:
    """Let pandas read it, if it is certain that pandas reads it right."""
    data = text.encode()
    shape = _shape(data, separator.encode())
    if shape is None:
        return None
    rows, lines, body = shape
    if data.startswith(codecs.BOM_UTF8, body):
        return None  # pandas would swallow it
    header = _Careful(data[:body].decode(), separator).read().header
    import pandas as pd

    if rows == 0:
        return Parsed(header, [_empty() for _ in header], lines)
    frame = pd.read_csv(
        io.BytesIO(memoryview(data)[body:]),
        sep=separator,
        header=None,
        names=range(len(header)),
        index_col=False,
        dtype=object,
        na_filter=False,
        engine="c",
        low_memory=False,
        skip_blank_lines=False,
        encoding="utf-8",
    )
    if len(frame) != rows:
        return None
    return Parsed(
        header, [_own(frame[k].to_numpy()) for k in range(len(header))], lines
    )


def _own(texts: TextArray) -> TextArray:
    """Let a column of a frame that nobody else holds be written to."""
    texts.flags.writeable = True
    return texts


def _shape(
    data: bytes, separator: bytes
) -> tuple[int, npt.NDArray[np.int64], int] | None:
    """Rows, their line numbers and where the body begins; None if unclear.

    A quote opens only at the start of a field and closes only at its end, so the
    number of quotes before a byte tells whether it is inside one.
    """
    if b"\0" in data or data.count(b"\r") != data.count(b"\r\n") or not data:
        return None
    if not data.endswith(b"\n"):
        data += b"\n"
    raw = np.frombuffer(data, np.uint8)
    ends = np.flatnonzero(raw == 10)
    splits = np.flatnonzero(raw == separator[0])
    line_of_end = np.arange(1, len(ends) + 1)
    if b'"' in data:
        quotes = np.flatnonzero(raw == 34)
        if not _quotes_are_regular(raw, quotes, separator[0]):
            return None
        outside = np.searchsorted(quotes, ends) % 2 == 0
        ends, line_of_end = ends[outside], line_of_end[outside]
        splits = splits[np.searchsorted(quotes, splits) % 2 == 0]
    starts = np.concatenate(([0], ends[:-1] + 1))
    lengths = ends - starts - (raw[ends - 1] == 13)
    counts = np.diff(np.searchsorted(splits, ends), prepend=0)
    if counts[0] == 0 or (counts != counts[0]).any() or (lengths == 0).any():
        return None
    return len(ends) - 1, line_of_end[:-1] + 1, int(ends[0]) + 1


def _quotes_are_regular(
    raw: npt.NDArray[np.uint8], quotes: npt.NDArray[np.int64], separator: int
) -> bool:
    if len(quotes) % 2:
        return False
    opening, closing = quotes[::2], quotes[1::2]
    before = raw[np.maximum(opening - 1, 0)]
    after = raw[np.minimum(closing + 1, len(raw) - 1)]
    # A quote right after a closing one is the second half of "" and opens again.
    good_before = np.isin(before, (separator, 10, 34)) | (opening == 0)
    good_after = np.isin(after, (separator, 10, 13, 34))
    return bool(good_before.all() and good_after.all())


def _empty() -> TextArray:
    return np.empty(0, dtype=object)


def _parse_carefully(text: str, separator: str) -> Parsed:
    return _Careful(text, separator).read()


class _Careful:
    """Reads record by record and loses no line to a quote left open."""

    def __init__(self, text: str, separator: str) -> None:
        self.text = text
        self.separator = separator
        escaped = re.escape(separator)
        # A quoted field that ends properly, then what ends it.
        self.quoted = re.compile(rf'"((?:[^"]++|"")*+)"(?={escaped}|\r|\n|\Z)')
        self.last_quote = text.rfind('"')
        self.plain = re.compile(rf"[^{escaped}\r\n]*")

    def read(self) -> Parsed:
        rows: list[list[str]] = []
        lines: list[int] = []
        bad: list[BadLine] = []
        header: list[str] = []
        for line, fields, open_quote in self._records():
            if not header:
                header = fields
            elif (reason := self._judge(fields, header, open_quote)) is not None:
                bad.append(BadLine(line, reason, tuple(fields)))
            else:
                rows.append(fields[: len(header)])
                lines.append(line)
        columns = [_as_array(column) for column in zip(*rows, strict=True)]
        if not rows:
            columns = [_empty() for _ in header]
        return Parsed(header, columns, np.array(lines, dtype=np.int64), bad)

    def _judge(self, fields: list[str], header: list[str], quote: bool) -> str | None:
        if quote:
            return "a quote is opened and not closed at the end of its field"
        if len(fields) > len(header) and not any(fields[len(header) :]):
            return None  # a spreadsheet's trailing separators
        if len(fields) != len(header):
            there = f"{len(fields)} field{'' if len(fields) == 1 else 's'}"
            return f"{there} where the header has {len(header)}"
        return None

    def _records(self) -> "_Records":
        return _Records(self)


class _Records:
    """Iterates ``(line number, fields, whether a quote stayed open)``."""

    def __init__(self, table: _Careful) -> None:
        self.table = table
        self.at = 0
        self.line = 1
        self.width = 0

    def __iter__(self) -> "_Records":
        return self

    def __next__(self) -> tuple[int, list[str], bool]:
        text, separator = self.table.text, self.table.separator
        while self.at < len(text):
            end, after = self._line_end(self.at)
            number, line = self.line, text[self.at : end]
            if '"' not in line:
                self.at, self.line = after, self.line + 1
                fields = line.split(separator)
                if line.strip() or len(fields) > 1 or (line and self.width == 1):
                    return self._found(number, fields, False)
                continue
            fields, stop = self._quoted_record(self.at)
            spans = text.count("\n", self.at, stop) + text.count("\r", self.at, stop)
            spans -= text.count("\r\n", self.at, stop)
            wrong = bool(spans and self.width and len(fields) != self.width)
            if stop < 0 or wrong:
                self.at, self.line = after, self.line + 1
                return self._found(number, line.split(separator), True)
            _, after = self._line_end(stop)
            self.at, self.line = after, self.line + 1 + spans
            return self._found(number, fields, False)
        raise StopIteration

    def _found(
        self, number: int, fields: list[str], open_quote: bool
    ) -> tuple[int, list[str], bool]:
        self.width = self.width or len(fields)
        return number, fields, open_quote

    def _line_end(self, start: int) -> tuple[int, int]:
        found = _LINE.match(self.table.text, start)
        assert found is not None
        body = found.group()
        end = start + len(body.rstrip("\r\n")) if body else start
        return end, found.end()

    def _quoted_record(self, at: int) -> tuple[list[str], int]:
        """Fields of one record and where it ends; -1 if a quote stays open."""
        text, fields = self.table.text, []
        while True:
            if text.startswith('"', at):
                if at == self.table.last_quote:
                    return [], -1
                found = self.table.quoted.match(text, at)
                if found is None:
                    return [], -1
                fields.append(found.group(1).replace('""', '"'))
            else:
                found = self.table.plain.match(text, at)
                assert found is not None
                fields.append(found.group())
            at = found.end()
            if not text.startswith(self.table.separator, at):
                return fields, at
            at += 1


def _as_array(texts: tuple[str, ...]) -> TextArray:
    array = np.empty(len(texts), dtype=object)
    array[:] = texts
    return array


def encode_table(
    header: list[str], columns: list[TextArray], separator: str, newline: str
) -> str:
    """Write a table, quoting only where it is needed."""
    needs = _needs_quotes(separator)
    single = len(header) == 1
    parts = [_quoted_column(column, needs, separator, single) for column in columns]
    names = _as_array(tuple(header))
    head = separator.join(_quoted_column(names, needs, separator, single))
    rows = map(separator.join, zip(*parts, strict=True))
    return newline.join([head, *rows]) + newline


def _needs_quotes(separator: str) -> Callable[[str], bool]:
    search = re.compile(rf'[{re.escape(separator)}"\r\n]').search
    return lambda text: search(text) is not None


def _quoted_column(
    column: TextArray,
    needs: Callable[[str], bool],
    separator: str,
    single: bool = False,
) -> list[str]:
    texts: list[str] = column.tolist()
    joined = "".join(texts)
    if any(mark in joined for mark in (separator, '"', "\r", "\n")):
        texts = [
            '"' + text.replace('"', '""') + '"' if needs(text) else text
            for text in texts
        ]
    if single:  # an empty line would vanish
        return [text if text.strip() else f'"{text}"' for text in texts]
    return texts
