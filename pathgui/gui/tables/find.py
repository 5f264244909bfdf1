"""Finding texts in cells, and putting others in their place; no Qt here."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from pathgui.gui.tables.sheet import Rows, Source, Texts
from pathgui.gui.tables.words import Flags, texts_with


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for.

    Attributes
    ----------
    text : str
        The text.
    case : bool
        Upper and lower case count.
    whole : bool
        It is all that stands in the cell.
    """

    text: str
    case: bool = False
    whole: bool = False

    def matches(self, texts: Sequence[str]) -> Flags:
        """Which of the texts hold it."""
        if not self.text:
            return np.zeros(len(texts), bool)
        if not self.case and not self.whole:
            return texts_with(texts, self.text.casefold())
        wanted = self.text if self.case else self.text.casefold()
        seen = texts if self.case else [text.casefold() for text in texts]
        if self.whole:
            hits = (text == wanted for text in seen)
        else:
            hits = (wanted in text for text in seen)
        return np.fromiter(hits, bool, len(texts))

    def replaced(self, text: str, by: str) -> str:
        """A text with `by` in its place."""
        if self.whole:
            return by
        flags = re.NOFLAG if self.case else re.IGNORECASE
        return re.sub(re.escape(self.text), lambda _: by, text, flags=flags)


@dataclass(frozen=True, slots=True)
class Place:
    """Cells of a column in which to look.

    Attributes
    ----------
    column : int
        Position of the column.
    rows : (n,) array
        Shown rows.
    source : Source
        The column.
    at : (n,) array
        Positions of these rows in the table.
    editable : bool
        Whether its cells can be changed.
    """

    column: int
    rows: Rows
    source: Source
    at: Rows
    editable: bool

    @property
    def texts(self) -> Texts:
        """What stands in the cells."""
        return self.source.take()[self.at]


@dataclass(frozen=True, slots=True)
class Hits:
    """Cells that hold what is looked for, row by row.

    Attributes
    ----------
    rows, columns : (n,) arrays
        Where they are.
    editable : int
        How many of them can be changed.
    """

    rows: Rows
    columns: Rows
    editable: int

    def __len__(self) -> int:
        return len(self.rows)

    def next(self, row: int, place: int, order: Sequence[int], by: int) -> int:
        """Which hit follows a cell, or comes before it; -1 if there is none."""
        if not len(self):
            return -1
        at = {column: number for number, column in enumerate(order)}
        across = np.array([at.get(c, -1) for c in self.columns.tolist()])
        keys = self.rows * (len(order) + 1) + across
        here = row * (len(order) + 1) + place
        if by > 0:
            found = int(np.searchsorted(keys, here, "right"))
            return found % len(self)
        return (int(np.searchsorted(keys, here, "left")) - 1) % len(self)


def find(places: Iterable[Place], wanted: Wanted) -> Hits:
    """All cells that hold it, row by row and from left to right."""
    rows: list[Rows] = [np.zeros(0, np.int64)]
    columns: list[Rows] = [np.zeros(0, np.int64)]
    order: list[Rows] = [np.zeros(0, np.int64)]
    editable = 0
    for number, place in enumerate(places):
        hits = place.rows[wanted.matches(place.texts.tolist())]
        rows.append(hits)
        columns.append(np.full(len(hits), place.column))
        order.append(np.full(len(hits), number))
        editable += len(hits) if place.editable else 0
    across, down = np.concatenate(order), np.concatenate(rows)
    by_row = np.lexsort([across, down])
    return Hits(down[by_row], np.concatenate(columns)[by_row], editable)


def replaced(
    places: Iterable[Place], wanted: Wanted, by: str
) -> Iterator[tuple[int, Rows, list[str]]]:
    """Column, shown rows and new texts of the cells to change that hold it."""
    for place in places:
        if not place.editable:
            continue
        held = place.texts
        hit = wanted.matches(held.tolist())
        texts = [wanted.replaced(text, by) for text in held[hit].tolist()]
        yield place.column, place.rows[hit], texts
