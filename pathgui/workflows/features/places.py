"""Where a project keeps features, and writing other files whole or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pathgui.errors import StorageError
from pathgui.project import Project
from pathgui.replacing import replacing
from pathgui.storage.features import SUFFIX

EVERYTHING = "all"


def slide_file(project: Project, slide_id: str) -> Path:
    """The features of one slide: ``features/<slide_id>_features.h5``."""
    project.result_path(slide_id)  # refuses names that no file can have
    return project.folder("features") / f"{slide_id}{SUFFIX}"


def database_file(project: Project, cohort: str | None) -> Path:
    """The database of a cohort, or of all slides."""
    return project.folder("features") / f"{cohort or EVERYTHING}{SUFFIX}"


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """A name to write to; what is there takes the place of `path` at the end.

    Raises
    ------
    StorageError
        If it cannot be written; what was there stays.
    """
    try:
        with replacing(path, durable=True) as part:
            yield part
    except OSError as error:
        reason = error.strerror or str(error)
        raise StorageError(f"{path} cannot be written: {reason}") from error
