"""A text table read block by block: clean ones fast, the others with care."""

from collections.abc import Sequence

import numpy as np

from pathgui.project.csvcareful import CarefulReader
from pathgui.project.csvfast import count_records, read_clean
from pathgui.project.csvtext import BadLine, Parsed, TextArray
from pathgui.project.watch import NOBODY, Watch

# Small blocks stay in the processor's cache while their shape is looked at.
_BLOCK = 1 << 20
# So much that is clean is given to pandas at once, and is no faster with more. Where
# somebody watches it is less: it lets no other thread in before it is done. Wide
# tables are given to it in larger parts.
_RUN, _WATCHED_RUN = 2 << 20, 1 << 20
_WIDE_RUN, _ROWS = 4 << 20, 1000
# How far a quote that is open at the end of a block is followed.
_LOOK = 4 << 20
# Rows further down may be a little shorter than those that were seen.
_SPARE = 1.02
Lines = np.ndarray[tuple[int], np.dtype[np.int64]]


class BlockReader:
    """Reads a table of any size; only what is not clean is read record by record.

    Parameters
    ----------
    data : bytes
        UTF-8 without byte order mark.
    separator : str
        One character.
    watch : Watch
        Told how many bytes are read.
    """

    def __init__(self, data: bytes, separator: str, watch: Watch = NOBODY) -> None:
        self.data = data
        self.separator = separator
        self._watch = watch
        self._run = _RUN if watch is NOBODY else _WATCHED_RUN
        self._newline = b"\n" if b"\n" in data else b"\r"
        self._at = 0
        self._line = 1
        self._rows = _Rows(len(data))
        self._bad: list[BadLine] = []

    def read(self) -> Parsed:
        """The whole table."""
        header = self._header()
        while header and self._at < len(self.data):
            self._watch.step("Reading the table", self._at, len(self.data))
            run = self._clean_run(len(header))
            if run == self._at or not self._take_clean(run, len(header)):
                self._take_carefully(header)
        return self._joined(header)

    def _header(self) -> list[str]:
        header: list[str] = []
        while not header and self._at < len(self.data):
            reader = self._reader(self._line_end(self._at + 1), 0)
            header = reader.header()
            self._move(reader)
        return header

    def _reader(self, end: int, width: int) -> CarefulReader:
        """Reads records that begin before `end`; text behind it may end the last."""
        look = self._line_end(end + _LOOK) if end < len(self.data) else end
        text = self.data[self._at : look].decode()
        stop = len(text) - len(self.data[end:look].decode())
        return CarefulReader(
            text, self.separator, line=self._line, width=width, stop=stop
        )

    def _move(self, reader: CarefulReader) -> None:
        records = reader.records
        self._at += len(reader.text[: records.at].encode())
        self._line = records.line

    def _line_end(self, start: int) -> int:
        """Where the line ends that holds the byte before `start`, or the file."""
        found = self.data.find(self._newline, max(start - 1, 0))
        return found + 1 if found >= 0 else len(self.data)

    def _block_end(self, start: int) -> int:
        """End of a block of whole lines that closes each quote it opens, if it can."""
        data, end = self.data, self._line_end(start + _BLOCK)
        first, odd = end, data.count(b'"', start, end) % 2
        while odd:
            quote = data.find(b'"', end, start + _BLOCK + _LOOK)
            if quote < 0:
                return first
            last, end = end, self._line_end(quote + 1)
            odd ^= data.count(b'"', last, end) % 2
        return end

    def _clean_run(self, width: int) -> int:
        """Where what is clean from here on ends, at most a run's length away."""
        end = self._at
        if width < 2 or not self.separator.isascii() or self._newline == b"\r":
            return end
        records = 0
        while end < len(self.data) and not self._is_run(end - self._at, records):
            after = self._block_end(end)
            found = count_records(self.data[end:after], self.separator, width)
            if found is None:
                break
            end, records = after, records + found
        return end

    def _is_run(self, size: int, records: int) -> bool:
        return size >= (self._run if records >= _ROWS else _WIDE_RUN)

    def _take_clean(self, end: int, width: int) -> bool:
        """Read records that are clean; False if pandas found others than we did."""
        block = self.data[self._at : end]
        found = read_clean(block, self.separator, width)
        if found is None:
            return False
        columns, lines = found
        self._rows.take(columns, lines + self._line, end)
        self._line += block.count(b"\n")
        self._at = end
        return True

    def _take_carefully(self, header: list[str]) -> None:
        reader = self._reader(self._block_end(self._at), len(header))
        parsed = reader.rows(header)
        self._bad += parsed.bad
        self._move(reader)
        self._rows.take(parsed.columns, parsed.lines, self._at)

    def _joined(self, header: list[str]) -> Parsed:
        columns, lines = self._rows.whole(len(header))
        return Parsed(header, columns, lines, self._bad)


class _Rows:
    """Rows as they come, block by block, in columns that grow where they are.

    Pieces that were put together in the end would hold each column twice, and scatter
    it over the memory.

    Parameters
    ----------
    size : int
        Bytes of the whole table, from which its rows are guessed.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._columns: list[TextArray] = []
        self._lines: Lines = np.zeros(0, np.int64)
        self._count = 0

    def take(self, columns: Sequence[TextArray], lines: Lines, end: int) -> None:
        """Add rows of a block that ends at a byte of the table."""
        if not len(lines):
            return
        count = self._count + len(lines)
        if count > len(self._lines):
            self._grow(count, len(columns), end)
        for column, texts in zip(self._columns, columns, strict=True):
            column[self._count : count] = texts
        self._lines[self._count : count] = lines
        self._count = count

    def _grow(self, count: int, width: int, end: int) -> None:
        """Make room for so many rows, and for as many as the rest will have."""
        room = max(int(count / max(end, 1) * self._size * _SPARE), count)
        if not self._columns:  # what is not written to takes no memory
            self._columns = [np.empty(room, dtype=object) for _ in range(width)]
            self._lines = np.empty(room, np.int64)
            return
        for array in (*self._columns, self._lines):
            array.resize(min(room, 2 * count), refcheck=False)

    def whole(self, width: int) -> tuple[list[TextArray], Lines]:
        """All columns and the lines of the rows."""
        if not self._columns:
            self._columns = [np.empty(0, dtype=object) for _ in range(width)]
        for array in (*self._columns, self._lines):
            array.resize(self._count, refcheck=False)
        return self._columns, self._lines
