"""Import a clinical table into a project."""

from pathlib import Path

from pathgui.project import ImportReport, Project
from pathgui.project import import_clinical as read_and_merge


def import_clinical(
    project: Project, file: Path, id_column: str | None = None
) -> ImportReport:
    """Import a table and save it; a refused import leaves everything as it was.

    Parameters
    ----------
    project : Project
        Opened for writing.
    file : Path
        CSV, TSV or XLSX.
    id_column : str, optional
        Column that names slide or patient; guessed if not given.

    Raises
    ------
    TableError
        If the file cannot be read, is empty, or lacks the column.
    """
    report = read_and_merge(project, file, id_column)
    project.save()
    return report
