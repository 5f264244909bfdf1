"""Before a run begins: whether it fits on the disk, and the manifest is in order."""

from collections.abc import Collection
from dataclasses import dataclass, field

from pathgui.errors import RunError
from pathgui.jobs import RunPlan, forecast
from pathgui.project import Project
from pathgui.workflows.invalid_rows import invalid_slides, warning
from pathgui.workflows.run_recipe import choose, unusable

_TIGHT = 0.8
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Preflight:
    """What a person should hear before a run.

    Attributes
    ----------
    warnings : list of str
        One sentence each.
    left_out : dict of str to str
        Slides that the run cannot be about, and why.
    """

    warnings: list[str] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)


def check(
    project: Project,
    plan: RunPlan,
    *,
    cohort: str | None = None,
    slides: Collection[str] | None = None,
    disk: bool = True,
) -> Preflight:
    """Look at manifest and disk before a run.

    Parameters
    ----------
    project : Project
        The project.
    plan : RunPlan
        The run.
    cohort, slides
        What the run was asked to be about; see `run_recipe.prepare`.
    disk : bool
        Foresee the size of the results.

    Raises
    ------
    RunError
        If earlier results of the recipe show that the disk is too small.
    """
    asked = choose(project, cohort, slides)
    left_out = {name: why for name in asked if (why := unusable(project, name))}
    warnings = row_warnings(project, plan)
    if disk:
        warnings += disk_warnings(plan)
    return Preflight(warnings, left_out)


def disk_warnings(plan: RunPlan) -> list[str]:
    """Sentences about the disk; looks at files alone, and can be called in a thread.

    Raises
    ------
    RunError
        If earlier results of the recipe show that the disk is too small.
    """
    foreseen = forecast(plan)
    if not foreseen.needed:
        return []
    needed, free = size(foreseen.needed), size(foreseen.free)
    if not foreseen.fits and foreseen.measured and not plan.retry_failed:
        raise RunError(
            f"the results will take about {needed}, and {free} are free",
            "free some space, run fewer slides with --slides, or give the recipe"
            ' images = "reference"; --no-disk-check runs all the same',
        )
    if not foreseen.fits:
        return [
            f"The results may take {needed}, and {free} are free; the run stops by"
            " itself before the disk is full."
        ]
    if foreseen.needed > _TIGHT * foreseen.free:
        return [f"The results will take about {needed} of the {free} that are free."]
    return []


def row_warnings(project: Project, plan: RunPlan) -> list[str]:
    """Rows of the manifest that hold values which do not fit their columns."""
    manifest = project.manifest
    ids = {manifest.find(task.slide_id): task.slide_id for task in plan.tasks}
    found = [problem for problem in manifest.problems() if problem.row in ids]
    lines = [
        f"{ids[problem.row]}: {problem.column} is {problem.text!r}: {problem.reason}."
        for problem in found[:_SHOWN]
    ]
    if len(found) > _SHOWN:
        lines.append(f"… and {len(found) - _SHOWN} more cells of the manifest.")
    if clinical := _clinical_words(project, list(ids.values())):
        lines.append(clinical)
    return lines


def _clinical_words(project: Project, slides: list[str]) -> str:
    """One sentence about slides whose clinical rows do not fit."""
    mine = {column.name for column in project.manifest.columns}
    wrong = {
        slide: columns
        for slide, names in invalid_slides(project, slides).items()
        if (columns := [name for name in names if name not in mine])
    }
    return warning(wrong, len(slides))


def size(count: int) -> str:
    """Bytes as people say them."""
    if count >= 10**9:
        return f"{count / 1e9:.1f} GB"
    return f"{count / 1e6:.0f} MB"
