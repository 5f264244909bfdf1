"""Named cohorts: conditions over both tables, kept in ``pathgui.toml``."""

import json
from collections.abc import Mapping

from pathgui.errors import ExpressionError, ProjectError
from pathgui.project.config import SavedCohort
from pathgui.project.expression import parse_expression
from pathgui.project.joined import joined_columns
from pathgui.project.names import check_cohort
from pathgui.project.project import Project
from pathgui.project.sheet import sheet_of


def saved_cohorts(project: Project) -> Mapping[str, SavedCohort]:
    """Conditions by name, in the order of the file."""
    return project.config.saved_cohorts


def save_cohort(
    project: Project, name: str, expression: str, description: str = ""
) -> None:
    """Keep a condition under a name; one of this name is replaced.

    Parameters
    ----------
    project : Project
        Opened for writing; its ``pathgui.toml`` is written at once.
    name : str
        For people; as a name of a cohort, and of none that slides belong to.
    expression : str
        See `parse_expression`; it may name columns of both tables.
    description : str
        What it is for.

    Raises
    ------
    ProjectError
        The name cannot be used, or the file cannot be written.
    ExpressionError
        The condition cannot be understood, or names a column that is not there.
    """
    reason = check_cohort(name)
    if not reason and name in project.cohorts():
        reason = "is that of a cohort that slides belong to"
    if reason:
        raise ProjectError(f"A cohort cannot be saved as {name!r}: the name {reason}.")
    check_condition(project, expression)
    saved = {**saved_cohorts(project), name: SavedCohort(expression, description)}
    project.configure(saved_cohorts=saved)


def forget_cohort(project: Project, name: str) -> None:
    """Remove a saved cohort; slides and tables stay. ProjectError if there is none."""
    _saved(project, name)
    left = {k: v for k, v in saved_cohorts(project).items() if k != name}
    project.configure(saved_cohorts=left)


def rename_cohort(project: Project, name: str, new: str) -> None:
    """Give a saved cohort another name, in its place; raises as `save_cohort`."""
    saved = _saved(project, name)
    if new != name and new in saved_cohorts(project):
        raise ProjectError(f"There is a saved cohort {new!r} already.")
    save_cohort(project, new, saved.expression, saved.description)
    order = {new if k == name else k: v for k, v in saved_cohorts(project).items()}
    order[new] = saved
    project.configure(saved_cohorts=order)


def check_condition(project: Project, expression: str) -> None:
    """Raise ExpressionError if a condition on slides cannot be used."""
    names = [column.name for column in joined_columns(project)]
    parse_expression(expression).check_names(names)


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
    """Saved cohorts whose condition names a column, to tell before it is renamed."""
    found = []
    for name, saved in saved_cohorts(project).items():
        try:
            names = parse_expression(saved.expression).names
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
