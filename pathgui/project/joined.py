"""Manifest and clinical table side by side."""

from collections.abc import Callable, Container, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from pathgui.project.csvtext import TextArray
from pathgui.project.matching import Positions, match
from pathgui.project.patients import patients_of_slides
from pathgui.project.project import Project
from pathgui.project.schema import Column

if TYPE_CHECKING:
    import pandas as pd

MATCHED, NO_CLINICAL, NO_SLIDE = "matched", "no clinical row", "no slide"
JOIN = Column(
    "join",
    "category",
    choices=(MATCHED, NO_CLINICAL, NO_SLIDE),
    computed=True,
    description="How the two tables fit",
)


def joined_columns(project: Project) -> tuple[Column, ...]:
    """Definitions of the columns of `joined_frame`, in its order.

    Nothing is required or unique there: a row may lack either side.
    """
    columns = {}
    for column in project.manifest.columns:
        name = _own(column.name)
        columns[name] = _loose(column, name)
    columns[JOIN.name] = JOIN
    for column in project.clinical.columns:
        if column.name == "slide_id":
            continue
        name = _free(column.name, columns)
        columns[name] = _loose(column, name)
    return tuple(columns.values())


def _loose(column: Column, name: str) -> Column:
    """The same under a name, neither required nor unique; most are so already."""
    if column.name == name and not (column.required or column.unique):
        return column
    return replace(column, name=name, required=False, unique=False)


def joined_names(
    manifest: Iterable[str], clinical: Iterable[str]
) -> dict[tuple[str, str], str]:
    """Name in the joined table of each column of both tables, by table and name."""
    found = {("manifest", name): _own(name) for name in manifest}
    taken = {*found.values(), JOIN.name}
    for name in clinical:
        if name != "slide_id":
            found["clinical", name] = _free(name, taken)
            taken.add(found["clinical", name])
    return found


def joined_homes(project: Project) -> dict[tuple[str, str], str]:
    """`joined_names` of a project, also for the slide_id that both tables share."""
    tables = (project.manifest, project.clinical)
    names = joined_names(*([c.name for c in table.columns] for table in tables))
    return names | {("clinical", "slide_id"): "slide_id"}


def _own(name: str) -> str:
    """A manifest's column here; one called ``join`` makes room."""
    return "join_manifest" if name == JOIN.name else name


def _free(name: str, taken: Container[str]) -> str:
    while name in taken:
        name += "_clinical"
    return name


def joined_frame(project: Project) -> "pd.DataFrame":
    """Manifest and clinical table side by side, as text; no row is dropped.

    Returns
    -------
    DataFrame
        Columns of the manifest, `join` (``matched``, ``no clinical row``, ``no
        slide``), then those of the clinical table but its slide_id; a clinical
        column of a name the manifest has too ends in ``_clinical``. Rows without
        slide hold the ids of their clinical row. A slide with several clinical rows
        has several rows here. Where a slide has a row of its own and one of its
        patient, the patient's fills the gaps.
    """
    import pandas as pd

    left, right, beside = pairs(project)
    manifest, clinical = project.manifest, project.clinical
    of_slides = _taker(left, len(manifest))
    data: dict[str, TextArray] = {
        _own(column.name): of_slides(manifest.texts(column.name))
        for column in manifest.columns
    }
    fit = np.where(left < 0, 2, np.where(right < 0, 1, 0))
    data[JOIN.name] = np.array(JOIN.choices, dtype=object)[fit]
    has_gaps = bool((beside >= 0).any())
    for column in clinical.columns:
        texts = clinical.texts(column.name)
        found = _take(texts, right)
        if column.name == "slide_id":
            lonely = left < 0
            data["slide_id"][lonely] = found[lonely]
            continue
        if has_gaps:
            gaps = (beside >= 0) & (found == "")
            found[gaps] = texts[beside[gaps]]
        if column.name == "patient_id" and "patient_id" in data:
            own = (left < 0) & (data["patient_id"] == "")
            data["patient_id"][own] = found[own]
        data[_free(column.name, data)] = found
    return pd.DataFrame(data, dtype=object, copy=False)


def _take(texts: TextArray, where: Positions) -> TextArray:
    """Texts at positions, empty where the position is -1."""
    from pandas.api.extensions import take

    return np.asarray(take(texts, where, allow_fill=True, fill_value=""))


def _taker(where: Positions, length: int) -> Callable[[TextArray], TextArray]:
    """`_take` of columns of one length; quickly where all rows come in their order."""
    in_order = np.full(len(where), -1)
    in_order[:length] = np.arange(length)[: len(where)]
    if not np.array_equal(where, in_order):
        return lambda texts: _take(texts, where)

    def copied(texts: TextArray) -> TextArray:
        found = np.empty(len(where), dtype=object)
        found[:length] = texts
        found[length:] = ""
        return found

    return copied


def pairs(project: Project) -> tuple[Positions, Positions, Positions]:
    """Positions in manifest and clinical table, and of the patient's row beside.

    -1 stands for none. Slides come in the order of the manifest, then clinical rows
    that have no slide.
    """
    clinical = project.clinical
    slides = project.manifest.texts("slide_id")
    names, patients = clinical.texts("slide_id"), clinical.texts("patient_id")
    own = np.flatnonzero(names != "")
    left, right = _match(slides, names[own], own)
    of_patient = np.flatnonzero((names == "") & (patients != ""))
    beside = np.full(len(left), -1, dtype=np.int64)
    if len(of_patient):
        known = patients_of_slides(project)
        wanted = np.array([known.get(slide, "") for slide in slides], dtype=object)
        left, right, beside = _add_patients(
            left, right, _match(wanted, patients[of_patient], of_patient)
        )
    used = np.zeros(len(clinical), dtype=bool)
    used[right[right >= 0]] = True
    used[beside[beside >= 0]] = True
    alone = np.flatnonzero(~used)
    nobody = np.full(len(alone), -1, dtype=np.int64)
    return (
        np.concatenate([left, nobody]),
        np.concatenate([right, alone]),
        np.concatenate([beside, nobody]),
    )


def _match(
    wanted: TextArray, keys: TextArray, positions: Positions
) -> tuple[Positions, Positions]:
    """Pairs (place in `wanted`, position of the key), one with -1 if there is none."""
    if not len(positions):
        return np.arange(len(wanted)), np.full(len(wanted), -1, dtype=np.int64)
    places, found = match(wanted, keys)
    return places, np.where(found < 0, -1, positions[found])


def _add_patients(
    left: Positions, right: Positions, by_patient: tuple[Positions, Positions]
) -> tuple[Positions, Positions, Positions]:
    """Give slides without row of their own the rows of their patient.

    A slide with a row of its own gets that of its patient beside it, if there is one
    and no more.
    """
    places, found = by_patient
    counts = np.bincount(places, minlength=int(left.max()) + 1 if len(left) else 0)
    single = np.full(len(counts), -1, dtype=np.int64)
    single[places] = found
    single[counts > 1] = -1
    has_own = right >= 0
    keep = ~has_own[np.searchsorted(left, places)]
    all_left = np.concatenate([left[has_own], places[keep]])
    all_right = np.concatenate([right[has_own], found[keep]])
    alone = np.full(int(keep.sum()), -1, dtype=np.int64)
    beside = np.concatenate([single[left[has_own]], alone])
    order = np.argsort(all_left, kind="stable")
    return all_left[order], all_right[order], beside[order]
