"""What a review leans on and leads to: reasons, agreement, the report."""

from PySide6.QtWidgets import QWidget

from pathgui.gui.desks.desk import Desk, Preferences
from pathgui.gui.review.agreement import AgreementDialog
from pathgui.gui.review.reasons import ReasonsDialog
from pathgui.gui.session import Session
from pathgui.gui.session.quality import Quality
from pathgui.workflows.qc import reasons as qc_reasons
from pathgui.workflows.qc.agreement import agreement
from pathgui.workflows.qc.log import log_file


class ReviewLists(Desk):
    """The list of reasons, how far reviewers agree, and the quality report."""

    def __init__(
        self,
        session: Session,
        widget: QWidget,
        preferences: Preferences,
        quality: Quality,
    ) -> None:
        super().__init__(session, widget, preferences)
        self.quality = quality

    def edit_reasons(self) -> None:
        """Change the project's list of reasons."""
        project = self.session.project
        if project is None:
            return
        dialog = ReasonsDialog(
            self.session.theme, qc_reasons.reasons(project), self.widget
        )
        dialog.wished.connect(self._set_reasons)
        self.show_dialog(dialog)

    def _set_reasons(self, words: tuple[str, ...]) -> None:
        project = self.session.project
        if project is not None:
            choosing = qc_reasons.choosing_reasons
            self.session.attempt(lambda: self.session.edit(choosing(project, words)))

    def show_agreement(self) -> None:
        """Say how far reviewers agree."""
        project = self.session.project
        if project is None:
            return
        self.quality.decisions.read(log_file(project))
        pairs = agreement(self.quality.decisions.entries)
        dialog = AgreementDialog(self.session.theme, pairs, self.widget)
        dialog.wanted.connect(self.session.select)
        self.show_dialog(dialog)

    def ask_report(self) -> None:
        """Ask for a file and write the quality report into it."""
        from pathgui.gui.review.reportfile import ask_file

        project = self.session.project
        if project is not None:
            ask_file(self, project)
