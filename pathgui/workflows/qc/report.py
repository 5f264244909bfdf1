"""The quality report of a project: one page of HTML that needs nothing beside it."""

import base64
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pathgui
from pathgui import log
from pathgui.errors import PathguiError, ProjectError
from pathgui.jobs.pages import day_words, fill_page
from pathgui.project import Project
from pathgui.replacing import replacing
from pathgui.storage.atomic import spare
from pathgui.workflows import thumbnails
from pathgui.workflows.progress import Progress, Stop, check, never, silent
from pathgui.workflows.qc.metric import BY_NAME, METRICS
from pathgui.workflows.qc.plots import COLOURS, histogram_svg, scatter_svg
from pathgui.workflows.qc.report_data import (
    STATUSES,
    WORDS,
    CohortPart,
    QcReport,
    collect,
)

_log = log.get(__name__)
_SIDE, _QUALITY = 256, 82
_SCATTER = "tissue_mm2", "focus"
PAGE_BREAK = "\f"
"""Parts blocks of the template for paper that must not be torn apart."""
Pictures = dict[str, bytes]
Put = Callable[[QcReport, Pictures, Path], None]


@dataclass(frozen=True, slots=True)
class Plot:
    """A plot of a cohort."""

    title: str
    description: str
    svg: str


def default_file(project: Project, cohort: str | None = None) -> Path:
    """Where a report is written unless somebody says otherwise."""
    name = f"quality_{cohort}.html" if cohort else "quality.html"
    return project.folder("runs").parent / "reports" / name


def write_report(
    project: Project,
    out: Path,
    cohort: str | None = None,
    *,
    put: Put | None = None,
    progress: Progress = silent,
    cancelled: Stop = never,
) -> QcReport:
    """Write the report; as HTML, pictures and plots lie inside the page.

    Parameters
    ----------
    project : Project
        The project.
    out : Path
        The file; replaced when the new one is whole.
    cohort : str, optional
        Only this cohort.
    put : callable, optional
        Writes the report and thumbnails of excluded slides to a file; HTML by
        default.
    progress, cancelled : callable
        Told of thumbnails, and asked before each.

    Raises
    ------
    ProjectError
        No such cohort, or the disk refuses.
    StorageError
        What is there is of another kind, such as a slide.
    TableError
        The metrics are damaged.
    """
    spare(out, (".html", ".htm", ".pdf"))
    found = collect(project, cohort)
    pictures = excluded_pictures(project, found, progress, cancelled)
    try:
        with replacing(out) as part:
            (put or _put_page)(found, pictures, part)
    except OSError as error:
        raise ProjectError(
            f"{out} cannot be written: {error.strerror or error}."
        ) from error
    return found


def _put_page(report: QcReport, pictures: Pictures, file: Path) -> None:
    inline = {
        slide: "data:image/jpeg;base64," + base64.b64encode(data).decode()
        for slide, data in pictures.items()
    }
    file.write_text(render(report, "qc.html.j2", inline), "utf-8")


def render(
    report: QcReport, template: str, pictures: dict[str, str], **further: Any
) -> str:
    """The page from a template; `pictures` are addresses by slide."""
    values = {
        "report": report,
        "plots": {part.name: plots_of(part) for part in report.parts},
        "pictures": pictures,
        "statuses": STATUSES,
        "words": WORDS,
        "version": pathgui.__version__,
        "colours": COLOURS,
        "page_break": PAGE_BREAK,
        "today": day_words(datetime.now().astimezone().isoformat()),
    }
    return fill_page(template, values | further, breakable=_breakable)


def _breakable(name: str) -> str:
    """Long names may be broken after these signs, by a space of no width."""
    return re.sub(r"([-_./])", "\\1\u200b", name)


def plots_of(part: CohortPart) -> list[Plot]:
    """A histogram of each metric that was measured, and focus against tissue."""
    statuses = [line.status for line in part.lines]
    found = []
    for metric in METRICS:
        if metric.name in part.columns and metric.bad:
            svg = histogram_svg(metric, part.columns[metric.name], statuses)
            found.append(Plot(metric.title, metric.description, svg))
    if all(name in part.columns for name in _SCATTER):
        one, two = ((BY_NAME[n], part.columns[n]) for n in _SCATTER)
        words = f"{two[0].title} against {one[0].title.lower()}"
        found.append(Plot(words, "One mark per slide", scatter_svg(one, two, statuses)))
    return [plot for plot in found if plot.svg]


def excluded_pictures(
    project: Project,
    report: QcReport,
    progress: Progress = silent,
    cancelled: Stop = never,
) -> Pictures:
    """Thumbnails of the excluded slides as JPEG; what cannot be had is absent."""
    slides = [line.slide_id for part in report.parts for line in part.of("exclude")]
    found: Pictures = {}
    for at, slide in enumerate(slides):
        check(cancelled)
        progress("Thumbnails", at, len(slides))
        try:
            found[slide] = _jpeg(thumbnails.ensure(project, slide, _SIDE))
        except (PathguiError, OSError) as error:
            # The report says so in place of the picture.
            _log.info("no thumbnail of %s: %s", slide, error)
    progress("Thumbnails", len(slides), len(slides))
    return found


def _jpeg(file: Path) -> bytes:
    from PIL import Image

    out = io.BytesIO()
    with Image.open(file) as picture:
        picture.convert("RGB").save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()


def outcome(report: QcReport, out: Path) -> dict[str, Any]:
    """Plain data for ``--json``."""
    return {"report": str(out), **report.as_dict()}
