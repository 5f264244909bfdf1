"""`array`, `array-task`, `sync`: runs on a cluster with a queue."""

import signal
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer

from pathgui.cli.cohort import Json, ProjectDir
from pathgui.cli.options import (
    Cohort,
    Exclude,
    Force,
    Include,
    MinInside,
    Recipe,
    RetryFailed,
    Slides,
    names,
)
from pathgui.cli.output import FOUND, INTERRUPTED, note, problem, progress, result
from pathgui.cli.runs import failed_slide


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("array")(array)
    app.command("array-task", hidden=True)(array_task)
    app.command("sync")(sync)


def array(
    project: ProjectDir,
    recipe: Recipe,
    system: Annotated[str, typer.Option(help="slurm or pbs.")],
    out: Annotated[Path, typer.Option(help="New folder, which all nodes see.")],
    submit: Annotated[bool, typer.Option("--submit", help="Submit it, too.")] = False,
    cohort: Cohort = None,
    slides: Slides = None,
    include: Include = None,
    exclude: Exclude = None,
    min_inside: MinInside = None,
    force: Force = False,
    retry_failed: RetryFailed = False,
    partition: Annotated[
        str | None, typer.Option("--partition", "--queue", help="Where it goes.")
    ] = None,
    account: Annotated[str | None, typer.Option(help="Who pays.")] = None,
    qos: Annotated[str | None, typer.Option(help="Quality of service (SLURM).")] = None,
    time: Annotated[
        str | None, typer.Option(help="Limit of a task: 12:00:00, 2-00:00:00, 90m.")
    ] = None,
    mem: Annotated[str | None, typer.Option(help="Memory of a task: 16G.")] = None,
    cpus: Annotated[
        int | None, typer.Option(help="Cores of a task, and threads of a slide.")
    ] = None,
    modules: Annotated[
        str | None, typer.Option(help="Modules to load, with commas between.")
    ] = None,
    container: Annotated[
        str | None, typer.Option(help="Apptainer image that holds pathgui.")
    ] = None,
    bind: Annotated[
        str | None, typer.Option(help="Further folders the container sees.")
    ] = None,
    max_running: Annotated[
        int | None, typer.Option(help="At most so many tasks at once.")
    ] = None,
    batch: Annotated[int | None, typer.Option(help="Slides of one task.")] = None,
    max_array: Annotated[
        int | None, typer.Option(help="Most tasks of one array; more are split.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Write a run as a SLURM or PBS job array; what is done already is left out.

    Options of the site can stand in pathgui.toml under [defaults.cluster].
    """
    from pathgui.project import Project
    from pathgui.workflows.cluster import Queue, prepare_array
    from pathgui.workflows.keep_recipe import within
    from pathgui.workflows.run_recipe import RunOptions

    site = {
        "partition": partition, "account": account, "qos": qos, "time": time,
        "memory": mem, "cpus": cpus, "modules": modules, "container": container,
        "binds": bind, "max_running": max_running, "batch": batch,
        "max_array": max_array,
    }  # fmt: skip
    with Project.open(project, write=False) as opened:
        made = prepare_array(
            opened,
            within(opened, recipe, include, exclude, min_inside),
            Queue(system, out, site, submit),
            cohort=cohort,
            slides=names(slides),
            options=RunOptions(force=force, retry_failed=retry_failed),
        )
    for slide_id, why in made.refused.items():
        problem(f"{slide_id}: {why}, which is not replaced", "--force replaces it")
    result(made.as_dict(), made.text(), as_json=as_json)
    if made.slides:
        note(f"Read back what finished with: pathgui sync {project}")
    if made.refused:
        raise typer.Exit(FOUND)


def array_task(
    folder: Annotated[Path, typer.Argument(help="Folder of the job array.")],
    index: Annotated[int, typer.Option(help="Number of the task, from 1.")],
    offset: Annotated[int, typer.Option(help="Tasks of the arrays before.")] = 0,
) -> None:
    """Process the slides of one task of a job array; what its script calls."""
    from pathgui.jobs.arrays import carry_out_task
    from pathgui.jobs.worker import Outcome

    asked: list[int] = []

    def stop(signum: int, _frame: FrameType | None) -> None:
        asked.append(signum)

    def told(slide_id: str, outcome: Outcome) -> None:
        if outcome.reason:
            problem(f"{slide_id}: {outcome.reason}", outcome.hint)
        else:
            note(f"{slide_id}: {outcome.kind}")

    # The queue warns before it kills: an unfinished file is removed in that time.
    signal.signal(signal.SIGTERM, stop)
    report = carry_out_task(folder, offset + index, stop=lambda: bool(asked), told=told)
    if asked and not report.ok:
        raise typer.Exit(INTERRUPTED)
    if not report.ok:
        raise typer.Exit(FOUND)


def sync(project: ProjectDir, as_json: Json = False) -> None:
    """Bring what job arrays have finished into journal and manifest.

    Also what runs in the background did, and slides that a dead run left running.
    """
    from pathgui.project import Project
    from pathgui.workflows.cluster import sync as bring_back

    with Project.open(project) as opened, progress(quiet=as_json) as report:
        found = bring_back(opened, progress=report)
    for run in found.runs:
        for item in run.problems:
            failed_slide(item)
        for warning in run.warnings:
            note(warning)
    result(found.as_dict(), found.text(), as_json=as_json)
    if found.failed:
        raise typer.Exit(FOUND)
