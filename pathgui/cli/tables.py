"""`table check`, `versions`, `diff`, `restore`, `history`, `column`: any table."""

import csv
import math
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from pathgui.cli.cohort import Json, ProjectDir
from pathgui.cli.importing import one_of
from pathgui.cli.output import FOUND, note, problem, result

if TYPE_CHECKING:
    from pathgui.project import Project
    from pathgui.project.versions import Version

NAMES: tuple[Literal["manifest", "clinical"], ...] = ("manifest", "clinical")
Name = Annotated[str, typer.Option("--table", help="manifest or clinical.")]
Number = Annotated[
    int, typer.Argument(help="As in `table versions`; 1 is the newest.", min=1)
]
_SHOWN = 20


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    group = typer.Typer(
        help="Manifest and clinical table: checks, versions, history, columns.",
        no_args_is_help=True,
    )
    group.command("check")(check)
    group.command("versions")(versions)
    group.command("diff")(diff)
    group.command("restore")(restore)
    group.command("history")(history)
    group.command("column")(column)
    app.add_typer(group, name="table")


def check(
    project: ProjectDir,
    table: Annotated[str, typer.Option(help="Only manifest, or only clinical.")] = "",
    as_json: Json = False,
) -> None:
    """Say which cells do not fit their columns; errors end with status 1."""
    from pathgui.project import Project, validate_table
    from pathgui.project.validation import summary

    names = [one_of(table, NAMES, "--table")] if table else list(NAMES)
    with Project.open(project, write=False) as opened:
        found = [f for name in names for f in validate_table(opened.table(name))]
    for kind, say in (("error", problem), ("warning", note)):
        some = [f for f in found if f.severity == kind]
        for f in some[:_SHOWN]:
            say(f"{f.table}, row {f.key or f.row + 1}, {f.column}: {f.reason}")
        if len(some) > _SHOWN:
            say(f"{len(some) - _SHOWN:,} more {kind}s")
    errors = sum(f.severity == "error" for f in found)
    text = f"{summary(found) or 'Every cell fits its column'}."
    result({"findings": [asdict(f) for f in found]}, text, as_json=as_json)
    if errors:
        raise typer.Exit(FOUND)


def versions(
    project: ProjectDir, table: Name = "manifest", as_json: Json = False
) -> None:
    """List older states of a table, the newest first."""
    from pathgui.project import Project

    name = one_of(table, NAMES, "--table")
    with Project.open(project, write=False) as opened:
        found = opened.versions(name)
    data = [
        {
            "number": k,
            "time": v.time.isoformat(),
            "bytes": v.size,
            "file": str(v.path),
            "user": v.user,
            "before": list(v.labels),
            "rows": v.rows,
        }
        for k, v in enumerate(found, 1)
    ]
    lines = [f"{k}: {_told(v)}" for k, v in enumerate(found, 1)]
    text = "\n".join(lines) or "There are no older versions."
    result({"table": name, "versions": data}, text, as_json=as_json)


def diff(
    project: ProjectDir, number: Number, table: Name = "manifest", as_json: Json = False
) -> None:
    """Say what bringing an older version back would change."""
    from pathgui.project import Project
    from pathgui.project.differences import differences, summary

    name = one_of(table, NAMES, "--table")
    with Project.open(project, write=False) as opened:
        edit = opened.restore(name, _version(opened, name, number))
        found = differences(edit, opened.table(name))
        text = summary(edit, name) or "Nothing differs."
    lines = [f"{d.what} {d.key} {d.column}: {d.before!r} → {d.after!r}" for d in found]
    result(
        {"table": name, "differences": [asdict(d) for d in found]},
        "\n".join([*lines, text]),
        as_json=as_json,
    )


def restore(project: ProjectDir, number: Number, table: Name = "manifest") -> None:
    """Bring an older version of a table back; what it replaces is kept as a version."""
    from pathgui.project import Project
    from pathgui.project.differences import summary

    name = one_of(table, NAMES, "--table")
    with Project.open(project) as opened:
        edit = opened.restore(name, _version(opened, name, number))
        text = summary(edit, name) or "Nothing differs"
        opened.apply(edit)
        opened.save()
    print(f"{text}.")


def history(
    project: ProjectDir,
    key: Annotated[str, typer.Argument(help="Slide or patient, as the row is named.")],
    column: Annotated[str, typer.Argument(help="Column of the cell.")],
    table: Annotated[
        str, typer.Option(help="manifest or clinical; else the one that has the cell.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Say who changed a cell when, from what to what."""
    from pathgui.project import Project
    from pathgui.project.cellhistory import CellPlace, saved, with_first_texts
    from pathgui.project.layout import HISTORY

    chosen = one_of(table, NAMES, "--table") if table else ""
    with Project.open(project, write=False) as opened:
        name = chosen or _table_with(opened, key, column)
        row = opened.table(name).find(key)
        opened.table(name).column(column)
        now = "" if row is None else opened.table(name).text(row, column)
        place = CellPlace(name, -1 if row is None else row, key, column)
        found = with_first_texts(saved(opened.root / HISTORY, place), now)
    lines = [
        f"{c.when[:19]} {c.who}: {'no row yet' if c.added else repr(c.before)} → "
        f"{c.after!r} ({c.label})"
        for c in found
    ]
    text = "\n".join(lines) or "Nothing is recorded of this cell."
    result({"changes": [asdict(c) for c in found]}, text, as_json=as_json)


def _table_with(project: "Project", key: str, column: str) -> str:
    """The table that has a cell; else one that has its column, else the manifest."""
    having = [name for name in NAMES if project.table(name).has_column(column)]
    rows = [name for name in having if project.table(name).find(key) is not None]
    return [*rows, *having, NAMES[0]][0]


def column(
    project: ProjectDir,
    name: Annotated[str, typer.Argument(help="Name of the column.")],
    table: Name = "manifest",
    kind: Annotated[
        str, typer.Option(help="text, number, integer, date, yesno or category.")
    ] = "",
    unit: Annotated[str | None, typer.Option(help="Shown beside numbers.")] = None,
    minimum: Annotated[float | None, typer.Option("--min")] = None,
    maximum: Annotated[float | None, typer.Option("--max")] = None,
    choices: Annotated[
        str | None, typer.Option(help='Allowed texts: A,B,"C, D".')
    ] = None,
    pattern: Annotated[
        str | None, typer.Option(help="Regular expression of the whole text.")
    ] = None,
    required: Annotated[bool | None, typer.Option("--required/--optional")] = None,
    unique: Annotated[bool | None, typer.Option("--unique/--repeated")] = None,
    description: Annotated[str | None, typer.Option()] = None,
    rename: Annotated[str, typer.Option(help="Another name.")] = "",
    delete: Annotated[bool, typer.Option("--delete", help="Remove it.")] = False,
) -> None:
    """Add a column, or define, rename or delete one that is there."""
    from pathgui.project import Project

    ends = [end for end in (minimum, maximum) if end is not None]
    if not all(map(math.isfinite, ends)):
        raise typer.BadParameter("--min and --max take finite numbers")
    given: dict[str, Any] = {
        "kind": kind or None,
        "unit": unit,
        "minimum": minimum,
        "maximum": maximum,
        "choices": None if choices is None else _choices(choices),
        "pattern": pattern,
        "required": required,
        "unique": unique,
        "description": description,
    }
    settings = {k: v for k, v in given.items() if v is not None}
    with Project.open(project) as opened:
        label = _change(
            opened, one_of(table, NAMES, "--table"), name, settings, rename, delete
        )
        opened.save()
    print(f"{label}.")


def _change(
    project: "Project",
    table: str,
    name: str,
    settings: dict[str, Any],
    new_name: str,
    delete: bool,
) -> str:
    from pathgui.project import (
        Column,
        add_column,
        define_column,
        delete_column,
        rename_column,
    )
    from pathgui.project.cohorts import cohorts_naming
    from pathgui.project.renaming import with_followers

    found = project.table(table)
    if delete and (used := cohorts_naming(project, name)):
        note(f"Saved cohorts that name {name}: {', '.join(used)}. Mend them, too.")
    if delete:
        edit = delete_column(found, name)
    elif new_name:
        edit = rename_column(found, name, new_name, settings)
    elif not found.has_column(name):
        edit = add_column(found, Column.from_dict({"name": name, **settings}))
    else:
        there = found.column(name).to_dict()
        edit = define_column(found, Column.from_dict({**there, **settings}))
    project.apply(with_followers(project, edit))
    return edit.label or "Nothing changed"


def _choices(text: str) -> list[str]:
    """What commas divide outside of quotes, without blanks that follow them."""
    found = next(csv.reader([text], skipinitialspace=True), [])
    return [word.strip() for word in found if word.strip()]


def _version(project: "Project", name: str, number: int) -> "Version":
    from pathgui.errors import TableError

    found = project.versions(name)
    if number > len(found):
        raise TableError(
            f"The {name} table has {len(found)} older versions, not {number}."
        )
    return found[number - 1]


def _told(version: "Version") -> str:
    """When it was replaced, by whom and for what, and how large it is."""
    rows = "" if version.rows is None else f"{version.rows:,} rows"
    words = (_when(version), version.user, version.before(), rows)
    return ", ".join(word for word in (*words, f"{version.size:,} bytes") if word)


def _when(version: "Version") -> str:
    local: datetime = version.time.astimezone()
    return f"{local:%Y-%m-%d %H:%M:%S}"
