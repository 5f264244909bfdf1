"""Planning the import of a manifest: slides found by id, file name or path."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from typing_extensions import override

from pathgui.errors import TableError
from pathgui.project import gdc, keys
from pathgui.project.csvtext import TextArray, text_array
from pathgui.project.duplicates import Groups
from pathgui.project.filerows import FileRow, FileRows
from pathgui.project.importing import Columns, TableImport
from pathgui.project.joined import JOIN, NO_SLIDE
from pathgui.project.keys import Key
from pathgui.project.layout import check_path
from pathgui.project.names import (
    check_cohort,
    check_slide_id,
    drop_slide_suffix,
    slide_id_for,
)
from pathgui.project.ownexports import is_joined, manifest_name, rows_of
from pathgui.project.rawtable import RawTable
from pathgui.project.report import ImportReport
from pathgui.project.schema import MANIFEST
from pathgui.project.slidefiles import SlideFiles, looks_like_file
from pathgui.project.upsert import Fit

NEW, MISSING = "new", "missing"
DEFAULT_COHORT = "imported"
_COMPUTED = frozenset(column.name for column in MANIFEST if column.computed)
# What a missing slide is found again by.
_CLUES = ("size_mb", "checksum", "quickhash")


class ManifestImport(TableImport):
    """Slides that are known are updated, the others come with their file or as missing.

    What we compute ourselves is not taken from the file, but for what helps to find a
    missing slide again.
    """

    name = "manifest"
    filled = frozenset({"slide_id", "path", "cohort"})

    @override
    def trimmed(self, table: RawTable) -> RawTable:
        self.files = SlideFiles(self.project, table.path)
        self.missing: list[str] = []
        self._paths: TextArray | None = None
        self._clues: Columns = {}
        self._others: set[int] = set()
        joined = is_joined(self.project, table)
        return self._without_clinical(table) if joined else table

    def _without_clinical(self, table: RawTable) -> RawTable:
        """Of a joined table that we exported, a row for each slide."""
        joins = table.columns.get(JOIN.name, text_array(("",) * len(table))).tolist()
        ids = table.columns.get("slide_id", text_array(("",) * len(table))).tolist()
        pairs = enumerate(zip(ids, joins, strict=True))
        places = [k for k, (slide, join) in pairs if slide and join != NO_SLIDE]
        first = {ids[place]: place for place in reversed(places)}
        table = rows_of(table, np.array(sorted(first.values()), dtype=np.int64))
        own = {n: manifest_name(self.project, n) for n in table.columns}
        columns = {plain: table.columns[n] for n, plain in own.items() if plain}
        self.sources |= {plain: n for n, plain in own.items() if plain != n}
        left_out = [name for name, plain in own.items() if not plain]
        self.warnings.append(
            "This is a joined table that pathgui exported: its clinical columns are "
            f"left out ({', '.join(left_out)})."
        )
        return replace(table, columns=columns)

    @override
    def choose_key(self) -> Key:
        if self.options.unlinked:
            raise TableError(
                "A manifest needs a key: the slides' ids, file names or paths.",
                "Choose the column that names them.",
            )
        found = keys.choose_key(self.table, self.known, self.options.key_name())
        if found is not None and (self.options.id_column or found.names == "slide"):
            return replace(found, names="slide")
        column = keys.slide_column(self.table, "") or self._files_column()
        if not column:
            raise TableError(
                f"No column of {self.table.path} names slides.",
                "Choose the column that does (--id-column), or import it as the "
                "clinical table.",
            )
        return Key(column, "slide", "it names slide files")

    def _files_column(self) -> str:
        """The column whose texts end like slide files."""
        for name, texts in self.table.columns.items():
            if looks_like_file(texts):
                return name
        return ""

    @override
    def with_ids(self, columns: Columns) -> Columns:
        assert self.key is not None
        texts = self.table.columns[self.key.column]
        self._paths = self._told_paths(columns)
        left_out = [name for name in columns if name in _COMPUTED]
        self._clues = {name: columns[name] for name in left_out if name in _CLUES}
        for name in left_out:
            del columns[name]
        if left_out:
            self.warnings.append(
                f"Left out, since we compute them: {', '.join(left_out)}."
            )
        columns["slide_id"] = self.known.ids("slide", texts, barcode=False)
        self.tell_pseudonyms(columns["slide_id"])
        return columns

    def _told_paths(self, columns: Columns) -> TextArray | None:
        """Where the file says that slides lie; None if it does not."""
        if "path" in columns:
            return columns["path"]
        named = keys.path_column(self.table)
        if named:
            return self.table.columns[named]
        assert self.key is not None
        texts = self.table.columns[self.key.column]
        return texts if looks_like_file(texts) else None

    @override
    def fit_rows(self, columns: Columns) -> Fit:
        if gdc.is_gdc(self.table):
            self._leave_out_other_files(columns)
        ids: list[str] = columns["slide_id"].tolist()
        rows = self.there.texts("slide_id").tolist()
        known = dict(zip(rows, self.there.texts("path").tolist(), strict=True))
        is_new = np.array([bool(i) and i not in known for i in ids], bool)
        fresh = self._fresh(columns, is_new)
        columns = columns | {"path": self._moved(ids, known)}
        if "slide_id" not in self.table.columns and "path" not in self.table.columns:
            columns = {"slide_id": columns.pop("slide_id"), **columns}
        fit = self.keyed(columns, fresh, "slide_id")
        fit.added = [row for row in fit.added if row["slide_id"]]
        self._tell_missing(fit)
        if gdc.is_gdc(self.table):
            gdc.check_gdc(self.table, ids, self.project, self.findings)
        return fit

    def _leave_out_other_files(self, columns: Columns) -> None:
        """A GDC manifest lists files of all kinds; those that are no slides go."""
        names = self.table.columns["filename"].tolist()
        known = set(self.there.texts("slide_id").tolist())
        ids = columns["slide_id"]
        others = [
            place
            for place, name in enumerate(names)
            if drop_slide_suffix(name.strip()) == name.strip()
            and ids[place] not in known
        ]
        for place in others:
            ids[place] = ""
        self._others = set(others)
        if others:
            message = (
                f"{len(others):,} rows name files that are no slides, such as "
                f"{names[others[0]]}; left out"
            )
            self.findings.add(message, int(self.table.lines[others[0]]), "filename")

    def _moved(self, ids: list[str], known: dict[str, str]) -> TextArray:
        """New paths of known slides, where a file lies at another; else empty."""
        texts = [""] * len(ids)
        gone = 0
        for place, slide_id in enumerate(ids):
            told = "" if self._paths is None else self._paths[place].strip()
            now = known.get(slide_id)
            if now is None or not told or told == now:
                continue
            found = self.files.find(told)
            if found is None:
                gone += not self.files.same_name(told, now)
            elif (stored := self.project.stored_path(found)) != now:
                texts[place] = stored
        if gone:
            self.warnings.append(
                f"{gone:,} slides keep their path: no file is where the table says."
            )
        return text_array(tuple(texts))

    def _fresh(self, columns: Columns, is_new: np.ndarray) -> Columns:
        """The columns as new rows get them: with id, path, cohort and status."""
        ids = columns["slide_id"].copy()
        empty = text_array(("",) * len(ids))
        cohorts = columns.get("cohort", empty).copy()
        paths, status = empty.copy(), empty.copy()
        clues = {name: texts.copy() for name, texts in self._clues.items()}
        taken = set(self.there.texts("slide_id").tolist()) | set(self.project.cohorts())
        default = self._cohort()
        names: dict[str, str] = {}
        places = np.flatnonzero(is_new).tolist()
        for number, place in enumerate(places):
            if number % 500 == 0:
                self.watch.step("Looking for slide files", number, len(places))
            text = ids[place]
            ids[place] = names[text] = names.get(text) or self._name(text, taken)
            taken.add(ids[place])
            cohorts[place] = self._cohort_of(cohorts[place].strip(), default, place)
            found, paths[place] = self._locate(place, cohorts[place])
            status[place] = NEW if found else MISSING
            if found:
                for texts in clues.values():
                    texts[place] = ""
        own = {"slide_id": ids, "path": paths, "cohort": cohorts, "status": status}
        return columns | own | clues

    def _name(self, text: str, taken: Iterable[str]) -> str:
        """A slide id from what the table calls it."""
        if not check_slide_id(text, self.project.cohorts()):
            return text
        name = slide_id_for(text.replace("/", "_"), set(taken))
        self.warnings.append(f"{text!r} is called {name} here: it cannot be an id.")
        return name

    def _cohort(self) -> str:
        """Cohort of new slides whose row names none."""
        if self.options.cohort:
            self.project.check_cohort(self.options.cohort)
            return self.options.cohort
        cohorts = [name for name in self.project.cohorts() if name]
        return cohorts[0] if len(cohorts) == 1 else DEFAULT_COHORT

    def _cohort_of(self, text: str, default: str, place: int) -> str:
        if not text:
            return default
        if reason := check_cohort(text):
            line = int(self.table.lines[place])
            message = f"{text!r} cannot name a cohort, it {reason}; {default} was taken"
            self.findings.add(message, line, "cohort", "cohort")
            return default
        return text

    def _locate(self, place: int, cohort: str) -> tuple[bool, str]:
        """Whether the file of a new slide is there, and the path that it gets."""
        told = "" if self._paths is None else self._paths[place].strip()
        found = self.files.find(told, cohort) if told else None
        if found is not None:
            return True, self.project.stored_path(found)
        if told and not check_path(told.replace("\\", "/")):
            return False, told.replace("\\", "/")
        return False, ""

    def _tell_missing(self, fit: Fit) -> None:
        self.missing = [r["slide_id"] for r in fit.added if r["status"] == MISSING]
        lines = self.table.lines
        for row in fit.added:
            if row["status"] == MISSING and isinstance(row, FileRow):
                where = f"no file {row['path']}" if row["path"] else "no file is named"
                message = f"{row['slide_id']} is missing: {where}; relink it"
                self.findings.add(message, int(lines[row.place]), "path", "missing")

    @override
    def nameless(self, line: int) -> None:
        if self._others:
            return  # told already, all at once
        self.findings.add("the row names no slide; left out", line, kind="no key")

    @override
    def settle(self, rows: FileRows, keys: list[str], several: Groups) -> None:
        """A slide has one row: of several the first, if nothing else is wanted."""
        if self.options.duplicates != "keep":
            self.leave_out(several)
            return
        self.tell_duplicates(rows, several, "the first was taken")
        for key, places in several.items():
            several[key] = places[:1]

    @override
    def report(self) -> ImportReport:
        return replace(super().report(), missing=tuple(self.missing), into="manifest")
