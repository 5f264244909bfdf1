"""Columns and slides get other names: what speaks of them follows."""

from collections.abc import Mapping
from dataclasses import replace

from pathgui.errors import ExpressionError
from pathgui.project.cohorts import saved_cohorts
from pathgui.project.config import TABLES
from pathgui.project.edits import Cell, Edit, SettingChange
from pathgui.project.expression import parse_expression
from pathgui.project.joined import joined_homes, joined_names
from pathgui.project.project import Project
from pathgui.project.settingitems import COHORTS, plain_cohort

Names = Mapping[tuple[str, str], str]


def with_followers(project: Project, edit: Edit) -> Edit:
    """The edit, with the saved cohorts and clinical rows that must follow it.

    Parameters
    ----------
    project : Project
        As it is before the edit.
    edit : Edit
        May add, rename and remove columns.

    Returns
    -------
    Edit
        The same, or one that changes the conditions of saved cohorts as well: they
        go on to speak of the columns they spoke of. Clinical rows go on to speak of
        slides that get another id.
    """
    edit = _with_rows(project, edit)
    if not edit.columns:
        return edit
    names = renamed_columns(project, edit)
    done = {(change.section, change.name) for change in edit.settings}
    changes = []
    homes = joined_homes(project)
    for name, saved in saved_cohorts(project).items():
        text = renamed_condition(saved.expression, names, homes)
        if text != saved.expression and (COHORTS, name) not in done:
            new = replace(saved, expression=text)
            old_and_new = plain_cohort(saved), plain_cohort(new)
            changes.append(SettingChange(COHORTS, name, *old_and_new))
    if not changes:
        return edit
    return replace(edit, settings=(*edit.settings, *changes))


def renamed_slides(project: Project, edit: Edit) -> dict[str, str]:
    """Slides that get another id, which may be empty: new by old.

    One of several rows of the same id leaves that id to the others.
    """
    cells = {
        cell.row: cell
        for cell in edit.cells
        if (cell.table, cell.column) == ("manifest", "slide_id") and cell.old
    }
    if not cells:
        return {}
    manifest = project.manifest
    ids, rows = manifest.texts("slide_id").tolist(), manifest.ids.tolist()
    stay = {slide for slide, row in zip(ids, rows, strict=True) if row not in cells}
    return {c.old: c.new for c in cells.values() if c.old not in stay}


def _with_rows(project: Project, edit: Edit) -> Edit:
    """The edit, with the clinical rows of slides that get another id."""
    names = {old: new for old, new in renamed_slides(project, edit).items() if new}
    clinical = project.clinical if names else None
    if clinical is None or not clinical.has_column("slide_id"):
        return edit
    mine = {(cell.table, cell.row, cell.column) for cell in edit.cells}
    texts, rows = clinical.texts("slide_id").tolist(), clinical.ids.tolist()
    cells = tuple(
        Cell("clinical", row, "slide_id", text, names[text])
        for text, row in zip(texts, rows, strict=True)
        if text in names and ("clinical", row, "slide_id") not in mine
    )
    return replace(edit, cells=(*edit.cells, *cells)) if cells else edit


def renamed_columns(project: Project, edit: Edit) -> dict[str, str]:
    """What columns are called in conditions after an edit, by their names before.

    Only those whose name changes. It can change without the column: where both
    tables have a column of one name, that of the clinical table has another.
    """
    before = {name: [c.name for c in project.table(name).columns] for name in TABLES}
    now = {name: {column: column for column in before[name]} for name in TABLES}
    coming: dict[str, list[str]] = {name: [] for name in TABLES}
    for change in edit.columns:
        if change.old is None and change.new is not None:
            coming[change.table].append(change.new.name)
        elif change.old is not None and change.new is None:
            now[change.table].pop(change.old.name, None)
        elif change.old is not None and change.new is not None:
            now[change.table][change.old.name] = change.new.name
    after = {name: [*now[name].values(), *coming[name]] for name in TABLES}
    old_names = joined_names(before["manifest"], before["clinical"])
    new_names = joined_names(after["manifest"], after["clinical"])
    return {
        old: new
        for (table, column), old in old_names.items()
        if (new := new_names.get((table, now[table].get(column, "")), old)) != old
    }


def renamed_condition(
    text: str, names: Mapping[str, str], homes: Names | None = None
) -> str:
    """A condition with other names for columns; as it was if it makes no sense.

    `homes` is what columns were called that it names with their table.
    """
    if not names:
        return text
    try:
        return parse_expression(text).at_home(homes or {}).renamed(names)
    except ExpressionError:
        return text  # told when it is used
