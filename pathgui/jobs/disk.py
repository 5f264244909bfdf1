"""Disk space: how much a run will take, and whether there is enough left."""

import shutil
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from pathgui.errors import PathguiError
from pathgui.jobs import schema
from pathgui.jobs.plan import RunPlan
from pathgui.jobs.stamp import stamp_slide

_SHARE = 20
# Losslessly stored pixels take seven times their JPEG; half a slide is tissue.
_USUAL = 3.5
_USUAL_WITHOUT_PIXELS = 0.05


def free_bytes(folder: Path) -> tuple[int, int]:
    """Free and total bytes of the disk that a folder is, or will be, on."""
    place = folder
    while not place.exists() and place != place.parent:
        place = place.parent
    usage = shutil.disk_usage(place)
    return usage.free, usage.total


def is_short(folder: Path, reserve: int) -> bool:
    """Whether less than the reserve is free; of a small disk a twentieth is enough."""
    if not reserve:
        return False
    try:
        free, total = free_bytes(folder)
    except OSError:
        return False
    return free < min(reserve, total // _SHARE)


@dataclass(frozen=True, slots=True)
class Forecast:
    """How much disk a run will take, as far as can be told beforehand.

    Attributes
    ----------
    needed : int
        Bytes of new results together.
    free : int
        Bytes free where they go.
    measured : bool
        Whether `needed` rests on earlier results of the recipe; else on what is
        usual for slides compressed as JPEG.
    """

    needed: int
    free: int
    measured: bool

    @property
    def fits(self) -> bool:
        """Whether it will fit."""
        return self.needed < self.free


def forecast(plan: RunPlan) -> Forecast:
    """Foresee the size of a run's results.

    Slides that are missing count nothing; results that exist already are taken to be
    up to date unless the plan says ``force``.

    Raises
    ------
    RunError
        If the journal cannot be read.
    """
    rate = _measured_rate(plan)
    usual = _USUAL if plan.recipe.output.images == "pixels" else _USUAL_WITHOUT_PIXELS
    sources = 0
    for task in plan.tasks:
        if plan.force or not task.output.exists():
            sources += _size(task.path)
    free = 0
    if plan.tasks:
        free, _ = free_bytes(plan.tasks[0].output.parent)
    needed = int(sources * (usual if rate is None else rate))
    return Forecast(needed, free, rate is not None)


def _measured_rate(plan: RunPlan) -> float | None:
    """Bytes of result per byte of slide, over what the recipe has made so far."""
    if not plan.journal.is_file():
        return None
    with closing(schema.connect(plan.journal, write=False)) as base:
        row = base.execute(
            "SELECT sum(output_size), sum(source_size) FROM attempts"
            " WHERE status='done' AND recipe_hash=?",
            (plan.recipe.hash,),
        ).fetchone()
    return row[0] / row[1] if row[0] and row[1] else None


def _size(path: Path) -> int:
    try:
        return stamp_slide(path).size
    except (OSError, PathguiError):
        return 0
