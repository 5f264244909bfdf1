"""Small pictures of slides, made once and kept in the cache."""

import hashlib
from pathlib import Path

from pathgui.project import Project
from pathgui.replacing import replacing
from pathgui.slides import open_slide
from pathgui.workflows.progress import Progress, Stop, check, never, silent


def cached(project: Project, slide_id: str, side: int = 256) -> Path:
    """Where the thumbnail of a slide is kept; it may not be there yet."""
    row = project.manifest.find(slide_id)
    told = "" if row is None else project.manifest.text(row, "quickhash")
    # Another slide put under the same id gets another picture.
    key = hashlib.sha256(f"{slide_id}\0{told}\0{side}".encode()).hexdigest()[:24]
    return project.folder("cache") / "thumbnails" / f"{key}.png"


def ensure(project: Project, slide_id: str, side: int = 256) -> Path:
    """The thumbnail of a slide as PNG, made if it is not there.

    Raises
    ------
    SlideError
        If the slide cannot be read.
    ProjectError
        If its path is no good.
    """
    return make(project.slide_path(slide_id), cached(project, slide_id, side), side)


def make(slide_path: Path, target: Path, side: int = 256) -> Path:
    """Write the thumbnail of one slide file, unless it is there."""
    from PIL import Image

    if target.exists():
        return target
    with open_slide(slide_path) as slide:
        picture = Image.fromarray(slide.thumbnail(side))
    with replacing(target) as part:
        picture.save(part, "PNG")
    return target


def ensure_all(
    project: Project, *, progress: Progress = silent, cancelled: Stop = never
) -> list[str]:
    """Make the thumbnails that are missing; gives the ids of slides that failed."""
    from pathgui.errors import PathguiError

    failed = []
    manifest = project.manifest
    ids = [manifest.text(row, "slide_id") for row in manifest.row_ids]
    for done, slide_id in enumerate(ids):
        check(cancelled)
        progress("Thumbnails", done, len(ids))
        try:
            ensure(project, slide_id)
        except (PathguiError, OSError):
            failed.append(slide_id)
    progress("Thumbnails", len(ids), len(ids))
    return failed
