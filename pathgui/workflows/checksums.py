"""Record checksums of all slides."""

from pathgui import integrity
from pathgui.integrity import ChecksumReport
from pathgui.project import Project
from pathgui.workflows.progress import Progress, Stop, never, silent


def record(
    project: Project,
    algorithm: str = "md5",
    *,
    progress: Progress = silent,
    cancelled: Stop = never,
) -> ChecksumReport:
    """Hash every file of every slide into ``metadata/checksums.csv``.

    Raises
    ------
    IntegrityError
        If the algorithm is unknown.
    Cancelled
        On request; the table stays as it was.
    """
    report = integrity.record(project, algorithm, progress, cancelled)
    project.save()
    return report
