"""Asks where the quality report goes, writes it in the background, shows it."""

from pathlib import Path
from typing import Any

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog

from pathgui.gui.background import Asked, Progress
from pathgui.gui.desks.desk import Desk
from pathgui.gui.review.pdf import write_pdf
from pathgui.project import Project
from pathgui.workflows.qc.report import default_file, write_report


def ask_file(desk: Desk, project: Project) -> None:
    """Ask for a file name; its ending says whether HTML or PDF is written."""
    usual = default_file(project)
    dialog = QFileDialog(desk.widget, "Quality report", str(usual.parent))
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilters(["Web page (*.html)", "PDF (*.pdf)"])
    dialog.selectFile(usual.name)
    dialog.setDefaultSuffix("html")
    dialog.fileSelected.connect(lambda name: write(desk, project, Path(name)))
    desk.show_dialog(dialog)


def write(desk: Desk, project: Project, out: Path) -> None:
    """Write the report in the background and open it."""
    make = write_pdf if out.suffix.lower() == ".pdf" else write_report

    def work(progress: Progress, asked: Asked) -> Any:
        return make(project, out, progress=progress, cancelled=asked)

    def done(_found: object) -> None:
        desk.session.told.emit(f"Quality report written to {out.name}", "note")
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(out)))

    desk.work("Quality report", work, done)
