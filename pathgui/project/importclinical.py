"""Planning the import of a clinical table: by slide, by patient, or without key."""

from dataclasses import replace
from typing import get_args

from typing_extensions import override

from pathgui.project import gdc, keys
from pathgui.project.importing import Columns, TableImport
from pathgui.project.importrows import without_key
from pathgui.project.keys import Key, Names
from pathgui.project.upsert import Fit

_NO_KEY = (
    "no column names slides or patients; its rows were imported without a link to "
    "slides (name the column with --id-column, or import a table that has one)"
)
_WANTED = (
    "the rows were imported without a link to slides, as you wished; a later import "
    "that names a key finds them again"
)
_GDC = (
    "This is a GDC manifest, a list of files: import it as the table of slides "
    "(manifest import) to add those that are slides."
)


class ClinicalImport(TableImport):
    """Rows of slides or patients; those that name neither are kept unlinked."""

    name = "clinical"
    ids = ("slide_id", "patient_id")

    @override
    def choose_key(self) -> Key | None:
        if self.options.unlinked:
            return None
        found = keys.choose_key(self.table, self.known, self.options.key_name())
        if found is not None and self.options.key_names:
            return replace(found, names=self.options.key_names)
        return found

    @override
    def with_ids(self, columns: Columns) -> Columns:
        """Add `slide_id` and `patient_id` where the file calls them otherwise."""
        if self.key is None:
            return columns
        for names in get_args(Names):
            target = f"{names}_id"
            source = self.key.column
            if names != self.key.names:
                other = keys.slide_column if names == "slide" else keys.patient_column
                source = other(self.table, self.key.column)
            if source and (target not in self.table.columns or target == source):
                texts = self.table.columns[source]
                barcode = names == "patient" and keys.is_barcode_column(
                    self.table, source, self.known.rule
                )
                columns[target] = self.known.ids(names, texts, barcode=barcode)
        self.tell_pseudonyms(columns[f"{self.key.names}_id"])
        return columns

    @override
    def fit_rows(self, columns: Columns) -> Fit:
        if self.key is None:
            self.findings.add(_WANTED if self.options.unlinked else _NO_KEY)
            return without_key(self.there, columns, self.options.known)
        fit = self.keyed(columns, columns, f"{self.key.names}_id")
        if self.key.names == "patient":
            self._leave_links(fit)
        if gdc.is_gdc(self.table) and "slide_id" in columns:
            ids = columns["slide_id"].tolist()
            gdc.check_gdc(self.table, ids, self.project, self.findings)
            self.warnings.append(_GDC)
        return fit

    def _leave_links(self, fit: Fit) -> None:
        """Keep the slide of a row where the file names one that is not here."""
        there = set(self.known.slides.values())
        lost = {
            cell.row
            for cell in fit.cells
            if cell.column == "slide_id" and cell.old and cell.new not in there
        }
        if not lost:
            return
        fit.cells = [
            c for c in fit.cells if c.column != "slide_id" or c.row not in lost
        ]
        rows = "row keeps its" if len(lost) == 1 else "rows keep their"
        self.warnings.append(
            f"{len(lost):,} {rows} slide_id: the file names slides that are not here."
        )
