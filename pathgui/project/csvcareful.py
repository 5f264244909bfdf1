"""Reading text tables with care: no line is lost to a neighbour's fault."""

import re

import numpy as np

from pathgui.project.csvtext import BadLine, Parsed, text_array

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r|\Z)")


def parse_carefully(text: str, separator: str) -> Parsed:
    """Parse any text; see `parse_table`."""
    reader = CarefulReader(text, separator)
    header = reader.header()
    return reader.rows(header) if header else Parsed([], [], np.zeros(0, np.int64))


class CarefulReader:
    """Reads record by record and loses no line to a quote left open.

    Parameters
    ----------
    text : str
        A table, or a part of one that begins with a record.
    separator : str
        One character.
    line : int
        Number of the first line.
    width : int
        Fields of a record; 0 where the first one tells.
    stop : int, optional
        No record is read that begins here or later; text behind it may only end one.
    """

    def __init__(
        self,
        text: str,
        separator: str,
        *,
        line: int = 1,
        width: int = 0,
        stop: int | None = None,
    ) -> None:
        self.text = text
        self.separator = separator
        escaped = re.escape(separator)
        # A quoted field that ends properly, then what ends it.
        self.quoted = re.compile(rf'"((?:[^"]++|"")*+)"(?={escaped}|\r|\n|\Z)')
        self.last_quote = text.rfind('"')
        self.plain = re.compile(rf"[^{escaped}\r\n]*")
        self.records = _Records(self, line, width, len(text) if stop is None else stop)

    def header(self) -> list[str]:
        """Fields of the first record; none if there is no record."""
        return next(self.records, (0, [], False))[1]

    def rows(self, header: list[str]) -> Parsed:
        """All records from here on as rows below this header."""
        rows: list[list[str]] = []
        lines: list[int] = []
        bad: list[BadLine] = []
        for line, fields, open_quote in self.records:
            if (reason := self._judge(fields, header, open_quote)) is not None:
                bad.append(BadLine(line, reason, tuple(fields)))
            else:
                rows.append(fields[: len(header)])
                lines.append(line)
        columns = [text_array(column) for column in zip(*rows, strict=True)]
        if not rows:
            columns = [text_array(()) for _ in header]
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


class _Records:
    """Iterates ``(line number, fields, whether a quote stayed open)``."""

    def __init__(self, table: CarefulReader, line: int, width: int, stop: int) -> None:
        self.table = table
        self.at = 0
        self.line = line
        self.width = width
        self.stop = stop

    def __iter__(self) -> "_Records":
        return self

    def __next__(self) -> tuple[int, list[str], bool]:
        text, separator = self.table.text, self.table.separator
        while self.at < self.stop:
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
