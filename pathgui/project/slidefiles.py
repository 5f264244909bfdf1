"""Where the slide files lie that a table names."""

from pathlib import Path, PurePosixPath

from pathgui.project import layout
from pathgui.project.csvtext import TextArray
from pathgui.project.names import drop_slide_suffix
from pathgui.project.project import Project

_LOOKED_AT = 200


class SlideFiles:
    """Finds files by what a table calls them.

    A relative text is looked for in the project, beside the table, and in the folders
    of the cohorts; one that climbs out of its folder is not followed.

    Parameters
    ----------
    project : Project
        Whose slides.
    table : Path
        The file that names them.
    """

    def __init__(self, project: Project, table: Path) -> None:
        self._root = project.root
        self._beside = table.absolute().parent
        self._raw = project.root / layout.FOLDERS["raw_slides"]

    def find(self, text: str, cohort: str = "") -> Path | None:
        """The file that a text names, or None if there is none."""
        plain = text.strip().replace("\\", "/")
        if layout.check_path(plain):
            return None
        folders = [self._root, self._beside, self._raw]
        if cohort and not layout.check_path(cohort):
            folders.insert(1, self._raw / cohort)
        for folder in folders:
            path = folder / plain
            try:
                if path.is_file():
                    return path.absolute()
            except (OSError, ValueError):
                continue
        return None

    def same_name(self, text: str, path: str) -> bool:
        """Whether two texts end in the same file name: the one tells no more."""
        return _name(text) == _name(path)


def _name(text: str) -> str:
    return PurePosixPath(text.replace("\\", "/")).name


def looks_like_file(texts: TextArray) -> bool:
    """Whether most texts of a column end like slide files."""
    some: list[str] = [t for t in texts[:_LOOKED_AT].tolist() if t.strip()]
    endings = sum(drop_slide_suffix(text.strip()) != text.strip() for text in some)
    return endings * 2 > len(some)
