"""Which rows of a file meet which rows of a table, many at a time."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from pathgui.project.csvtext import TextArray
from pathgui.project.edits import Cell
from pathgui.project.filerows import FileRow, FileRows
from pathgui.project.importplan import KnownRows
from pathgui.project.table import Table
from pathgui.project.upsert import Fit, Upsert

_KEYS = ("slide_id", "patient_id")
Places = npt.NDArray[np.int64]


class KeyedRows:
    """Fits rows by their key; where one row meets one, all are compared at once.

    Parameters
    ----------
    table : Table
        The table as it is.
    key : str
        ``slide_id`` or ``patient_id``.
    columns : mapping of str to (n,) object array
        Texts of the file under the names of the table; empty ones say nothing.
    fresh : mapping of str to (n,) object array
        The same for rows that are new.
    known : {"update", "fill", "leave"}
        What happens to rows that are there.
    """

    def __init__(
        self,
        table: Table,
        key: str,
        columns: Mapping[str, TextArray],
        fresh: Mapping[str, TextArray],
        known: KnownRows,
    ) -> None:
        self.table = table
        self.key = key
        self.columns = columns
        self.rows = FileRows(columns)
        self.fresh = fresh
        self.known = known
        self.fit = Fit()
        self._upsert = Upsert(table, known)
        self._new: list[int] = []

    def take(self, keys: Sequence[str], several: Mapping[str, Sequence[int]]) -> Fit:
        """Fit all rows.

        Parameters
        ----------
        keys : sequence of str
            The key of each row of the file; empty where it has none.
        several : mapping of str to sequence of int
            Places of the rows of each key that more than one row has, those that
            count.
        """
        at, many = self._there()
        ours: list[int] = []
        theirs: list[int] = []
        for place, key in enumerate(keys):
            if key in several:
                continue
            if not key or (key not in at and key not in many):
                self._new.append(place)
            elif key in many:
                self._meet([place], many[key])
            else:
                ours.append(place)
                theirs.append(at[key])
        self._compare(np.array(ours, np.int64), np.array(theirs, np.int64))
        self._meet_nameless(keys)
        for key, places in several.items():
            if key:
                there = many.get(key) or ([at[key]] if key in at else [])
                self._meet(places, there)
        return self._finished()

    def _there(self) -> tuple[dict[str, int], dict[str, list[int]]]:
        """Position of each key of the table, and those that several rows have."""
        at: dict[str, int] = {}
        many: dict[str, list[int]] = {}
        for position, key in enumerate(self.table.texts(self.key).tolist()):
            if not key:
                continue
            if key in many:
                many[key].append(position)
            elif key in at:
                many[key] = [at.pop(key), position]
            else:
                at[key] = position
        return at, many

    def _meet(self, places: Sequence[int], positions: Sequence[int]) -> None:
        """Rows of one key where either side has several."""
        rows = [self.rows[place] for place in places]
        found = self.table.ids[list(positions)].tolist() if positions else []
        if self.key == "patient_id" and not any(row.get("slide_id") for row in rows):
            of_slides = [k for k in found if self.table.text(k, "slide_id")]
            of_patient = [k for k in found if k not in of_slides]
            if of_slides and not of_patient and len(rows) == 1:
                self._upsert.spread(rows[0], of_slides)
                return
            found = of_patient
        self._upsert.take(rows, found, pair=True)

    def _meet_nameless(self, keys: Sequence[str]) -> None:
        """Rows without the key: those that are there already, or of the other id.

        A table may hold rows of slides and rows of patients; each is found by its own.
        """
        nameless = [place for place in self._new if not keys[place]]
        alone = np.flatnonzero(self.table.texts(self.key) == "").tolist()
        if not nameless or not alone:
            return
        known = [name for name in self.columns if self.table.has_column(name)]
        here = [self.columns[name] for name in self.columns]
        there = [self._old(name, np.array(alone)) for name in self.columns]
        equal: dict[tuple[str, ...], list[int]] = {}
        for position, words in zip(alone, zip(*there, strict=True), strict=True):
            equal.setdefault(words, []).append(position)
        met, taken = set(), set()
        for place in nameless:
            same = equal.get(tuple(texts[place] for texts in here))
            if same:
                taken.add(same.pop(0))
                met.add(place)
        alone = [position for position in alone if position not in taken]
        self.fit.unchanged += len(met)
        for other in set(_KEYS) & set(known) - {self.key}:
            met |= self._meet_by(other, [k for k in nameless if k not in met], alone)
        self._new = [place for place in self._new if place not in met]

    def _meet_by(
        self, key: str, places: Sequence[int], alone: Sequence[int]
    ) -> set[int]:
        """Rows that alone have one text of another key, in the file and there."""
        here = _places_of(self.columns[key][list(places)].tolist(), places)
        there = _places_of(self.table.texts(key)[list(alone)].tolist(), alone)
        single = [
            text
            for text, own in here.items()
            if text and len(own) == 1 and len(there.get(text, ())) == 1
        ]
        ours = [here[text][0] for text in single]
        theirs = [there[text][0] for text in single]
        self._compare(np.array(ours, np.int64), np.array(theirs, np.int64))
        return set(ours)

    def _compare(self, places: Places, positions: Places) -> None:
        """One row of the file for one of the table: cells that differ change."""
        if not len(places) or self.known == "leave":
            self.fit.unchanged += len(places)
            return
        ids = self.table.ids[positions]
        changed = np.zeros(len(places), dtype=bool)
        found: list[tuple[int, Cell]] = []
        for name, texts in self.columns.items():
            new, old = texts[places], self._old(name, positions)
            wanted = np.asarray((new != "") & (new != old), bool)
            if self.known == "fill":
                wanted &= np.asarray(old == "", bool)
            changed |= wanted
            rows = np.flatnonzero(wanted)
            pairs = zip(rows.tolist(), ids[rows].tolist(), strict=True)
            found += [
                (k, Cell(self.table.name, row, name, old[k], new[k]))
                for k, row in pairs
            ]
        found.sort(key=lambda item: item[0])
        self.fit.cells += [cell for _, cell in found]
        self.fit.updated += int(changed.sum())
        self.fit.unchanged += int((~changed).sum())

    def _old(self, name: str, positions: Places) -> TextArray:
        if self.table.has_column(name):
            return self.table.texts(name)[positions]
        empty = np.empty(len(positions), dtype=object)
        empty[:] = ""
        return empty

    def _adopt(self) -> None:
        """Rows without any key that say what a new row says get its key."""
        shared = [
            n for n in self.columns if n not in _KEYS and self.table.has_column(n)
        ]
        lonely = self._lonely(shared) if shared and self.key in _KEYS else {}
        if not lonely:
            return
        texts = [self.columns[name] for name in shared]
        left, ours, theirs = [], [], []
        for place in self._new:
            words = tuple(column[place] for column in texts)
            there = lonely.get(words)
            if there and self.columns[self.key][place]:
                ours.append(place)
                theirs.append(there.pop(0))
            else:
                left.append(place)
        self._new = left
        self.fit.linked = len(ours)
        self._compare(np.array(ours, np.int64), np.array(theirs, np.int64))

    def _lonely(self, shared: Sequence[str]) -> dict[tuple[str, ...], list[int]]:
        """Positions of rows without key by their texts; all of these are shared."""
        keys = [self.table.texts(k) for k in _KEYS if self.table.has_column(k)]
        alone = np.flatnonzero(np.logical_and.reduce([texts == "" for texts in keys]))
        others = [
            self.table.texts(name)
            for name in (column.name for column in self.table.columns)
            if name not in shared and name not in _KEYS
        ]
        texts = [self.table.texts(name) for name in shared]
        found: dict[tuple[str, ...], list[int]] = {}
        for position in alone.tolist():
            words = tuple(column[position] for column in texts)
            if any(words) and not any(column[position] for column in others):
                found.setdefault(words, []).append(position)
        return found

    def _finished(self) -> Fit:
        fit, some = self.fit, self._upsert.fit
        fit.cells += some.cells
        fit.updated += some.updated
        fit.unchanged += some.unchanged
        self._new += [row.place for row in some.added if isinstance(row, FileRow)]
        self._new.sort()
        self._adopt()
        fit.added = [FileRow(self.fresh, place) for place in self._new]
        return fit


def _places_of(texts: Sequence[str], places: Sequence[int]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for text, place in zip(texts, places, strict=True):
        found.setdefault(text, []).append(place)
    return found


def without_key(
    table: Table, columns: Mapping[str, TextArray], known: KnownRows
) -> Fit:
    """Rows of a file that names neither slides nor patients: those not there yet."""
    keys = [table.texts(key) for key in _KEYS]
    alone = np.logical_and.reduce([texts == "" for texts in keys])
    there = table.ids[alone].tolist()
    upsert = Upsert(table, known)
    upsert.take(FileRows(columns), there, pair=False)
    return upsert.fit
