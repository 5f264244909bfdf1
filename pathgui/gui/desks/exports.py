"""Export of tables to files, for spreadsheets, neighbours and colleagues."""

from pathlib import Path

from pathgui.gui.desks.desk import Desk
from pathgui.gui.dialogs.export import ExportDialog
from pathgui.gui.dialogs.report import Line, ReportDialog
from pathgui.workflows.export_tables import ExportOptions, ExportReport, export_table


class ExportDesk(Desk):
    """Asks what goes out, and writes it in the background."""

    def ask(self, *, deidentified: bool = False) -> None:
        """Show what can be exported, with real rows."""
        project = self.session.project
        if project is None:
            return
        dialog = ExportDialog(
            self.session.theme,
            project,
            self.session.background,
            self.session.selection,
            self.widget,
            deidentified=deidentified,
        )
        dialog.chosen.connect(self.export)
        self.show_dialog(dialog)

    def export(self, out: Path, options: ExportOptions) -> None:
        """Write a table; a file dialog has asked about replacing."""
        project = self.session.project
        if project is None:
            return
        self.work(
            "Exporting",
            lambda _progress, _asked: export_table(project, out, options, replace=True),
            self._exported,
        )

    def _exported(self, report: ExportReport) -> None:
        lines: list[Line] = [("error", "", words) for words in report.problems]
        lines += [("warning", "", words) for words in report.warnings]
        if not lines:
            self.session.told.emit(report.text(), "ok")
            return
        title = f"{report.rows:,} rows were exported"
        dialog = ReportDialog(
            self.session.theme, title, report.text(), lines, self.widget
        )
        self.show_dialog(dialog)
