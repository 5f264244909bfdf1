"""What a run is asked to do: plain frozen data, decided before anything starts."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from pathgui.engine import Recipe
from pathgui.errors import RunError

THREADS = "threads"
MPP_GIVEN = "mpp_given"
OBJECTIVE_GIVEN = "objective_given"
"""Entry of a result's provenance: the resolution that a run was told."""
BASE = "base_recipe_hash"
"""Entry of a result's provenance: its recipe before what was drawn was brought in."""
RUN_RECIPE = "run_recipe_hash"
"""Entry of a result's provenance: the recipe of its run, as it is for any slide."""
CLUSTERS = ("slurm", "pbs")


@dataclass(frozen=True, slots=True)
class SlideTask:
    """One slide of a run.

    Attributes
    ----------
    slide_id : str
        Its name in the project.
    path : Path
        The slide file, absolute.
    output : Path
        Final name of the result, absolute.
    mpp : float or None
        Micrometres per level-0 pixel, instead of what the slide says.
    recipe : Recipe or None
        A recipe of its own, where the manifest overrides parameters.
    mpp_source : str
        Who gave that: ``user`` or ``cohort`` (a rule).
    checksum : str
        Recorded checksum in hexadecimal (MD5 or SHA-256); decides whether a slide
        whose time stamp changed is still the same. May be empty.
    base : str
        Hash of the slide's recipe before what people drew was brought in: a result
        is replaced when only the drawing has changed. May be empty.
    objective : float or None
        Nominal objective power of level 0, instead of what the slide says.
    run_recipe : str
        Hash of the recipe before the manifest changed it for this slide: a result is
        replaced when only the slide's own parameters have changed. May be empty.
    """

    slide_id: str
    path: Path
    output: Path
    mpp: float | None = None
    recipe: Recipe | None = None
    checksum: str = ""
    mpp_source: str = "user"
    base: str = ""
    objective: float | None = None
    run_recipe: str = ""


@dataclass(frozen=True, slots=True)
class Tls:
    """Certificate files for a scheduler that asks for them."""

    ca: Path
    certificate: Path
    key: Path


@dataclass(frozen=True)
class RunPlan:
    """All that decides a run.

    Attributes
    ----------
    run_id : str
        Unique name, see `new_run_id`.
    recipe_path : str
        Where the recipe came from, for people; may be empty.
    recipe : Recipe
        What is done to each slide.
    tasks : tuple of SlideTask
        The slides, in order.
    run_dir : Path
        Folder of the run: ``results/runs/<run_id>``.
    journal : Path
        Database that remembers every attempt of every run.
    workers : int
        Worker processes; 0 means one per core.
    threads : int
        Threads that work on one slide.
    scheduler : str or None
        None for processes on this machine, ``"threads"`` for threads of this
        process without Dask, ``"slurm"`` or ``"pbs"``, or the address of a Dask
        scheduler (``tcp://…``, ``tls://…``).
    force : bool
        Make every result anew, also over files of other recipes.
    retry_failed : bool
        Run only slides whose last attempt failed.
    verify : bool
        Read all content of a result before it counts as done.
    hang_seconds : float
        A slide that makes no progress for so long is given up; 0 waits for ever.
    memory_limit : int or None
        Bytes a worker may use; None shares the machine's memory out, 0 is no limit.
    reserve : int
        Bytes that stay free on the disk of the results: the run stops before.
    tls : Tls or None
        For a scheduler address that needs it.
    cluster : mapping
        Options of a SLURM or PBS cluster (queue, account, cores, memory, …).
    """

    run_id: str
    recipe_path: str
    recipe: Recipe
    tasks: tuple[SlideTask, ...]
    run_dir: Path
    journal: Path
    workers: int = 0
    threads: int = 1
    scheduler: str | None = None
    force: bool = False
    retry_failed: bool = False
    verify: bool = False
    hang_seconds: float = 900.0
    memory_limit: int | None = None
    reserve: int = 512 * 1024 * 1024
    tls: Tls | None = None
    cluster: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _unique("slide", [task.slide_id for task in self.tasks])
        _unique("result", [str(task.output) for task in self.tasks])
        if self.workers < 0 or self.threads < 1:
            raise RunError(
                f"a run cannot have {self.workers} workers of {self.threads} threads",
                "give 0 workers for one per core, and at least 1 thread",
            )

    def recipe_of(self, task: SlideTask) -> Recipe:
        """The recipe that a slide gets."""
        return task.recipe or self.recipe


def new_run_id() -> str:
    """A name for a run that sorts by time and is never given twice."""
    now = datetime.now().astimezone()
    return f"{now:%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"


def _unique(what: str, names: list[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise RunError(f"the run names {what} {name} twice", "name it once")
        seen.add(name)
