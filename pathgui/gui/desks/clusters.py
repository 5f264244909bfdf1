"""Job arrays: written for a queue, and read back."""

from PySide6.QtWidgets import QWidget

from pathgui.gui.desks.desk import Desk, Preferences
from pathgui.gui.dialogs.array import ArrayChoice, ArrayDialog
from pathgui.gui.session import Session
from pathgui.gui.session.runs import Runs
from pathgui.workflows.cluster import ArrayReport, SyncReport, prepare_array
from pathgui.workflows.cluster import sync as bring_back
from pathgui.workflows.progress import Progress


class ClusterDesk(Desk):
    """What the Run menu does with clusters."""

    def __init__(
        self, session: Session, widget: QWidget, preferences: Preferences, runs: Runs
    ) -> None:
        super().__init__(session, widget, preferences)
        self._runs = runs

    def ask_array(self) -> None:
        """Ask where a job array goes and what its tasks may use."""
        project = self.session.project
        if project is None:
            return
        dialog = ArrayDialog(
            self.session.theme, project, self.session.selection, self.widget
        )
        dialog.chosen.connect(self.write_array)
        self.show_dialog(dialog)

    def write_array(self, choice: ArrayChoice) -> None:
        """Write the scripts of a job array, and submit them if asked."""
        project = self.session.project
        if project is None:
            return

        def write(_progress: object, _asked: object) -> ArrayReport:
            return prepare_array(
                project, choice.recipe, choice.queue, slides=choice.slides
            )

        self.work("Writing the job array", write, self._written)

    def _written(self, report: ArrayReport) -> None:
        severity = "warning" if report.refused else "note"
        self.session.told.emit(report.text(), severity)
        self._runs.read()

    def sync(self) -> None:
        """Bring what job arrays have finished into journal and manifest."""
        project = self.session.project
        if project is None:
            return

        # What a person has not saved yet is theirs to save.
        save = not self.session.unsaved

        def bring(progress: Progress, _asked: object) -> SyncReport:
            return bring_back(project, progress=progress, save=save)

        self.work("Syncing job arrays", bring, self._synced)

    def _synced(self, report: SyncReport) -> None:
        severity = "warning" if report.failed else "note"
        self.session.told.emit(report.text(), severity)
        self.session.reload()
        self._runs.read()
