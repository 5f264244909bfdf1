"""The last changes to the tables, as the history file and the undo stack tell."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pathgui.project import Edit

_TAIL = 1 << 18


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of the history."""

    key: str
    when: str
    who: str
    label: str
    where: str
    saved: bool = True


def saved_changes(file: Path, limit: int = 300) -> list[Change]:
    """Changes that are on disk, the latest first; unreadable lines are left out."""
    try:
        with file.open("rb") as source:
            size = source.seek(0, os.SEEK_END)
            source.seek(max(0, size - _TAIL))
            lines = source.read().decode("utf-8", "replace").splitlines()
    except OSError:
        return []
    found = []
    for line in reversed(lines):
        change = _change(line)
        if change is not None:
            found.append(change)
        if len(found) >= limit:
            break
    return found


def unsaved_change(edit: Edit, number: int, undone: bool) -> Change:
    """An edit of the undo stack."""
    label = f"{edit.label} (undone)" if undone else edit.label
    where = _where([(cell.column, cell.new) for cell in edit.cells])
    return Change(f"undo {number}", "", "you", label, where, saved=False)


def _change(line: str) -> Change | None:
    try:
        data: dict[str, Any] = json.loads(line)
        cells = [(str(cell[3]), str(cell[5])) for cell in data.get("cells", [])]
        named = next((str(cell[2]) for cell in data.get("cells", [])), "")
        where = _where(cells)
        return Change(
            str(data.get("id", "")),
            str(data.get("time", data.get("when", ""))),
            str(data.get("user", data.get("who", ""))),
            str(data["label"]),
            f"{named} · {where}" if named and where else named or where,
        )
    except (ValueError, KeyError, TypeError, IndexError, AttributeError):
        return None


def _where(cells: list[tuple[str, str]]) -> str:
    if not cells:
        return ""
    if len(cells) == 1:
        column, new = cells[0]
        return f"{column} = {new or 'missing'}"
    columns = sorted({column for column, _ in cells})
    return f"{len(cells):,} cells of {', '.join(columns[:3])}"
