"""Import a manifest into a project: slides by id, file name or path."""

from collections.abc import Mapping
from dataclasses import replace

from pathgui.errors import PathguiError
from pathgui.project import (
    ImportOptions,
    ImportPlan,
    ImportReport,
    Project,
    RawTable,
    apply_import,
)
from pathgui.project.edits import RowChange
from pathgui.project.importmanifest import NEW, ManifestImport
from pathgui.project.report import Problem
from pathgui.project.watch import NOBODY, Watch
from pathgui.workflows.autofill import slide_says
from pathgui.workflows.overrides import USER, completed
from pathgui.workflows.progress import Progress, Stop, check, never, silent

# Cells in which a person's word counts more than the file's.
_TOLD = ("scanner", "magnification", "mpp")
READY = "ready"


def plan_manifest(
    project: Project,
    table: RawTable,
    options: ImportOptions | None = None,
    watch: Watch = NOBODY,
) -> ImportPlan:
    """What importing a manifest would do; nothing is changed.

    Known slides are found by id, file name or path and updated; the others become
    rows, with the status ``missing`` where their file is not found.

    Parameters and `Cancelled` as in `plan_import`; TableError also where no column
    names slides.
    """
    return ManifestImport(project, table, options or ImportOptions(), watch).plan()


def carry_out(
    project: Project,
    plan: ImportPlan,
    progress: Progress = silent,
    cancelled: Stop = never,
) -> ImportPlan:
    """Read the new slides, and apply it all as one edit; the caller saves.

    Parameters
    ----------
    project : Project
        Opened for writing.
    plan : ImportPlan
        From `plan_manifest`, as a person accepted it.
    progress, cancelled : callable
        Told of each slide and asked before each.

    Returns
    -------
    ImportPlan
        The plan as it was carried out, with what the slides say in their rows.

    Raises
    ------
    TableError
        The manifest was changed since the plan was made; nothing is changed.
    Cancelled
        On request; nothing is changed.
    """
    done = filled(project, plan, progress, cancelled)
    apply_import(project, done)
    return done


def import_manifest(
    project: Project, table: RawTable, options: ImportOptions | None = None
) -> ImportReport:
    """Plan, carry out and save; raises as these."""
    report = carry_out(project, plan_manifest(project, table, options)).report
    project.save()
    return report


def filled(
    project: Project, plan: ImportPlan, progress: Progress, cancelled: Stop
) -> ImportPlan:
    """The plan, with what the new slides say of themselves; Cancelled on request."""
    rows: list[RowChange] = []
    problems = list(plan.report.problems)
    new = plan.edit.added
    for number, row in enumerate(new):
        check(cancelled)
        progress("Reading slides", number, len(new))
        values = dict(row.values)
        if values["status"] == NEW:
            try:
                path = project.stored_file(values["path"])
                told = slide_says(project, path, values["cohort"])
            except (PathguiError, OSError) as error:
                why = getattr(error, "message", str(error)).rstrip(".")
                words = f"{values['slide_id']} is not read: {why}"
                problems.append(Problem(plan.report.file, words))
                told = {}
            values = _merged(values, told)
        elif values.get("mpp"):
            values["mpp_source"] = USER
        rows.append(replace(row, values=values))
    edit = replace(completed(project, plan.edit), added=tuple(rows))
    report = replace(plan.report, problems=tuple(problems))
    return replace(plan, edit=edit, report=report)


def _merged(values: dict[str, str], told: Mapping[str, str]) -> dict[str, str]:
    """A row with what its slide says; a person's mpp, scanner and objective stay."""
    mine = {name: values[name] for name in _TOLD if values.get(name, "").strip()}
    merged = {**values, **told, **mine}
    if "mpp" in mine and not _same(mine["mpp"], told.get("mpp", "")):
        merged["mpp_source"] = USER
    return merged


def _same(one: str, other: str) -> bool:
    try:
        return abs(float(one) - float(other)) < 1e-9
    except ValueError:
        return False
