"""Many new rows in the journal: as columns, written piece by piece."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import numpy as np

from pathgui.project.csvtext import text_array
from pathgui.project.edits import Edit, RowChange
from pathgui.project.filerows import FileRow, RowTexts

# Fewer rows are as quick one by one, and easier to read.
_MANY = 1000
_PIECE = 20_000


@dataclass(frozen=True, slots=True)
class Block:
    """Rows that come at the end of a table, with ids one after the other."""

    table: str
    first: int
    texts: RowTexts


def without_blocks(edit: Edit) -> tuple[Edit, list[Block]]:
    """The edit without the many rows that it adds, and these as blocks."""
    rows = edit.added
    if len(rows) < _MANY or any(row.position >= 0 for row in rows):
        return edit, []
    ids = np.fromiter((row.row for row in rows), np.int64, len(rows))
    if (np.diff(ids) != 1).any() or len({row.table for row in rows}) > 1:
        return edit, []
    texts = RowTexts([row.values for row in rows])
    if texts.columns is None:
        return edit, []
    block = Block(rows[0].table, int(ids[0]), texts)
    return replace(edit, added=()), [block]


def with_blocks(edit: Edit, blocks: Iterable[Sequence[Any]]) -> Edit:
    """The edit with the rows of blocks as they were written.

    Raises KeyError, TypeError or ValueError where they are damaged.
    """
    added = list(edit.added)
    for table, first, count, columns in blocks:
        texts = {str(name): text_array(tuple(t)) for name, t in columns.items()}
        if any(len(column) != count for column in texts.values()):
            raise ValueError("columns of different length")
        rows = (FileRow(texts, place) for place in range(count))
        added += [RowChange(table, first + k, row) for k, row in enumerate(rows)]
    return replace(edit, added=tuple(added)) if blocks else edit


def line_with_blocks(line: bytes, blocks: Sequence[Block]) -> Iterator[bytes]:
    """A line of JSON and the blocks at its end, piece by piece."""
    yield line.rstrip()[:-1] + b',"blocks":['
    for number, block in enumerate(blocks):
        columns = block.texts.columns or {}
        head = [block.table, block.first, len(block.texts.places)]
        yield (b"," if number else b"") + _json(head)[:-1] + b",{"
        begun = False
        for name in columns:
            texts = block.texts.column(name)
            if not (texts != "").any():
                continue
            yield (b"," if begun else b"") + _json(name) + b":["
            yield from _items(texts.tolist())
            yield b"]"
            begun = True
        yield b"}]"
    yield b"]}\n"


def line_with_list(line: bytes, name: str, items: Iterable[Any]) -> Iterator[bytes]:
    """A line of JSON with a long list at its end, piece by piece."""
    yield line.rstrip()[:-1] + b"," + _json(name) + b":["
    yield from _items(items)
    yield b"]}\n"


def _items(items: Iterable[Any]) -> Iterator[bytes]:
    source, begun = iter(items), False
    while piece := list(islice(source, _PIECE)):
        yield (b"," if begun else b"") + _json(piece)[1:-1]
        begun = True


def _json(data: Any) -> bytes:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
