"""Bring decisions that others logged on a shared folder into the manifest.

The log is what everybody writes to; the manifest belongs to whoever holds the
project's lock. A small file remembers how far the manifest has followed the log.
"""

from dataclasses import dataclass
from pathlib import Path

from pathgui.errors import ProjectError
from pathgui.project import Cell, Edit, Project
from pathgui.replacing import replacing
from pathgui.workflows.qc.log import Decided, latest, log_file, read_from
from pathgui.workflows.review import DECISIONS, decide

_SEEN = "qc_seen"


@dataclass(frozen=True, slots=True)
class News:
    """What was logged since the manifest last followed.

    Attributes
    ----------
    entries : tuple of Decided
        In order, those of this person too.
    edit : Edit or None
        Brings the manifest up to date; None where it is.
    offset : int
        Where the log ends; for `remember` once the edit is applied.
    """

    entries: tuple[Decided, ...]
    edit: Edit | None
    offset: int


def news(project: Project) -> News:
    """What the log holds that the manifest has not followed yet."""
    entries, offset = read_from(log_file(project), _seen(project))
    cells: list[Cell] = []
    for slide_id, entry in latest(entries).items():
        if entry.status not in DECISIONS:
            continue
        try:
            edit = decide(project, slide_id, entry.status, entry.reason)
        except ProjectError:
            continue  # the slide is no longer in the project
        cells += edit.cells if edit is not None else ()
    slides = len({cell.row for cell in cells})
    label = f"Decisions about {slides:,} slide{'s' if slides != 1 else ''}"
    return News(tuple(entries), Edit(label, tuple(cells)) if cells else None, offset)


def is_news(project: Project) -> bool:
    """Whether the log holds anything that the manifest has not followed yet."""
    return bool(read_from(log_file(project), _seen(project))[0])


def remember(project: Project, offset: int) -> None:
    """The manifest has followed the log up to here."""
    file = project.root / ".pathgui" / _SEEN
    if project.writable and offset != _read(file):
        with replacing(file) as part:
            part.write_text(f"{offset}\n", "ascii")


def _seen(project: Project) -> int:
    """Where the manifest stopped following; at first all is taken as followed."""
    kept = _read(project.root / ".pathgui" / _SEEN)
    if kept is not None:
        return kept
    try:
        return log_file(project).stat().st_size
    except OSError:
        return 0


def _read(file: Path) -> int | None:
    try:
        return int(file.read_text("ascii"))
    except (OSError, ValueError):
        return None
