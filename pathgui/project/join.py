"""Which slides and which clinical rows found each other."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from pathgui.project.nearmiss import NearMiss, find_near_misses
from pathgui.project.patients import patients_of_slides
from pathgui.project.project import Project

if TYPE_CHECKING:
    import pandas as pd

Positions = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class JoinReport:
    """How manifest and clinical table fit; each part names its ids.

    Attributes
    ----------
    matched : list of str
        Slide ids with at least one clinical row.
    slides_without_clinical : list of str
        Slide ids with none.
    clinical_without_slide : list of str
        Slide or patient ids of clinical rows that no slide answers to; ``row 5`` for
        a row without any id.
    duplicate_keys : list of str
        Ids that several clinical rows share.
    near_misses : list of NearMiss
        Ids that almost fit, and why they do not.
    """

    matched: list[str]
    slides_without_clinical: list[str]
    clinical_without_slide: list[str]
    duplicate_keys: list[str]
    near_misses: list[NearMiss]


def join_report(project: Project) -> JoinReport:
    """Compare manifest and clinical table; nothing is changed.

    A clinical row with a `slide_id` belongs to that slide. One with only a
    `patient_id` belongs to all slides of the patient, who is known from the
    manifest's `patient_id`, the clinical table, or the rule on slide names.
    """
    sides = _Sides(project)
    matched = [s for s in sides.slides if s in sides.by_slide or sides.has_patient(s)]
    found = set(matched)
    without = [slide for slide in sides.slides if slide not in found]
    known = set(sides.slides)
    patients = set(sides.patients.values())
    lost_slides = [key for key in sides.by_slide if key not in known]
    lost_patients = [key for key in sides.by_patient if key not in patients]
    open_patients = {
        sides.patients[slide] for slide in without if slide in sides.patients
    }
    return JoinReport(
        matched,
        without,
        [*lost_slides, *lost_patients, *(f"row {n + 1}" for n in sides.unlinked)],
        sides.duplicates(),
        [
            *find_near_misses([*lost_slides, *lost_patients], without, "slide"),
            *find_near_misses(lost_patients, sorted(open_patients), "patient"),
        ],
    )


class _Sides:
    """Both tables, by the ids that join them."""

    def __init__(self, project: Project) -> None:
        clinical = project.clinical
        self.slides: list[str] = project.manifest.texts("slide_id").tolist()
        self.patients = patients_of_slides(project)
        self.by_slide: dict[str, list[int]] = {}
        self.by_patient: dict[str, list[int]] = {}
        self.unlinked: list[int] = []
        slides = clinical.texts("slide_id").tolist()
        patients = clinical.texts("patient_id").tolist()
        for position, (slide, patient) in enumerate(zip(slides, patients, strict=True)):
            if slide:
                self.by_slide.setdefault(slide, []).append(position)
            elif patient:
                self.by_patient.setdefault(patient, []).append(position)
            else:
                self.unlinked.append(position)

    def has_patient(self, slide: str) -> bool:
        return self.patients.get(slide, "") in self.by_patient

    def duplicates(self) -> list[str]:
        return [
            key
            for rows in (self.by_slide, self.by_patient)
            for key, positions in rows.items()
            if len(positions) > 1
        ]

    def pairs(self) -> tuple[Positions, Positions, Positions]:
        """Positions in manifest, clinical table, and patient's row; -1 for none."""
        left: list[int] = []
        right: list[int] = []
        beside: list[int] = []
        used: set[int] = set()
        for position, slide in enumerate(self.slides):
            own = self.by_slide.get(slide, [])
            of_patient = self.by_patient.get(self.patients.get(slide, ""), [])
            used.update(own, of_patient)
            rows = own or of_patient or [-1]
            extra = of_patient[0] if own and len(of_patient) == 1 else -1
            left += [position] * len(rows)
            right += rows
            beside += [extra] * len(rows)
        total = len(self.unlinked) + sum(
            len(rows) for d in (self.by_slide, self.by_patient) for rows in d.values()
        )
        alone = [position for position in range(total) if position not in used]
        count = len(alone)
        return (
            np.array(left + [-1] * count, dtype=np.int64),
            np.array(right + alone, dtype=np.int64),
            np.array(beside + [-1] * count, dtype=np.int64),
        )


def joined_frame(project: Project) -> "pd.DataFrame":
    """Manifest and clinical table side by side, as text; no row is dropped.

    Returns
    -------
    DataFrame
        Columns of the manifest, `join` (``matched``, ``no clinical row``, ``no
        slide``), then those of the clinical table but its slide_id; a clinical
        column of a name the manifest has too ends in ``_clinical``. A slide with
        several clinical rows has several rows here. Where a slide has a row of its
        own and one of its patient, the patient's fills the gaps.
    """
    import pandas as pd

    sides = _Sides(project)
    left, right, beside = sides.pairs()
    manifest, clinical = project.manifest, project.clinical
    data: dict[str, npt.NDArray[np.object_]] = {}
    for column in manifest.columns:
        data[column.name] = _take(manifest.texts(column.name), left)
    data["join"] = np.where(
        left < 0, "no slide", np.where(right < 0, "no clinical row", "matched")
    ).astype(object)
    for column in clinical.columns:
        texts = clinical.texts(column.name)
        found = _take(texts, right)
        if column.name == "slide_id":
            lonely = left < 0
            data["slide_id"][lonely] = found[lonely]
            continue
        gaps = (beside >= 0) & (found == "")
        found[gaps] = _take(texts, beside[gaps])
        name = column.name
        data[f"{name}_clinical" if name in data else name] = found
    return pd.DataFrame(data, dtype=object)


def _take(texts: npt.NDArray[np.object_], where: Positions) -> npt.NDArray[np.object_]:
    """Texts at positions, empty where the position is -1."""
    found = np.empty(len(where), dtype=object)
    found[:] = ""
    there = where >= 0
    found[there] = texts[where[there]]
    return found
