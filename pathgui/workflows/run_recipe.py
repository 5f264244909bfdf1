"""Run a recipe on slides of a project, and keep the manifest's status columns."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from pathgui.engine import Recipe, load_recipe
from pathgui.errors import ProjectError, RunError
from pathgui.jobs import (
    UP_TO_DATE,
    Run,
    RunEvent,
    RunPlan,
    SlideDone,
    SlideFailed,
    SlideSkipped,
    SlideStarted,
    SlideTask,
    Tls,
    new_run_id,
)
from pathgui.project import Cell, Edit, Project
from pathgui.project.cohorts import slides_of_cohort
from pathgui.workflows.add_slides import number
from pathgui.workflows.cohort_rules import cohort_mpp
from pathgui.workflows.given_regions import Given
from pathgui.workflows.slide_recipes import own_recipe


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How a run is done; see `RunPlan` for the meaning of each."""

    workers: int = 0
    threads: int = 1
    scheduler: str | None = None
    force: bool = False
    retry_failed: bool = False
    verify: bool = False
    hang_seconds: float = 900.0
    memory_limit: int | None = None
    tls: Tls | None = None
    cluster: Mapping[str, Any] = field(default_factory=dict)


def prepare(
    project: Project,
    recipe_path: Path,
    *,
    cohort: str | None = None,
    slides: Collection[str] | None = None,
    options: RunOptions | None = None,
) -> Run:
    """Plan a run; nothing starts before its events are asked for.

    Parameters
    ----------
    project : Project
        The project.
    recipe_path : Path
        Recipe in TOML; a bare name is looked for in ``pipelines/``.
    cohort : str, optional
        Only slides of this cohort.
    slides : collection of str, optional
        Only these slides.
    options : RunOptions, optional
        Workers, threads, scheduler, force, retry.

    Raises
    ------
    RecipeError
        If the recipe, or what the manifest changes in it, cannot be read.
    ProjectError, RunError
        If cohort or slides are unknown, or there are none.
    """
    return Run(
        plan_run(project, recipe_path, cohort=cohort, slides=slides, options=options)
    )


def plan_run(
    project: Project,
    recipe_path: Path,
    *,
    cohort: str | None = None,
    slides: Collection[str] | None = None,
    options: RunOptions | None = None,
) -> RunPlan:
    """The plan of `prepare`, for those who carry it out elsewhere."""
    chosen = options or RunOptions()
    path = find_recipe(project, recipe_path)
    recipe = load_recipe(path)
    wanted = choose(project, cohort, slides)
    usable = [slide_id for slide_id in wanted if not unusable(project, slide_id)]
    if not usable:
        why = f"{wanted[0]}: {unusable(project, wanted[0]).rstrip('.')}"
        more = f"none of {len(wanted):,} slides can be run; " if wanted[1:] else ""
        raise ProjectError(more + why, "correct it in the manifest")
    given = Given(project)
    run_id = new_run_id()
    runs = project.folder("runs")
    return RunPlan(
        run_id=run_id,
        recipe_path=project.stored_path(path),
        recipe=recipe,
        tasks=tuple(_task(project, slide_id, recipe, given) for slide_id in usable),
        run_dir=runs / run_id,
        journal=runs / "journal.db",
        **{item.name: getattr(chosen, item.name) for item in fields(chosen)},
    )


def unusable(project: Project, slide_id: str) -> str:
    """Why a row of the manifest cannot be part of a run, or ``""``."""
    try:
        project.slide_path(slide_id)
        project.result_path(slide_id)
    except ProjectError as error:
        return error.message
    return ""


def find_recipe(project: Project, recipe_path: Path) -> Path:
    """The recipe as given, or of that name in the project's ``pipelines/``."""
    if recipe_path.exists() or recipe_path.parent != Path():
        return recipe_path.absolute()
    inside = project.folder("pipelines") / recipe_path.with_suffix(".toml").name
    return inside if inside.exists() else recipe_path.absolute()


def choose(
    project: Project, cohort: str | None, slides: Collection[str] | None
) -> list[str]:
    """Ids of the slides that a run is about, in the manifest's order.

    The cohort may be a saved one.
    """
    manifest = project.manifest
    known = [manifest.text(row, "slide_id") for row in manifest.row_ids]
    unknown = sorted(set(slides or ()) - set(known))
    if unknown:
        raise ProjectError(
            f"there is no slide {', '.join(unknown)} in the manifest",
            "check the spelling against pathgui status",
        )
    of_cohort = set(known if cohort is None else slides_of_cohort(project, cohort))
    wanted = [s for s in known if s in of_cohort and (slides is None or s in slides)]
    if not wanted:
        raise RunError("there are no slides to run", "add some with pathgui add")
    return wanted


def _task(project: Project, slide_id: str, recipe: Recipe, given: Given) -> SlideTask:
    manifest = project.manifest
    row = manifest.find(slide_id)
    assert row is not None
    own = own_recipe(recipe, slide_id, manifest.row(row))
    drawn = given.recipe(slide_id, own or recipe)
    return SlideTask(
        slide_id,
        project.slide_path(slide_id),
        project.result_path(slide_id, recipe.output.name),
        mpp_of(project, row),
        own if drawn is recipe else drawn,
        manifest.text(row, "checksum"),
        "cohort" if _by_rule(project, row) else "user",
        (own or recipe).hash,
        objective_of(project, row),
        recipe.hash,
    )


def _by_rule(project: Project, row: int) -> bool:
    """Whether the µm per pixel of a slide come from the rule of its cohort."""
    manifest = project.manifest
    source = manifest.text(row, "mpp_source")
    return source == "cohort" or not manifest.text(row, "mpp")


def mpp_of(project: Project, row: int) -> float | None:
    """Micrometres per level-0 pixel of a slide, as the project knows it.

    What the manifest says counts, whoever wrote it there; else the rule of the
    cohort (``[defaults.mpp]`` in pathgui.toml); None leaves it to the slide.
    """
    manifest = project.manifest
    value = manifest.value(row, "mpp")
    if isinstance(value, int | float) and value > 0:
        return float(value)
    return cohort_mpp(project, manifest.text(row, "cohort"))


def objective_of(project: Project, row: int) -> float | None:
    """Nominal objective power of a slide as the manifest has it; None: as it says."""
    value = project.manifest.value(row, "magnification")
    if isinstance(value, int | float) and value > 0:
        return float(value)
    return None


def record(project: Project, event: RunEvent) -> Edit | None:
    """The edit that brings an event into the manifest's status columns.

    Returns
    -------
    Edit or None
        To be applied by the caller; None where the event changes no cell.
    """
    match event:
        case SlideStarted(slide_id=slide_id):
            values = {"status": "running"}
        case SlideDone(slide_id=slide_id):
            values = {"status": "done", **_figures(project, event)}
        case SlideFailed(slide_id=slide_id, quarantined=quarantined):
            values = {"status": "quarantined" if quarantined else "failed"}
            if not _there(project, slide_id):
                values = {"status": "missing"}
        case SlideSkipped(slide_id=slide_id, reason=reason):
            values = _after_skip(project, slide_id, reason)
            values |= _figures(project, event)
        case _:
            return None
    return _edit(project, slide_id, values)


def _figures(project: Project, event: SlideDone | SlideSkipped) -> dict[str, str]:
    """What the manifest says of a result.

    It tells of the slide's main result; of one with a name of its own, such as that
    of quality metrics, only where there is no other.
    """
    if event.tiles is None:
        return {}
    main = project.result_path(event.slide_id)
    if event.output and Path(event.output).name != main.name and main.exists():
        return {}
    tissue = event.tissue_fraction
    share = None if tissue is None else round(tissue, 6)
    return {"n_tiles": str(event.tiles), "tissue_fraction": number(share)}


def _after_skip(project: Project, slide_id: str, reason: str) -> dict[str, str]:
    """A finished slide is done; one that was begun and broken off is ready again."""
    if reason == UP_TO_DATE:
        return {"status": "done"}
    row = project.manifest.find(slide_id)
    begun = row is not None and project.manifest.text(row, "status") == "running"
    return {"status": "ready"} if begun else {}


def _there(project: Project, slide_id: str) -> bool:
    try:
        return project.slide_path(slide_id).exists()
    except ProjectError:
        return False


def _edit(project: Project, slide_id: str, values: dict[str, str]) -> Edit | None:
    manifest = project.manifest
    row = manifest.find(slide_id)
    if row is None:
        return None
    cells = tuple(
        Cell("manifest", row, column, manifest.text(row, column), value)
        for column, value in values.items()
        if manifest.text(row, column) != value
    )
    word = values.get("status", "")
    return Edit(f"{slide_id} is {word}", cells) if cells else None
