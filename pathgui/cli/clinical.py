"""`clinical import`, `clinical report`: the clinical table and its join."""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TypeVar

import typer

from pathgui.cli.cohort import Json, ProjectDir
from pathgui.cli.output import FOUND, note, problem, result

if TYPE_CHECKING:
    from pathgui.project import Change

Word = TypeVar("Word", bound=str)
DUPLICATES: tuple[Literal["keep", "first", "last", "refuse"], ...] = (
    "keep",
    "first",
    "last",
    "refuse",
)
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
KNOWN: tuple[Literal["update", "fill", "leave"], ...] = ("update", "fill", "leave")


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    group = typer.Typer(help="The clinical table.", no_args_is_help=True)
    group.command("import")(import_table)
    group.command("report")(report)
    group.command("export")(export)
    app.add_typer(group, name="clinical")


def import_table(
    project: ProjectDir,
    file: Annotated[
        Path, typer.Argument(help="CSV, TSV or XLSX; - reads text from standard input.")
    ],
    id_column: Annotated[
        str | None, typer.Option(help="Column that names slide or patient.")
    ] = None,
    rename: Annotated[
        list[str] | None, typer.Option(help="FILE_COLUMN=NAME; may be repeated.")
    ] = None,
    skip: Annotated[
        list[str] | None, typer.Option(help="Column to leave out; may be repeated.")
    ] = None,
    duplicates: Annotated[
        str, typer.Option(help="Rows that share a key: " + ", ".join(DUPLICATES))
    ] = "keep",
    known: Annotated[
        str, typer.Option(help="Rows that are there already: " + ", ".join(KNOWN))
    ] = "update",
    encoding: Annotated[str, typer.Option(help="Such as utf-8 or latin-1.")] = "",
    separator: Annotated[str, typer.Option(help="One character, or 'tab'.")] = "",
    header_line: Annotated[int, typer.Option(help="Line of the header.", min=0)] = 0,
    sheet: Annotated[str, typer.Option(help="Of a workbook.")] = "",
    dry_run: Annotated[
        bool, typer.Option(help="Say what would be done, and do nothing.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Import a clinical table; new rows are added, known ones updated."""
    from pathgui.project import (
        ImportOptions,
        Project,
        ReadOptions,
        plan_import,
        read_table,
        table_from_text,
    )
    from pathgui.workflows.import_clinical import carry_out

    options = ImportOptions(
        id_column,
        dict(_pair(text) for text in rename or ()),
        frozenset(skip or ()),
        duplicates=one_of(duplicates, DUPLICATES, "--duplicates"),
        known=one_of(known, KNOWN, "--known"),
    )
    separator = "\t" if separator == "tab" else separator
    reading = ReadOptions(encoding, separator, header_line, sheet)
    with Project.open(project, write=not dry_run) as opened:
        if str(file) == "-":
            table = table_from_text(sys.stdin.read(), "standard input", reading)
        else:
            table = read_table(file, reading)
        plan = plan_import(opened, table, options)
        done = plan.report if dry_run else carry_out(opened, plan)
    for item in done.problems:
        problem(str(item))
    for warning in done.warnings:
        note(str(warning))
    data, text = done.as_dict(), done.text()
    if dry_run:
        data["changes"] = [_change(change) for change in plan.changes]
        text += "\nNothing was changed."
    result(data, text, as_json=as_json)
    if not done.ok:
        raise typer.Exit(FOUND)


def _pair(text: str) -> tuple[str, str]:
    column, sign, name = text.partition("=")
    if not sign:
        raise typer.BadParameter(f"{text!r} is not FILE_COLUMN=NAME")
    return column, name


def one_of(text: str, allowed: tuple[Word, ...], option: str) -> Word:
    """The word, if it is one of those allowed."""
    for word in allowed:
        if word == text:
            return word
    raise typer.BadParameter(f"{text!r} is none of {', '.join(allowed)}: {option}")


def _change(change: "Change") -> dict[str, str]:
    cell = change.cell
    return {"key": change.key, "column": cell.column, "old": cell.old, "new": cell.new}


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
            how = Deidentify(salt, ids, not drop_dates)
        options = ExportOptions(
            one_of(table, SOURCES, "--table"),
            kind and one_of(kind, KINDS, "--format"),
            tuple(name for name in columns.split(",") if name),
            " and ".join(
                f"({text})"
                for text in (where, cohort and condition_of(opened, cohort))
                if text.strip()
            ),
            tuple(label or ()),
            raw,
            excel,
            how,
        )
        done = export_table(opened, out, options, replace=force)
    for item in done.problems:
        problem(item)
    for warning in done.warnings:
        note(warning)
    result(done.as_dict(), done.text(), as_json=as_json)
    if done.problems:
        raise typer.Exit(FOUND)
