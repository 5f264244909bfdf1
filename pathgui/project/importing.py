"""Planning an import: which column is what, which row goes where."""

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import replace

from pathgui.errors import TableError
from pathgui.project.columnlook import ColumnLook
from pathgui.project.columnwords import ColumnWords
from pathgui.project.config import TABLES
from pathgui.project.csvtext import TextArray
from pathgui.project.duplicates import Groups, by_nature, describe, several_rows
from pathgui.project.edits import ColumnChange, Edit
from pathgui.project.export import formulas
from pathgui.project.filerows import FileRows
from pathgui.project.importplan import (
    Change,
    ImportOptions,
    ImportPlan,
    PlannedColumn,
)
from pathgui.project.importrows import KeyedRows
from pathgui.project.joined import joined_names
from pathgui.project.keys import Key
from pathgui.project.known import known_ids
from pathgui.project.ownexports import are_pseudonyms
from pathgui.project.project import Project
from pathgui.project.rawtable import RawTable
from pathgui.project.report import Findings, ImportReport
from pathgui.project.schema import Column
from pathgui.project.upsert import Fit
from pathgui.project.watch import NOBODY, Watch

Columns = dict[str, TextArray]
_PSEUDONYMS = (
    "its ids are those of a de-identified export: they fit no slide or patient here, "
    "and dates in it may be shifted; import the table that it was made from"
)


class TableImport(ABC):
    """Decides what an import does, before anything is changed.

    Parameters
    ----------
    project : Project
        Its tables are looked at.
    table : RawTable
        What was read.
    options : ImportOptions
        What a person decided.
    watch : Watch
        Told of each column.
    """

    name: str
    # Columns that are filled for new rows, so that an empty cell is no fault.
    filled: frozenset[str] = frozenset()
    # Any of these names a row.
    ids: tuple[str, ...] = ("slide_id",)

    def __init__(
        self,
        project: Project,
        table: RawTable,
        options: ImportOptions,
        watch: Watch = NOBODY,
    ) -> None:
        self.project = project
        self.options = options
        self.watch = watch
        columns, given_back = formulas.restore(table.columns)
        self.table = options.applied(replace(table, columns=columns))
        self.there = project.table(self.name)
        self.known = known_ids(project, options.rule, ignore_case=options.ignore_case)
        # What the file calls columns that have other names by now.
        self.sources = {target: name for name, target in options.names.items()}
        self.findings = Findings(table.path)
        self.warnings = list(table.warnings)
        if given_back:
            self.warnings.append(
                f"{given_back:,} cells lost the quote that our export put before them."
            )
        self.key: Key | None = None
        self.duplicates: list[str] = []
        self.fit = Fit()
        self.changes: list[tuple[Column | None, Column]] = []
        self.planned: list[PlannedColumn] = []
        self.table = self.trimmed(self.table)

    def trimmed(self, table: RawTable) -> RawTable:
        """The table without what is not for this import; all of it by default."""
        return table

    def plan(self) -> ImportPlan:
        """Look at everything, decide everything, change nothing."""
        edit = self._decide()
        key = self.there.key
        return ImportPlan(
            self.table,
            self.key,
            tuple(self.planned),
            edit,
            tuple(Change(c, self.there.text(c.row, key)) for c in edit.cells),
            self.report(),
            self.name,
        )

    def _decide(self) -> Edit:
        self.findings.take_reading(self.table)
        self.key = self.choose_key()
        columns = self.with_ids(self._named_columns())
        self._look_at_columns(columns)
        self.watch.step("Comparing rows", 0, 1)
        if len(self.table):
            self.fit = self.fit_rows(columns)
        self.watch.step("Comparing rows", 1, 1)
        self._tell_twins()
        return self._edit() if len(self.table) else Edit("")

    def _tell_twins(self) -> None:
        """Say what new columns are called where the other table has them, too."""
        new = [column.name for old, column in self._taken() if old is None]
        there = {name: [c.name for c in self.project.table(name).columns]
                 for name in TABLES}  # fmt: skip
        there[self.name] += new
        called = joined_names(there["manifest"], there["clinical"])
        others = set(there["manifest"]) & set(there["clinical"])
        twins = [name for name in new if name in others and name != "slide_id"]
        if twins:
            names = ", ".join(called["clinical", name] for name in twins)
            self.warnings.append(
                f"Both tables have {', '.join(twins)} now: in conditions and joined "
                f"tables the clinical table's {'is' if len(twins) == 1 else 'are'} "
                f"called {names}."
            )

    @abstractmethod
    def choose_key(self) -> Key | None:
        """The column that names rows; None where there is none."""

    @abstractmethod
    def with_ids(self, columns: Columns) -> Columns:
        """The columns with those that link rows, under their standard names."""

    @abstractmethod
    def fit_rows(self, columns: Columns) -> Fit:
        """Which rows change, and which are new."""

    def _named_columns(self) -> Columns:
        """The file's columns under the names they get in the table."""
        there = {column.name.casefold(): column.name for column in self.there.columns}
        named: Columns = {}
        for name, texts in self.table.columns.items():
            plain = re.sub(r"[\s\-]+", "_", name.casefold())
            target = there.get(name.casefold()) or there.get(plain) or name
            if target != name and (target in self.table.columns or target in named):
                target = name
            if target != name:
                self.warnings.append(f"The column {name!r} was taken as {target}.")
            named[target] = texts
        return named

    def _look_at_columns(self, columns: Mapping[str, TextArray]) -> None:
        """Type new columns, and find texts that do not fit and formulas."""
        for number, (name, texts) in enumerate(columns.items()):
            self.watch.step("Looking at the columns", number, len(columns))
            known = self._known_column(name)
            look = ColumnLook(name, texts)
            column, why = self._defined(name, known, look)
            if column != known:
                self.changes.append((known, column))
            words = ColumnWords("")
            if known is None or not self._is_copy(name):
                settled = known is not None or name in self.options.columns
                asked = replace(column, required=False)
                checked = asked if name in self.filled else column
                words = self._check(look, checked, settled=settled)
            source = self.sources.get(name, name)
            planned = PlannedColumn(source, column, why, known is None, words)
            self.planned.append(planned)

    def _defined(
        self, name: str, known: Column | None, look: ColumnLook
    ) -> tuple[Column, str]:
        """A column as it will be: one that is known takes commas if the file has."""
        if chosen := self.options.columns.get(name):
            return chosen, "you chose it"
        told = f"the {self.name} table has it"
        if known is not None and known.kind not in ("number", "integer"):
            return known, told
        found = look.guess(self.table.separator, self.options.decimal)
        if known is None:
            return found.column, found.why
        if found.column.decimal == ",":
            column = replace(known, kind="number", decimal=",")
            if any("." in text for text in self.there.texts(known.name).tolist()):
                self.warnings.append(
                    f"{known.name} has numbers with a point already and gets some with "
                    "a comma: both are read here, but not by every other program."
                )
            return column, f"{told}; the file writes decimal commas"
        return known, told

    def _known_column(self, name: str) -> Column | None:
        return self.there.column(name) if self.there.has_column(name) else None

    def _check(self, look: ColumnLook, column: Column, *, settled: bool) -> ColumnWords:
        """Note cells that do not fit and formulas; what the column holds, in words."""
        reasons, formulas_here = look.misfits(column), look.formulas
        words = look.words(column, reasons, settled=settled)
        if (reasons or formulas_here) and not self._is_copy(look.name):
            for line, text in zip(self.table.lines, look.texts, strict=True):
                if text in formulas_here:
                    message = f"{text!r} is a formula to a spreadsheet; kept as text"
                    self.findings.add(message, int(line), look.name, "formula")
                elif reason := reasons.get(text):
                    self.findings.add(reason, int(line), look.name, "value")
        return words

    def _is_copy(self, name: str) -> bool:
        """Whether a column repeats one of the file, which was looked at already."""
        return name in ("slide_id", "patient_id") and name not in self.table.columns

    def keyed(self, columns: Columns, fresh: Columns, key: str) -> Fit:
        """Fit rows by their key, after what a person wants with those that share one.

        Parameters
        ----------
        columns, fresh : dict of str to array
            As in `KeyedRows`.
        key : str
            Name of the column that holds it.
        """
        keys: list[str] = columns[key].tolist()
        several = several_rows(keys)
        self.duplicates = list(several)
        if several:
            rows = FileRows(columns)
            self.settle(rows, keys, several)
        others = [columns[n] for n in self.ids if n != key and n in columns]
        for place, text in enumerate(keys):
            if not text and not any(texts[place] for texts in others):
                self.nameless(int(self.table.lines[place]))
        rows_of = KeyedRows(self.there, key, columns, fresh, self.options.known)
        fit = rows_of.take(keys, several)
        if fit.linked:
            self.warnings.append(
                f"{fit.linked:,} rows that had no key are linked now: they said the "
                "same."
            )
        return fit

    def tell_pseudonyms(self, ids: TextArray) -> None:
        """Say so where a file names people as our de-identified exports do."""
        known = {*self.known.slides.values(), *self.known.patients}
        known.update(self.there.texts(self.there.key).tolist())
        if are_pseudonyms(ids.tolist(), known - {""}):
            self.findings.add(_PSEUDONYMS, kind="pseudonyms")

    def nameless(self, line: int) -> None:
        """Tell of a row without key."""
        message = "the row names no slide or patient; it is kept unlinked"
        self.findings.add(message, line, kind="no key")

    def settle(self, rows: FileRows, keys: list[str], several: Groups) -> None:
        """Leave out what a person does not want of rows that share a key, and tell."""
        assert self.key is not None
        if self.options.duplicates != "keep":
            self.leave_out(several)
            return
        if by_nature(self.key.names, rows, len(set(keys)), several):
            self.warnings.append(
                f"Several rows of one {self.key.names}: {len(several)} such, "
                "all rows were kept."
            )
            return
        self.tell_duplicates(rows, several, "all were kept")

    def tell_duplicates(self, rows: FileRows, several: Groups, done: str) -> None:
        """One finding for each key that several rows have."""
        assert self.key is not None
        for value, places in several.items():
            lines = [int(self.table.lines[place]) for place in places]
            own = [rows[place] for place in places]
            message = describe(f"{self.key.names} {value!r}", lines, own, done)
            self.findings.add(message, lines[0], kind="duplicate")

    def leave_out(self, several: Groups) -> None:
        """Keep one row of each key; TableError where the file must be corrected."""
        first = next(iter(several))
        count = len(several)
        if self.options.duplicates == "refuse":
            raise TableError(
                f"{self.table.path} has several rows of {first!r}"
                + (f" and of {count - 1} more." if count > 1 else "."),
                "Correct the file, or choose which of them counts.",
            )
        last = self.options.duplicates == "last"
        dropped = sum(len(places) - 1 for places in several.values())
        for key, places in several.items():
            several[key] = [places[-1 if last else 0]]
        self.warnings.append(
            "Of rows that share a key only the "
            f"{'last' if last else 'first'} was taken: {dropped} left out."
        )

    def _edit(self) -> Edit:
        return Edit(
            f"Import {self.table.path.name}",
            tuple(self.fit.cells),
            added=self.there.new_rows(self.fit.added),
            columns=tuple(
                ColumnChange(self.name, old, new) for old, new in self._taken()
            ),
        )

    def _taken(self) -> list[tuple[Column | None, Column]]:
        """Columns that come or change; none where no row of the file was taken."""
        fit = self.fit
        return self.changes if fit.added or fit.updated or fit.unchanged else []

    def report(self) -> ImportReport:
        """Counts, problems and warnings."""
        fit = self.fit
        report = ImportReport(
            str(self.table.path),
            len(self.table),
            len(fit.added),
            fit.updated,
            fit.unchanged,
            tuple(self.duplicates),
            self.findings.all(),
            tuple(self.warnings),
            columns=tuple(new.name for old, new in self._taken() if old is None),
            kept=self.options.duplicates == "keep",
        )
        if self.key is None:
            return report
        return replace(
            report,
            key_column=self.key.column,
            key_names=self.key.names,
            key_reason=self.key.why,
        )
