"""The main job from end to end, as a person would do it, on the demo cohort."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pathgui.errors import ProjectError
from pathgui.project import Cell, Edit, Project
from pathgui.workflows import checksums, thumbnails
from pathgui.workflows.add_slides import add
from pathgui.workflows.carry_out import Outcome, carry_out
from pathgui.workflows.demo.cohort import CLINICAL, PLAN, DemoSlide, make_cohort
from pathgui.workflows.import_clinical import import_clinical
from pathgui.workflows.new_project import new_project
from pathgui.workflows.progress import Progress, silent
from pathgui.workflows.run_recipe import RunOptions, prepare
from pathgui.workflows.verify import verify

RECIPE = "tissue_tiles.toml"
_LEAST = 4


@dataclass(frozen=True, slots=True)
class DemoReport:
    """What the demo made.

    Attributes
    ----------
    root : str
        The project folder.
    slides, clinical_rows, tiles : int
        What it holds.
    checksums : int
        Files that were hashed, and found unchanged afterwards.
    run : Outcome
        What came of the run.
    ok : bool
        Whether every step ended well.
    """

    root: str
    slides: int
    clinical_rows: int
    tiles: int
    checksums: int
    run: Outcome
    ok: bool

    def as_dict(self) -> dict[str, Any]:
        """Plain data for ``--json``."""
        return asdict(self)

    def text(self) -> str:
        """The closing summary for people."""
        lines = [
            f"The demo project is at {self.root}",
            f"  {self.slides} slides in 2 cohorts, {self.clinical_rows} clinical rows",
            f"  {self.tiles:,} tiles with tissue in processed/",
            f"  {self.checksums} checksums recorded and verified",
            f"  {self.run.text()}",
        ]
        return "\n".join(lines)


def run_demo(
    root: Path, *, slides: int = _LEAST, progress: Progress = silent, workers: int = 0
) -> DemoReport:
    """Make the demo cohort and take it from slides to verified results.

    What is there from an earlier call is used again.

    Parameters
    ----------
    root : Path
        Project folder; made if it is not there.
    slides : int
        How many slides, at least 4.
    progress : callable
        Told of each step.
    workers : int
        Worker processes; 0 means one per core.

    Raises
    ------
    ProjectError
        If the folder holds something else.
    """
    if not _LEAST <= slides <= len(PLAN):
        raise ProjectError(f"the demo has {_LEAST} to {len(PLAN)} slides, not {slides}")
    plan = PLAN[:slides]
    if not (root / "pathgui.toml").exists():
        new_project(root, "Demo cohort")
    with Project.open(root) as project:
        _fill(project, plan, progress)
        recorded = checksums.record(project, progress=progress)
        run = prepare(project, Path(RECIPE), options=RunOptions(workers=workers))
        outcome = carry_out(project, run, progress=progress)
        failed = thumbnails.ensure_all(project, progress=progress)
        checked = verify(project, progress=progress)
        manifest = project.manifest
        tiles = [manifest.value(row, "n_tiles") for row in manifest.row_ids]
        return DemoReport(
            str(project.root),
            len(manifest),
            len(project.clinical),
            sum(n for n in tiles if isinstance(n, int)),
            recorded.files,
            outcome,
            outcome.outcome == "done" and not failed and checked.ok,
        )


def _fill(project: Project, plan: Sequence[DemoSlide], progress: Progress) -> None:
    """Slides into the manifest, patients beside them, clinical table joined."""
    folder = project.folder("raw_slides")
    paths = make_cohort(folder, plan, progress=progress)
    for cohort in dict.fromkeys(slide.cohort for slide in plan):
        of_cohort = [p for p, s in zip(paths, plan, strict=True) if s.cohort == cohort]
        report = add(project, of_cohort, cohort, progress=progress)
        if report.problems:
            first = report.problems[0]
            raise ProjectError(first.message, first.hint)
    _describe(project, plan)
    if not len(project.clinical):
        table = project.folder("metadata") / "demo_clinical_export.csv"
        table.write_text(CLINICAL, "utf-8")
        import_clinical(project, table, "patient_id")
        table.unlink()


def _describe(project: Project, plan: Sequence[DemoSlide]) -> None:
    manifest = project.manifest
    project.ensure_column("manifest", "patient_id")
    cells = []
    for slide in plan:
        row = manifest.find(slide.name)
        if row is None:
            continue
        values = {
            "patient_id": slide.patient,
            "tissue_type": "synthetic",
            "staining": "H&E",
        }
        for column, value in values.items():
            if not manifest.text(row, column):
                cells.append(Cell("manifest", row, column, "", value))
    if cells:
        project.apply(Edit("Describe the demo slides", tuple(cells)))
        project.save()
