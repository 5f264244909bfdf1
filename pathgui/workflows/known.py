"""The files of a project that may be opened here without a first look elsewhere."""

from typing import TYPE_CHECKING

from pathgui.project import Project

if TYPE_CHECKING:
    from pathgui.jobs.known_files import KnownFiles


def known_of(project: Project) -> "KnownFiles":
    """What the journal of a project vouches for, and what was looked at before."""
    from pathgui.jobs.known_files import known_files

    return known_files(project.folder("runs") / "journal.db")
