"""Tables that our own exports wrote, known again when somebody imports them."""

import re
from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from pathgui.project.joined import JOIN, joined_names
from pathgui.project.project import Project
from pathgui.project.rawtable import RawTable
from pathgui.project.sheet import PATIENT_COLUMNS

_PSEUDONYM = re.compile(r"[0-9a-f]{16}")
_BESIDE = "_clinical"


def is_joined(project: Project, table: RawTable) -> bool:
    """Whether a table is both tables of a project joined, as we export them."""
    if JOIN.name not in table.columns or not len(table):
        return False
    texts = set(table.columns[JOIN.name].tolist()) - {""}  # of rows that were added
    if not texts or not texts <= set(JOIN.choices):
        return False
    return any(column.name in table.columns for column in project.manifest.columns)


def is_patients(table: RawTable) -> bool:
    """Whether a table has a row for each patient, as we export them."""
    names = table.columns
    if "slide_id" in names or not all(name in names for name in PATIENT_COLUMNS):
        return False
    return all(text.isdecimal() for text in table.columns["n_slides"].tolist())


def clinical_name(project: Project, name: str) -> str:
    """What the clinical table calls a column of the joined one; empty if it is no."""
    own = _names(project)
    if name in own:
        table, found = own[name]
        return found if table == "clinical" or found == "slide_id" else ""
    if name == JOIN.name:
        return ""
    # Another project's clinical table may have more names of the manifest's.
    base = name.removesuffix(_BESIDE)
    return base if base == JOIN.name or project.manifest.has_column(base) else name


def strange_names(project: Project, table: RawTable) -> set[str]:
    """Columns of the manifest that this project does not know.

    The joined table of another project has some: they stand before `join`. Of slides
    that are here, a column that nobody knows is one that somebody added.
    """
    slides = table.columns.get("slide_id", np.zeros(0, object)).tolist()
    if set(slides) & set(project.manifest.texts("slide_id").tolist()) - {""}:
        return set()
    names = list(table.columns)
    before = names[: names.index(JOIN.name)] if JOIN.name in names else []
    return set(before) - set(_names(project))


def manifest_name(project: Project, name: str) -> str:
    """What the manifest calls a column of the joined table; empty if it is no."""
    own = _names(project)
    table, found = own.get(name, ("clinical", ""))
    return found if table == "manifest" else ""


def _names(project: Project) -> dict[str, tuple[str, str]]:
    """Table and name there of each column of the joined table."""
    manifest = [column.name for column in project.manifest.columns]
    names = joined_names(manifest, [c.name for c in project.clinical.columns])
    return {joined: of for of, joined in names.items()}


def rows_of(table: RawTable, places: npt.NDArray[np.int64]) -> RawTable:
    """Some rows of a table, by position."""
    columns = {name: texts[places] for name, texts in table.columns.items()}
    return replace(table, columns=columns, lines=table.lines[places])


def are_pseudonyms(ids: Iterable[str], known: Iterable[str]) -> bool:
    """Whether ids are those of a de-identified export, and none of a project's."""
    distinct = set(ids) - {""}
    if not distinct or not all(map(_PSEUDONYM.fullmatch, distinct)):
        return False
    there = set(known)
    return bool(there) and not distinct & there
