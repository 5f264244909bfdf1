"""Export of tables to files, for spreadsheets, neighbours and colleagues."""

from pathlib import Path

from PySide6.QtWidgets import QFileDialog

from pathgui.errors import PathguiError
from pathgui.gui.desks.desk import Desk
from pathgui.gui.dialogs.choice import ChoiceDialog
from pathgui.gui.dialogs.export import ExportDialog
from pathgui.gui.dialogs.report import Line, ReportDialog
from pathgui.workflows.annotation_export import (
    AnnotationReport,
    annotated,
    export_annotations,
    in_the_way,
)
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

    def ask_annotations(self) -> None:
        """Ask for a folder, and write annotations as QuPath counts them.

        Several selected slides are meant alone; else all that have annotations.
        """
        project = self.session.project
        if project is None:
            return
        several = self.session.selection if len(self.session.selection) > 1 else None

        def ask(slides: list[str]) -> None:
            if not slides:
                whose = "these slides" if several else "the project's slides"
                self.session.told.emit(f"None of {whose} has annotations yet", "note")
                return
            dialog = QFileDialog(self.widget, _title(len(slides)), str(Path.home()))
            dialog.setFileMode(QFileDialog.FileMode.Directory)
            dialog.setOption(QFileDialog.Option.ShowDirsOnly)
            dialog.fileSelected.connect(
                lambda name: self.export_annotations(Path(name), slides)
            )
            self.show_dialog(dialog)

        self.work(
            "Looking for annotations",
            lambda _progress, _asked: annotated(project, several),
            ask,
        )

    def export_annotations(self, folder: Path, slides: list[str]) -> None:
        """Write the annotations of slides; asks before files are replaced."""
        project = self.session.project
        if project is None:
            return
        try:
            taken = in_the_way(project, folder, slides)
        except PathguiError as error:
            self.session.trouble.emit(error)
            return
        if not taken:
            self._write_annotations(folder, slides)
            return
        count = "1 file" if len(taken) == 1 else f"{len(taken):,} files"
        dialog = ChoiceDialog(
            self.session.theme,
            f"Replace {count}?",
            f"{folder} holds annotations of these slides already. The files of other "
            "slides there stay as they are.",
            ("Replace",),
            self.widget,
            danger="Replace",
        )
        dialog.picked.connect(lambda _choice: self._write_annotations(folder, slides))
        self.show_dialog(dialog)

    def _write_annotations(self, folder: Path, slides: list[str]) -> None:
        project = self.session.project
        if project is None:
            return
        self.work(
            "Exporting annotations",
            lambda progress, asked: export_annotations(
                project,
                folder,
                slides,
                replace=True,
                progress=progress,
                cancelled=asked,
            ),
            self._annotations_written,
        )

    def _annotations_written(self, report: AnnotationReport) -> None:
        if not report.problems:
            self.session.told.emit(report.text(), "ok")
            return
        lines: list[Line] = [("error", *item) for item in report.problems.items()]
        title = f"{len(lines):,} slides could not be exported"
        dialog = ReportDialog(
            self.session.theme, title, report.text(), lines, self.widget
        )
        self.show_dialog(dialog)

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


def _title(slides: int) -> str:
    count = "1 slide" if slides == 1 else f"{slides:,} slides"
    return f"Folder for annotations of {count}"
