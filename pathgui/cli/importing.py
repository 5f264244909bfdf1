"""`clinical import`, `manifest import`: tables of others come in."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar

import typer

from pathgui.cli.cohort import Json, ProjectDir
from pathgui.cli.output import FOUND, note, problem, progress, result
from pathgui.cli.shared import taking

if TYPE_CHECKING:
    from pathgui.project import (
        Change,
        ImportOptions,
        ImportPlan,
        Project,
        RawTable,
        ReadOptions,
    )
    from pathgui.project.watch import Watch
    from pathgui.workflows.progress import Progress

Word = TypeVar("Word", bound=str)
DUPLICATES: tuple[Literal["keep", "first", "last", "refuse"], ...] = (
    "keep",
    "first",
    "last",
    "refuse",
)
KNOWN: tuple[Literal["update", "fill", "leave"], ...] = ("update", "fill", "leave")
File = Annotated[
    Path, typer.Argument(help="CSV, TSV or XLSX; - reads text from standard input.")
]
Rename = Annotated[
    list[str] | None, typer.Option(help="FILE_COLUMN=NAME; may be repeated.")
]
Skip = Annotated[
    list[str] | None, typer.Option(help="Column to leave out; may be repeated.")
]
Duplicates = Annotated[
    str, typer.Option(help="Rows that share a key: " + ", ".join(DUPLICATES))
]
Known = Annotated[
    str, typer.Option(help="Rows that are there already: " + ", ".join(KNOWN))
]
Decimal = Annotated[
    str, typer.Option(help="Sign of decimals, . or , where it cannot be told.")
]
_SHOWN = 20
Encoding = Annotated[str, typer.Option(help="Such as utf-8 or latin-1.")]
Separator = Annotated[str, typer.Option(help="One character, 'tab' or 'blank'.")]
Header = Annotated[int, typer.Option(help="Line of the header.", min=0)]
Sheet = Annotated[str, typer.Option(help="Of a workbook.")]
IgnoreCase = Annotated[
    bool, typer.Option("--ignore-case", help="Keys may differ from ids by case.")
]
DryRun = Annotated[bool, typer.Option(help="Say what would be done, and do nothing.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this file that are not the clinical table's."""
    group = typer.Typer(help="The table of slides.", no_args_is_help=True)
    group.command("import")(manifest)
    app.add_typer(group, name="manifest")


@dataclass(frozen=True, slots=True)
class Wishes:
    """What every import is told: options of the plan, and how the file is read."""

    options: Mapping[str, Any]
    reading: tuple[str, str, int, str]


def wishes(
    *,
    rename: Rename = None,
    skip: Skip = None,
    duplicates: Duplicates = "keep",
    known: Known = "update",
    ignore_case: IgnoreCase = False,
    decimal: Decimal = "",
    encoding: Encoding = "",
    separator: Separator = "",
    header_line: Header = 0,
    sheet: Sheet = "",
) -> Wishes:
    """Understand the options that every import has."""
    options = {
        "names": dict(_pair(text) for text in rename or ()),
        "skip": frozenset(skip or ()),
        "duplicates": one_of(duplicates, DUPLICATES, "--duplicates"),
        "known": one_of(known, KNOWN, "--known"),
        "decimal": _decimal(decimal),
        "ignore_case": ignore_case,
    }
    separator = {"tab": "\t", "blank": " "}.get(separator, separator)
    if len(separator) > 1 or separator in ('"', "\n", "\r"):
        raise typer.BadParameter("--separator takes one character, 'tab' or 'blank'")
    return Wishes(options, (encoding, separator, header_line, sheet))


@taking(wishes, "wanted")
def clinical(
    project: ProjectDir,
    file: File,
    *,
    id_column: Annotated[
        str | None, typer.Option(help="Column that names slide or patient.")
    ] = None,
    wanted: Wishes,
    no_key: Annotated[
        bool, typer.Option("--no-key", help="Import rows without a link to slides.")
    ] = False,
    rule: Annotated[
        str | None,
        typer.Option(help="Regular expression: from slide to patient; kept."),
    ] = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Import a clinical table; new rows are added, known ones updated."""
    from pathgui.project import ImportOptions, plan_import
    from pathgui.project.config import check_rule
    from pathgui.workflows.import_clinical import carry_out

    if no_key and id_column:
        raise typer.BadParameter("--no-key and --id-column exclude each other")
    if rule is not None:
        check_rule(rule)
    options = ImportOptions(id_column, rule=rule, unlinked=no_key, **wanted.options)

    def take(
        opened: "Project", plan: "ImportPlan", _report: "Progress"
    ) -> "ImportPlan":
        carry_out(opened, plan, rule)
        return plan

    what = (file, wanted.reading, options)
    _import(project, what, plan_import, take, dry_run, as_json)


@taking(wishes, "wanted")
def manifest(
    project: ProjectDir,
    file: File,
    *,
    id_column: Annotated[
        str | None, typer.Option(help="Column of slide ids, file names or paths.")
    ] = None,
    wanted: Wishes,
    cohort: Annotated[
        str, typer.Option(help="Cohort of new slides whose row names none.")
    ] = "",
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Import a table of slides; slides whose file is missing are said so."""
    from pathgui.project import ImportOptions
    from pathgui.workflows.import_manifest import carry_out, plan_manifest

    options = ImportOptions(id_column, cohort=cohort, **wanted.options)

    def take(opened: "Project", plan: "ImportPlan", report: "Progress") -> "ImportPlan":
        done = carry_out(opened, plan, report)
        opened.save()
        return done

    what = (file, wanted.reading, options)
    _import(project, what, plan_manifest, take, dry_run, as_json)


def _decimal(text: str) -> str:
    if text not in ("", ".", ","):
        raise typer.BadParameter("--decimal takes . or ,")
    return text


def _import(
    project: Path,
    what: "tuple[Path, tuple[str, str, int, str], ImportOptions]",
    plan: "Callable[[Project, RawTable, ImportOptions, Watch], ImportPlan]",
    take: "Callable[[Project, ImportPlan, Progress], ImportPlan]",
    dry_run: bool,
    as_json: bool,
) -> None:
    """Read, plan, and carry it out unless it is only to be looked at."""
    from pathgui.project import Project, ReadOptions
    from pathgui.project.watch import Watch

    file, reading, options = what
    with (
        Project.open(project, write=not dry_run) as opened,
        progress(quiet=as_json) as report,
    ):
        watch = Watch(report)
        planned = plan(
            opened, _table(file, ReadOptions(*reading), watch), options, watch
        )
        if not dry_run:
            planned = take(opened, planned, report)
    done = planned.report
    for item in done.problems:
        problem(str(item))
    for warning in done.warnings:
        note(str(warning))
    data, text = done.as_dict(), done.text()
    if dry_run:
        data["changes"] = [_change(change) for change in planned.changes]
        text = "\n".join([*_changes(planned), text, "Nothing was changed."])
    result(data, text, as_json=as_json)
    if not done.ok:
        raise typer.Exit(FOUND)


def _table(file: Path, reading: "ReadOptions", watch: "Watch") -> "RawTable":
    from pathgui.project import read_table, table_from_text

    if str(file) == "-":
        return table_from_text(sys.stdin.read(), "standard input", reading, watch)
    return read_table(file, reading, watch)


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


def _changes(planned: "ImportPlan") -> list[str]:
    """The cells that would change, as many as a person reads."""
    found = planned.changes
    lines = [
        f"{c.key}, {c.cell.column}: {c.cell.old!r} → {c.cell.new!r}"
        for c in found[:_SHOWN]
    ]
    if len(found) > _SHOWN:
        lines.append(f"… and {len(found) - _SHOWN:,} more cells; --json tells all")
    return lines


def _change(change: "Change") -> dict[str, str]:
    cell = change.cell
    return {"key": change.key, "column": cell.column, "old": cell.old, "new": cell.new}
