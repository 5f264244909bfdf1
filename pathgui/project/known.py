"""What a project knows of slides and patients, to recognise them in a table."""

from pathgui.project.keys import Known
from pathgui.project.names import drop_slide_suffix
from pathgui.project.patients import patients_of_slides
from pathgui.project.project import Project


def known_ids(project: Project) -> Known:
    """Slides by id and by file name, and the patients they belong to."""
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
    slides.update((slide_id, slide_id) for slide_id in ids)
    patients = frozenset(patients_of_slides(project).values())
    return Known(slides, patients, project.config.patient_rule)
