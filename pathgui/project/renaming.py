"""Columns get other names: conditions that speak of them follow."""

from collections.abc import Mapping
from dataclasses import replace

from pathgui.errors import ExpressionError
from pathgui.project.cohorts import saved_cohorts
from pathgui.project.config import TABLES
from pathgui.project.edits import Edit, SettingChange
from pathgui.project.expression import parse_expression
from pathgui.project.joined import joined_names
from pathgui.project.project import Project
from pathgui.project.settingitems import COHORTS, plain_cohort

Names = Mapping[tuple[str, str], str]


def with_followers(project: Project, edit: Edit) -> Edit:
    """The edit, with the saved cohorts that must follow its columns.

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
        go on to speak of the columns they spoke of.
    """
    if not edit.columns:
        return edit
    names = renamed_columns(project, edit)
    done = {(change.section, change.name) for change in edit.settings}
    changes = []
    for name, saved in saved_cohorts(project).items():
        text = renamed_condition(saved.expression, names)
        if text != saved.expression and (COHORTS, name) not in done:
            new = replace(saved, expression=text)
            old_and_new = plain_cohort(saved), plain_cohort(new)
            changes.append(SettingChange(COHORTS, name, *old_and_new))
    if not changes:
        return edit
    return replace(edit, settings=(*edit.settings, *changes))


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


def renamed_condition(text: str, names: Mapping[str, str]) -> str:
    """A condition with other names for columns; as it was if it makes no sense."""
    if not names:
        return text
    try:
        return parse_expression(text).renamed(names)
    except ExpressionError:
        return text  # told when it is used
