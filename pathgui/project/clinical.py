"""Importing a clinical table: rows found by key, updated or added, nothing lost."""

from pathlib import Path

from pathgui.project.importing import ClinicalImport
from pathgui.project.project import Project
from pathgui.project.rawtable import RawTable, ReadOptions, read_table
from pathgui.project.report import ImportReport


def import_clinical(
    project: Project,
    file: Path | str,
    id_column: str | None = None,
    options: ReadOptions | None = None,
) -> ImportReport:
    """Import a table into the clinical table as one edit; the caller saves.

    Rows whose key is there already update it; all rows of one file that share a key
    are kept. Columns keep their names, and `slide_id` or `patient_id` is added where
    the file calls it otherwise.

    Parameters
    ----------
    project : Project
        Opened for writing.
    file : path
        CSV, TSV or XLSX.
    id_column : str, optional
        Column that names slide or patient; guessed if not given.
    options : ReadOptions, optional
        How to read the file.

    Raises
    ------
    TableError
        Unreadable, empty, no rows, or no such column; the table is as it was.
    MissingExtraError
        XLSX without openpyxl.
    """
    table = read_table(file, options)
    return import_table(project, table, id_column)


def import_table(
    project: Project, table: RawTable, id_column: str | None = None
) -> ImportReport:
    """The same with a table that has been read already."""
    job = ClinicalImport(project, table, id_column)
    edit = job.plan()
    if not len(table):
        return job.report()  # nothing could be read: the table stays as it was
    first = not len(project.clinical)
    project.apply(edit)
    if first and job.key is not None:
        project.name_rows_by(f"{job.key.names}_id")
    return job.report()
