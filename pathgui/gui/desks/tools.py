"""Tools: verify, checksums, this computer, settings, keys, about."""

from typing import Any

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QDialog, QWidget

from pathgui.gui.desks.desk import Desk, Preferences
from pathgui.gui.desks.whatsthis import WhatIsThis
from pathgui.gui.dialogs.about import AboutDialog, KeysDialog
from pathgui.gui.dialogs.choice import ChoiceDialog
from pathgui.gui.dialogs.report import Line, ReportDialog
from pathgui.gui.dialogs.settings import SettingsDialog
from pathgui.gui.session import Session
from pathgui.integrity import ChecksumReport, VerifyReport
from pathgui.integrity.records import FILE
from pathgui.workflows import checksums
from pathgui.workflows.doctor import Finding, check
from pathgui.workflows.verify import verify


class ToolDesk(Desk):
    """What the Tools and Help menus do.

    Attributes
    ----------
    verified : Signal(VerifyReport)
        All files were read again.
    """

    verified = Signal(object)

    def __init__(
        self, session: Session, widget: QWidget, preferences: Preferences
    ) -> None:
        super().__init__(session, widget, preferences)
        self._guide: QDialog | None = None
        self._what = WhatIsThis(self)

    def verify(self) -> None:
        """Read all recorded files again, in the background."""
        project = self.session.project
        if project is None:
            return
        if not (project.folder("metadata") / FILE).exists():
            self._offer_checksums()
            return
        self.work(
            "Verifying",
            lambda progress, asked: verify(project, progress=progress, cancelled=asked),
            self._verified,
        )

    def _offer_checksums(self) -> None:
        """Say that there is nothing to compare with, and how to mend that."""
        dialog = ChoiceDialog(
            self.session.theme,
            "No checksums are recorded yet",
            "Verifying compares every file with the checksum that was recorded of it. "
            "Recording reads all slides once, in the background, and changes none.",
            ("Record checksums",),
            self.widget,
            icon="ph.fingerprint",
        )
        dialog.picked.connect(self.record_checksums)
        self.show_dialog(dialog)

    def record_checksums(self, _choice: str = "") -> None:
        """Hash every file of every slide, in the background."""
        project = self.session.project
        if project is None:
            return
        algorithm = self.preferences.values.checksum
        self.work(
            "Recording checksums",
            lambda progress, asked: checksums.record(
                project, algorithm, progress=progress, cancelled=asked
            ),
            self._recorded,
        )

    def _verified(self, report: VerifyReport) -> None:
        self.verified.emit(report)
        lines: list[Line] = []
        lines += [
            ("error", path, "content differs from the record")
            for path in report.changed
        ]
        lines += [("error", path, "the file is gone") for path in report.missing]
        lines += [("error", path, why) for path, why in report.errors.items()]
        lines += [("note", path, "not recorded yet") for path in report.unrecorded]
        bad = len(report.changed) + len(report.missing) + len(report.errors)
        good = f"{report.files:,} files are as recorded"
        if not lines:
            self.session.told.emit(f"Verified: {good}", "ok")
            return
        title = f"{bad:,} files to look at" if bad else "Nothing has changed"
        text = f"{good}. Verifying reads files and changes nothing."
        self.show_dialog(
            ReportDialog(self.session.theme, title, text, lines, self.widget)
        )

    def _recorded(self, report: ChecksumReport) -> None:
        self.session.reload()
        files = f"{report.files:,} files, {report.algorithm}"
        self.session.told.emit(f"Checksums recorded: {files}", "ok")
        lines: list[Line] = [
            ("warning", path, "differs from what was recorded before")
            for path in report.changed
        ]
        lines += [("error", path, why) for path, why in report.errors.items()]
        if lines:
            title = f"Checksums recorded, {len(lines):,} files to look at"
            self.show_dialog(
                ReportDialog(self.session.theme, title, "", lines, self.widget)
            )

    def doctor(self) -> None:
        """Look at this computer, and say what is missing."""
        self.work("Checking this computer", lambda _p, _a: check(), self._looked)

    def _looked(self, findings: list[Finding]) -> None:
        lines: list[Line] = []
        for finding in findings:
            severity = "note" if finding.ok or not finding.needed else "error"
            mend = f" · {finding.mend}" if not finding.ok and finding.mend else ""
            lines.append((severity, finding.name, f"{finding.text}{mend}"))
        missing = sum(not f.ok and f.needed for f in findings)
        title = "This computer has all it needs"
        if missing:
            things = "thing is" if missing == 1 else "things are"
            title = f"{missing} {things} missing on this computer"
        heads = ("Part", "What was found")
        self.show_dialog(
            ReportDialog(self.session.theme, title, "", lines, self.widget, heads)
        )

    def settings(self) -> None:
        """Show the personal settings."""
        dialog = SettingsDialog(
            self.session.theme, self.preferences.values, self.widget
        )
        dialog.chosen.connect(self._set)
        self.show_dialog(dialog)

    def _set(self, values: dict[str, Any]) -> None:
        self.preferences.change(**values)
        self.session.theme.set_mode(self.preferences.values.theme)

    def keyboard_map(self) -> None:
        """Show every action with its keys."""
        from pathgui.gui.actions.menus import MENUS
        from pathgui.gui.actions.table import ACTIONS

        groups = []
        for title, keys in MENUS.items():
            known = [ACTIONS[key] for key in keys if key]
            groups.append((title, [(a.text.rstrip("…"), a.shortcut) for a in known]))
        self.show_dialog(KeysDialog(self.session.theme, groups, self.widget))

    def guide(self) -> None:
        """Show the user guide beside the work."""
        from pathgui.gui.dialogs.guide import GuideDialog

        if self._guide is None:
            self._guide = GuideDialog(self.session.theme, self.widget)
            self._guide.destroyed.connect(self._guide_gone)
            self.shown.emit(self._guide)
        self._guide.show()
        self._guide.activateWindow()

    def _guide_gone(self) -> None:
        self._guide = None

    def what_is_this(self) -> None:
        """Let a click say what a part of the window is."""
        self._what.begin()

    def show_log(self) -> None:
        """Open the folder of the log."""
        from pathgui import settings

        project = self.session.project
        folder = settings.path().parent if project is None else project.folder("logs")
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))

    def about(self) -> None:
        """Say what the program is."""
        self.show_dialog(AboutDialog(self.session.theme, self.widget))
