"""`clinical import`, `clinical report`: the clinical table and its join."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from pathgui.cli.cohort import Json, ProjectDir
from pathgui.cli.output import FOUND, note, problem, result


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    group = typer.Typer(help="The clinical table.", no_args_is_help=True)
    group.command("import")(import_table)
    group.command("report")(report)
    app.add_typer(group, name="clinical")


def import_table(
    project: ProjectDir,
    file: Annotated[Path, typer.Argument(help="CSV, TSV or XLSX.")],
    id_column: Annotated[
        str | None, typer.Option(help="Column that names slide or patient.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Import a clinical table; new rows are added, known ones updated."""
    from pathgui.project import Project
    from pathgui.workflows.import_clinical import import_clinical

    with Project.open(project) as opened:
        done = import_clinical(opened, file, id_column)
    for item in done.problems:
        problem(str(item))
    for warning in done.warnings:
        note(str(warning))
    result(done.as_dict(), done.text(), as_json=as_json)
    if not done.ok:
        raise typer.Exit(FOUND)


def report(project: ProjectDir, as_json: Json = False) -> None:
    """Say which slides and clinical rows found each other."""
    from pathgui.project import Project, join_report

    with Project.open(project, write=False) as opened:
        found = join_report(opened)
    data = asdict(found)
    lines = [f"{key.replace('_', ' ')}: {len(value)}" for key, value in data.items()]
    result(data, "\n".join(lines), as_json=as_json)
