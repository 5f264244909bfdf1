"""A table as sorting and filtering see it: columns of distinct texts; no Qt here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from pathgui.gui.tables.words import Folded
from pathgui.project import Column
from pathgui.project.comparison import distinct

Ints = npt.NDArray[np.intp]
Floats = npt.NDArray[np.float64]
Texts = npt.NDArray[np.object_]
Rows = npt.NDArray[np.int64]


def spans(rows: Iterable[int]) -> list[tuple[int, int]]:
    """Rows in rising order as runs: first and last of each."""
    places = np.fromiter(rows, np.int64)
    if not len(places):
        return []
    ends = np.flatnonzero(np.diff(places) > 1)
    firsts, lasts = places[np.append(0, ends + 1)], places[np.append(ends, -1)]
    return list(zip(firsts.tolist(), lasts.tolist(), strict=True))


def where(slides: Texts, wanted: Sequence[str]) -> list[int]:
    """Places of texts, in order."""
    if len(wanted) == 1:
        found: list[int] = np.flatnonzero(slides == wanted[0]).tolist()
        return found
    is_chosen = set(wanted).__contains__
    flags = np.fromiter(map(is_chosen, slides.tolist()), np.bool_, len(slides))
    rows: list[int] = np.flatnonzero(flags).tolist()
    return rows


@dataclass(slots=True)
class Coded:
    """A column as distinct texts, and what was worked out about them.

    Attributes
    ----------
    texts : list of str
        Each text once.
    codes : (n,) integer array
        Which of them each row holds.
    ranks : (len(texts),) array, optional
        Place of each text in the natural order.
    """

    texts: list[str]
    codes: Ints
    ranks: Ints | None = None
    memo: dict[str, Floats] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Source:
    """Where the texts of a column are.

    Attributes
    ----------
    column : Column
        Its definition.
    name : str
        Name over all tables, ``table.column``.
    texts : array of str
        Texts of the whole column of its table.
    rows : (n,) int64 array, optional
        Position in `texts` of each row shown, -1 for none; None for all in order.
    """

    column: Column
    name: str
    texts: Texts
    rows: Rows | None = None

    def take(self) -> Texts:
        """Text of each row shown."""
        return self.texts if self.rows is None else self._at(self.rows)

    def longest(self, count: int) -> int:
        """Letters of the longest text in the first rows shown."""
        return max(map(len, self.first(count)), default=0)

    def first(self, count: int) -> Texts:
        """Text of each of the first rows shown."""
        if self.rows is None:
            return self.texts[:count]
        return self._at(self.rows[:count])

    def _at(self, rows: Rows) -> Texts:
        if not len(self.texts):
            return np.full(len(rows), "", dtype=object)
        found = self.texts[rows]
        found[rows < 0] = ""
        return found


def called(names: Sequence[str]) -> dict[str, str]:
    """What expressions call columns ``table.column``, by that name.

    As in the joined table, a name that both tables have is the manifest's; the other
    one's has the name of its table behind.
    """
    found: dict[str, str] = {}
    taken: set[str] = set()
    for name in sorted(names, key=_priority):
        table, _, column = name.partition(".")
        word = column
        while word in taken:
            word = f"{word}_{table}"
        taken.add(word)
        found[name] = word
    return found


def called_anew(names: Sequence[str], renamed: Mapping[str, str]) -> dict[str, str]:
    """What expressions call columns that get other names: the new word by the old."""
    now = [renamed.get(name, name) for name in names]
    before, after = called(names), called(now)
    return {
        before[old]: after[new]
        for old, new in zip(names, now, strict=True)
        if before[old] != after[new]
    }


def _priority(name: str) -> int:
    table = name.partition(".")[0]
    return _TABLES.index(table) if table in _TABLES else len(_TABLES)


_TABLES = ("manifest", "derived", "clinical")


class Sheet:
    """What the columns held when it was made; used by one thread at a time.

    Parameters
    ----------
    sources : sequence of Source
        All columns.
    count : int
        Number of rows.
    known : mapping of str to Coded
        Columns that were looked at before and have not changed since.
    read : mapping of str to Folded
        Columns in which words were looked for before.
    words : mapping of str to str, optional
        What expressions call all columns of the table, where `sources` are only those
        that are needed.
    """

    def __init__(
        self,
        sources: Sequence[Source],
        count: int,
        known: Mapping[str, Coded],
        read: Mapping[str, Folded] | None = None,
        words: Mapping[str, str] | None = None,
    ) -> None:
        self.sources = tuple(sources)
        self.count = count
        self.known = dict(known)
        self.read = dict(read or {})
        if words is None:
            words = called([source.name for source in self.sources])
        self._words = words
        self._by_name = {words[source.name]: source for source in self.sources}
        self._full = {source.name: source for source in self.sources}

    @property
    def names_known(self) -> Sequence[str]:
        """What expressions call the columns of the table."""
        return tuple(self._words.values())

    def find(self, name: str) -> Source | None:
        """A column by what it is called or ``table.column``."""
        return self._by_name.get(name) or self._full.get(name)

    def folded(self, source: Source) -> Folded:
        """The column as one text to look for words in."""
        found = self.read.get(source.name)
        if found is None:
            found = self.read[source.name] = Folded(source.take().tolist())
        return found

    def coded(self, source: Source) -> Coded:
        """The column as distinct texts."""
        found = self.known.get(source.name)
        if found is None:
            found = self.known[source.name] = Coded(*distinct(source.take()))
        return found
