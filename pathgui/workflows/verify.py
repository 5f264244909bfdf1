"""Compare every file with its recorded checksum."""

from pathgui import integrity
from pathgui.integrity import VerifyReport
from pathgui.project import Project
from pathgui.workflows.progress import Progress, Stop, never, silent


def verify(
    project: Project, *, progress: Progress = silent, cancelled: Stop = never
) -> VerifyReport:
    """Read all recorded files again; nothing is changed.

    Raises
    ------
    IntegrityError
        If nothing has been recorded yet.
    Cancelled
        On request.
    """
    return integrity.verify(project, progress, cancelled)
