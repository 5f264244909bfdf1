"""Annotations of a project as files that QuPath reads by drag and drop."""

from collections.abc import Collection
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from pathgui.errors import PathguiError, ProjectError
from pathgui.interop import Bounds, write_geojson
from pathgui.project import Project
from pathgui.slides import open_slide
from pathgui.workflows import annotations
from pathgui.workflows.progress import Progress, Stop, check, never, silent
from pathgui.workflows.run_recipe import choose


@dataclass(slots=True)
class AnnotationReport:
    """What went out.

    Attributes
    ----------
    folder : str
        Where to.
    written : dict of str to int
        Annotations by slide.
    problems : dict of str to str
        Why a slide could not be written.
    """

    folder: str
    written: dict[str, int] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Plain data for ``--json``."""
        return asdict(self)

    def text(self) -> str:
        """One sentence for people."""
        if not self.written and not self.problems:
            return "No slide has annotations; nothing was written."
        count, slides = sum(self.written.values()), len(self.written)
        words = f"{count:,} annotation{'' if count == 1 else 's'} of {slides:,} slide"
        return f"Wrote {words}{'' if slides == 1 else 's'} to {self.folder}."


def annotated(project: Project, slides: Collection[str] | None = None) -> list[str]:
    """Slides of the project that have a file of annotations, in its order.

    Raises
    ------
    ProjectError, RunError
        If a slide is unknown, or there are none at all.
    """
    chosen = choose(project, None, slides)
    return [slide for slide in chosen if annotations.path_of(project, slide).exists()]


def in_the_way(project: Project, folder: Path, slides: Collection[str]) -> list[Path]:
    """Files that an export would replace.

    Raises
    ------
    ProjectError
        If the folder is the one that the project's own annotations lie in.
    """
    if folder.resolve() == project.folder("annotations").resolve():
        raise ProjectError(
            f"{folder} holds the project's own annotations",
            "export to another folder: QuPath counts pixels in another way",
        )
    files = [folder / f"{slide}.geojson" for slide in slides]
    return [file for file in files if file.exists()]


def export_annotations(
    project: Project,
    folder: Path,
    slides: Collection[str] | None = None,
    *,
    level_0: bool = False,
    replace: bool = False,
    progress: Progress = silent,
    cancelled: Stop = never,
) -> AnnotationReport:
    """Write ``<slide_id>.geojson`` for each slide that has annotations.

    Parameters
    ----------
    project : Project
        The project.
    folder : Path
        Where to; made if need be.
    slides : collection of str, optional
        Only these.
    level_0 : bool
        Pixels of the whole slide, which the files then say, in place of QuPath's: it
        counts from the corner of the scanned area where a slide tells its bounds.
    replace : bool
        Replace files of these names.
    progress, cancelled : callable
        Told of slides, and asked before each.

    Raises
    ------
    ProjectError
        If files are in the way; nothing was written.
    """
    wanted = annotated(project, slides)
    taken = in_the_way(project, folder, wanted)
    if taken and not replace:
        others = f" and {len(taken) - 1} others" if len(taken) > 1 else ""
        raise ProjectError(
            f"{taken[0]}{others} would be replaced",
            "choose another folder, or say that they may be replaced",
        )
    report = AnnotationReport(str(folder))
    for done, slide in enumerate(wanted):
        check(cancelled)
        progress("Annotations", done, len(wanted))
        try:
            report.written[slide] = _write(project, folder, slide, level_0=level_0)
        except PathguiError as error:
            report.problems[slide] = error.message
    progress("Annotations", len(wanted), len(wanted))
    return report


def _write(project: Project, folder: Path, slide: str, *, level_0: bool) -> int:
    bounds = None if level_0 else _bounds(project, slide)
    drawn = annotations.load(project, slide)
    return write_geojson(folder / f"{slide}.geojson", drawn, bounds)


def _bounds(project: Project, slide: str) -> Bounds | None:
    with open_slide(project.slide_path(slide)) as opened:
        return opened.properties.bounds
