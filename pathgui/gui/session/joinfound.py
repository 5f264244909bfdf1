"""All that the join panel shows of two tables, worked out in the background."""

from collections.abc import Mapping
from dataclasses import dataclass

from pathgui.gui.session.decisions import spoken_time
from pathgui.project import JoinReport, Project, join_report, slides_of_patients
from pathgui.project.linked import Linked
from pathgui.project.watch import Watch
from pathgui.workflows.join_fixes import SharedKey, shared_keys

_IMPORT = "Import "


@dataclass(frozen=True, slots=True)
class JoinFound:
    """How manifest and clinical table fit, with what its lists need.

    Attributes
    ----------
    report : JoinReport
        The ids.
    several : mapping of str to list of str
        Slides of each patient who has several.
    shared : list of SharedKey
        Rows behind each key that several have.
    disagreeing : int
        How many of these keys have rows that say different things.
    lone : int
        Patients none of whose slides has a clinical row, as far as they are known.
    imported : str
        Which file was imported last and when, as far as the versions tell.
    """

    report: JoinReport
    several: Mapping[str, list[str]]
    shared: list[SharedKey]
    disagreeing: int
    lone: int
    imported: str = ""


def look(project: Project, linked: Linked, watch: Watch) -> JoinFound:
    """Compare the tables of a project, which takes a while for large ones.

    Raises
    ------
    Cancelled
        If `watch` says so.
    """
    report = join_report(project, watch)
    watch.go_on()
    patients = linked.patients
    shared = shared_keys(project, report.duplicate_keys)
    slides_of = slides_of_patients(project, patients)
    watch.go_on()
    without = report.slides_without_clinical
    return JoinFound(
        report,
        {patient: slides for patient, slides in slides_of.items() if len(slides) > 1},
        shared,
        sum(bool(item.differing) for item in shared),
        len({patients[slide] for slide in without if slide in patients}),
        _last_import(project),
    )


def _last_import(project: Project) -> str:
    """``lung.xlsx, imported 12 Nov 2026, 10:22``; empty where no version tells."""
    for version in project.versions("clinical"):
        for label in version.labels:
            if label.startswith(_IMPORT):
                when = spoken_time(version.time.astimezone().isoformat())
                return f"{label.removeprefix(_IMPORT)}, imported {when}"
    return ""
