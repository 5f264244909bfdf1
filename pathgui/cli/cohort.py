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
    app.command("rescan")(rescan)
    app.command("relink")(relink)
    app.command("autofill")(autofill)


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


def rescan(
    project: ProjectDir,
    folders: Annotated[
        list[Path] | None,
        typer.Argument(help="Where to look; by default where slides lie now."),
    ] = None,
    apply: Annotated[
        bool, typer.Option("--apply", help="Write moved and missing to the manifest.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Find new, missing and moved slides; moved ones are known by their content."""
    from pathgui.project import Project
    from pathgui.workflows.relink import rescan_edit
    from pathgui.workflows.rescan import rescan as look

    with (
        Project.open(project, write=apply) as opened,
        progress(quiet=as_json) as report,
    ):
        found = look(opened, folders or None, report)
        if apply:
            opened.apply(rescan_edit(opened, found))
            opened.save()
    for name in found.missing:
        problem(f"{name} is missing", "point it at its file with pathgui relink")
    for move in found.moved:
        note(f"{move.slide_id} is now {move.new}.")
    for path in found.new:
        note(f"New: {path}")
    for name in found.changed:
        problem(
            f"{name} has another size than recorded", "look at it with pathgui verify"
        )
    for where, why in (found.problems or {}).items():
        problem(f"{where}: {why}")
    result(found.as_dict(), found.text(), as_json=as_json)
    if found.missing or found.changed or found.problems:
        raise typer.Exit(FOUND)


def relink(
    project: ProjectDir,
    slide: Annotated[str, typer.Argument(help="Slide id.")],
    file: Annotated[Path, typer.Argument(help="Where the slide lies now.")],
    follow: Annotated[
        bool, typer.Option("--follow", help="Also slides that moved the same way.")
    ] = False,
    anyway: Annotated[
        bool, typer.Option("--anyway", help="Even if its content is another.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Point a slide at the file where it lies now."""
    from pathgui.project import Project
    from pathgui.workflows import relink as links

    with Project.open(project) as opened:
        moves = links.follow(opened, slide, file) if follow else {slide: file}
        edit = links.relink(opened, moves, anyway=anyway)
        opened.apply(edit)
        opened.save()
    text = f"{edit.label}." if edit else "It is there already."
    data = {name: str(path) for name, path in moves.items()}
    result({"relinked": data}, text, as_json=as_json)


def autofill(
    project: ProjectDir,
    slides: Annotated[str, typer.Option(help="Only these: A,B.")] = "",
    columns: Annotated[str, typer.Option(help="Only these: A,B.")] = "",
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Also cells that hold something.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Fill empty cells of the manifest from what the slide files say."""
    from pathgui.project import Project
    from pathgui.workflows.autofill import FILLED
    from pathgui.workflows.autofill import autofill as fill

    with Project.open(project) as opened, progress(quiet=as_json) as report:
        done = fill(
            opened,
            _names(slides),
            _names(columns) or FILLED,
            overwrite=overwrite,
            progress=report,
        )
        opened.apply(done.edit)
        opened.save()
    for name, why in done.problems.items():
        problem(f"{name}: {why}")
    cells = len(done.edit.cells)
    text = f"{done.edit.label}: {cells:,} cells." if cells else "Nothing was empty."
    result({"cells": cells, "problems": done.problems}, text, as_json=as_json)
    if done.problems:
        raise typer.Exit(FOUND)


def _names(text: str) -> list[str] | None:
    return [name for name in text.split(",") if name] or None
