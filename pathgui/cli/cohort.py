"""`new`, `add`, `status`: a project and its slides."""

from pathlib import Path
from typing import Annotated

import typer

from pathgui.cli.output import FOUND, note, problem, progress, result

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
ProjectDir = Annotated[Path, typer.Argument(help="Project folder.")]
MODES = ("reference", "copy", "move", "link")


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("new")(new)
    app.command("add")(add)
    app.command("status")(status)


def new(directory: Annotated[Path, typer.Argument(help="Folder to make.")]) -> None:
    """Make an empty project."""
    from pathgui.workflows.new_project import new_project

    root = new_project(directory)
    print(f"Made the project {root}.")
    note(f"Next: pathgui add {root} SLIDES --cohort NAME")


def add(
    project: ProjectDir,
    paths: Annotated[list[Path], typer.Argument(help="Slides, or folders of slides.")],
    cohort: Annotated[str, typer.Option(help="Cohort the slides join.")] = "cohort",
    mode: Annotated[str, typer.Option(help="One of " + ", ".join(MODES))] = "reference",
    mpp: Annotated[
        float | None, typer.Option(help="µm per pixel for slides that do not tell.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Add slides; each is opened and a tile of each level is read first."""
    from pathgui.project import Project
    from pathgui.workflows.add_slides import add as add_slides

    with Project.open(project) as opened, progress(quiet=as_json) as report:
        done = add_slides(opened, paths, cohort, mode, mpp=mpp, progress=report)
    for item in done.problems:
        problem(item.message, item.hint)
    for warning in done.warnings:
        note(warning)
    word = "slide" if len(done.added) == 1 else "slides"
    text = f"Added {len(done.added)} {word} to {cohort}."
    if done.known:
        text += f" {len(done.known)} were there already."
    result(done.as_dict(), text, as_json=as_json)
    if done.problems:
        raise typer.Exit(FOUND)


def status(
    project: ProjectDir,
    report: Annotated[
        str, typer.Option(metavar="RUN_ID", help="Write the report of a run anew.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Say what a project holds, and how its runs stand."""
    from pathgui.project import Project
    from pathgui.workflows.status import run_report, summary

    with Project.open(project, write=False) as opened:
        if report:
            file = run_report(opened, report)
            result({"report": str(file)}, f"Wrote {file}.", as_json=as_json)
            return
        found = summary(opened)
    result(found.as_dict(), found.text(), as_json=as_json)
