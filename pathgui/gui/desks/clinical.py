"""Clinical: schema, key, rule, near misses, and the join report as files."""

from pathlib import Path

from PySide6.QtWidgets import QFileDialog

from pathgui.gui.desks.desk import Desk
from pathgui.gui.dialogs.key import KeyDialog, RuleDialog
from pathgui.gui.dialogs.preview import PreviewDialog
from pathgui.gui.dialogs.schema import SchemaDialog
from pathgui.project import Edit
from pathgui.project.settingitems import linking_by, naming_rows_by
from pathgui.workflows.export_join import export_join
from pathgui.workflows.export_tables import ExportReport

_FILES = "Excel (*.xlsx);;CSV (*.csv);;TSV (*.tsv);;Parquet (*.parquet)"


class ClinicalDesk(Desk):
    """What the Clinical menu does."""

    def schema(self, table: str = "", column: str = "") -> None:
        """Show what each column may hold, and change it."""
        project = self.session.project
        if project is None:
            return
        dialog = SchemaDialog(
            self.session.theme,
            project,
            self.session.background,
            table or "clinical",
            column,
            self.widget,
        )
        dialog.chosen.connect(self.session.edit)
        self.show_dialog(dialog)

    def confirm(self, edit: Edit, deed: str) -> None:
        """Show what an edit in bulk does before it is done."""
        project = self.session.project
        if project is None or not edit:
            return
        table = project.table(next(iter(edit.tables())))
        dialog = PreviewDialog(self.session.theme, edit, table, deed, self.widget)
        dialog.chosen.connect(self.session.edit)
        self.show_dialog(dialog)

    def ask_key(self) -> None:
        """Ask what names the rows of the clinical table."""
        project = self.session.project
        if project is None:
            return
        dialog = KeyDialog(self.session.theme, project, self.widget)
        dialog.chosen.connect(self.use_key)
        self.show_dialog(dialog)

    def use_key(self, name: str) -> None:
        """Let a column name the rows."""
        project = self.session.project
        if project is None:
            return
        self.session.edit(naming_rows_by(project.config, name))

    def ask_rule(self) -> None:
        """Ask for the rule from slide to patient."""
        project = self.session.project
        if project is None:
            return
        dialog = RuleDialog(self.session.theme, project, self.widget)
        dialog.chosen.connect(self.use_rule)
        self.show_dialog(dialog)

    def use_rule(self, rule: str) -> None:
        """Keep a rule from slide to patient in the project."""
        project = self.session.project
        if project is None:
            return
        config = project.config
        self.session.attempt(lambda: self.session.edit(linking_by(config, rule)))

    def ask_export(self) -> None:
        """Ask where the joined table and the join report go."""
        project = self.session.project
        if project is None:
            return
        start = str(project.root / "joined_table.xlsx")
        name, _ = QFileDialog.getSaveFileName(
            self.widget, "Export the joined table and the report", start, _FILES
        )
        if name:
            self.export_join(Path(name))

    def export_join(self, out: Path) -> None:
        """Write the joined table and the join report beside it."""
        project = self.session.project
        if project is None:
            return
        self.work(
            "Exporting the join report",
            lambda _progress, _asked: export_join(project, out, replace=True),
            self._exported,
        )

    def _exported(self, report: ExportReport) -> None:
        self.session.told.emit(report.text(), "ok")
