"""What the report of a cohort's quality says, as plain data."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from pathgui.errors import ProjectError
from pathgui.project import Project
from pathgui.workflows.qc.agreement import Pair, agreement
from pathgui.workflows.qc.log import Decided, latest, log_file, read_log
from pathgui.workflows.qc.metrics import columns_of, read_metrics
from pathgui.workflows.qc.outliers import Outlier, find_outliers
from pathgui.workflows.qc.reasons import split
from pathgui.workflows.qc.tiles import excluded_boxes, tiles_file

STATUSES = ("pass", "flag", "exclude", "")
WORDS = {"pass": "Pass", "flag": "Flag", "exclude": "Exclude", "": "Unreviewed"}
Values = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class SlideLine:
    """One slide of the report."""

    slide_id: str
    status: str
    reason: str
    note: str
    reviewer: str
    when: str
    tiles: int


@dataclass(frozen=True, eq=False, slots=True)
class CohortPart:
    """One cohort of the report.

    Attributes
    ----------
    counts : mapping of str to int
        Slides by decision; empty means unreviewed.
    reasons : list of (str, int)
        How often each reason was given for a flag or exclusion, most often first.
    columns : mapping of str to ndarray of float64, shape (n,)
        Metrics in the order of `lines`.
    """

    name: str
    lines: tuple[SlideLine, ...]
    counts: Mapping[str, int]
    reasons: list[tuple[str, int]]
    columns: Mapping[str, Values]
    outliers: tuple[Outlier, ...]

    def of(self, status: str) -> list[SlideLine]:
        """Slides with a decision."""
        return [line for line in self.lines if line.status == status]

    @property
    def reviewed(self) -> int:
        """Slides that have a decision."""
        return len(self.lines) - self.counts.get("", 0)

    @property
    def tiles(self) -> int:
        """Tiles that were excluded."""
        return sum(line.tiles for line in self.lines)


@dataclass(frozen=True, slots=True)
class ReviewerLine:
    """One reviewer: how many decisions, of which kind, between which times."""

    name: str
    slides: int
    counts: Mapping[str, int]
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class QcReport:
    """All that the report says."""

    project: str
    parts: tuple[CohortPart, ...]
    reviewers: tuple[ReviewerLine, ...]
    pairs: tuple[Pair, ...]

    @property
    def counts(self) -> dict[str, int]:
        """Slides by decision, over all cohorts."""
        total: Counter[str] = Counter()
        for part in self.parts:
            total.update(part.counts)
        return dict(total)

    @property
    def slides(self) -> int:
        """Slides over all cohorts."""
        return sum(len(part.lines) for part in self.parts)

    def as_dict(self) -> dict[str, Any]:
        """Counts for ``--json``."""
        return {
            "slides": self.slides,
            "counts": {WORDS[s].lower(): self.counts.get(s, 0) for s in STATUSES},
            "cohorts": {
                part.name: {
                    "counts": {
                        WORDS[s].lower(): part.counts.get(s, 0) for s in STATUSES
                    },
                    "reasons": dict(part.reasons),
                    "excluded": [line.slide_id for line in part.of("exclude")],
                    "outliers": [item.as_dict() for item in part.outliers],
                    "excluded_tiles": part.tiles,
                }
                for part in self.parts
            },
            "reviewers": {line.name: line.slides for line in self.reviewers},
            "agreement": [pair.as_dict() for pair in self.pairs],
        }


def collect(project: Project, cohort: str | None = None) -> QcReport:
    """Read tables and logs of a project; slides and results are not touched.

    Raises
    ------
    ProjectError
        There is no such cohort.
    TableError
        The metrics are damaged.
    """
    cohorts = project.cohorts()
    if cohort is not None and cohort not in cohorts:
        raise ProjectError(
            f"There is no cohort {cohort}.",
            "The project has " + (", ".join(cohorts) or "none yet") + ".",
        )
    entries = read_log(log_file(project))
    lines = _lines(project, latest(entries))
    metrics = read_metrics(project)
    # Slides without a cohort come last.
    by_name = sorted(cohorts, key=lambda name: (not name, name))
    names = [cohort] if cohort is not None else by_name
    slides = list(lines)
    of = {slide: name for name, found in cohorts.items() for slide in found}
    outliers = find_outliers(
        slides, [of[slide] for slide in slides], columns_of(metrics, slides)
    )
    parts = tuple(
        _part(name, cohorts[name], lines, metrics, outliers) for name in names
    )
    chosen = {line.slide_id for part in parts for line in part.lines}
    mine = [entry for entry in entries if entry.slide_id in chosen]
    return QcReport(project.name, parts, _reviewers(mine), tuple(agreement(mine)))


def _lines(project: Project, last: Mapping[str, Decided]) -> dict[str, SlideLine]:
    manifest = project.manifest
    boxes = excluded_boxes(tiles_file(project))
    nobody = Decided("", "", "", "", "")
    found = {}
    for row in manifest.row_ids:
        slide = manifest.text(row, "slide_id")
        status, entry = manifest.text(row, "qc_status"), last.get(slide, nobody)
        # A status set in the table is nobody's logged decision.
        entry = entry if entry.status == status else nobody
        found[slide] = SlideLine(
            slide,
            status if status in STATUSES else "",
            manifest.text(row, "qc_reason"),
            entry.note,
            entry.reviewer,
            entry.when[:10],
            len(boxes.get(slide, ())),
        )
    return found


def _part(
    name: str,
    slides: Sequence[str],
    lines: Mapping[str, SlideLine],
    metrics: Mapping[str, Mapping[str, str]],
    outliers: Sequence[Outlier],
) -> CohortPart:
    chosen = tuple(lines[slide] for slide in slides)
    reasons = Counter(
        reason
        for line in chosen
        if line.status in ("flag", "exclude")
        for reason in split(line.reason)
    )
    own = set(slides)
    return CohortPart(
        name or "No cohort",
        chosen,
        Counter(line.status for line in chosen),
        reasons.most_common(),
        columns_of(metrics, list(slides)),
        tuple(item for item in outliers if item.slide_id in own),
    )


def _reviewers(entries: Sequence[Decided]) -> tuple[ReviewerLine, ...]:
    of: dict[str, list[Decided]] = {}
    for entry in entries:
        of.setdefault(entry.reviewer, []).append(entry)
    found = []
    for name, own in sorted(of.items()):
        now = {s: e.status for s, e in latest(own).items() if e.status}
        times = sorted(entry.when[:10] for entry in own if entry.when)
        first, last = (times[0], times[-1]) if times else ("", "")
        found.append(
            ReviewerLine(
                name or "unknown", len(now), Counter(now.values()), first, last
            )
        )
    return tuple(found)
