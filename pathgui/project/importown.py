"""Planning the import of what we exported: both tables joined, or the patients."""

from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from typing_extensions import override

from pathgui.project.csvtext import TextArray, text_array
from pathgui.project.edits import Cell
from pathgui.project.importclinical import ClinicalImport
from pathgui.project.importing import Columns
from pathgui.project.joined import joined_frame, joined_names, pairs
from pathgui.project.ownexports import clinical_name, rows_of, strange_names
from pathgui.project.rawtable import RawTable
from pathgui.project.sheet import BETWEEN, PATIENT_COLUMNS, patients_sheet
from pathgui.project.upsert import Fit

_IDS = ("slide_id", "patient_id")


class OwnImport(ClinicalImport):
    """A table that shows clinical rows in another arrangement.

    Its rows are compared with what an export would write now, cell by cell: a text
    that an export puts where the clinical table has none is no change.
    """

    what: str

    @override
    def trimmed(self, table: RawTable) -> RawTable:
        named = self.clinical_names(table)
        left_out = [name for name, plain in named.items() if not plain]
        columns: Columns = {}
        for name, texts in table.columns.items():
            plain = named[name] if named[name] not in columns else name
            if plain:
                columns[plain] = texts
                self.sources.setdefault(plain, self.sources.get(name, name))
        self.warnings.append(
            f"This is {self.what} that pathgui exported: {', '.join(left_out)} "
            f"{'is' if len(left_out) == 1 else 'are'} not of the clinical table and "
            "left out."
        )
        return replace(table, columns=columns)

    @abstractmethod
    def clinical_names(self, table: RawTable) -> Mapping[str, str]:
        """What the clinical table calls each column; empty for those it has not."""

    def rest(self, columns: Columns, places: Iterable[int]) -> Fit:
        """Fit rows that no export would write now, as of any other table."""
        said = [texts for name, texts in columns.items() if name not in _IDS]
        own = [k for k in places if any(texts[k] for texts in said)]
        if not own:
            return Fit()
        where = np.array(own, dtype=np.int64)
        whole, self.table = self.table, rows_of(self.table, where)
        fit = super().fit_rows({name: texts[where] for name, texts in columns.items()})
        self.table = whole
        return fit


class JoinedImport(OwnImport):
    """Both tables joined: each row beside the clinical row that it shows."""

    what = "a joined table"

    @override
    def clinical_names(self, table: RawTable) -> Mapping[str, str]:
        strange = strange_names(self.project, table)
        return {
            name: "" if name in strange else clinical_name(self.project, name)
            for name in table.columns
        }

    @override
    def fit_rows(self, columns: Columns) -> Fit:
        if self.key is None or not set(_IDS) <= set(columns):
            return super().fit_rows(columns)
        shown = self._shown(columns)
        _, clinical, _ = pairs(self.project)
        same, open_rows, places = _equal_rows(columns, shown)
        fit = Fit(unchanged=same)
        cells: dict[tuple[int, str], Cell] = {}
        rows: set[int] = set()
        for place, row in _met(columns, places, shown, open_rows):
            position = int(clinical[row]) if row >= 0 else -1
            if position < 0:
                continue
            places.remove(place)
            row_id = int(self.there.ids[position])
            changed = self._changed(columns, place, shown, row, row_id)
            fit.unchanged += not changed
            for cell in changed:
                rows.add(row_id)
                self._keep(cells, cell, int(self.table.lines[place]))
        fit.cells = list(cells.values())
        fit.updated = len(rows)
        others = self.rest(columns, sorted(places))
        fit.unchanged += len(places) - len(others.added) - others.updated
        fit.cells += others.cells
        fit.added, fit.linked = others.added, others.linked
        fit.updated += others.updated
        return fit

    def _shown(self, columns: Columns) -> Columns:
        """What an export would write now, under the names of the clinical table."""
        frame = joined_frame(self.project)
        there = [column.name for column in self.there.columns]
        manifest = [column.name for column in self.project.manifest.columns]
        names = joined_names(manifest, there)
        shown: Columns = {"slide_id": frame["slide_id"].to_numpy()}
        for name in columns:
            if name != "slide_id" and self.there.has_column(name):
                shown[name] = frame[names["clinical", name]].to_numpy()
        return {
            name: shown[name] if name in shown else text_array(("",) * len(frame))
            for name in columns
        }

    def _changed(
        self, columns: Columns, place: int, shown: Columns, row: int, row_id: int
    ) -> list[Cell]:
        """Cells of a clinical row that the file writes otherwise than an export."""
        found = []
        for name, texts in columns.items():
            new = texts[place]
            if name == "slide_id" or not new or new == shown[name][row]:
                continue
            has = self.there.has_column(name)
            old = self.there.text(row_id, name) if has else ""
            wanted = self.options.known == "update"
            if wanted or (self.options.known == "fill" and not old):
                found.append(Cell(self.name, row_id, name, old, new))
        return found

    def _keep(self, cells: dict[tuple[int, str], Cell], cell: Cell, line: int) -> None:
        """Take a change; slides of a patient may say different things of one row."""
        known = cells.setdefault((cell.row, cell.column), cell)
        if known.new != cell.new:
            message = f"{cell.new!r}, but another row of the patient says {known.new!r}"
            self.findings.add(message, line, cell.column, "value")


class PatientsImport(OwnImport):
    """A row for each patient, who may have several clinical rows."""

    what = "a table of patients"

    @override
    def clinical_names(self, table: RawTable) -> Mapping[str, str]:
        own = dict.fromkeys(PATIENT_COLUMNS[1:], "")
        beside = {f"{name}_clinical": name for name in PATIENT_COLUMNS}
        return {name: (own | beside).get(name, name) for name in table.columns}

    @override
    def fit_rows(self, columns: Columns) -> Fit:
        if self.key is None or self.key.column != "patient_id":
            return super().fit_rows(columns)
        now = patients_sheet(self.project)
        at = {text: k for k, text in enumerate(now.texts["patient_id"].tolist())}
        where = [at.get(text, -1) for text in columns["patient_id"].tolist()]
        said = dict(columns)
        for name, texts in columns.items():
            if name in _IDS or name not in now.texts:
                continue
            shown = now.texts[name]
            said[name] = self._new(
                name, texts, [shown[k] if k >= 0 else "" for k in where]
            )
        fit = self.rest(said, range(len(where)))
        fit.unchanged = len(where) - len(fit.added) - fit.updated
        return fit

    def _new(self, name: str, texts: TextArray, shown: Sequence[str]) -> TextArray:
        """Texts that differ from what an export would write; else empty."""
        found = ["" if a == b else a for a, b in zip(texts, shown, strict=True)]
        for place, text in enumerate(found):
            if BETWEEN in text:
                message = f"{text!r} are texts of several rows; none was changed"
                self.findings.add(message, int(self.table.lines[place]), name, "value")
                found[place] = ""
        return text_array(tuple(found))


def _equal_rows(columns: Columns, shown: Columns) -> tuple[int, set[int], set[int]]:
    """Rows that are word for word what an export writes: how many, and the others.

    Returns
    -------
    int
        Equal rows.
    set of int
        Rows of the export that no row of the file equals.
    set of int
        Rows of the file that equal none.
    """
    there: dict[tuple[str, ...], list[int]] = {}
    for row, words in enumerate(zip(*(shown[n] for n in columns), strict=True)):
        there.setdefault(words, []).append(row)
    places = set()
    same = 0
    for place, words in enumerate(zip(*columns.values(), strict=True)):
        if there.get(words):
            there[words].pop(0)
            same += 1
        else:
            places.add(place)
    return same, {row for rows in there.values() for row in rows}, places


def _met(
    columns: Columns, places: set[int], shown: Columns, rows: set[int]
) -> list[tuple[int, int]]:
    """Pairs of a row of the file and one of the export that alone have one key."""
    there: dict[str, list[int]] = {}
    for row in sorted(rows):
        there.setdefault(_key(shown, row), []).append(row)
    here: dict[str, list[int]] = {}
    for place in sorted(places):
        here.setdefault(_key(columns, place), []).append(place)
    return [
        (own[0], there[key][0])
        for key, own in here.items()
        if key and len(own) == 1 and len(there.get(key, ())) == 1
    ]


def _key(columns: Columns, place: int) -> str:
    """Slide of a row, else its patient; empty if it names neither."""
    for name in _IDS:
        if text := columns[name][place]:
            return f"{name}\0{text}"
    return ""
