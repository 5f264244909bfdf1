"""`annotations classes`, `export`: what was drawn on the slides of a project."""

from pathlib import Path
from typing import Annotated

import typer

from pathgui.cli.cohort import Json, ProjectDir
from pathgui.cli.options import Slides, names
from pathgui.cli.output import FOUND, problem, progress, result


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    group = typer.Typer(help="Annotations of slides.", no_args_is_help=True)
    group.command("classes")(classes)
    group.command("export")(export)
    app.add_typer(group, name="annotations")


def classes(project: ProjectDir, as_json: Json = False) -> None:
    """List the classes of annotations, and on how many slides each is."""
    from pathgui.project import Project
    from pathgui.workflows.annotation_classes import AnnotationClasses

    with Project.open(project, write=False) as opened:
        found = AnnotationClasses().of(opened)
    lines = [f"{slides:,}\t{name or '(no class)'}" for name, slides in found.items()]
    text = "\n".join(lines) or "No slide has annotations."
    result({"classes": found}, text, as_json=as_json)


def export(
    project: ProjectDir,
    out: Annotated[Path, typer.Option(help="Folder; one file per slide.")],
    slides: Slides = None,
    level_0: Annotated[
        bool,
        typer.Option("--level-0", help="Pixels of the whole slide, not QuPath's."),
    ] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace files that are there.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Write annotations as GeoJSON for QuPath, in the frame that it counts in."""
    from pathgui.project import Project
    from pathgui.workflows.annotation_export import export_annotations

    with (
        Project.open(project, write=False) as opened,
        progress(quiet=as_json) as report,
    ):
        done = export_annotations(
            opened,
            out,
            names(slides),
            level_0=level_0,
            replace=replace,
            progress=report,
        )
    for slide, why in done.problems.items():
        problem(f"{slide}: {why}")
    result(done.as_dict(), done.text(), as_json=as_json)
    if done.problems:
        raise typer.Exit(FOUND)
