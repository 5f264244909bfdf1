"""What a project knows of slides and patients, to recognise them in a table."""

from collections.abc import Iterable

from pathgui.project.keys import Known
from pathgui.project.names import drop_slide_suffix
from pathgui.project.patients import patients_of_slides
from pathgui.project.project import Project


def known_ids(
    project: Project, rule: str | None = None, *, ignore_case: bool = False
) -> Known:
    """Slides by id and by file name, and the patients they belong to.

    Parameters
    ----------
    project : Project
        Whose slides.
    rule : str, optional
        From slide to patient, in place of the project's own.
    ignore_case : bool
        Whether ids are also found where only the case differs.
    """
    manifest = project.manifest
    slides: dict[str, str] = {}
    twice = set()
    ids = manifest.texts("slide_id").tolist()
    for slide_id, path in zip(ids, manifest.texts("path").tolist(), strict=True):
        bare = drop_slide_suffix(path.rpartition("/")[2])
        if slides.setdefault(bare, slide_id) != slide_id:
            twice.add(bare)
    for bare in twice:  # two slides of one file name: the name tells nothing
        del slides[bare]
    for slide_id, path in zip(ids, manifest.texts("path").tolist(), strict=True):
        if path:
            slides.setdefault(path, slide_id)
            slides.setdefault((project.root / path).as_posix(), slide_id)
    slides.update((slide_id, slide_id) for slide_id in ids)
    patients = frozenset(patients_of_slides(project, rule).values())
    used = project.config.patient_rule if rule is None else rule
    if not ignore_case:
        return Known(slides, patients, used)
    return Known(
        slides,
        patients,
        used,
        _folded(slides.items()),
        _folded((patient, patient) for patient in patients),
    )


def _folded(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """What a text names whatever its case; where two differ by case alone, nothing."""
    found: dict[str, set[str]] = {}
    for text, name in pairs:
        found.setdefault(text.casefold(), set()).add(name)
    return {text: names.pop() for text, names in found.items() if len(names) == 1}
