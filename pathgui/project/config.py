"""pathgui.toml: the name of a project, its version, columns and defaults."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from pathgui.errors import ProjectError
from pathgui.project.columnfile import put_columns, read_columns, section
from pathgui.project.files import write_atomic
from pathgui.project.patterns import BadPattern, safe_pattern
from pathgui.project.schema import STANDARD, Column

FILE = "pathgui.toml"
SCHEMA_VERSION = 1
PATIENT_RULE = r"^(TCGA-\w{2}-\w{4})"
TABLES = ("manifest", "clinical")
CLINICAL_KEYS = ("slide_id", "patient_id")
Scalar = TypeVar("Scalar", str, int)


@dataclass(frozen=True, slots=True)
class SavedCohort:
    """A condition on slides, such as ``stage == "II" and age > 50``, and its story."""

    expression: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class ProjectConfig:
    """What a project says about itself.

    Attributes
    ----------
    name : str
        For people.
    schema_version : int
        Of the folder and its tables.
    patient_rule : str
        Regular expression; its first group in a slide id is the patient id.
    clinical_key : str
        ``slide_id`` or ``patient_id``: what names a row of the clinical table.
    columns : mapping of str to mapping of str to Column
        Definitions by table and column, beyond the standard ones.
    defaults : mapping
        Free settings such as ``mpp`` of a cohort; kept as they are.
    saved_cohorts : mapping of str to SavedCohort
        Conditions on slides under a name.
    """

    name: str
    schema_version: int = SCHEMA_VERSION
    patient_rule: str = PATIENT_RULE
    clinical_key: str = "slide_id"
    columns: Mapping[str, Mapping[str, Column]] = field(default_factory=dict)
    defaults: Mapping[str, Any] = field(default_factory=dict)
    saved_cohorts: Mapping[str, SavedCohort] = field(default_factory=dict)

    def with_columns(
        self, table: str, columns: Mapping[str, Column]
    ) -> "ProjectConfig":
        """The same with other definitions for one table; usual ones are left out."""
        usual = {column.name: column for column in STANDARD[table]}
        own = {
            name: column
            for name, column in columns.items()
            if column != usual.get(name, Column(name))
        }
        return replace(self, columns={**self.columns, table: own})


def load(root: Path) -> ProjectConfig:
    """Read the configuration of a project folder.

    Raises
    ------
    ProjectError
        No project, unreadable, or made by a newer version.
    """
    file = root / FILE
    try:
        data = tomllib.loads(file.read_text("utf-8"))
    except FileNotFoundError as error:
        raise ProjectError(
            f"{root} is not a pathgui project: it holds no {FILE}.",
            "Make one with: pathgui new DIR",
        ) from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ProjectError(f"{file} cannot be read: {error}.") from error
    try:
        return _from_data(data, root.name)
    except ProjectError as error:
        raise ProjectError(f"{file}: {error.message}", error.hint) from error


def _from_data(data: Mapping[str, Any], fallback: str) -> ProjectConfig:
    version = _get(data, "schema_version", SCHEMA_VERSION)
    if version > SCHEMA_VERSION:
        raise ProjectError(
            f"The project was made by a newer version (schema {version}, "
            f"this program knows {SCHEMA_VERSION}).",
            "Update pathgui to open it.",
        )
    rule = _get(section(data, "patients"), "rule", PATIENT_RULE)
    key = _get(section(data, "clinical"), "key", CLINICAL_KEYS[0])
    if key not in CLINICAL_KEYS:
        raise ProjectError(
            f"[clinical] key = {key!r} makes no sense.",
            f"It is {' or '.join(CLINICAL_KEYS)}.",
        )
    return ProjectConfig(
        name=_get(data, "name", fallback),
        schema_version=version,
        patient_rule=check_rule(rule),
        clinical_key=key,
        columns=read_columns(data, TABLES),
        defaults=dict(section(data, "defaults")),
        saved_cohorts=_saved_cohorts(section(data, "saved_cohorts")),
    )


def _saved_cohorts(data: Mapping[str, Any]) -> dict[str, SavedCohort]:
    found = {}
    for name in data:
        saved = section(data, name)
        story = _get(saved, "description", "")
        found[name] = SavedCohort(_get(saved, "expression", ""), story)
    return found


def _get(data: Mapping[str, Any], name: str, default: Scalar) -> Scalar:
    value = data.get(name, default)
    if type(value) is not type(default):
        raise ProjectError(f"{name} = {value!r} makes no sense.")
    return value


def check_rule(rule: str) -> str:
    """Return a slide-to-patient rule that works; ProjectError if it does not."""
    try:
        groups = safe_pattern(rule).groups
    except BadPattern as error:
        raise ProjectError(f"The patient rule {rule!r} {error}.") from error
    if rule and groups < 1:
        raise ProjectError(
            f"The patient rule {rule!r} has no group.",
            "Put the part that names the patient in parentheses.",
        )
    return rule


def save(root: Path, config: ProjectConfig) -> None:
    """Write the configuration; comments and unknown settings stay.

    Raises
    ------
    OSError
        The folder cannot be written to; the old file is untouched.
    """
    import tomlkit

    file = root / FILE
    document = (
        tomlkit.parse(file.read_text("utf-8")) if file.exists() else tomlkit.document()
    )
    document["name"] = config.name
    document["schema_version"] = config.schema_version
    _set(document, "patients", "rule", config.patient_rule)
    _set(document, "clinical", "key", config.clinical_key)
    if config.defaults or "defaults" in document:
        document["defaults"] = dict(config.defaults)
    if config.saved_cohorts or "saved_cohorts" in document:
        document["saved_cohorts"] = {
            name: {"expression": saved.expression}
            | ({"description": saved.description} if saved.description else {})
            for name, saved in config.saved_cohorts.items()
        }
    put_columns(document, config.columns)
    write_atomic(file, tomlkit.dumps(document).encode())


def _set(document: Any, part: str, name: str, value: str) -> None:
    if part not in document:
        document[part] = {}
    if document[part].get(name) != value:
        document[part][name] = value
