"""`clinical import`, `clinical report`: the clinical table and its join."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Literal

import typer

from pathgui.cli import importing
from pathgui.cli.cohort import Json, ProjectDir
from pathgui.cli.importing import one_of
from pathgui.cli.output import FOUND, note, problem, result

IDS: tuple[Literal["hash", "drop"], ...] = ("hash", "drop")
SOURCES: tuple[Literal["joined", "manifest", "clinical", "patients"], ...] = (
    "joined",
    "manifest",
    "clinical",
    "patients",
)
KINDS = (
    *("csv", "tsv", "xlsx", "parquet"),
    *("clam-process-list", "clam-labels", "stamp", "slideflow"),
)


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    group = typer.Typer(help="The clinical table.", no_args_is_help=True)
    group.command("import")(importing.clinical)
    group.command("report")(report)
    group.command("export")(export)
    group.command("rule")(rule)
    app.add_typer(group, name="clinical")


def report(
    project: ProjectDir,
    out: Annotated[
        Path | None, typer.Option(help="Write the joined table, and the report beside.")
    ] = None,
    force: Annotated[bool, typer.Option(help="Replace files there.")] = False,
    as_json: Json = False,
) -> None:
    """Say which slides and clinical rows found each other; --out writes all of it."""
    from pathgui.project import Project, join_report
    from pathgui.workflows.export_join import export_join

    with Project.open(project, write=False) as opened:
        found = join_report(opened)
        if out is not None:
            note(export_join(opened, out, replace=force).text())
    data = asdict(found)
    lines = [f"{key.replace('_', ' ')}: {len(value)}" for key, value in data.items()]
    result(data, "\n".join(lines), as_json=as_json)


def rule(
    project: ProjectDir,
    regex: Annotated[
        str | None, typer.Argument(help="Its first group in a slide id is the patient.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Say how patients follow from slides, or change it; an empty text means never."""
    from pathgui.project import Project, patients_by_rule
    from pathgui.project.settingitems import linking_by

    with Project.open(project, write=regex is not None) as opened:
        if regex is not None:
            opened.apply(linking_by(opened.config, regex))
            opened.save()
        used = opened.config.patient_rule
        slides = opened.manifest.texts("slide_id").tolist()
        all_slides = patients_by_rule(slides, used)
    found = {slide: patient for slide, patient in all_slides.items() if patient}
    text = (
        f"{used or 'No rule'}: {len(found):,} of {len(slides):,} slides give a patient."
    )
    result({"rule": used, "patients": found}, text, as_json=as_json)


def export(
    project: ProjectDir,
    out: Annotated[Path, typer.Argument(help="File to write; for stamp a folder.")],
    table: Annotated[str, typer.Option(help="One of " + ", ".join(SOURCES))] = "joined",
    kind: Annotated[
        str, typer.Option("--format", help="One of " + ", ".join(KINDS))
    ] = "",
    columns: Annotated[str, typer.Option(help="Only these: A,B,C.")] = "",
    where: Annotated[str, typer.Option(help="Only rows that meet this.")] = "",
    cohort: Annotated[str, typer.Option(help="Only this cohort; may be saved.")] = "",
    label: Annotated[
        list[str] | None, typer.Option(help="Column to learn; may be repeated.")
    ] = None,
    deidentify: Annotated[
        str, typer.Option(help="Ids: 'hash' or 'drop'; dates are shifted.")
    ] = "",
    keep: Annotated[
        str, typer.Option(help="Columns that name nobody, looked through: A,B,C.")
    ] = "",
    salt_file: Annotated[
        Path | None, typer.Option(help="Secret for new ids; by default the project's.")
    ] = None,
    drop_dates: Annotated[
        bool, typer.Option(help="Leave dates out instead of shifting them.")
    ] = False,
    raw: Annotated[
        bool, typer.Option(help="Leave formulas unquoted (CSV and TSV).")
    ] = False,
    excel: Annotated[
        bool, typer.Option(help="Begin CSV with the mark that Excel knows.")
    ] = False,
    force: Annotated[bool, typer.Option(help="Replace files there.")] = False,
    as_json: Json = False,
) -> None:
    """Write a table: CSV, XLSX, Parquet, or what CLAM, STAMP and Slideflow read."""
    from pathgui.project import Project
    from pathgui.project.cohorts import condition_of
    from pathgui.project.export.deidentify import Deidentify
    from pathgui.workflows.export_tables import (
        ExportOptions,
        export_table,
        project_salt,
    )

    with Project.open(project, write=False) as opened:
        how = None
        if deidentify:
            ids = one_of(deidentify, IDS, "--deidentify")
            salt = (
                salt_file.read_text("utf-8", "replace").strip()
                if salt_file
                else project_salt(opened)
            )
            vouched = frozenset(name for name in keep.split(",") if name)
            how = Deidentify(salt, ids, not drop_dates, keep=vouched)
        options = ExportOptions(
            one_of(table, SOURCES, "--table"),
            kind and one_of(kind, KINDS, "--format"),
            tuple(name for name in columns.split(",") if name),
            " and ".join(
                f"({text})"
                for text in (where, cohort and condition_of(opened, cohort))
                if text.strip()
            ),
            labels=tuple(label or ()),
            raw=raw,
            bom=excel,
            deidentify=how,
        )
        done = export_table(opened, out, options, replace=force)
    for item in done.problems:
        problem(item)
    for warning in done.warnings:
        note(warning)
    result(done.as_dict(), done.text(), as_json=as_json)
    if done.problems:
        raise typer.Exit(FOUND)
