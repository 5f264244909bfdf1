"""Edits that came back on opening: which a person can undo, and how it is told."""

from datetime import datetime

from pathgui.project import Edit, Project
from pathgui.project.recovery import Steps, steps_of

# Their undoing belongs into the log of decisions as well, which has them already.
_DECIDED = frozenset({"qc_status", "qc_reason"})


def recovered(project: Project) -> Steps:
    """Edits of a person that came back; those of runs and reviews are left out."""
    edits = project.recovered_edits
    return steps_of(edit for edit in edits if _by_person(project, edit))


def recovery_words(project: Project) -> str:
    """What came back, from when, in one sentence; empty if nothing did."""
    count = project.recovered
    if not count:
        return ""
    edits = "edit" if count == 1 else "edits"
    try:
        made = datetime.fromisoformat(project.recovered_time)
        when = f"of {made.day} {made:%b %Y, %H:%M}"
    except ValueError:
        when = "of the last session"
    undo = "; Ctrl+Z takes them back" if recovered(project).done else ""
    were = "was" if count == 1 else "were"
    return f"{count:,} unsaved {edits} {when} {were} recovered{undo}"


def _by_person(project: Project, edit: Edit) -> bool:
    if not edit.cells or edit.added or edit.removed or edit.columns:
        return True
    for cell in edit.cells:
        table = project.table(cell.table)
        known = table.has_column(cell.column)
        if not known or cell.column in _DECIDED:
            return False
        if not table.column(cell.column).computed:
            return True
    return False
