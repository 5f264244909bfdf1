"""Bring the features of a cohort, or of all slides, into one file."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pathgui.errors import StorageError
from pathgui.project import Project
from pathgui.storage import features, remove_stale_parts
from pathgui.storage.features import ConsolidateReport, FeatureFile, open_features
from pathgui.workflows.features.places import database_file, slide_file
from pathgui.workflows.known import known_of
from pathgui.workflows.progress import Progress, Stop, check, never, silent
from pathgui.workflows.qc.tiles import excluded_boxes, tiles_file
from pathgui.workflows.run_recipe import choose


@dataclass(slots=True)
class Consolidation:
    """What became of the database, and which slides are not in it.

    Attributes
    ----------
    report : ConsolidateReport
        Slides added, replaced, kept and dropped.
    without_features : list of str
        Slides that have none yet.
    problems : list of dict
        Slides whose file cannot be used, and why; the database keeps what it had.
    """

    report: ConsolidateReport
    without_features: list[str] = field(default_factory=list)
    problems: list[dict[str, str]] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """Plain data for ``--json``."""
        return {
            **self.report.as_dict(),
            "without_features": self.without_features,
            "problems": self.problems,
        }


def consolidate(
    project: Project,
    *,
    cohort: str | None = None,
    links: bool = False,
    all_tiles: bool = False,
    progress: Progress = silent,
    cancelled: Stop = never,
) -> Consolidation:
    """Write ``<cohort>_features.h5``, or ``all_features.h5`` without a cohort.

    Only new and changed slides are read again; slides that left the cohort leave
    the file. A slide whose own file is gone stays in a database that has its copy.

    Parameters
    ----------
    project : Project
        The project.
    cohort : str, optional
        Only slides of this cohort.
    links : bool
        Link to the slides' files rather than copy; slides that lose tiles are copied.
    all_tiles : bool
        Take tiles that were excluded in review too, from the slides' own files;
        otherwise they are left out, also where features had been extracted of them.
    progress, cancelled : callable
        Told of slides; asked before each.

    Raises
    ------
    ProjectError, RunError
        If there is no such cohort, or there are no slides.
    StorageError
        If there are no features, or the database cannot be read or written.
    Cancelled
        On request; the database stays as it was.
    """
    ids = choose(project, cohort, None)
    out = database_file(project, cohort)
    remove_stale_parts(out.parent)
    own = [slide_file(project, slide_id) for slide_id in ids]
    known_of(project).prepare([out, *own], progress)
    known, linked = _known(project, out)
    files, lacking, problems = _files(project, ids, cancelled)
    unusable = {*lacking, *(item["slide_id"] for item in problems)}
    if not files and not known:
        raise StorageError(
            "there are no features to consolidate",
            "extract them with `pathgui features extract`",
        )
    report = features.consolidate(
        files,
        out,
        links=links,
        drop=(known - set(ids)) | (linked & unusable),
        excluded={} if all_tiles else excluded_boxes(tiles_file(project)),
        progress=lambda _name, done, total: progress("Slides", done, total),
        cancelled=cancelled,
    )
    kept = known - linked
    return Consolidation(report, [s for s in lacking if s not in kept], problems)


def _known(project: Project, out: Path) -> tuple[set[str], set[str]]:
    """Slides of the database as it is, and those whose features it only links to."""
    if not out.exists():
        return set(), set()
    known_of(project).look(out)
    with FeatureFile(out) as file:
        names = set(file.slide_names)
        return names, {name for name in names if file.is_linked(name)}


def _files(
    project: Project, ids: list[str], cancelled: Stop
) -> tuple[list[Path], list[str], list[dict[str, str]]]:
    files, lacking, problems = [], [], []
    for slide_id in ids:
        check(cancelled)
        path = slide_file(project, slide_id)
        if not path.exists():
            lacking.append(slide_id)
            continue
        try:
            known_of(project).look(path)
            with open_features(path) as file:
                if file.slide_names != (slide_id,):
                    raise StorageError(
                        f"{path} holds features of {file.slide_names[0]!r}",
                        "extract them again",
                    )
            files.append(path)
        except StorageError as error:
            reason = {"reason": error.message, "hint": error.hint}
            problems.append({"slide_id": slide_id, **reason})
    return files, lacking, problems
