"""Add slides to a project: open, check, place, and fill the manifest."""

import os
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pathgui.errors import PathguiError, ProjectError
from pathgui.project import Edit, Project, slide_id_for
from pathgui.project.files import sync_folder
from pathgui.slides import (
    SlideProperties,
    check_slide,
    find_slides,
    member_files,
    open_slide,
)
from pathgui.tiling import plausible_mpp
from pathgui.workflows.cohort_rules import cohort_mpp
from pathgui.workflows.progress import Progress, Stop, check, never, silent

MODES = ("reference", "copy", "move", "link")
# One undo step may hold so many rows; a crash loses at most the slides in hand.
_BATCH = 50


@dataclass(frozen=True, slots=True)
class Problem:
    """A path that gave no row, why, and what to do."""

    path: str
    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class AddReport:
    """What came of adding slides.

    Attributes
    ----------
    added : tuple of str
        Ids of the new rows.
    known : tuple of str
        Ids of slides that were in the project already.
    problems : tuple of Problem
        Paths that were refused; they left no row.
    warnings : tuple of str
        What people should know about slides that were added.
    """

    added: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    warnings: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Plain data for ``--json``."""
        return {
            "added": list(self.added),
            "known": list(self.known),
            "problems": [
                {"path": p.path, "message": p.message, "hint": p.hint}
                for p in self.problems
            ],
            "warnings": list(self.warnings),
        }


@dataclass(frozen=True, slots=True)
class _Job:
    cohort: str
    mode: str
    mpp: float | None


def add(
    project: Project,
    paths: Iterable[Path | str],
    cohort: str,
    mode: str = "reference",
    *,
    mpp: float | None = None,
    progress: Progress = silent,
    cancelled: Stop = never,
) -> AddReport:
    """Add slides; a slide that cannot be read leaves no row.

    Parameters
    ----------
    project : Project
        Opened for writing.
    paths : iterable of Path
        Slides, or folders to search.
    cohort : str
        Cohort they join.
    mode : {"reference", "copy", "move", "link"}
        Leave the files where they are, or bring them to ``raw_slides/<cohort>``.
    mpp : float, optional
        Micrometres per level-0 pixel for slides that do not tell.
    progress, cancelled : callable
        Told of each slide, and asked before each.

    Raises
    ------
    ProjectError
        If cohort or mode is no good, or none of the paths exists.
    Cancelled
        On request; slides added so far stay.
    """
    if mode not in MODES:
        raise ProjectError(f"mode is {mode!r}", "use one of " + ", ".join(MODES))
    project.check_cohort(cohort)
    adder = _Adder(project, _Job(cohort, mode, mpp))
    found = list(adder.search([Path(path) for path in paths]))
    try:
        for number, path in enumerate(found):
            check(cancelled)
            progress("Adding slides", number, len(found))
            adder.take(path)
        progress("Adding slides", len(found), len(found))
    finally:
        adder.flush()
    return adder.report()


class _Adder:
    """Collects rows, writes them in batches, remembers what happened."""

    def __init__(self, project: Project, job: _Job) -> None:
        self.project = project
        self.job = job
        manifest = project.manifest
        ids = [manifest.text(row, "slide_id") for row in manifest.row_ids]
        self.taken = set(ids) | set(project.cohorts()) | {job.cohort, "all"}
        self.paths: dict[Path, str] = {}
        self.contents: dict[tuple[str, str], str] = {}
        for slide_id, row in zip(ids, manifest.row_ids, strict=True):
            self.paths[_located(project, slide_id)] = slide_id
            key = manifest.text(row, "quickhash"), manifest.text(row, "size_mb")
            self.contents[key] = slide_id
        self.rule = cohort_mpp(project, job.cohort)
        self.rows: list[dict[str, str]] = []
        self.added: list[str] = []
        self.known: list[str] = []
        self.problems: list[Problem] = []
        self.warnings: list[str] = []

    def search(self, paths: list[Path]) -> Iterator[Path]:
        missing = [path for path in paths if not path.exists()]
        if paths and len(missing) == len(paths):
            raise ProjectError(f"{missing[0]} is not there", "check the path")
        for path in missing:
            self.problems.append(Problem(str(path), f"{path} is not there"))
        for path in paths:
            if path in missing:
                continue
            found = find_slides([path])
            if not found:
                self.problems.append(
                    Problem(str(path), f"{path} holds no slides", "check the folder")
                )
            yield from found

    def take(self, path: Path) -> None:
        """Check one slide and plan its row."""
        source = path.absolute()
        if source in self.paths:
            self.known.append(self.paths[source])
            return
        if not str(source).isprintable():
            text = f"{str(source)!r} has a line break or another control character"
            hint = "rename the file; a table cannot hold such a name safely"
            self.problems.append(Problem(str(source), text, hint))
            return
        try:
            with open_slide(source) as slide:
                check_slide(slide)
                properties = slide.properties
            members = member_files(source)
            size_mb = size_text(members)
            named = _named_after(source, members)
            slide_id = self._name(named, properties.quickhash, size_mb)
            final = self._place(source)
        except PathguiError as error:
            self.problems.append(Problem(str(path), error.message, error.hint))
            return
        except OSError as error:
            text = f"{path} cannot be read: {error.strerror or error}"
            self.problems.append(Problem(str(path), text))
            return
        self.paths[source] = self.paths[final] = slide_id
        self.taken.add(slide_id)
        self.added.append(slide_id)
        row = manifest_row(properties, self.job.mpp, self.rule)
        row |= {
            "slide_id": slide_id,
            "path": self.project.stored_path(final),
            "cohort": self.job.cohort,
            "size_mb": size_mb,
        }
        if not row["mpp"]:
            self.warnings.append(
                f"{slide_id}: the file does not say its µm per pixel; recipes by "
                "level run, those by mpp or µm need it (enter mpp in the manifest)"
            )
        elif doubt := (
            plausible_mpp(float(row["mpp"]), properties.objective)
            or properties.shape_warning
        ):
            self.warnings.append(f"{slide_id}: {doubt}")
        self.rows.append(row)
        if len(self.rows) >= _BATCH:
            self.flush()

    def _name(self, source: Path, quickhash: str, size_mb: str) -> str:
        slide_id = slide_id_for(source, self.taken)
        plain = slide_id_for(source, set())
        if slide_id != plain:
            self.warnings.append(
                f"{source.name} is called {slide_id} here, because {plain} is taken"
            )
        twin = self.contents.setdefault((quickhash, size_mb), slide_id)
        if twin != slide_id:
            self.warnings.append(f"{slide_id} seems to be the same slide as {twin}")
        return slide_id

    def _place(self, source: Path) -> Path:
        if self.job.mode == "reference":
            return source
        folder = self.project.folder("raw_slides") / self.job.cohort
        members = member_files(source)
        base = source.parent
        targets = [folder / member.relative_to(base) for member in members]
        for target in targets:
            if target.exists() or target.is_symlink():
                raise ProjectError(
                    f"{target} is there already; nothing was overwritten",
                    "rename one of the two, or add it to another cohort",
                )
        _bring_all(members, targets, self.job.mode)
        return folder / source.name

    def flush(self) -> None:
        """Write the planned rows to the project as one edit."""
        if not self.rows:
            return
        manifest = self.project.manifest
        rows = manifest.new_rows(self.rows)
        word = "slide" if len(rows) == 1 else "slides"
        label = f"Add {len(rows)} {word} to {self.job.cohort}"
        self.project.apply(Edit(label, added=rows))
        self.rows = []
        self.project.save()

    def report(self) -> AddReport:
        """What happened."""
        return AddReport(
            tuple(self.added),
            tuple(self.known),
            tuple(self.problems),
            tuple(self.warnings),
        )


def manifest_row(
    properties: SlideProperties, mpp: float | None = None, rule: float | None = None
) -> dict[str, str]:
    """The computed columns of a slide, as text.

    Where the slide does not say its µm per pixel, `mpp` of a person counts, else
    the `rule` of its cohort.
    """
    told = (properties.mpp, properties.mpp_source), (mpp, "user"), (rule, "cohort")
    known = [(value, source) for value, source in told if value is not None]
    used, source = known[0] if known else (None, "")
    width, height = properties.dimensions
    return {
        "scanner": properties.scanner,
        "magnification": number(properties.objective),
        "mpp": number(used),
        "mpp_source": source,
        "width": str(width),
        "height": str(height),
        "levels": str(properties.level_count),
        "vendor": properties.vendor,
        "quickhash": properties.quickhash,
        "status": "ready",
    }


def number(value: float | None) -> str:
    """A number as the shortest text that reads back the same; None is empty."""
    if value is None:
        return ""
    return str(int(value)) if float(value).is_integer() else repr(float(value))


def size_text(files: Iterable[Path]) -> str:
    """Size of the files together in MB, as the manifest holds it; OSError."""
    return number(round(sum(file.stat().st_size for file in files) / 1e6, 3))


def _named_after(source: Path, members: list[Path]) -> Path:
    """What a slide takes its name from: the folder of a DICOM series, else its file."""
    series = len(members) > 1 and all(m.suffix == source.suffix for m in members)
    return source.parent if series else source


def _located(project: Project, slide_id: str) -> Path:
    try:
        return project.slide_path(slide_id)
    except ProjectError:
        return Path(slide_id)


def _bring_all(sources: list[Path], targets: list[Path], mode: str) -> None:
    """Bring all files of a slide, or none."""
    brought: list[Path] = []
    try:
        for source, target in zip(sources, targets, strict=True):
            target.parent.mkdir(parents=True, exist_ok=True)
            _bring(source, target, mode)
            brought.append(target)
    except BaseException:
        for target in brought:
            target.unlink(missing_ok=True)
        raise
    if mode == "move":
        for folder in {target.parent for target in targets}:
            sync_folder(folder)
        for source in sources:
            source.unlink()


def _bring(source: Path, target: Path, mode: str) -> None:
    if mode == "link":
        target.symlink_to(source.resolve())
        return
    if mode == "move" and _linked(source, target):
        return
    # Copied under a passing name: a broken-off copy is never taken for the slide.
    part = target.with_name(target.name + ".part")
    try:
        shutil.copy2(source, part)
        with part.open("rb+") as copy:
            os.fsync(copy.fileno())  # before the source may go
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def _linked(source: Path, target: Path) -> bool:
    """Give a file a second name on the same disk, which copies nothing; else False."""
    if source.is_symlink():
        return False
    try:
        os.link(source, target)
    except OSError:  # another disk, or one without such names
        return False
    return True
