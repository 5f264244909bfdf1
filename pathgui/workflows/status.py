"""What a project holds, and how its runs stand."""

import re
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pathgui import jobs
from pathgui.errors import RunError
from pathgui.project import Project


@dataclass(frozen=True, slots=True)
class RunLine:
    """One run in figures.

    Attributes
    ----------
    outcome : str
        ``running``, ``done``, ``failed``, ``cancelled``, ``interrupted`` where its
        client died, ``prepared`` or ``submitted`` for a job array.
    slides : dict of str to int
        How many are in each state.
    """

    run_id: str
    recipe: str
    started: str
    ended: str
    outcome: str
    slides: dict[str, int]

    def text(self) -> str:
        """One line for people."""
        parts = (f"{count} {state}" for state, count in self.slides.items())
        return f"{self.recipe}, {self.outcome}: " + (", ".join(parts) or "no slides")


@dataclass(frozen=True, slots=True)
class Summary:
    """A project in figures."""

    name: str
    root: str
    slides: int
    cohorts: dict[str, int]
    status: dict[str, int]
    qc_status: dict[str, int]
    clinical_rows: int
    recipes: list[str]
    runs: list[RunLine]
    problems: int
    journal_problem: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Plain data for ``--json``."""
        return asdict(self)

    def text(self) -> str:
        """A few lines for people."""
        lines = [f"{self.name}  ({self.root})", f"  {self.slides} slides"]
        for cohort, count in self.cohorts.items():
            lines.append(f"    {cohort}: {count}")
        for title, counts in (("status", self.status), ("review", self.qc_status)):
            if counts:
                parts = (f"{count} {word}" for word, count in counts.items())
                lines.append(f"  {title}: " + ", ".join(parts))
        lines.append(f"  {self.clinical_rows} clinical rows")
        if self.problems:
            lines.append(f"  {self.problems} cells to look at")
        lines.append("  recipes: " + (", ".join(self.recipes) or "none"))
        lines.extend(f"  run {run.run_id}: {run.text()}" for run in self.runs[:5])
        if self.journal_problem:
            lines.append(f"  runs: {self.journal_problem}")
        return "\n".join(lines)


def list_runs(project: Project) -> list[RunLine]:
    """All runs of a project, newest first; RunError if the journal is damaged."""
    found = jobs.status(project.folder("runs") / "journal.db")
    lines = []
    for run in found.runs:
        slides = dict(sorted(run.counts.items()))
        waiting = run.slides - sum(slides.values())
        if waiting > 0:
            slides["waiting"] = waiting
        lines.append(
            RunLine(run.run_id, run.recipe, run.started, run.ended, run.outcome, slides)
        )
    return lines


def summary(project: Project) -> Summary:
    """Collect the figures of a project; reads tables and journal only."""
    manifest = project.manifest
    rows = manifest.row_ids
    status = Counter(manifest.text(row, "status") or "new" for row in rows)
    decisions = Counter(manifest.text(row, "qc_status") or "unreviewed" for row in rows)
    runs, journal_problem = [], ""
    try:
        runs = list_runs(project)
    except RunError as error:
        journal_problem = error.message
    return Summary(
        project.name,
        str(project.root),
        len(manifest),
        {name: len(ids) for name, ids in project.cohorts().items()},
        dict(status),
        dict(decisions),
        len(project.clinical),
        [path.stem for path in project.recipes()],
        runs,
        sum(1 for _ in manifest.problems())
        + sum(1 for _ in project.clinical.problems()),
        journal_problem,
    )


def run_report(project: Project, run_id: str) -> Path:
    """Write the report of a run anew, from what the run left.

    Raises
    ------
    RunError
        If there is no such run, or the disk refuses.
    """
    runs = project.folder("runs")
    # A name and no path: `..` or a separator would lead out of the folder of runs.
    if not re.fullmatch(r"[A-Za-z0-9_-]+", run_id) or not (runs / run_id).is_dir():
        raise RunError(f"there is no run {run_id}", "pathgui status lists the runs")
    return jobs.write_report(runs / run_id)
