"""Which rows of manifest and clinical table belong together, worked out once."""

from dataclasses import dataclass

import numpy as np

from pathgui.project.csvtext import TextArray
from pathgui.project.patients import patients_of
from pathgui.project.store import Ids
from pathgui.project.tableview import TableView

Names = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Linked:
    """How the two tables of a project fit, as they were when it was made.

    Attributes
    ----------
    patients : dict of str to str
        Patient by slide id, for slides whose patient is known.
    named : (n,) array of str
        Patient of each slide in the order of the manifest, empty for unknown ones.
    beside : (n,) int64 array
        Clinical row of each slide: its own, else that of its patient; -1 for none.
    owners : dict of int to tuple of str
        Slides of each clinical row: the one it names, else those of its patient.
    """

    patients: dict[str, str]
    named: TextArray
    beside: Ids
    owners: dict[int, Names]

    @staticmethod
    def of(manifest: TableView, clinical: TableView, rule: str) -> "Linked":
        """Link two tables, with a rule from slide to patient."""
        patients = patients_of(manifest, clinical, rule)
        beside = _beside(manifest, clinical, patients)
        slides = manifest.texts("slide_id").tolist()
        named = np.full(len(slides), "", dtype=object)
        if patients:
            named[:] = [patients.get(slide, "") for slide in slides]
        return Linked(patients, named, beside, _owners(clinical, patients))


def first_rows(table: TableView, column: str, without: str = "") -> dict[str, int]:
    """Id of the first row of each text; of rows only that lack another id."""
    texts, ids = table.texts(column), table.ids
    if without:
        lacking = table.texts(without) == ""
        texts, ids = texts[lacking], ids[lacking]
    found: dict[str, int] = {}
    # In the order of the file, which is the order that people see.
    for text, number in zip(texts.tolist(), ids.tolist(), strict=True):
        found.setdefault(text, number)
    found.pop("", None)
    return found


def _beside(manifest: TableView, clinical: TableView, patients: dict[str, str]) -> Ids:
    if not len(clinical):
        return np.full(len(manifest), -1, dtype=np.int64)
    by_slide = first_rows(clinical, "slide_id")
    by_patient = first_rows(clinical, "patient_id", without="slide_id")
    slides = manifest.texts("slide_id").tolist()
    if by_patient:
        found = [
            by_slide.get(slide, by_patient.get(patients.get(slide, ""), -1))
            for slide in slides
        ]
    else:
        found = [by_slide.get(slide, -1) for slide in slides]
    return np.array(found, dtype=np.int64)


def _owners(clinical: TableView, patients: dict[str, str]) -> dict[int, Names]:
    slides = clinical.texts("slide_id").tolist()
    named = clinical.texts("patient_id").tolist()
    of_patient: dict[str, list[str]] = {}
    if not all(slides):
        for slide, patient in patients.items():
            of_patient.setdefault(patient, []).append(slide)
    return {
        row: (slide,) if slide else tuple(of_patient.get(patient, ()))
        for row, slide, patient in zip(clinical.row_ids, slides, named, strict=True)
    }
