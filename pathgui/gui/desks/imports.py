"""Import of tables: the wizard, and the one undo step that comes of it."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from pathgui.gui.desks.desk import Desk, Preferences
from pathgui.gui.dialogs.import_table import ImportWizard
from pathgui.gui.dialogs.importing.decisions import Into
from pathgui.gui.session import Session
from pathgui.project import ImportPlan, ImportReport, Project, import_edit
from pathgui.workflows.import_manifest import filled


class ImportDesk(Desk):
    """Asks all there is to ask, then imports in the background.

    Attributes
    ----------
    imported : Signal(ImportReport)
        A table was imported.
    new_project : callable
        Asks for a project where there is none, and calls back once it is open.
    save : callable
        Writes the tables.
    """

    imported = Signal(object)
    new_project: Callable[[Callable[[], None]], None]
    save: Callable[[], None]

    def __init__(
        self, session: Session, widget: QWidget, preferences: Preferences
    ) -> None:
        super().__init__(session, widget, preferences)
        self.new_project = lambda _then: None
        self.save = session.save

    def import_table(self, file: Path | None = None, into: Into = "clinical") -> None:
        """Show the wizard; a file that is given is read at once."""
        project = self.session.project
        if project is None:
            self._start_from_table(file, into)
            return
        wizard = ImportWizard(
            self.session.theme,
            project,
            self.session.background,
            file,
            self.widget,
            into,
        )
        wizard.chosen.connect(self.take)
        self.show_dialog(wizard)

    def take(self, plan: ImportPlan, rule: str | None = None) -> None:
        """Carry out a plan that was accepted, as one undo step, and save it.

        Parameters
        ----------
        plan : ImportPlan
            What was accepted.
        rule : str, optional
            Slide-to-patient rule that the project gets.
        """
        project = self.session.project
        if project is None:
            return

        if plan.into == "manifest":
            self.work(
                "Reading slides",
                lambda progress, asked: filled(project, plan, progress, asked),
                lambda done: self._put(project, done, rule),
            )
        else:
            self._put(project, plan, rule)

    def _put(self, project: Project, plan: ImportPlan, rule: str | None) -> None:
        if self.session.project is not project:
            return
        self.session.change(
            plan.edit.label or "Import",
            lambda: import_edit(project, plan, rule),
            lambda: self._imported(plan.report),
        )

    def _imported(self, report: ImportReport) -> None:
        told = replace(report, file=Path(report.file).name).text()
        self.session.told.emit(told, "ok" if report.ok else "warning")
        self.imported.emit(report)
        self.save()

    def _start_from_table(self, file: Path | None, into: Into) -> None:
        self.new_project(lambda: self.import_table(file, into))
