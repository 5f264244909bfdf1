"""Import of tables: the wizard, and the one undo step that comes of it."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from pathgui.errors import PathguiError
from pathgui.gui.background import Asked, Progress
from pathgui.gui.desks.desk import Desk, Preferences
from pathgui.gui.dialogs.import_table import ImportWizard
from pathgui.gui.dialogs.importing.decisions import Into
from pathgui.gui.session import Session
from pathgui.project import (
    ImportPlan,
    ImportReport,
    Project,
    apply_import,
    settled,
)
from pathgui.workflows.import_manifest import carry_out


class ImportDesk(Desk):
    """Asks all there is to ask, then imports in the background.

    Attributes
    ----------
    imported : Signal(ImportReport)
        A table was imported.
    new_project, save : callable
        Asks for a project where there is none; writes the tables.
    """

    imported = Signal(object)
    new_project: Callable[[], None]
    save: Callable[[], None]

    def __init__(
        self, session: Session, widget: QWidget, preferences: Preferences
    ) -> None:
        super().__init__(session, widget, preferences)
        self.new_project = lambda: None
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

        try:
            plan = settled(project, plan, rule)
        except PathguiError as error:
            self.session.trouble.emit(error)
            return

        def taken(done: ImportPlan) -> None:
            if self.session.project is project:
                self.session.adopt(done.edit)
                self._imported(done.report)

        self.work(
            "Importing",
            lambda progress, asked: _carry_out(project, plan, progress, asked),
            taken,
        )

    def _imported(self, report: ImportReport) -> None:
        self.session.told.emit(report.text(), "ok" if report.ok else "warning")
        self.imported.emit(report)
        self.save()

    def _start_from_table(self, file: Path | None, into: Into) -> None:
        def go_on() -> None:
            self.session.project_opened.disconnect(go_on)
            self.import_table(file, into)

        self.session.project_opened.connect(go_on)
        self.new_project()


def _carry_out(
    project: Project, plan: ImportPlan, progress: Progress, asked: Asked
) -> ImportPlan:
    if plan.into == "manifest":
        return carry_out(project, plan, progress, asked)
    apply_import(project, plan)
    return plan
