"""Look at the folders of a project again: new slides, missing ones, moved ones."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pathgui.errors import PathguiError, ProjectError, SlideError
from pathgui.project import Project
from pathgui.project.names import drop_slide_suffix
from pathgui.slides import find_slides, member_files, quick_fingerprint
from pathgui.workflows.add_slides import size_text
from pathgui.workflows.progress import Progress, Stop, check, never, silent

MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Moved:
    """A slide that lies elsewhere now; `how` tells by what it was known."""

    slide_id: str
    old: str
    new: Path
    how: str = "quickhash and size"


@dataclass(frozen=True, slots=True)
class Rescan:
    """What is on disk, held against the manifest; nothing is changed yet.

    Attributes
    ----------
    folders : tuple of Path
        What was looked through.
    new : tuple of Path
        Slides that are in no row.
    missing : tuple of str
        Ids of slides whose file is not there and was not found elsewhere.
    moved : tuple of Moved
        Slides whose file is not there, but the same content is elsewhere.
    back : tuple of str
        Ids of slides that were missing and are there again.
    changed : tuple of str
        Ids of slides whose files have another size than recorded.
    problems : mapping of str to str
        Files that could not be looked into, and why; rows with unusable paths.
    """

    folders: tuple[Path, ...]
    new: tuple[Path, ...] = ()
    missing: tuple[str, ...] = ()
    moved: tuple[Moved, ...] = ()
    back: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    problems: Mapping[str, str] | None = None

    def text(self) -> str:
        """The outcome in one line."""
        counts = {
            "new": len(self.new),
            "moved": len(self.moved),
            "missing": len(self.missing),
            "back": len(self.back),
            "changed": len(self.changed),
        }
        words = [f"{count:,} {word}" for word, count in counts.items() if count]
        return ", ".join(words) if words else "Every slide is where it was."

    def as_dict(self) -> dict[str, Any]:
        """Plain data for ``--json``."""
        return {
            "folders": [str(folder) for folder in self.folders],
            "new": [str(path) for path in self.new],
            "missing": list(self.missing),
            "moved": [
                {"slide_id": m.slide_id, "old": m.old, "new": str(m.new), "how": m.how}
                for m in self.moved
            ],
            "back": list(self.back),
            "changed": list(self.changed),
            "problems": dict(self.problems or {}),
        }


@dataclass(frozen=True, slots=True)
class _Row:
    slide_id: str
    row: int
    path: Path
    size: str
    quickhash: str
    status: str


def usual_folders(project: Project) -> list[Path]:
    """``raw_slides`` and the folders that the project's slides lie in.

    A folder inside another is left out, and so are a disk as a whole and the home
    folder.
    """
    found = {project.folder("raw_slides")}
    for row_id in project.manifest.row_ids:
        try:
            found.add(project.row_path(row_id).parent)
        except ProjectError:
            continue  # told by `rescan`
    home = Path.home()
    fitting = {f for f in found if f != f.parent and f != home and f.is_dir()}
    return sorted(f for f in fitting if not fitting & set(f.parents))


def rescan(
    project: Project,
    folders: Iterable[Path] | None = None,
    progress: Progress = silent,
    cancelled: Stop = never,
) -> Rescan:
    """Compare the manifest with the disk; only files of a fitting size are opened.

    Parameters
    ----------
    project : Project
        May be opened for reading.
    folders : iterable of Path, optional
        Where to look; `usual_folders` by default.
    progress, cancelled : callable
        Told of each slide and asked before each.

    Raises
    ------
    ProjectError
        A folder is not there.
    Cancelled
        On request.
    """
    places = tuple(usual_folders(project) if folders is None else folders)
    for place in places:
        if not place.exists():
            raise ProjectError(f"{place} is not there.", "Check the path.")
    search = _Search(project, progress, cancelled)
    return search.run(places)


class _Search:
    def __init__(self, project: Project, progress: Progress, cancelled: Stop) -> None:
        self.progress = progress
        self.cancelled = cancelled
        self.problems: dict[str, str] = {}
        self.rows = list(self._rows(project))

    def _rows(self, project: Project) -> Iterable[_Row]:
        manifest = project.manifest
        names = ("slide_id", "size_mb", "quickhash", "status")
        cells = zip(*(manifest.texts(n).tolist() for n in names), strict=True)
        for row, (slide_id, size, quick, status) in zip(
            manifest.row_ids, cells, strict=True
        ):
            try:
                path = project.row_path(row)
            except ProjectError as error:
                if manifest.text(row, "path"):
                    self.problems[slide_id] = error.message
                    continue
                path = project.folder("raw_slides") / slide_id  # where it is not
            yield _Row(slide_id, row, path, size, quick, status)

    def run(self, folders: tuple[Path, ...]) -> Rescan:
        lost, back, changed = [], [], []
        for number, row in enumerate(self.rows):
            check(self.cancelled)
            self.progress("Looking for slides", number, len(self.rows))
            if not row.path.exists():
                lost.append(row)
                continue
            if row.status == MISSING:
                back.append(row.slide_id)
            if row.size and self._size(row.path) not in ("", row.size):
                changed.append(row.slide_id)
        known = {_absolute(row.path) for row in self.rows}
        new = [p for p in find_slides(folders) if _absolute(p) not in known]
        moved = self._find_moved(lost, new)
        moved += _by_name(lost, new, moved)
        there = {m.slide_id for m in moved}
        taken = {m.new for m in moved}
        return Rescan(
            folders,
            tuple(path for path in new if path not in taken),
            tuple(row.slide_id for row in lost if row.slide_id not in there),
            tuple(moved),
            tuple(back),
            tuple(changed),
            self.problems,
        )

    def _size(self, path: Path) -> str:
        try:
            return size_text(member_files(path))
        except (OSError, PathguiError) as error:
            self.problems[str(path)] = _why(error)
            return ""

    def _find_moved(self, lost: Sequence[_Row], new: Sequence[Path]) -> list[Moved]:
        """Pair lost slides with new files of the same quickhash and size."""
        wanted: dict[tuple[str, str], list[_Row]] = {}
        for row in lost:
            if row.quickhash:
                wanted.setdefault((row.quickhash, row.size), []).append(row)
        sizes = {size for _, size in wanted}
        fitting = list(new) if "" in sizes else []
        if sizes and not fitting:
            fitting = [path for path in new if self._size(path) in sizes]
        found: dict[tuple[str, str], list[Path]] = {}
        for number, path in enumerate(fitting):
            check(self.cancelled)
            self.progress("Comparing files", number, len(fitting))
            if quick := self._quickhash(path):
                for size in {self._size(path), ""}:
                    found.setdefault((quick, size), []).append(path)
        pairs: list[Moved] = []
        taken: set[Path] = set()
        for key, rows in wanted.items():
            left = [path for path in found.get(key, []) if path not in taken]
            new_pairs = _pair(rows, left)
            taken |= {pair.new for pair in new_pairs}
            pairs += new_pairs
        return pairs

    def _quickhash(self, path: Path) -> str:
        try:
            return quick_fingerprint(path)
        except (SlideError, OSError) as error:
            self.problems[str(path)] = _why(error)
            return ""


def _by_name(
    lost: Sequence[_Row], new: Sequence[Path], moved: Sequence[Moved]
) -> list[Moved]:
    """Slides of which nothing is known but their name, and the one file of that name.

    Such come from an imported manifest whose files were not there yet.
    """
    there, taken = {m.slide_id for m in moved}, {m.new for m in moved}
    names: dict[str, list[Path]] = {}
    for path in new:
        if path not in taken:
            names.setdefault(drop_slide_suffix(path.name), []).append(path)
    found = []
    for row in lost:
        if row.quickhash or row.slide_id in there:
            continue
        same = names.get(drop_slide_suffix(row.path.name)) or names.get(row.slide_id)
        if same is not None and len(same) == 1:
            path = same.pop()
            found.append(Moved(row.slide_id, str(row.path), path, "name"))
    return found


def _pair(rows: Sequence[_Row], paths: Sequence[Path]) -> list[Moved]:
    """Rows and files of one content: equal names first, then in order."""
    left = list(paths)
    pairs: list[Moved] = []
    by_name = sorted(rows, key=lambda r: r.path.name not in {p.name for p in left})
    for row in by_name:
        same = next((p for p in left if p.name == row.path.name), None)
        path = same or next(iter(left), None)
        if path is None:
            break
        left.remove(path)
        pairs.append(Moved(row.slide_id, str(row.path), path))
    return pairs


def _absolute(path: Path) -> Path:
    return path.resolve()


def _why(error: Exception) -> str:
    if isinstance(error, PathguiError):
        return error.message
    return str(error)
