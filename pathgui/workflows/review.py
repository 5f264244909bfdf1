"""Record a quality decision about a slide."""

import getpass
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from pathgui import settings
from pathgui.errors import ProjectError
from pathgui.project import Cell, Edit, Project, append_rows

DECISIONS = ("pass", "flag", "exclude", "")
COLUMNS = ("time", "slide_id", "qc_status", "qc_reason", "note", "reviewer")


@dataclass(frozen=True, slots=True)
class Decision:
    """A quality decision: about which slide, what, why, by whom."""

    slide_id: str
    status: str
    reason: str = ""
    note: str = ""
    reviewer: str = ""


def decide(
    project: Project, slide_id: str, status: str, reason: str = ""
) -> Edit | None:
    """The edit that puts a decision into the manifest.

    Parameters
    ----------
    project : Project
        The project.
    slide_id : str
        Which slide.
    status : {"pass", "flag", "exclude", ""}
        The decision; empty clears it.
    reason : str
        Why, in a few words.

    Returns
    -------
    Edit or None
        To be applied by the caller; None where nothing changes.

    Raises
    ------
    ProjectError
        If the slide or the decision is unknown.
    """
    if status not in DECISIONS:
        raise ProjectError(f"{status!r} is no quality decision", "pass, flag, exclude")
    manifest = project.manifest
    row = manifest.find(slide_id)
    if row is None:
        raise ProjectError(f"there is no slide {slide_id} in the manifest")
    values = {"qc_status": status, "qc_reason": reason}
    cells = tuple(
        Cell("manifest", row, column, manifest.text(row, column), value)
        for column, value in values.items()
        if manifest.text(row, column) != value
    )
    word = f"Set {slide_id} to {status}" if status else f"Clear decision of {slide_id}"
    return Edit(word, cells) if cells else None


def log_decision(project: Project, decision: Decision) -> None:
    """Append a decision to ``metadata/qc_decisions.csv``; lines are never changed."""
    log_decisions(project, [decision])


def log_decisions(project: Project, decisions: Iterable[Decision]) -> None:
    """Append decisions together; others may append at the same time.

    Raises
    ------
    TableError
        The disk refuses, or the log stays locked; nothing was appended.
    """
    now = datetime.now().astimezone().isoformat(timespec="seconds")
    own = reviewer()
    rows = [
        (
            now,
            decision.slide_id,
            decision.status or "cleared",
            decision.reason,
            decision.note,
            decision.reviewer or own,
        )
        for decision in decisions
    ]
    append_rows(project.folder("metadata") / "qc_decisions.csv", COLUMNS, rows)


def reviewer() -> str:
    """Name recorded with decisions: from the settings, else the login name."""
    named = settings.load().reviewer
    if named:
        return named
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        # Containers may run under a user id that has no name.
        return "reviewer"
