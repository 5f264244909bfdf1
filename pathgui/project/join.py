"""Which slides and which clinical rows found each other."""

from dataclasses import dataclass

from pathgui.project.keptapart import kept_apart
from pathgui.project.nearmiss import NearMiss, find_near_misses
from pathgui.project.patients import patients_of_slides
from pathgui.project.project import Project
from pathgui.project.watch import NOBODY, Watch


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
        Ids that almost fit, and why they do not; but for those that a person said
        are different.
    """

    matched: list[str]
    slides_without_clinical: list[str]
    clinical_without_slide: list[str]
    duplicate_keys: list[str]
    near_misses: list[NearMiss]


def join_report(project: Project, watch: Watch = NOBODY) -> JoinReport:
    """Compare manifest and clinical table; nothing is changed.

    A clinical row with a `slide_id` belongs to that slide. One with only a
    `patient_id` belongs to all slides of the patient, who is known from the
    manifest's `patient_id`, the clinical table, or the rule on slide names.

    Parameters
    ----------
    project : Project
        Whose tables are compared.
    watch : Watch
        Asked whether to go on, many times.

    Raises
    ------
    Cancelled
        If `watch` says so.
    """
    sides = _Sides(project)
    watch.go_on()
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
    watch.go_on()
    kept = kept_apart(project.config)
    near = [
        *find_near_misses([*lost_slides, *lost_patients], without, "slide", watch),
        *find_near_misses(lost_patients, sorted(open_patients), "patient", watch),
    ]
    return JoinReport(
        matched,
        without,
        [*lost_slides, *lost_patients, *(f"row {n + 1}" for n in sides.unlinked)],
        sides.duplicates(),
        [miss for miss in near if (miss.clinical, miss.slide) not in kept],
    )


class _Sides:
    """Both tables, by the ids that join them."""

    def __init__(self, project: Project) -> None:
        clinical = project.clinical
        self.slides: list[str] = project.manifest.texts("slide_id").tolist()
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
        self.patients = patients_of_slides(project) if self.by_patient else {}

    def has_patient(self, slide: str) -> bool:
        return self.patients.get(slide, "") in self.by_patient

    def duplicates(self) -> list[str]:
        return [
            key
            for rows in (self.by_slide, self.by_patient)
            for key, positions in rows.items()
            if len(positions) > 1
        ]
