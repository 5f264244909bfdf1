"""Bringing back the edits of a session that ended without saving."""

from collections.abc import Mapping

from pathgui.errors import TableError
from pathgui.project.edits import Edit
from pathgui.project.journal import Content
from pathgui.project.opentable import OpenTable


def only(edit: Edit, table: str) -> Edit:
    """The part of an edit that concerns one table."""
    return Edit(
        edit.label,
        tuple(cell for cell in edit.cells if cell.table == table),
        tuple(row for row in edit.added if row.table == table),
        tuple(row for row in edit.removed if row.table == table),
        tuple(column for column in edit.columns if column.table == table),
    )


def replay(
    tables: Mapping[str, OpenTable], content: Content, warnings: list[str]
) -> int:
    """Apply what the files lack; returns the number of edits that did something."""
    touched: set[int] = set()
    for name, opened in tables.items():
        parts = [only(entry.edit, name) for entry in content.entries]
        if not any(parts):
            continue
        mark = content.mark_for(name, opened.checksum)
        if mark is None:
            warnings.append(
                f"{opened.path.name} was changed by another program after a crash, so "
                "unsaved edits to it were not brought back."
            )
            continue
        touched |= _replay_table(opened, parts, mark.after, warnings)
    if content.damaged:
        warnings.append("The journal of unsaved edits is damaged; its end is lost.")
    return len(touched)


def _replay_table(
    opened: OpenTable, parts: list[Edit], after: int, warnings: list[str]
) -> set[int]:
    done: set[int] = set()
    for number, part in enumerate(parts):
        if number < after or not part:
            continue
        try:
            opened.table.check(part)
        except TableError as error:
            warnings.append(f"An edit was not brought back: {error.message}")
            break
        opened.table.change(part)
        done.add(number)
    return done


def show_unsaved(opened: OpenTable, content: Content) -> None:
    """Show a reader what a writer has not saved yet, if the file allows it."""
    mark = content.mark_for(opened.name, opened.checksum)
    if mark is None:
        return
    ids = mark.ids.get(opened.name)
    if ids is not None and len(ids) == len(opened.table):
        opened.table.store.renumber(ids)
    parts = [only(entry.edit, opened.name) for entry in content.entries]
    _replay_table(opened, parts, mark.after, [])
