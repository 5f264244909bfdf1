"""`features extract|consolidate|query|export`: numbers for training."""

from pathlib import Path
from typing import Annotated, Any

import typer

from pathgui.cli.cohort import Json, ProjectDir
from pathgui.cli.options import AllTiles, Cohort, Slides, names
from pathgui.cli.output import FOUND, note, progress, result
from pathgui.cli.runs import failed_slide

Out = Annotated[
    Path | None, typer.Option(help="File to write: .csv, .parquet, .mmap or .h5ad.")
]


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    room = typer.Typer(help="Features of tiles.", no_args_is_help=True)
    room.command("extract")(extract)
    room.command("consolidate")(consolidate)
    room.command("query")(query)
    room.command("export")(export)
    app.add_typer(room, name="features")


def extract(
    project: ProjectDir,
    model: Annotated[
        str, typer.Option(help="An ONNX file, or colour-statistics.")
    ] = "colour-statistics",
    cohort: Cohort = None,
    slides: Slides = None,
    threads: Annotated[int, typer.Option(help="Threads.")] = 2,
    batch: Annotated[int, typer.Option(help="Tiles at once.")] = 32,
    dtype: Annotated[str, typer.Option(help="float32 or float16.")] = "float32",
    compression: Annotated[
        str, typer.Option(help="none (rows are read fastest), fast, or 1 to 9.")
    ] = "none",
    result_name: Annotated[
        str, typer.Option(help="Output name of the recipe, if it has one.")
    ] = "",
    force: Annotated[
        bool, typer.Option("--force", help="Extract what is up to date too.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Turn the stored tiles of slides into features; what is done is skipped."""
    from pathgui.features import extractor_for
    from pathgui.project import Project
    from pathgui.storage.features import FeatureOptions
    from pathgui.workflows import features

    store = FeatureOptions(dtype, compression)
    options = features.ExtractOptions(threads, batch, force, result_name, store)
    extractor = extractor_for(model)
    with (
        Project.open(project, write=False) as opened,
        progress(quiet=as_json) as report,
    ):
        done = features.extract(
            opened,
            extractor,
            cohort=cohort,
            slides=names(slides),
            options=options,
            progress=report,
        )
    for item in done.problems:
        failed_slide(item)
    if done.without_result:
        note(_lacking("no tiles yet", done.without_result))
    result(done.as_dict(), done.text(), as_json=as_json)
    if done.problems:
        raise typer.Exit(FOUND)


def consolidate(
    project: ProjectDir,
    cohort: Cohort = None,
    links: Annotated[
        bool, typer.Option("--links", help="Link to the slides' files, copy nothing.")
    ] = False,
    all_tiles: AllTiles = False,
    as_json: Json = False,
) -> None:
    """Bring features of a cohort, or of all slides, into one file.

    Tiles that were excluded in review are left out, also where they have features.
    """
    from pathgui.project import Project
    from pathgui.workflows import features
    from pathgui.workflows.qc.tiles import left_out

    with (
        Project.open(project, write=False) as opened,
        progress(quiet=as_json) as report,
    ):
        done = features.consolidate(
            opened, cohort=cohort, links=links, all_tiles=all_tiles, progress=report
        )
    for item in done.problems:
        failed_slide(item)
    if done.without_features:
        note(_lacking("no features yet", done.without_features))
    if excluded := left_out(done.report.excluded_tiles):
        note(excluded)
    result(done.as_dict(), done.report.text(), as_json=as_json)
    if done.problems:
        raise typer.Exit(FOUND)


def query(
    project: ProjectDir,
    expression: Annotated[
        str,
        typer.Argument(help='Such as: cohort == "A" and stage in ["II", "III"]'),
    ],
    cohort: Cohort = None,
    slides: Slides = None,
    out: Out = None,
    all_tiles: AllTiles = False,
    as_json: Json = False,
) -> None:
    """Find slides by manifest and clinical columns, and write their features.

    Tiles that were excluded in review are left out, also where they have features.
    """
    _deliver(project, expression, cohort, slides, out, all_tiles, as_json)


def export(
    project: ProjectDir,
    out: Annotated[
        Path, typer.Option(help="File to write: .csv, .parquet, .mmap or .h5ad.")
    ],
    cohort: Cohort = None,
    slides: Slides = None,
    all_tiles: AllTiles = False,
    as_json: Json = False,
) -> None:
    """Write the features of a cohort, or of all slides, as one table or array.

    Tiles that were excluded in review are left out, also where they have features.
    """
    _deliver(project, "", cohort, slides, out, all_tiles, as_json)


def _deliver(
    project: Path,
    expression: str,
    cohort: str | None,
    slides: str | None,
    out: Path | None,
    all_tiles: bool,
    as_json: bool,
) -> None:
    from pathgui.errors import ProjectError
    from pathgui.project import Project
    from pathgui.workflows import features
    from pathgui.workflows.features.export import check_form
    from pathgui.workflows.qc.tiles import left_out

    if out is not None:
        check_form(out)
    with (
        Project.open(project, write=False) as opened,
        progress(quiet=as_json) as report,
        features.query(
            opened,
            expression,
            cohort=cohort,
            slides=names(slides),
            all_tiles=all_tiles,
        ) as found,
    ):
        rows = [
            {
                "slide_id": slide.name,
                "tiles": len(found.kept(slide)),
                "features": slide.shape[1],
                "model": slide.meta.model,
                "file": opened.stored_path(slide.path),
            }
            for slide in found.each()
        ]
        if out is not None:
            if not rows and not found.without_features:
                raise ProjectError(
                    f"no slide meets the condition {expression}",
                    "nothing was written; query without --out shows what is there",
                )
            features.export(found, out, progress=report)
        lacking = found.without_features
        excluded = found.excluded_tiles()
    data = {
        "slides": rows,
        "without_features": list(lacking),
        "excluded_tiles": excluded,
        "tiles": sum(int(str(row["tiles"])) for row in rows),
        "out": None if out is None else str(out),
    }
    if lacking:
        note(_lacking("no features yet", lacking))
    if words := left_out(excluded):
        note(words)
    result(data, _text(rows, out), as_json=as_json)
    if lacking and out is not None:
        raise typer.Exit(FOUND)


def _text(rows: list[dict[str, Any]], out: Path | None) -> str:
    tiles = sum(row["tiles"] for row in rows)
    if out is not None:
        return f"Wrote {tiles:,} tiles of {_slides(len(rows))} to {out}."
    lines = [f"{row['slide_id']}\t{row['tiles']}\t{row['model']}" for row in rows]
    return "\n".join([*lines, f"{_slides(len(rows))}, {tiles:,} tiles."])


def _slides(count: int) -> str:
    return "1 slide" if count == 1 else f"{count} slides"


def _lacking(what: str, slides: list[str] | tuple[str, ...]) -> str:
    shown = ", ".join(slides[:5]) + (" and others" if len(slides) > 5 else "")
    verb = "has" if len(slides) == 1 else "have"
    return f"{_slides(len(slides))} {verb} {what}: {shown}."
