"""Slides: add them, open them, show their files, move them to another cohort."""

from pathlib import Path

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices

from pathgui.errors import PathguiError
from pathgui.gui.desks.desk import Desk
from pathgui.gui.dialogs.add_slides import AddSlidesDialog, SlidesChoice
from pathgui.gui.dialogs.report import ReportDialog
from pathgui.project import Edit, check_cohort
from pathgui.workflows.add_slides import AddReport, add


class SlideDesk(Desk):
    """What the Slides menu does.

    Attributes
    ----------
    viewer_wanted : Signal(str)
        A slide is to be shown in the viewer.
    added : Signal(AddReport)
        Slides were added.
    """

    viewer_wanted = Signal(str)
    added = Signal(object)

    def ask_add(self, paths: tuple[Path, ...] = ()) -> None:
        """Ask which slides join which cohort."""
        project = self.session.project
        if project is None:
            return
        cohorts = [name for name in project.cohorts() if name]
        dialog = AddSlidesDialog(self.session.theme, cohorts, paths, self.widget)
        dialog.chosen.connect(self.add)
        self.show_dialog(dialog)

    def add(self, choice: SlidesChoice) -> None:
        """Add slides in the background."""
        project = self.session.project
        if project is None:
            return
        self.work(
            "Adding slides",
            lambda progress, asked: add(
                project,
                choice.paths,
                choice.cohort,
                choice.mode,
                progress=progress,
                cancelled=asked,
            ),
            self._added,
        )

    def _added(self, report: AddReport) -> None:
        self.session.reload()
        count = len(report.added)
        noun = "slide" if count == 1 else "slides"
        self.session.told.emit(f"{count:,} {noun} added", "note")
        self.added.emit(report)
        if report.added:
            self.session.select(report.added[0])
        lines = [
            ("error", Path(p.path).name, f"{p.message}. {p.hint}".strip(" ."))
            for p in report.problems
        ]
        lines += [("warning", *_split(text)) for text in report.warnings]
        if report.known:
            known = f"{len(report.known):,} slides were in the project already"
            lines.append(("note", known, "They were left as they are"))
        if lines:
            title = f"{count:,} {noun} added, {len(report.problems):,} refused"
            text = "Refused files left no row. Nothing was changed on disk."
            self.show_dialog(
                ReportDialog(self.session.theme, title, text, lines, self.widget)
            )

    def open_in_viewer(self) -> None:
        """Show the first selected slide in the viewer."""
        if self.session.current:
            self.viewer_wanted.emit(self.session.current)

    def show_file(self) -> None:
        """Open the folder that holds the slide."""
        project = self.session.project
        if project is None:
            return
        try:
            path = project.slide_path(self.session.current)
        except PathguiError as error:
            self.session.trouble.emit(error)
            return
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent)))

    def move(self, cohort: str) -> None:
        """Put the selected slides into a cohort; files stay where they are."""
        project, name = self.session.project, cohort.strip()
        if project is None or not name:
            return
        problem = check_cohort(name)
        if problem:
            self.session.trouble.emit(PathguiError(f"A cohort name {problem}"))
            return
        manifest = project.manifest
        rows = [manifest.find(slide_id) for slide_id in self.session.selection]
        cells = tuple(
            manifest.cell(row, "cohort", name)
            for row in rows
            if row is not None and manifest.text(row, "cohort") != name
        )
        if cells:
            noun = "slide" if len(cells) == 1 else "slides"
            self.session.edit(Edit(f"Move {len(cells):,} {noun} to {name}", cells))


def _split(warning: str) -> tuple[str, str]:
    subject, colon, rest = warning.partition(": ")
    return (subject, rest) if colon else ("", warning)
