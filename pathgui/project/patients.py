"""From slide to patient: a column of the manifest, the clinical table, or a rule."""

from collections.abc import Iterable, Mapping

from pathgui.project.config import check_rule
from pathgui.project.patterns import BadPattern, safe_pattern
from pathgui.project.project import Project
from pathgui.project.tableview import TableView


def by_rule(slide_id: str, rule: str) -> str:
    """Patient of a slide by its name, or ``""``.

    The TCGA barcode TCGA-83-5908-01Z-00-DX1 names patient TCGA-83-5908.
    """
    if not rule:
        return ""
    try:
        found = safe_pattern(rule).search(slide_id)
    except BadPattern:
        return ""  # a name too long for the rule names nobody
    return (found.group(1) or "") if found else ""


def patients_of_slides(project: Project, rule: str | None = None) -> dict[str, str]:
    """Patient id by slide id; slides of unknown patients are left out.

    The manifest's own `patient_id` column counts first, then what the clinical
    table says of a slide, then the rule on the slide's name: the project's, unless
    another is given.
    """
    rule = project.config.patient_rule if rule is None else rule
    return patients_of(project.manifest, project.clinical, rule)


def patients_of(manifest: TableView, clinical: TableView, rule: str) -> dict[str, str]:
    """The same of tables that need not be in a project."""
    told = _told(
        zip(clinical.texts("slide_id"), clinical.texts("patient_id"), strict=True)
    )
    slides = manifest.texts("slide_id").tolist()
    own = [""] * len(slides)
    if manifest.has_column("patient_id"):
        own = manifest.texts("patient_id").tolist()
    found = {
        slide: patient.strip() or told.get(slide, "") or by_rule(slide, rule)
        for slide, patient in zip(slides, own, strict=True)
    }
    return {slide: patient for slide, patient in found.items() if patient}


def _told(pairs: Iterable[tuple[str, str]]) -> Mapping[str, str]:
    return {slide: patient for slide, patient in pairs if slide and patient}


def slides_of_patients(
    project: Project, patients: Mapping[str, str] | None = None
) -> dict[str, list[str]]:
    """Slide ids by patient id, in the order of the manifest.

    `patients` by slide id saves working them out where they are known.
    """
    found: dict[str, list[str]] = {}
    known = patients_of_slides(project) if patients is None else patients
    for slide, patient in known.items():
        found.setdefault(patient, []).append(slide)
    return found


def patients_by_rule(slide_ids: Iterable[str], rule: str) -> dict[str, str]:
    """Patient id by slide id as a rule would tell, to look at before it is kept.

    Slides that the rule says nothing of have an empty patient.

    Raises
    ------
    ProjectError
        The rule is broken, has no group, or could take for ever.
    """
    check_rule(rule)
    return {slide_id: by_rule(slide_id, rule) for slide_id in slide_ids}
