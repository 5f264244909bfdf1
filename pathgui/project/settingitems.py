"""Settings of a project one by one, so that each can change, be undone and merged."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from pathgui.errors import SettingsChangedError
from pathgui.project.config import ProjectConfig, SavedCohort, check_rule
from pathgui.project.edits import Edit, SettingChange

Key = tuple[str, str]
Items = dict[Key, Any]
RULE: Key = ("patients", "rule")
CLINICAL_KEY: Key = ("clinical", "key")
COHORTS = "saved_cohorts"
DEFAULTS = "defaults"


def items_of(config: ProjectConfig) -> Items:
    """Each setting as plain data by section and name, in the order of the file."""
    items: Items = {
        RULE: config.patient_rule,
        CLINICAL_KEY: config.clinical_key,
    }
    items |= {(DEFAULTS, name): value for name, value in config.defaults.items()}
    for name, saved in config.saved_cohorts.items():
        items[COHORTS, name] = plain_cohort(saved)
    return items


def plain_cohort(saved: SavedCohort) -> dict[str, str]:
    """A saved cohort as plain data."""
    story = {"description": saved.description} if saved.description else {}
    return {"expression": saved.expression} | story


def with_items(config: ProjectConfig, items: Mapping[Key, Any]) -> ProjectConfig:
    """The same with these settings; ProjectError where one makes no sense."""
    return replace(
        config,
        patient_rule=check_rule(items[RULE]),
        clinical_key=items[CLINICAL_KEY],
        defaults={name: v for (part, name), v in items.items() if part == DEFAULTS},
        saved_cohorts={
            name: SavedCohort(value["expression"], value.get("description", ""))
            for (part, name), value in items.items()
            if part == COHORTS
        },
    )


def set_default(config: ProjectConfig, name: str, value: Any) -> SettingChange:
    """The change of one of the free settings; None takes it away."""
    return SettingChange(DEFAULTS, name, config.defaults.get(name), value)


def naming_rows_by(config: ProjectConfig, key: str) -> Edit:
    """The edit that lets `slide_id` or `patient_id` name the clinical rows."""
    if key == config.clinical_key:
        return Edit("")
    change = SettingChange(*CLINICAL_KEY, config.clinical_key, key)
    return Edit(f"Name clinical rows by {key}", settings=(change,))


def linking_by(config: ProjectConfig, rule: str) -> Edit:
    """The edit of the rule from slide to patient; ProjectError if it is no rule."""
    if check_rule(rule) == config.patient_rule:
        return Edit("")
    change = SettingChange(*RULE, config.patient_rule, rule)
    return Edit("Change the rule from slide to patient", settings=(change,))


def changed(config: ProjectConfig, changes: Iterable[SettingChange]) -> ProjectConfig:
    """The settings after these changes.

    Raises
    ------
    SettingsChangedError
        A setting is no longer what the change found.
    ProjectError
        A value makes no sense.
    """
    items = items_of(config)
    for change in changes:
        key = change.section, change.name
        if items.get(key) != change.old:
            raise SettingsChangedError(
                f"{told(key)} is not what it was: another program changed it.",
                "It stays as it is now.",
            )
        _put(items, change)
    return with_items(config, items)


def _put(items: Items, change: SettingChange) -> None:
    key = change.section, change.name
    if change.new is None:
        items.pop(key, None)
        return
    if key in items or change.position < 0:
        items[key] = change.new
        return
    rest = {k: v for k, v in items.items() if k[0] == change.section}
    for k in rest:
        del items[k]
    order = list(rest.items())
    order.insert(change.position, (key, change.new))
    items.update(order)


def place_of(config: ProjectConfig, section: str, name: str) -> int:
    """Place of a setting in its section, -1 if it is not there."""
    names = [n for part, n in items_of(config) if part == section]
    return names.index(name) if name in names else -1


def still_to_do(
    config: ProjectConfig, changes: Iterable[SettingChange]
) -> tuple[list[SettingChange], list[SettingChange]]:
    """Changes to carry out again after a crash, and those that no longer fit."""
    items, wanted, lost = items_of(config), [], []
    for change in changes:
        there = items.get((change.section, change.name))
        if there == change.old:
            _put(items, change)
            wanted.append(change)
        elif there != change.new:
            lost.append(change)
    return wanted, lost


def merged(
    base: ProjectConfig, ours: ProjectConfig, theirs: ProjectConfig
) -> tuple[ProjectConfig, list[Key]]:
    """Settings that were changed in two places, one by one.

    Parameters
    ----------
    base : ProjectConfig
        As both sides began.
    ours, theirs : ProjectConfig
        As they are here, and on disk. Where both changed the same one, ours stays.

    Returns
    -------
    ProjectConfig
        With `theirs` where only that side changed something.
    list of (section, name)
        What both sides changed, each in its own way.
    """
    was, mine, other = items_of(base), items_of(ours), items_of(theirs)
    conflicts: list[Key] = []
    found: Items = {}
    for key in dict.fromkeys((*other, *mine)):
        value = other.get(key)
        if mine.get(key) != was.get(key):
            if other.get(key) not in (was.get(key), mine.get(key)):
                conflicts.append(key)
            value = mine.get(key)
        if value is not None:
            found[key] = value
    return with_items(theirs, found), conflicts


def unsaved_items(base: ProjectConfig, ours: ProjectConfig) -> int:
    """How many settings differ from those on disk."""
    was, mine = items_of(base), items_of(ours)
    return sum(was.get(key) != mine.get(key) for key in {**was, **mine})


def told(key: Key) -> str:
    """A setting as people call it."""
    section, name = key
    if section == COHORTS:
        return f"The saved view “{name}”"
    return {
        RULE: "The rule from slide to patient",
        CLINICAL_KEY: "What names the rows of the clinical table",
    }.get(key, f"The setting {name}")
