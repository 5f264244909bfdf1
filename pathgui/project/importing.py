"""Planning an import: which column is what, which row goes where."""

import re
from collections.abc import Sequence
from dataclasses import replace

from pathgui.errors import TableError
from pathgui.project import gdc, keys, typed
from pathgui.project.csvtext import TextArray
from pathgui.project.duplicates import by_nature, describe, group_rows
from pathgui.project.edits import ColumnChange, Edit
from pathgui.project.export import formulas
from pathgui.project.guess import guess
from pathgui.project.importplan import (
    Change,
    ImportOptions,
    ImportPlan,
    PlannedColumn,
)
from pathgui.project.keys import Key
from pathgui.project.known import known_ids
from pathgui.project.project import Project
from pathgui.project.rawtable import RawTable
from pathgui.project.report import Findings, ImportReport
from pathgui.project.schema import Column
from pathgui.project.upsert import Upsert
from pathgui.project.validation import is_formula

_KEYS = ("slide_id", "patient_id")
_MAY_RUN = re.compile(r"[=@+\-\t\r]").match


class ClinicalImport:
    """Decides what an import does, before anything is changed."""

    def __init__(
        self, project: Project, table: RawTable, options: ImportOptions
    ) -> None:
        self.project = project
        self.options = options
        columns, given_back = formulas.restore(table.columns)
        self.table = options.applied(replace(table, columns=columns))
        self.clinical = project.clinical
        self.known = known_ids(project, options.rule, ignore_case=options.ignore_case)
        self.findings = Findings(table.path)
        self.warnings = list(table.warnings)
        if given_back:
            self.warnings.append(
                f"{given_back:,} cells lost the quote that our export put before them."
            )
        self.key: Key | None = None
        self.duplicates: list[str] = []
        self.fit = Upsert(self.clinical, options.known)
        self.changes: list[tuple[Column | None, Column]] = []
        self.planned: list[PlannedColumn] = []

    def plan(self) -> ImportPlan:
        """Look at everything, decide everything, change nothing."""
        edit = self._decide()
        return ImportPlan(
            self.table,
            self.key,
            tuple(self.planned),
            edit,
            tuple(
                Change(cell, self.clinical.text(cell.row, self.clinical.key))
                for cell in edit.cells
            ),
            self.report(),
        )

    def _decide(self) -> Edit:
        self.findings.take_reading(self.table)
        self.key = keys.choose_key(self.table, self.known, self.options.key_name())
        if self.key is not None and self.options.key_names:
            self.key = replace(self.key, names=self.options.key_names)
        columns = self._named_columns()
        self._add_ids(columns)
        self._define(columns)
        self._look_at_cells(columns)
        rows = self._rows(columns)
        if not rows:
            return Edit("")
        if self.key is None:
            self._take_unlinked(rows)
        else:
            self._take_keyed(rows, f"{self.key.names}_id")
        if self.key is not None and gdc.is_gdc(self.table) and "slide_id" in columns:
            ids = columns["slide_id"]
            gdc.check_gdc(self.table, ids, self.project, self.findings)
        return self._edit()

    def _named_columns(self) -> dict[str, Sequence[str]]:
        """The file's columns under the names they get in the clinical table."""
        there = {
            column.name.casefold(): column.name for column in self.clinical.columns
        }
        named: dict[str, Sequence[str]] = {}
        for name, texts in self.table.columns.items():
            plain = re.sub(r"[\s\-]+", "_", name.casefold())
            target = there.get(name.casefold()) or there.get(plain) or name
            if target != name and (target in self.table.columns or target in named):
                target = name
            if target != name:
                self.warnings.append(f"The column {name!r} was taken as {target}.")
            named[target] = list(texts)
        return named

    def _add_ids(self, columns: dict[str, Sequence[str]]) -> None:
        """Add `slide_id` and `patient_id` where the file calls them otherwise."""
        if self.key is None:
            return
        named = {
            "slide_id": keys.slide_column(self.table, self.key.column),
            "patient_id": keys.patient_column(self.table, self.key.column),
        }
        named[f"{self.key.names}_id"] = self.key.column
        for target, source in named.items():
            if source and (target not in self.table.columns or target == source):
                columns[target] = self._ids(target, self.table.columns[source], source)

    def _ids(self, target: str, texts: TextArray, source: str) -> list[str]:
        if target == "slide_id":
            return [self.known.slide(text) for text in texts]
        barcode = keys.is_barcode_column(self.table, source, self.known.rule)
        return [self.known.patient(text, barcode=barcode) for text in texts]

    def _define(self, columns: dict[str, Sequence[str]]) -> None:
        """Type new columns; let a known one take commas if the file writes them."""
        original = {target: name for name, target in self.options.names.items()}
        for name, texts in columns.items():
            known = self._known_column(name)
            found = guess(name, texts, self.table.separator, self.options.decimal)
            if chosen := self.options.columns.get(name):
                column, why = chosen, "you chose it"
            elif known is None:
                column, why = found.column, found.why
            elif known.kind in ("number", "integer") and found.column.decimal == ",":
                column = replace(known, kind="number", decimal=",")
                why = "the clinical table has it; the file writes decimal commas"
            else:
                column, why = known, "the clinical table has it"
            if column != known:
                self.changes.append((known, column))
            source = original.get(name, name)
            self.planned.append(PlannedColumn(source, column, why, known is None))

    def _known_column(self, name: str) -> Column | None:
        there = self.clinical.has_column(name)
        return self.clinical.column(name) if there else None

    def _look_at_cells(self, columns: dict[str, Sequence[str]]) -> None:
        """Find texts that do not fit their column, and formulas."""
        guessed = {new.name: new for _, new in self.changes}
        for name, texts in columns.items():
            if self._is_copy(name):
                continue
            column = guessed.get(name) or self.clinical.column(name)
            distinct = set(texts)
            formulas_here = set(filter(is_formula, filter(_MAY_RUN, distinct)))
            reasons = typed.misfits(distinct - formulas_here, column)
            if not reasons and not formulas_here:
                continue
            for line, text in zip(self.table.lines, texts, strict=True):
                if text in formulas_here:
                    message = f"{text!r} is a formula to a spreadsheet; kept as text"
                    self.findings.add(message, int(line), name, "formula")
                elif reason := reasons.get(text):
                    self.findings.add(reason, int(line), name, "value")

    def _is_copy(self, name: str) -> bool:
        """Whether a column repeats one of the file, which was looked at already."""
        return name in _KEYS and name not in self.table.columns

    def _rows(self, columns: dict[str, Sequence[str]]) -> list[dict[str, str]]:
        names = list(columns)
        return [
            dict(zip(names, texts, strict=True))
            for texts in zip(*columns.values(), strict=True)
        ]

    def _take_unlinked(self, rows: list[dict[str, str]]) -> None:
        there = [
            row_id
            for row_id in self.clinical.row_ids
            if not any(self.clinical.text(row_id, key) for key in _KEYS)
        ]
        self.fit.take(rows, there, pair=False)
        self.findings.add(
            "no column names slides or patients; its rows were imported without a "
            "link to slides (name the column with --id-column, or import a table "
            "that has one)"
        )

    def _take_keyed(self, rows: list[dict[str, str]], key: str) -> None:
        groups = group_rows([row[key] for row in rows])
        self._look_at_duplicates(rows, groups)
        there = group_rows(self.clinical.texts(key).tolist())
        ids = self.clinical.row_ids
        for value, positions in groups.items():
            own = [rows[position] for position in positions]
            if not value:
                for position in positions:
                    line = int(self.table.lines[position])
                    message = "the row names no slide or patient; it is kept unlinked"
                    self.findings.add(message, line, kind="no key")
                self.fit.take(own, [], pair=False)
                continue
            found = [ids[position] for position in there.get(value, ())]
            self._take_group(own, found, key)

    def _take_group(
        self, rows: list[dict[str, str]], found: list[int], key: str
    ) -> None:
        if key == "patient_id" and not any(row.get("slide_id") for row in rows):
            of_slides = [k for k in found if self.clinical.text(k, "slide_id")]
            of_patient = [k for k in found if k not in of_slides]
            if of_slides and not of_patient and len(rows) == 1:
                self.fit.spread(rows[0], of_slides)
                return
            found = of_patient
        self.fit.take(rows, found, pair=True)

    def _look_at_duplicates(
        self, rows: list[dict[str, str]], groups: dict[str, list[int]]
    ) -> None:
        several = {k: v for k, v in groups.items() if k and len(v) > 1}
        self.duplicates = list(several)
        if self.key is None or not several or self._settle(groups, several):
            return
        if by_nature(self.key.names, rows, groups, several):
            self.warnings.append(
                f"Several rows of one {self.key.names}: {len(several)} such, "
                "all rows were kept."
            )
            return
        for value, positions in several.items():
            lines = [int(self.table.lines[position]) for position in positions]
            own = [rows[position] for position in positions]
            message = describe(f"{self.key.names} {value!r}", lines, own)
            self.findings.add(message, lines[0], kind="duplicate")

    def _settle(
        self, groups: dict[str, list[int]], several: dict[str, list[int]]
    ) -> bool:
        """Do what a person wants with rows that share a key; whether that is all."""
        if self.options.duplicates == "keep":
            return False
        first = next(iter(several))
        count = len(several)
        if self.options.duplicates == "refuse":
            raise TableError(
                f"{self.table.path} has several rows of {first!r}"
                + (f" and of {count - 1} more." if count > 1 else "."),
                "Correct the file, or choose which of them counts.",
            )
        place = 0 if self.options.duplicates == "first" else -1
        dropped = sum(len(positions) - 1 for positions in several.values())
        for key, positions in several.items():
            groups[key] = [positions[place]]
        self.warnings.append(
            f"Of rows that share a key only the {self.options.duplicates} was taken: "
            f"{dropped} left out."
        )
        return True

    def _edit(self) -> Edit:
        fit = self.fit.fit
        texts = fit.added
        return Edit(
            f"Import {self.table.path.name}",
            tuple(fit.cells),
            added=self.clinical.new_rows(texts),
            columns=tuple(
                ColumnChange("clinical", old, new) for old, new in self.changes
            ),
        )

    def report(self) -> ImportReport:
        fit = self.fit.fit
        report = ImportReport(
            str(self.table.path),
            len(self.table),
            len(fit.added),
            fit.updated,
            fit.unchanged,
            tuple(self.duplicates),
            self.findings.all(),
            tuple(self.warnings),
            columns=tuple(new.name for old, new in self.changes if old is None),
        )
        if self.key is None:
            return report
        return replace(
            report,
            key_column=self.key.column,
            key_names=self.key.names,
            key_reason=self.key.why,
        )
