"""The folder of a job array: what its tasks read, and what they leave.

::

    array.json      the run, its options, the numbers of its jobs
    slides.jsonl    one slide a line; a task takes a range of lines
    recipe.toml
    job_1.sh …      one script for each array
    logs/           what the queue writes
    results/        <line>.json: what became of a slide
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

from pathgui.engine import Recipe, load_recipe, save_recipe
from pathgui.errors import RunError
from pathgui.jobs.arrays.script import write_scripts
from pathgui.jobs.arrays.site import SYSTEMS, Site
from pathgui.jobs.plan import RunPlan, SlideTask
from pathgui.jobs.plan_file import task_data, task_from
from pathgui.jobs.run_file import write_atomically

FACTS, SLIDES, RECIPE = "array.json", "slides.jsonl", "recipe.toml"
LOGS, RESULTS = "logs", "results"
POINTER = "array.json"
"""In the folder of the run: where the array is."""
_VERSION = 1


@dataclass(frozen=True, slots=True)
class ArrayFolder:
    """A job array on disk.

    Attributes
    ----------
    folder : Path
        Where it is, absolute.
    system : str
        ``slurm`` or ``pbs``.
    run_id, recipe_path : str
        As in `RunPlan`.
    run_dir, journal : Path
        As in `RunPlan`.
    slides, batch : int
        How many slides, and how many of them a task takes.
    threads : int
        Threads that work on a slide.
    force : bool
        Make every result anew.
    scripts : tuple of str
        File names of the job scripts.
    jobs : tuple of str
        What the queue calls the submitted scripts; empty before.
    recipe_hash : str
        Of the recipe the array was made with; its file may not change.
    """

    folder: Path
    system: str
    run_id: str
    recipe_path: str
    run_dir: Path
    journal: Path
    slides: int
    batch: int
    threads: int
    force: bool
    scripts: tuple[str, ...] = ()
    jobs: tuple[str, ...] = ()
    recipe_hash: str = ""

    @property
    def tasks(self) -> int:
        """How many tasks."""
        return -(-self.slides // self.batch)

    def lines_of(self, task: int) -> range:
        """The slides of a task, as lines of the slide list; RunError if none."""
        if not 1 <= task <= self.tasks:
            raise RunError(
                f"the job array {self.folder} has no task {task}",
                f"its tasks are 1 to {self.tasks}",
            )
        first = (task - 1) * self.batch
        return range(first, min(first + self.batch, self.slides))

    def recipe(self) -> Recipe:
        """The recipe; RecipeError if it cannot be read, RunError if it was edited."""
        recipe = load_recipe(self.folder / RECIPE)
        if self.recipe_hash not in ("", recipe.hash):
            raise RunError(
                f"{self.folder / RECIPE} was edited after the job array was made",
                "undo that, or make a new array for the other recipe",
            )
        return recipe

    def read_slides(self, lines: range) -> list[SlideTask]:
        """The slides on these lines of the list.

        Raises
        ------
        RunError
            If the list cannot be read.
        """
        file = self.folder / SLIDES
        try:
            with file.open(encoding="utf-8") as source:
                chosen = list(islice(source, lines.start, lines.stop))
            found = [task_from(json.loads(line)) for line in chosen]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise RunError(f"{file} is no list of slides: {error}") from error
        if len(found) != len(lines):
            raise RunError(f"{file} has been cut short", "make the job array anew")
        return found

    def plan(self) -> RunPlan:
        """The whole run; RunError or RecipeError if a file cannot be read."""
        return RunPlan(
            run_id=self.run_id,
            recipe_path=self.recipe_path,
            recipe=self.recipe(),
            tasks=tuple(self.read_slides(range(self.slides))),
            run_dir=self.run_dir,
            journal=self.journal,
            threads=self.threads,
            scheduler=f"{self.system} job array",
            force=self.force,
        )

    def result_file(self, line: int) -> Path:
        """Where a task says what became of a slide."""
        return self.folder / RESULTS / f"{line + 1}.json"

    def read_result(self, line: int) -> dict[str, Any] | None:
        """What a task said of a slide; None if nothing yet."""
        try:
            data = json.loads(self.result_file(line).read_text("utf-8"))
        except (OSError, ValueError):
            return None
        return data if isinstance(data, dict) else None

    def with_jobs(self, jobs: Sequence[str]) -> "ArrayFolder":
        """The same, submitted; written down."""
        changed = replace(self, jobs=tuple(jobs))
        changed.save()
        return changed

    def save(self) -> None:
        """Write the facts; RunError if the disk refuses."""
        data = {"format": _VERSION, **asdict(self)}
        del data["folder"]
        data["run_dir"], data["journal"] = str(self.run_dir), str(self.journal)
        write_atomically(self.folder / FACTS, json.dumps(data, indent=1))


def make_array(
    plan: RunPlan, folder: Path, system: str, site: Site, places: Sequence[Path] = ()
) -> ArrayFolder:
    """Write a job array; nothing is submitted.

    Parameters
    ----------
    plan : RunPlan
        The slides, none of them finished.
    folder : Path
        A new or empty folder, absolute, which all nodes see under the same name.
    system : str
        ``slurm`` or ``pbs``.
    site : Site
        What each task asks for.
    places : sequence of Path
        Folders that a container must see.

    Raises
    ------
    RunError
        If the folder holds something, or the disk refuses.
    """
    if system not in SYSTEMS:
        raise RunError(f"there is no system {system!r}", "use one of slurm and pbs")
    if system == "pbs" and site.qos:
        raise RunError("PBS knows no qos", "name a queue with --queue instead")
    array = ArrayFolder(
        folder, system, plan.run_id, plan.recipe_path, plan.run_dir, plan.journal,
        len(plan.tasks), site.batch, site.cpus, plan.force,
        recipe_hash=plan.recipe.hash,
    )  # fmt: skip
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise RunError(f"{folder} is not empty", "name a new folder with --out")
        # SLURM fails a job whose log cannot be written, and says so nowhere.
        (folder / LOGS).mkdir()
        (folder / RESULTS).mkdir()
        save_recipe(plan.recipe, folder / RECIPE)
        with (folder / SLIDES).open("w", encoding="utf-8") as out:
            for task in plan.tasks:
                out.write(json.dumps(task_data(task)) + "\n")
        binds = [str(place) for place in (folder, *places)]
        scripts = write_scripts(folder, plan.run_id, system, site, array.tasks, binds)
    except OSError as error:
        raise RunError(
            f"the job array {folder} cannot be written: {error.strerror or error}",
            "check the space on the disk and the rights of the folder",
        ) from error
    array = replace(array, scripts=scripts)
    array.save()
    pointer = json.dumps({"folder": str(folder)})
    write_atomically(plan.run_dir / POINTER, pointer)
    return array


def load_array(folder: Path) -> ArrayFolder:
    """Read a job array; RunError if it is none, or of a newer version."""
    file = folder / FACTS
    try:
        data = json.loads(file.read_text("utf-8"))
        version = data.pop("format")
        if version != _VERSION:
            raise RunError(
                f"{file} was written by another version of pathgui (format {version})",
                "use the same version on all computers",
            )
        for name in ("run_dir", "journal"):
            data[name] = Path(data[name])
        for name in ("scripts", "jobs"):
            data[name] = tuple(data[name])
        return ArrayFolder(folder=folder, **data)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise RunError(
            f"{folder} is no job array: {reason}", "make one with pathgui array"
        ) from error


def find_arrays(runs: Path) -> list[ArrayFolder]:
    """The job arrays of a project, oldest first; those that are gone are left out."""
    found = []
    for pointer in sorted(runs.glob(f"*/{POINTER}")):
        try:
            folder = Path(json.loads(pointer.read_text("utf-8"))["folder"])
            found.append(load_array(folder))
        except (OSError, ValueError, KeyError, TypeError, RunError):
            continue
    return found
