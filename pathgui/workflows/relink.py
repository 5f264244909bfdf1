"""Point rows of the manifest at the files where slides lie now, as edits."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from pathgui.errors import ProjectError, SlideError
from pathgui.project import Cell, Edit, Project
from pathgui.slides import quick_fingerprint
from pathgui.workflows.autofill import filling, slide_says
from pathgui.workflows.overrides import slide_row
from pathgui.workflows.rescan import MISSING, Rescan

READY, DONE = "ready", "done"


def rescan_edit(
    project: Project,
    found: Rescan,
    *,
    moved: Iterable[str] | None = None,
    mark_missing: bool = True,
) -> Edit:
    """The edit that brings the manifest up to date; new slides are added apart.

    Parameters
    ----------
    project : Project
        The project.
    found : Rescan
        What was found.
    moved : iterable of str, optional
        Ids of the moved slides that a person accepted; all by default.
    mark_missing : bool
        Whether slides that are gone get the status ``missing``.
    """
    accepted = None if moved is None else set(moved)
    cells: list[Cell] = []
    for item in found.moved:
        if accepted is None or item.slide_id in accepted:
            cells += _placed(project, item.slide_id, item.new)
    for slide_id in found.back:
        cells += _status(project, slide_id, _state(project, slide_id))
    if mark_missing:
        for slide_id in found.missing:
            cells += _status(project, slide_id, MISSING)
    return Edit(f"Rescan: {found.text()}", tuple(cells)) if cells else Edit("")


def _placed(project: Project, slide_id: str, path: Path) -> list[Cell]:
    row = slide_row(project, slide_id)
    manifest = project.manifest
    text = project.stored_path(path)
    cells = [manifest.cell(row, "path", text)]
    if manifest.text(row, "status") == MISSING:
        cells += _status(project, slide_id, _state(project, slide_id))
    return [cell for cell in cells if cell.old != cell.new]


def _status(project: Project, slide_id: str, status: str) -> list[Cell]:
    cell = project.manifest.cell(slide_row(project, slide_id), "status", status)
    return [cell] if cell.old != cell.new else []


def _state(project: Project, slide_id: str) -> str:
    try:
        return DONE if project.result_path(slide_id).exists() else READY
    except ProjectError:
        return READY


def relink(
    project: Project, moves: Mapping[str, Path], *, anyway: bool = False
) -> Edit:
    """The edit that points slides at other files.

    Parameters
    ----------
    project : Project
        The project.
    moves : mapping of str to Path
        File by slide id.
    anyway : bool
        Also where the file is not the slide that the manifest describes.

    Raises
    ------
    SlideError
        A file cannot be opened, or is another slide (by quickhash).
    TableError
        There is no such slide.
    """
    cells: list[Cell] = []
    for slide_id, path in moves.items():
        row = slide_row(project, slide_id)
        recorded = project.manifest.text(row, "quickhash")
        found = quick_fingerprint(path)
        if recorded and found != recorded and not anyway:
            raise SlideError(
                f"{path} is not the slide {slide_id}: its content is another.",
                "Choose another file, or add it as a slide of its own.",
            )
        cells += _placed(project, slide_id, path.absolute())
        if not recorded:  # its file was never seen, so that nothing is known of it
            cohort = project.manifest.text(row, "cohort")
            cells += filling(project, row, slide_says(project, path, cohort))
    word = "1 slide" if len(moves) == 1 else f"{len(moves):,} slides"
    return Edit(f"Relink {word}", tuple(cells)) if cells else Edit("")


def follow(project: Project, slide_id: str, path: Path) -> dict[str, Path]:
    """Other missing slides that moved the same way as one that was found.

    If ``/old/a/s1.svs`` is now ``/new/a/s1.svs``, then ``/old/b/s2.svs`` may be
    ``/new/b/s2.svs``; those that are there are returned, by slide id, with the slide
    itself.
    """
    try:
        old = project.row_path(slide_row(project, slide_id))
    except ProjectError:
        return {slide_id: path}  # nobody knows where it lay
    before, after = _roots(old, path.absolute())
    found = {slide_id: path}
    for row_id in project.manifest.row_ids:
        try:
            place = project.row_path(row_id)
        except ProjectError:
            continue
        if place == old or not place.is_relative_to(before) or place.exists():
            continue
        there = after / place.relative_to(before)
        if there.exists():
            found[project.manifest.text(row_id, "slide_id")] = there
    return found


def _roots(old: Path, new: Path) -> tuple[Path, Path]:
    """The folders above what the two paths have in common at their ends."""
    before, after = old.parent, new.parent
    while before.name and before.name == after.name:
        before, after = before.parent, after.parent
    return before, after
