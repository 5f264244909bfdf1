"""Named cohorts: conditions over both tables, kept in ``pathgui.toml``."""

import json
from collections.abc import Mapping

from pathgui.errors import ExpressionError, ProjectError
from pathgui.project.comparison import typed_field
from pathgui.project.config import SavedCohort
from pathgui.project.edits import Edit, SettingChange
from pathgui.project.expression import parse_expression
from pathgui.project.joined import joined_columns, joined_homes
from pathgui.project.names import check_cohort
from pathgui.project.project import Project
from pathgui.project.settingitems import COHORTS, place_of, plain_cohort
from pathgui.project.sheet import sheet_of


def saved_cohorts(project: Project) -> Mapping[str, SavedCohort]:
    """Conditions by name, in the order of the file."""
    return project.config.saved_cohorts


def keeping_cohort(
    project: Project, name: str, expression: str, description: str = ""
) -> Edit:
    """The edit that keeps a condition under a name; one of this name is replaced.

    Parameters
    ----------
    project : Project
        The project.
    name : str
        For people; as a name of a cohort, and of none that slides belong to.
    expression : str
        See `parse_expression`; it may name columns of both tables. It is kept with
        the names that the joined table has, which follow when columns are renamed.
    description : str
        What it is for.

    Raises
    ------
    ProjectError
        The name cannot be used.
    ExpressionError
        The condition cannot be understood, or names a column that is not there.
    """
    _check_name(project, name)
    expression = check_condition(project, expression)
    new = plain_cohort(SavedCohort(expression, description))
    old = saved_cohorts(project).get(name)
    before = plain_cohort(old) if old is not None else None
    if before == new:
        return Edit("")
    change = SettingChange(COHORTS, name, before, new)
    return Edit(f"Save view “{name}”", settings=(change,))


def forgetting_cohort(project: Project, name: str) -> Edit:
    """The edit that removes a saved cohort; slides and tables stay. ProjectError."""
    gone = SettingChange(
        COHORTS,
        name,
        plain_cohort(_saved(project, name)),
        None,
        place_of(project.config, COHORTS, name),
    )
    return Edit(f"Delete view “{name}”", settings=(gone,))


def renaming_cohort(project: Project, name: str, new: str) -> Edit:
    """The edit that gives a saved cohort another name, in its place; ProjectError."""
    value = plain_cohort(_saved(project, name))
    if new == name:
        return Edit("")
    if new in saved_cohorts(project):
        raise ProjectError(f"There is a saved cohort {new!r} already.")
    _check_name(project, new)
    place = place_of(project.config, COHORTS, name)
    changes = (
        SettingChange(COHORTS, name, value, None, place),
        SettingChange(COHORTS, new, None, value, place),
    )
    return Edit(f"Rename view “{name}” to “{new}”", settings=changes)


def name_reason(project: Project, name: str) -> str:
    """Why a condition cannot be saved under a name, after “the name”; else empty."""
    reason = check_cohort(name)
    if not reason and name in project.cohorts():
        reason = "is that of a cohort that slides belong to"
    return reason


def _check_name(project: Project, name: str) -> None:
    if reason := name_reason(project, name):
        raise ProjectError(f"A cohort cannot be saved as {name!r}: the name {reason}.")


def check_condition(project: Project, expression: str) -> str:
    """Raise ExpressionError if a condition on slides cannot be used.

    Besides names, the kinds of what is compared must fit: it is tried on no rows.

    Returns
    -------
    str
        The condition with the names of the joined table.
    """
    columns = {column.name: column for column in joined_columns(project)}
    parsed = parse_expression(expression).at_home(joined_homes(project))
    parsed.check_names(columns)
    if not parsed.names:
        raise ExpressionError(
            "the condition names no column",
            "a column that is called as a value is, such as True, stands in backticks",
        )
    parsed.mask({name: typed_field([], columns[name]) for name in parsed.names}, 0)
    return parsed.text


def slides_where(project: Project, expression: str) -> list[str]:
    """Ids of the slides that meet a condition over both tables.

    A slide with several clinical rows is taken if one of them meets it.

    Returns
    -------
    list of str
        In the order of the manifest.

    Raises
    ------
    ExpressionError
        The condition cannot be understood, or names a column that is not there.
    """
    sheet = sheet_of(project, "joined")
    chosen = sheet.mask(expression) & (sheet.texts["join"] != "no slide")
    return list(dict.fromkeys(sheet.texts["slide_id"][chosen].tolist()))


def condition_of(project: Project, name: str) -> str:
    """The condition that a cohort's slides meet: one they belong to, or a saved one.

    Raises
    ------
    ProjectError
        There is no cohort of this name.
    """
    if name in project.cohorts():
        return f"cohort == {json.dumps(name, ensure_ascii=False)}"
    return _saved(project, name).expression


def slides_of_cohort(project: Project, name: str) -> list[str]:
    """Ids of the slides of a cohort: one they belong to, or a saved one.

    Raises
    ------
    ProjectError
        There is no cohort of this name, or its condition no longer fits the tables.
    """
    own = project.cohorts()
    if name in own:
        return own[name]
    saved = _saved(project, name)
    try:
        return slides_where(project, saved.expression)
    except ExpressionError as error:
        raise ProjectError(
            f"The saved cohort {name!r} cannot be used: {error.message}.", error.hint
        ) from error


def cohorts_naming(project: Project, column: str) -> list[str]:
    """Saved cohorts whose condition names a column, to tell before it is deleted."""
    found, homes = [], joined_homes(project)
    for name, saved in saved_cohorts(project).items():
        try:
            names = parse_expression(saved.expression).at_home(homes).names
        except ExpressionError:
            continue  # told when it is used
        if column in names:
            found.append(name)
    return found


def _saved(project: Project, name: str) -> SavedCohort:
    try:
        return saved_cohorts(project)[name]
    except KeyError as error:
        known = [*project.cohorts(), *saved_cohorts(project)]
        raise ProjectError(
            f"There is no cohort {name}.",
            "The project has " + (", ".join(known) or "none yet") + ".",
        ) from error
