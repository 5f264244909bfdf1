"""The files behind the rows of a manifest."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pathgui.errors import ProjectError
from pathgui.project import Project
from pathgui.slides import member_files


@dataclass(frozen=True, slots=True)
class SlideFiles:
    """A slide's files, its own first; `error` says why they are not known."""

    row: int
    slide_id: str
    path: str
    files: tuple[Path, ...] = ()
    error: str = ""


def slide_files(project: Project) -> Iterator[SlideFiles]:
    """Files of each slide in the manifest; a bad path is an error, not a stop."""
    manifest = project.manifest
    for row in manifest.row_ids:
        slide_id = manifest.text(row, "slide_id")
        path = manifest.text(row, "path")
        try:
            files = tuple(member_files(project.row_path(row)))
        except ProjectError as error:
            yield SlideFiles(row, slide_id, path, error=error.message.rstrip("."))
        except OSError as error:
            reason = error.strerror or str(error)
            yield SlideFiles(row, slide_id, path, error=reason)
        else:
            yield SlideFiles(row, slide_id, path, files)
