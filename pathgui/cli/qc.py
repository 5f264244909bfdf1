"""`qc metrics`, `import`, `export`, `report`, `agreement`: quality of a cohort."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pathgui.cli.cohort import Json, ProjectDir
from pathgui.cli.options import Cohort
from pathgui.cli.output import FOUND, Report, note, problem, progress, result
from pathgui.errors import MissingExtraError

if TYPE_CHECKING:
    from pathgui.project import Project
    from pathgui.workflows.qc.report_data import QcReport


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    group = typer.Typer(help="Quality decisions and metrics.", no_args_is_help=True)
    group.command("metrics")(metrics)
    group.command("import")(import_)
    group.command("export")(export)
    group.command("report")(report)
    group.command("agreement")(agreement)
    app.add_typer(group, name="qc")


def metrics(project: ProjectDir, as_json: Json = False) -> None:
    """Gather what the recipe qc_metrics measured, and name the outliers."""
    from pathgui.project import Project
    from pathgui.workflows.qc.metrics import gather
    from pathgui.workflows.qc.report_data import collect

    with Project.open(project) as opened, progress(quiet=as_json) as told:
        done = gather(opened, progress=told)
        outliers = [item for part in collect(opened).parts for item in part.outliers]
    for slide, why in done.problems.items():
        problem(f"{slide}: {why}")
    data = done.as_dict() | {"outliers": [item.as_dict() for item in outliers]}
    lines = [f"  {item.slide_id}: {item.why}" for item in outliers]
    result(data, "\n".join([done.text(), *lines]), as_json=as_json)
    if not done.measured:
        note("Measure slides with: pathgui run PROJECT qc_metrics")
    if done.problems:
        raise typer.Exit(FOUND)


def import_(
    project: ProjectDir,
    file: Annotated[
        Path, typer.Argument(help="HistoQC's results.tsv, or slide_id and qc_status.")
    ],
    as_json: Json = False,
) -> None:
    """Import metrics of HistoQC, or decisions."""
    from pathgui.project import Project
    from pathgui.workflows.qc.exchange import import_quality

    with Project.open(project) as opened:
        done = import_quality(opened, file)
        opened.save()
    for name in done.unknown:
        problem(f"{name} is no slide of the project")
    for words in done.problems:
        problem(words)
    result(done.as_dict(), done.text(), as_json=as_json)
    if not done.ok:
        raise typer.Exit(FOUND)


def export(
    project: ProjectDir,
    out: Annotated[Path, typer.Option(help="File ending in .csv, .tsv or .json.")],
    tiles: Annotated[
        bool, typer.Option("--tiles", help="Excluded tiles instead of slides.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Export decisions and metrics of all slides."""
    from pathgui.project import Project
    from pathgui.workflows.qc.exchange import export_quality, export_tiles

    with Project.open(project, write=False) as opened:
        count = (export_tiles if tiles else export_quality)(opened, out)
    what = "excluded tiles" if tiles else "slides"
    data = {"out": str(out), "rows": count}
    result(data, f"Wrote {count:,} {what} to {out}.", as_json=as_json)


def report(
    project: ProjectDir,
    out: Annotated[
        Path | None, typer.Option(help="File ending in .html or .pdf.")
    ] = None,
    cohort: Cohort = None,
    as_json: Json = False,
) -> None:
    """Write the quality report: counts, reasons, excluded slides, plots, reviewers."""
    from pathgui.project import Project
    from pathgui.workflows.qc.report import default_file, outcome, write_report

    with Project.open(project, write=False) as opened, progress(quiet=as_json) as told:
        target = out or default_file(opened, cohort)
        if target.suffix.lower() == ".pdf":
            found = _pdf(opened, target, cohort, told)
        else:
            found = write_report(opened, target, cohort, progress=told)
    text = f"Wrote the report of {found.slides:,} slides to {target}."
    result(outcome(found, target), text, as_json=as_json)


def agreement(project: ProjectDir, as_json: Json = False) -> None:
    """Say how far reviewers agree on the slides that both decided."""
    from pathgui.project import Project
    from pathgui.workflows.qc import log
    from pathgui.workflows.qc.agreement import agreement as compare

    with Project.open(project, write=False) as opened:
        pairs = compare(log.read_log(log.log_file(opened)))
    lines = []
    for pair in pairs:
        share = "–" if pair.share is None else f"{100 * pair.share:.0f} %"
        kappa = "–" if pair.kappa is None else f"{pair.kappa:.2f}"
        lines.append(
            f"{pair.first} and {pair.second}: {pair.same} of {pair.both} alike "
            f"({share}), kappa {kappa}"
        )
    text = "\n".join(lines) or "There are no two reviewers to compare."
    result({"pairs": [pair.as_dict() for pair in pairs]}, text, as_json=as_json)


def _pdf(project: "Project", out: Path, cohort: str | None, told: Report) -> "QcReport":
    try:
        from pathgui.gui.review.pdf import own_application, write_pdf
    except ImportError as error:
        raise MissingExtraError(
            "A PDF is set by Qt, which is not installed.",
            "pip install 'pathgui[gui]', or write .html and print that.",
        ) from error
    application = own_application()
    found = write_pdf(project, out, cohort, progress=told)
    del application
    return found
