"""`checksum`, `verify`: proof that no byte has changed."""

from typing import Annotated

import typer

from pathgui.cli.cohort import Json, ProjectDir
from pathgui.cli.output import FOUND, problem, progress, result


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("checksum")(checksum)
    app.command("verify")(verify)


def checksum(
    project: ProjectDir,
    algorithm: Annotated[
        str, typer.Option(help="md5, sha256, blake3 or xxh3.")
    ] = "md5",
    as_json: Json = False,
) -> None:
    """Record a checksum of every file of every slide."""
    from pathgui.project import Project
    from pathgui.workflows.checksums import record

    with Project.open(project) as opened, progress(quiet=as_json) as report:
        done = record(opened, algorithm, progress=report)
    for path, reason in done.errors.items():
        problem(f"{path} cannot be read: {reason}")
    text = f"Recorded {done.files} {algorithm} checksums."
    result(done.as_dict(), text, as_json=as_json)
    if done.errors:
        raise typer.Exit(FOUND)


def verify(project: ProjectDir, as_json: Json = False) -> None:
    """Read every file again and compare it with its recorded checksum."""
    from pathgui.project import Project
    from pathgui.workflows.verify import verify as check

    with (
        Project.open(project, write=False) as opened,
        progress(quiet=as_json) as report,
    ):
        found = check(opened, progress=report)
    for sentence in found.sentences():
        problem(sentence)
    result(found.as_dict(), found.text(), as_json=as_json)
    if not found.ok:
        raise typer.Exit(FOUND)
