"""From a slide's id to what must be opened."""

import math

from pathgui.errors import ProjectError
from pathgui.gui.viewer.host import ViewerHost
from pathgui.gui.viewer.loading import Request
from pathgui.workflows import annotations, drafts, reviewed_masks
from pathgui.workflows.features.places import slide_file


def request_for(session: ViewerHost, slide_id: str, *, profile: bool = True) -> Request:
    """What to open for a slide of the project, and whether in its profile's colours.

    Raises
    ------
    ProjectError
        If no project is open, or it has no such slide.
    """
    project = session.project
    if project is None:
        raise ProjectError("No project is open.")
    return Request(
        slide_id,
        project.slide_path(slide_id),
        project.result_path(slide_id),
        project.folder("cache"),
        own_mpp(session, slide_id),
        reviewed_masks.path_of(project, slide_id),
        annotations.path_of(project, slide_id),
        slide_file(project, slide_id),
        project.folder("runs") / "journal.db",
        (drafts.mask_file(project, slide_id), drafts.shape_file(project, slide_id)),
        profile,
        own_objective(session, slide_id),
    )


def own_objective(session: ViewerHost, slide_id: str) -> float | None:
    """Objective power as the manifest has it; None where it has none."""
    try:
        power = float(session.field(slide_id, "magnification"))
    except ValueError:
        return None
    return power if power > 0 and math.isfinite(power) else None


def own_mpp(session: ViewerHost, slide_id: str) -> float | None:
    """Micrometres per pixel a person has set; None where the file's own count."""
    if session.field(slide_id, "mpp_source") not in ("user", "cohort"):
        return None
    try:
        return float(session.field(slide_id, "mpp")) or None
    except ValueError:
        return None
