"""`run`, `process-slide`: apply a recipe."""

from pathlib import Path
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
from pathgui.cli.output import FOUND, note, problem, progress, result


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("run")(run)
    app.command("process-slide")(process_slide)


def run(
    project: ProjectDir,
    recipe: Recipe,
    cohort: Cohort = None,
    slides: Slides = None,
    include: Include = None,
    exclude: Exclude = None,
    min_inside: MinInside = None,
    workers: Annotated[
        int | None, typer.Option(help="Worker processes; 0 means one per core.", min=0)
    ] = None,
    threads: Annotated[
        int | None, typer.Option(help="Threads per slide.", min=1)
    ] = None,
    scheduler: Annotated[
        str | None,
        typer.Option(
            help="local, the address of a Dask scheduler, slurm, pbs or threads."
        ),
    ] = None,
    force: Force = False,
    retry_failed: RetryFailed = False,
    verify: Annotated[
        bool, typer.Option("--verify", help="Read all of a result before trusting it.")
    ] = False,
    hang_seconds: Annotated[
        float,
        typer.Option(help="Give a slide up that makes no progress; 0 waits.", min=0),
    ] = 900.0,
    memory_limit: Annotated[
        str | None, typer.Option(help="Memory of a worker: 4G; 0 is no limit.")
    ] = None,
    tls_ca: Annotated[
        Path | None, typer.Option(help="Certificate authority of the scheduler.")
    ] = None,
    tls_cert: Annotated[Path | None, typer.Option(help="Own certificate.")] = None,
    tls_key: Annotated[Path | None, typer.Option(help="Its key.")] = None,
    cluster: Annotated[
        list[str] | None,
        typer.Option(metavar="KEY=VALUE", help="Wish to the queue; repeatable."),
    ] = None,
    disk_check: Annotated[
        bool, typer.Option(help="Foresee whether the results fit on the disk.")
    ] = True,
    as_json: Json = False,
) -> None:
    """Run a recipe; what is done already is skipped.

    Classes have commas between. A recipe with other classes than its file's is kept in
    pipelines/ as one of its own.

    Workers, threads, scheduler, memory and TLS are taken from the settings where no
    flag names them.
    """
    from pathgui import settings
    from pathgui.project import Project
    from pathgui.workflows.carry_out import carry_out
    from pathgui.workflows.cluster_options import run_options
    from pathgui.workflows.keep_recipe import within
    from pathgui.workflows.preflight import check
    from pathgui.workflows.run_recipe import RunOptions, prepare
    from pathgui.workflows.run_settings import Pool, settle

    asked = Pool(workers, threads, scheduler, memory_limit, (tls_ca, tls_cert, tls_key))
    pool = settle(asked, settings.load())
    options = RunOptions(
        pool.workers, pool.threads, pool.scheduler, force, retry_failed, verify,
        hang_seconds,
    )  # fmt: skip
    with Project.open(project) as opened, progress(quiet=as_json) as report:
        options = run_options(
            opened, options, memory=pool.memory, cluster=cluster or (), tls=pool.tls
        )
        chosen = names(slides)
        recipe = within(opened, recipe, include, exclude, min_inside)
        planned = prepare(opened, recipe, cohort=cohort, slides=chosen, options=options)
        found = check(
            opened, planned.plan, cohort=cohort, slides=chosen, disk=disk_check
        )
        for slide_id, why in found.left_out.items():
            problem(f"{slide_id} is left out: {why}", "correct its row in the manifest")
        for warning in found.warnings:
            note(warning)
        outcome = carry_out(opened, planned, progress=report)
    for item in outcome.problems:
        failed_slide(item)
    for warning in outcome.warnings:
        note(warning)
    result(outcome.as_dict(), outcome.text(), as_json=as_json)
    if outcome.report:
        note(f"Report: {outcome.report}")
    if outcome.failed or found.left_out:
        raise typer.Exit(FOUND)


def failed_slide(item: dict[str, str]) -> None:
    """One sentence about a failed slide; its id first, unless the reason names it."""
    named = item["slide_id"] in item["reason"]
    reason = item["reason"] if named else f"{item['slide_id']}: {item['reason']}"
    problem(reason, item["hint"])


def process_slide(
    slide: Annotated[Path, typer.Argument(help="The slide.")],
    recipe: Recipe,
    out: Annotated[Path, typer.Option(help="HDF5 file to write.")],
    threads: Annotated[int, typer.Option(help="Threads.")] = 2,
    mpp: Annotated[
        float | None, typer.Option(help="µm per pixel, where the slide does not tell.")
    ] = None,
    annotations: Annotated[
        Path | None, typer.Option(help="GeoJSON: tiles are made inside of it only.")
    ] = None,
    include: Include = None,
    exclude: Exclude = None,
    min_inside: MinInside = None,
    as_json: Json = False,
) -> None:
    """Apply a recipe to one slide, without a project."""
    from dataclasses import replace

    from pathgui.engine import load_recipe
    from pathgui.engine import process_slide as process

    wanted = load_recipe(recipe)
    # Tables and projects are loaded only for what needs them: an array task asks for
    # nothing of the kind, and starts in half the time.
    if (include, exclude, min_inside) != (None, None, None):
        from pathgui.workflows.keep_recipe import narrowed

        tiling = narrowed(wanted.tiling, include, exclude, min_inside)
        wanted = replace(wanted, tiling=tiling)
    if annotations is not None:
        from pathgui.workflows.given_regions import of_file

        wanted, odd = of_file(wanted, slide, annotations)
        for warning in odd:
            note(warning)
    with progress(quiet=as_json) as report:
        done = process(
            slide,
            wanted,
            out,
            threads=threads,
            mpp=mpp,
            progress=lambda count, total: report(slide.name, count, total),
        )
    for warning in done.warnings:
        note(f"{slide.name}: {warning}")
    data = {
        "output": str(done.output),
        "tiles": done.tiles,
        "tissue_fraction": done.tissue_fraction,
        "seconds": round(done.seconds, 3),
        "warnings": list(done.warnings),
    }
    text = f"Wrote {done.tiles} tiles to {done.output} in {done.seconds:.1f} s."
    result(data, text, as_json=as_json)
