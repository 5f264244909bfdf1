"""Reading text tables with care: no line is lost to a neighbour's fault."""

import re

import numpy as np

from pathgui.project.csvtext import BadLine, Parsed, text_array

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r|\Z)")


def parse_carefully(text: str, separator: str) -> Parsed:
    """Parse any text; see `parse_table`."""
    return CarefulReader(text, separator).read()


class CarefulReader:
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

    def _records(self) -> "_Records":
        return _Records(self)


class _Records:
    """Iterates ``(line number, fields, whether a quote stayed open)``."""

    def __init__(self, table: CarefulReader) -> None:
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
