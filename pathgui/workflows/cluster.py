"""Hand a run to the queue of a cluster, and bring back what finished there."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from pathgui.jobs import RunEvent, slides_of
from pathgui.jobs.arrays import (
    ArrayFolder,
    choose_tasks,
    collect,
    find_arrays,
    make_array,
    make_site,
    register,
    submit,
)
from pathgui.project import Project
from pathgui.workflows.carry_out import Outcome
from pathgui.workflows.catch_up import catch_up
from pathgui.workflows.cluster_options import site_options
from pathgui.workflows.progress import Progress, silent
from pathgui.workflows.run_recipe import RunOptions, plan_run, record


@dataclass(frozen=True, slots=True)
class Queue:
    """Where a job array goes.

    Attributes
    ----------
    system : str
        ``slurm`` or ``pbs``.
    folder : Path
        New folder, on a disk that the nodes see.
    site : mapping
        Options of `make_site`, above those of the project.
    submit : bool
        Submit it, too.
    """

    system: str
    folder: Path
    site: Mapping[str, Any] = field(default_factory=dict)
    submit: bool = False


@dataclass(frozen=True, slots=True)
class ArrayReport:
    """What `prepare_array` made.

    Attributes
    ----------
    run_id, folder : str
        The run, and the folder of the array; empty if there was nothing to do.
    slides, tasks : int
        Slides to process, and tasks they are spread over.
    scripts, jobs : tuple of str
        File names, and what the queue calls them; none before they are submitted.
    up_to_date : tuple of str
        Slides left out because they are done.
    refused : dict of str to str
        Slides left out because something else lies in the place of their result.
    """

    run_id: str = ""
    folder: str = ""
    slides: int = 0
    tasks: int = 0
    scripts: tuple[str, ...] = ()
    jobs: tuple[str, ...] = ()
    up_to_date: tuple[str, ...] = ()
    refused: dict[str, str] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Plain data for ``--json``."""
        return asdict(self)

    def text(self) -> str:
        """A few lines for people."""
        done = len(self.up_to_date)
        if not self.slides:
            return f"Nothing to do: {done} slides are up to date."
        parts = f"{self.slides} slides in {self.tasks} tasks"
        lines = [f"Run {self.run_id}: {parts} in {self.folder}"]
        if done:
            lines.append(f"  {done} slides are up to date and left out")
        if self.jobs:
            lines.append("  submitted as job " + ", ".join(self.jobs))
        else:
            lines.append("  scripts to submit: " + ", ".join(self.scripts))
        return "\n".join(lines)


def prepare_array(
    project: Project,
    recipe_path: Path,
    queue: Queue,
    *,
    cohort: str | None = None,
    slides: Collection[str] | None = None,
    options: RunOptions | None = None,
) -> ArrayReport:
    """Write a run as a job array, and submit it if asked.

    Parameters
    ----------
    project : Project
        May be open for reading alone.
    recipe_path, cohort, slides, options
        As `run_recipe.prepare`.
    queue : Queue
        Where it goes, and what each task asks for.

    Raises
    ------
    RecipeError, ProjectError, RunError
        As `run_recipe.prepare`; also if an option has not its form, the folder
        cannot be written or the queue refuses.
    """
    asked = make_site(site_options(project, queue.site))
    chosen = options or RunOptions()
    plan = plan_run(
        project,
        recipe_path,
        cohort=cohort,
        slides=slides,
        options=replace(chosen, threads=asked.cpus),
    )
    left = choose_tasks(plan)
    if not left.plan.tasks:
        return ArrayReport(up_to_date=left.up_to_date, refused=left.refused)
    places = dict.fromkeys(
        [project.root, *(task.path.parent for task in left.plan.tasks)]
    )
    folder = queue.folder.expanduser().absolute()
    array = make_array(left.plan, folder, queue.system, asked, tuple(places))
    register(array)
    if queue.submit:
        try:
            array = submit(array)
        finally:
            register(array)
    return ArrayReport(
        array.run_id,
        str(array.folder),
        array.slides,
        array.tasks,
        array.scripts,
        array.jobs,
        left.up_to_date,
        left.refused,
    )


@dataclass(slots=True)
class SyncReport:
    """What `sync` brought back, one entry for each job array.

    Attributes
    ----------
    runs : list of Outcome
        New events only; `slides` counts all slides of the array.
    waiting : dict of str to int
        Slides still to come, by run.
    cells : int
        Cells of the manifest that were put right for runs of other kinds.
    """

    runs: list[Outcome] = field(default_factory=list)
    waiting: dict[str, int] = field(default_factory=dict)
    cells: int = 0

    @property
    def failed(self) -> int:
        """Slides that failed."""
        return sum(run.failed for run in self.runs)

    def as_dict(self) -> dict[str, Any]:
        """Plain data for ``--json``."""
        return asdict(self)

    def text(self) -> str:
        """A few lines for people."""
        lines = []
        if self.cells:
            noun = "cell" if self.cells == 1 else "cells"
            lines.append(
                f"Earlier runs: {self.cells} {noun} of the manifest put right."
            )
        if not self.runs and not lines:
            return "There are no job arrays to sync; make one with pathgui array."
        for run in self.runs:
            news = [
                f"{count} {word}"
                for word, count in (
                    ("done", run.done),
                    ("failed", run.failed),
                    ("skipped", run.skipped),
                )
                if count
            ]
            what = "new: " + ", ".join(news) if news else "nothing new"
            left = self.waiting[run.run_id]
            end = f"{left} of {run.slides} slides still to come" if left else "complete"
            lines.append(f"Run {run.run_id}: {what}; {end}.")
        return "\n".join(lines)


def sync(
    project: Project,
    *,
    progress: Progress = silent,
    told: Callable[[RunEvent], None] | None = None,
    save: bool = True,
) -> SyncReport:
    """Bring what job arrays finished into journal, ``run.json`` and manifest.

    Parameters
    ----------
    project : Project
        Opened for writing.
    progress : callable
        Told of each array.
    told : callable, optional
        Given every event.
    save : bool
        Save the tables at the end.

    Raises
    ------
    RunError
        If a job array cannot be read or the journal cannot be written.
    """
    report = SyncReport(cells=catch_up(project, save=save))
    arrays = find_arrays(project.folder("runs"))
    try:
        for number, array in enumerate(arrays, 1):
            _sync_one(project, array, report, told)
            progress("Job arrays", number, len(arrays))
    finally:
        if save:
            project.save()
    return report


def _sync_one(
    project: Project,
    array: ArrayFolder,
    report: SyncReport,
    told: Callable[[RunEvent], None] | None,
) -> None:
    outcome = Outcome(array.run_id, slides=array.slides)
    for event in collect(array):
        edit = record(project, event)
        if edit is not None:
            project.apply(edit)
        outcome.take(event)
        if told is not None:
            told(event)
    report.runs.append(outcome)
    report.waiting[array.run_id] = _waiting(array)


def _waiting(array: ArrayFolder) -> int:
    ended = ("done", "failed", "quarantined", "skipped")
    states = slides_of(array.journal, array.run_id)
    return array.slides - sum(1 for state in states if state.status in ended)
