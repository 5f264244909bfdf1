"""Column definitions in ``pathgui.toml``: types as lists of names, the rest in words.

A column with nothing but a type stands under ``[kinds.<table>]``, where thousands of
them are a few lines of names. One that says more has a section of its own,
``[columns.<table>.<name>]``, which counts where a name stands in both places.
"""

import json
from collections.abc import Mapping
from typing import Any

from pathgui.errors import ProjectError
from pathgui.project.schema import KINDS, Column

SECTIONS, LISTS = "columns", "kinds"
_WIDE = 88
Definitions = Mapping[str, Mapping[str, Column]]


def read_columns(
    data: Mapping[str, Any], tables: tuple[str, ...]
) -> dict[str, dict[str, Column]]:
    """Definitions by table and name, as the file gives them.

    Raises
    ------
    ProjectError
        A section, a kind or a setting makes no sense.
    """
    sections, lists = section(data, SECTIONS), section(data, LISTS)
    found: dict[str, dict[str, Column]] = {}
    for table in tables:
        own = section(sections, table)
        found[table] = _listed(section(lists, table), table) | {
            name: Column.from_dict({"name": name, **section(own, name)}) for name in own
        }
    return found


def section(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """A part of the file; nothing if it is not there. ProjectError if it is none."""
    value = data.get(name, {})
    if not isinstance(value, Mapping):
        raise ProjectError(f"[{name}] must be a section.")
    return value


def _listed(lists: Mapping[str, Any], table: str) -> dict[str, Column]:
    """Columns of a type and no other rule."""
    found: dict[str, Column] = {}
    for kind, names in lists.items():
        if kind not in KINDS or not _is_texts(names):
            raise ProjectError(
                f"[{LISTS}.{table}] {kind} makes no sense.",
                f"It lists names of columns under one of {', '.join(KINDS)}.",
            )
        for name in names:
            if name in found and found[name].kind != kind:
                raise ProjectError(
                    f"[{LISTS}.{table}] names the column {name!r} under "
                    f"{found[name].kind} and under {kind}.",
                    "Leave it under one of them.",
                )
            found[name] = Column(name, kind)  # type: ignore[arg-type]
    return found


def _is_texts(names: Any) -> bool:
    return isinstance(names, list) and all(isinstance(name, str) for name in names)


def put_columns(document: Any, definitions: Definitions) -> None:
    """Put definitions into a TOML document; a part that says the same is not touched.

    Parameters
    ----------
    document : tomlkit.TOMLDocument
        Is changed.
    definitions : mapping of str to mapping of str to Column
        By table and name.
    """
    import tomlkit

    sections: dict[str, dict[str, Any]] = {}
    lists: dict[str, dict[str, list[str]]] = {}
    for table, own in definitions.items():
        for name, column in own.items():
            data = column.to_dict()
            del data["name"]
            if len(data) == 1:
                lists.setdefault(table, {}).setdefault(column.kind, []).append(name)
            else:
                sections.setdefault(table, {})[name] = data
    for part, wanted in ((LISTS, lists), (SECTIONS, sections)):
        there = document[part].unwrap() if part in document else {}
        if there == wanted:
            continue
        if not wanted:
            del document[part]
        elif part == LISTS:
            document[part] = tomlkit.parse(_lists_text(lists))[part]
        else:
            document[part] = wanted


def _lists_text(lists: Mapping[str, Mapping[str, list[str]]]) -> str:
    lines: list[str] = []
    for table, kinds in lists.items():
        lines.append(f"[{LISTS}.{table}]")
        for kind in (kind for kind in KINDS if kind in kinds):
            lines += _list_lines(kind, [_quoted(name) for name in kinds[kind]])
        lines.append("")
    return "\n".join(lines)


def _list_lines(kind: str, names: list[str]) -> list[str]:
    """A list on one line if there is room, else on as few as needed."""
    short = f"{kind} = [{', '.join(names)}]"
    if len(short) <= _WIDE:
        return [short]
    lines = [f"{kind} = ["]
    line = "   "
    for name in names:
        if len(line) > 3 and len(line) + len(name) + 2 > _WIDE:
            lines.append(line)
            line = "   "
        line += f" {name},"
    return [*lines, line, "]"]


def _quoted(name: str) -> str:
    """A text as TOML has it: as JSON does, but for one control character."""
    return json.dumps(name, ensure_ascii=False).replace("\x7f", "\\u007F")
