"""What a project holds, and how its runs stand."""

from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any

from pathgui.project import Project
from pathgui.workflows.past_runs import RunSummary, list_runs


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
    runs: list[RunSummary]
    problems: int

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
        return "\n".join(lines)


def summary(project: Project) -> Summary:
    """Collect the figures of a project; reads tables and journal only."""
    manifest = project.manifest
    rows = manifest.row_ids
    status = Counter(manifest.text(row, "status") or "new" for row in rows)
    decisions = Counter(manifest.text(row, "qc_status") or "unreviewed" for row in rows)
    return Summary(
        project.name,
        str(project.root),
        len(manifest),
        {name: len(ids) for name, ids in project.cohorts().items()},
        dict(status),
        dict(decisions),
        len(project.clinical),
        [path.stem for path in project.recipes()],
        list_runs(project.folder("runs")),
        sum(1 for _ in manifest.problems())
        + sum(1 for _ in project.clinical.problems()),
    )
