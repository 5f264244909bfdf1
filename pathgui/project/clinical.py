"""Importing a clinical table: rows found by key, updated or added, nothing lost."""

from dataclasses import replace
from pathlib import Path

from pathgui.errors import TableError
from pathgui.project.edits import Edit
from pathgui.project.importclinical import ClinicalImport
from pathgui.project.importown import JoinedImport, PatientsImport
from pathgui.project.importplan import ImportOptions, ImportPlan
from pathgui.project.ownexports import is_joined, is_patients
from pathgui.project.project import Project
from pathgui.project.rawtable import RawTable, ReadOptions, read_table
from pathgui.project.report import ImportReport
from pathgui.project.settingitems import CLINICAL_KEY, linking_by, naming_rows_by
from pathgui.project.watch import NOBODY, Watch


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
    plan = plan_import(project, table, ImportOptions(id_column))
    return apply_import(project, plan)


def plan_import(
    project: Project,
    table: RawTable,
    options: ImportOptions | None = None,
    watch: Watch = NOBODY,
) -> ImportPlan:
    """What importing a clinical table would do; nothing is changed.

    Parameters
    ----------
    project : Project
        Its clinical table and slides are looked at.
    table : RawTable
        From `read_table` or `table_from_text`.
    options : ImportOptions, optional
        What a person decided.
    watch : Watch
        Told how far it is.

    Raises
    ------
    TableError
        The options do not fit the table, or rows share a key and shall not.
    Cancelled
        On request.
    """
    kind = ClinicalImport
    if is_joined(project, table):
        kind = JoinedImport
    elif is_patients(table):
        kind = PatientsImport
    return kind(project, table, options or ImportOptions(), watch).plan()


def apply_import(project: Project, plan: ImportPlan) -> ImportReport:
    """Carry out a plan as one edit; the caller saves. Raises as `import_edit`."""
    project.apply(import_edit(project, plan))
    return plan.report


def import_edit(project: Project, plan: ImportPlan, rule: str | None = None) -> Edit:
    """The edit of a plan, with what it sets in the project.

    Parameters
    ----------
    project : Project
        As it is before the import.
    plan : ImportPlan
        What was accepted.
    rule : str, optional
        Slide-to-patient rule that the project gets.

    Returns
    -------
    Edit
        Empty if nothing could be read: the table stays as it was.

    Raises
    ------
    TableError
        The clinical table was changed since the plan was made.
    ProjectError
        The rule is no rule.
    """
    if not len(plan.table):
        return Edit("")
    clinical, config = project.clinical, project.config
    table = project.table(plan.into)
    for cell in plan.edit.cells:
        if not table.has_row(cell.row) or (
            table.has_column(cell.column)
            and table.text(cell.row, cell.column) != cell.old
        ):
            raise TableError(
                f"The {plan.into} table was changed since the import was planned.",
                "Look at the plan again.",
            )
    changes = list(plan.edit.settings)
    named = any((c.section, c.name) == CLINICAL_KEY for c in changes)
    named = named or plan.into != "clinical"
    if plan.key is not None and not named and not any(clinical.texts(clinical.key)):
        changes += naming_rows_by(config, f"{plan.key.names}_id").settings
    if rule is not None:
        changes += linking_by(config, rule).settings
    return replace(plan.edit, settings=tuple(changes))
