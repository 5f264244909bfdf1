"""Projects: make, open, save, close, and import a clinical table."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QDir, QStandardPaths, Signal
from PySide6.QtWidgets import QFileDialog, QMenu

from pathgui.errors import PathguiError, TableChangedError
from pathgui.gui.desks.desk import Desk
from pathgui.gui.dialogs.error import ErrorDialog
from pathgui.gui.dialogs.new_project import NewProjectDialog
from pathgui.gui.dialogs.report import Line, ReportDialog
from pathgui.project import ImportReport
from pathgui.project.merge import Choice, Conflict
from pathgui.workflows.import_clinical import import_clinical
from pathgui.workflows.new_project import new_project

_RECENT = 12
_CHOICES: dict[str, Choice] = {
    "Take what is on disk": "theirs",
    "Keep ours": "ours",
    "Merge cell by cell": "cell",
}
_TABLES = "Tables (*.csv *.tsv *.txt *.xlsx *.xlsm);;All files (*)"


class ProjectDesk(Desk):
    """What the File menu does.

    Attributes
    ----------
    imported : Signal(ImportReport)
        A clinical table was imported.
    leaving : callable
        Asks whether the project may be closed, and goes on if so.
    """

    imported = Signal(object)
    leaving: Callable[[Callable[[], None]], None]

    def new(self) -> None:
        """Ask for name and place of a new project."""
        documents = QStandardPaths.StandardLocation.DocumentsLocation
        place = Path(QStandardPaths.writableLocation(documents) or QDir.homePath())
        dialog = NewProjectDialog(self.session.theme, place, self.widget)
        dialog.chosen.connect(self.make)
        self.show_dialog(dialog)

    def make(self, root: Path, name: str) -> None:
        """Make a project and open it."""
        if self.session.attempt(lambda: new_project(root, name)):
            self.open(root)

    def ask_open(self) -> None:
        """Ask for a project folder."""
        last = self.preferences.values.recent
        start = str(Path(last[0]).parent) if last else QDir.homePath()
        folder = QFileDialog.getExistingDirectory(self.widget, "Open project", start)
        if folder:
            self.open(Path(folder))

    def ask_recent(self) -> None:
        """Offer the projects that were open lately."""
        menu = QMenu(self.widget)
        for recent in self.preferences.values.recent:
            entry = menu.addAction(recent)
            entry.setData(recent)
        if menu.isEmpty():
            menu.addAction("No projects yet").setEnabled(False)
        menu.triggered.connect(lambda entry: self.open(Path(entry.data())))
        corner = self.widget.rect().topLeft()
        corner.setX(24)
        corner.setY(70)
        menu.popup(self.widget.mapToGlobal(corner))

    def open(self, root: Path) -> None:
        """Open a project folder, once the one that is open may be left."""
        if self.session.project is None:
            self._open(root)
        else:
            self.leaving(lambda: self._open(root))

    def _open(self, root: Path) -> None:
        if self.session.attempt(lambda: self.session.open(root)):
            project = self.session.project
            assert project is not None
            self.remember(project.root)
            self._tell_recovery(project.recovered, project.warnings)

    def _tell_recovery(self, recovered: int, warnings: list[str]) -> None:
        if recovered:
            edits = "edit" if recovered == 1 else "edits"
            sentence = f"{recovered:,} unsaved {edits} of the last session are back"
            self.session.told.emit(sentence, "note")
        for warning in warnings:
            self.session.told.emit(warning, "warning")

    def remember(self, root: Path) -> None:
        """Put a project first among the recent ones."""
        others = [
            known for known in self.preferences.values.recent if known != str(root)
        ]
        self.preferences.change(recent=(str(root), *others)[:_RECENT])

    def forget_recent(self) -> None:
        """Empty the list of recent projects."""
        self.preferences.change(recent=())

    def save(self) -> None:
        """Write the tables in the background."""
        project = self.session.project
        if project is None:
            return
        task = self.session.background.start(
            "Saving", lambda _progress, _asked: project.save()
        )
        task.done.connect(self._saved)
        task.failed.connect(self._not_saved)

    def _saved(self) -> None:
        self.session.note_saved()

    def _not_saved(self, error: Exception) -> None:
        if not isinstance(error, TableChangedError):
            self.session.trouble.emit(error)
            return
        dialog = ErrorDialog(
            self.session.theme, error, self.widget, choices=tuple(_CHOICES)
        )
        dialog.picked.connect(self._bring_together)
        self.show_dialog(dialog)

    def _bring_together(self, choice: str) -> None:
        """Fit our edits and the files on disk together, then save."""
        project = self.session.project
        if project is None:
            return
        conflicts: list[Conflict] = []

        def fit() -> None:
            for name in project.changed_on_disk():
                conflicts.extend(project.merge(name, _CHOICES[choice]))

        if not self.session.attempt(fit):
            return
        self.session.reload()
        self.save()
        if conflicts:
            lines: list[Line] = [
                (
                    "warning",
                    f"{c.key} · {c.column}",
                    f"here {c.ours or 'missing'}, on disk {c.theirs or 'missing'}",
                )
                for c in conflicts
            ]
            title = f"{len(conflicts):,} cells were changed on both sides"
            text = "Ours stand in the table; the others are listed here."
            dialog = ReportDialog(self.session.theme, title, text, lines, self.widget)
            self.show_dialog(dialog)

    def close(self) -> None:
        """Close the project, once it may be left."""
        self.leaving(self.session.close)

    def demo(self) -> None:
        """Make the demo cohort in the background and open it."""
        from pathgui.workflows.demo import run_demo

        documents = QStandardPaths.StandardLocation.DocumentsLocation
        place = Path(QStandardPaths.writableLocation(documents) or QDir.homePath())
        root = place / "pathgui-demo"
        self.session.told.emit(
            "The demo cohort is being made: four slides, a clinical table and a run. "
            "This takes about a minute.",
            "note",
        )
        self.work(
            "Making the demo cohort",
            lambda progress, _asked: run_demo(root, progress=progress),
            lambda _report: self.open(root),
        )

    def import_table(self, file: Path | None = None) -> None:
        """Import a clinical table; asks for the file if none is given."""
        if self.session.project is None:
            self._start_from_table(file)
            return
        if file is None:
            name, _ = QFileDialog.getOpenFileName(
                self.widget, "Import clinical table", "", _TABLES
            )
            if not name:
                return
            file = Path(name)
        from pathgui.gui.dialogs.import_table import ImportDialog

        try:
            dialog = ImportDialog(self.session.theme, file, self.widget)
        except PathguiError as error:
            self.session.trouble.emit(error)
            return
        dialog.chosen.connect(self.take_table)
        self.show_dialog(dialog)

    def take_table(self, file: Path, id_column: str) -> None:
        """Import a table by a key column; empty lets the program guess."""
        project = self.session.project
        if project is None:
            return
        self.work(
            "Importing",
            lambda _progress, _asked: import_clinical(project, file, id_column or None),
            self._imported,
        )

    def _imported(self, report: ImportReport) -> None:
        self.session.reload()
        self.session.told.emit(report.text(), "note" if report.ok else "warning")
        self.imported.emit(report)

    def _start_from_table(self, file: Path | None) -> None:
        def go_on() -> None:
            self.session.project_opened.disconnect(go_on)
            self.import_table(file)

        self.session.project_opened.connect(go_on)
        self.new()
