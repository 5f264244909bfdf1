"""Import a clinical table into a project."""

from pathlib import Path

from pathgui.project import (
    ImportOptions,
    ImportPlan,
    ImportReport,
    Project,
    ReadOptions,
    import_edit,
    plan_import,
    read_table,
)


def import_clinical(
    project: Project,
    file: Path,
    id_column: str | None = None,
    options: ImportOptions | None = None,
    reading: ReadOptions | None = None,
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
    options : ImportOptions, optional
        All else that a person decides; `id_column` is then taken from here.
    reading : ReadOptions, optional
        How to read the file.

    Raises
    ------
    TableError
        If the file cannot be read, is empty, or lacks the column.
    """
    table = read_table(file, reading)
    plan = plan_import(project, table, options or ImportOptions(id_column))
    return carry_out(project, plan)


def carry_out(
    project: Project, plan: ImportPlan, rule: str | None = None
) -> ImportReport:
    """Apply a plan that a person has accepted, and save; raises as `import_clinical`.

    Where saving fails the edit stays in the journal, as every edit does. A `rule`
    from slide to patient becomes the project's.
    """
    project.apply(import_edit(project, plan, rule))
    project.save()
    return plan.report
