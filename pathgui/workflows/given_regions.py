"""What people drew on a slide, brought into the recipe that the slide gets.

A reviewed mask takes the place of the one a step finds, annotations decide which tiles
are made where the recipe asks for them, and tiles excluded in review are left out of
every tiling. All of it becomes part of the slide's own recipe and of its hash: the
next run makes exactly these slides anew.
"""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from pathgui.engine import ANY, Drawn, Recipe, Tiling
from pathgui.interop import Annotation, read_geojson
from pathgui.preprocessing import (
    DrawnRegions,
    ReviewedMask,
    mask_to_text,
    transform_class,
)
from pathgui.project import Project
from pathgui.slides import open_slide
from pathgui.tiling.shares import areas
from pathgui.workflows import annotations, reviewed_masks
from pathgui.workflows.qc.tiles import excluded_boxes, tiles_file

_KEY = "transform"


class Given:
    """What was drawn on the slides of a project, to be brought into their recipes.

    Parameters
    ----------
    project : Project
        The project; its list of excluded tiles is read once.
    bounds_of : callable, optional
        Gives the bounds of a slide by its id, as `annotations.load` takes it.
    """

    def __init__(
        self, project: Project, bounds_of: annotations.BoundsOf | None = None
    ) -> None:
        self._project, self._bounds_of = project, bounds_of
        self._excluded = excluded_boxes(tiles_file(project))

    def recipe(self, slide_id: str, recipe: Recipe) -> Recipe:
        """A recipe with what was drawn on a slide; the same one if nothing was.

        Raises
        ------
        ReviewedMaskError, InteropError
            If a file with what was drawn cannot be read.
        ProjectError
            If annotations do not say where they count from, and the slide cannot be
            opened to tell.
        """
        steps: list[dict[str, Any]] = recipe.config()["steps"]
        given = _annotated(self._project, slide_id, steps, self._bounds_of)
        given = _reviewed(self._project, slide_id, given, recipe)
        boxes = self._excluded.get(slide_id, set())
        drawn = Drawn.of(*self._areas(slide_id, recipe.tiling), boxes)
        if given != steps:
            recipe = Recipe.from_config({**recipe.config(), "steps": given})
        # A recipe copied out of a result brings along what was drawn on that slide.
        return recipe if drawn == recipe.drawn else replace(recipe, drawn=drawn)

    def _areas(self, slide_id: str, tiling: Tiling) -> tuple[Any, Any]:
        """Where tiles are wanted, and where not; None where nobody asks."""
        if tiling.include is None and tiling.exclude is None:
            return None, None
        drawn = annotations.load(self._project, slide_id, self._bounds_of)
        return _area(drawn, tiling.include), _area(drawn, tiling.exclude)


def of_file(recipe: Recipe, slide: Path, file: Path) -> tuple[Recipe, tuple[str, ...]]:
    """A recipe for one slide without a project, with the annotations of a file.

    Parameters
    ----------
    recipe : Recipe
        Whose tiling names classes; where it names none, tiles are made inside any.
    slide : Path
        Tells its bounds, where the file does not say its frame.
    file : Path
        GeoJSON.

    Returns
    -------
    Recipe, tuple of str
        The recipe, and what was odd about the file.

    Raises
    ------
    InteropError, SlideError
        If a file cannot be read.
    """
    with open_slide(slide) as opened:
        found = read_geojson(file).on(opened.properties.bounds)
    tiling = recipe.tiling
    if tiling.include is None and tiling.exclude is None:
        tiling = replace(tiling, include=(ANY,))
    drawn = found.annotations
    areas_of = _area(drawn, tiling.include), _area(drawn, tiling.exclude)
    return replace(recipe, tiling=tiling, drawn=Drawn.of(*areas_of)), found.warnings


def _annotated(
    project: Project,
    slide_id: str,
    steps: list[dict[str, Any]],
    bounds_of: annotations.BoundsOf | None,
) -> list[dict[str, Any]]:
    """Steps that ask for annotations, with those of this slide."""
    if all(step[_KEY] != DrawnRegions.__name__ for step in steps):
        return steps
    drawn = annotations.load(project, slide_id, bounds_of)
    sides = _dimensions(project, slide_id)
    found = []
    for step in steps:
        if step[_KEY] == DrawnRegions.__name__ and not step.get("regions"):
            wanted = DrawnRegions.from_config(
                {key: value for key, value in step.items() if key != _KEY}
            )
            chosen = [a for a in drawn if wanted.chosen(a.classification)]
            step = {**step, "regions": annotations.regions(chosen, sides)}  # noqa: PLW2901
        found.append(step)
    return found


def _reviewed(
    project: Project, slide_id: str, steps: list[dict[str, Any]], recipe: Recipe
) -> list[dict[str, Any]]:
    """A reviewed mask comes right after the step that finds the mask."""
    found = list(steps)
    names = [str(step["mask_name"]) for step in steps if _makes(step)]
    if recipe.tiling.min_tissue is not None:
        names.append(recipe.tiling.mask)
    for name in dict.fromkeys(names):
        reviewed = reviewed_masks.load(project, slide_id, name)
        if reviewed is None:
            continue
        step = ReviewedMask(
            name,
            mask_to_text(reviewed.mask),
            reviewed.downsample,
            reviewed.reviewer,
            reviewed.time,
        )
        makers = [
            place
            for place, made in enumerate(found, 1)
            if _makes(made) and made["mask_name"] == name
        ]
        place = makers[0] if makers else 0
        found.insert(place, {_KEY: ReviewedMask.__name__, **step.config()})
    return found


def _area(drawn: Iterable[Annotation], classes: tuple[str, ...] | None) -> Any:
    """The areas of annotations of some classes as one shape, or None."""
    if classes is None:
        return None
    wanted = {name.casefold() for name in classes}
    return areas(
        item.geometry
        for item in drawn
        if ANY in wanted or item.classification.casefold() in wanted
    )


def _makes(step: dict[str, Any]) -> bool:
    """Whether a step finds a mask of the whole slide."""
    kind = transform_class(step[_KEY])
    given = kind in (ReviewedMask, DrawnRegions)
    return kind.scope == "slide" and not given and "mask_name" in step


def _dimensions(project: Project, slide_id: str) -> tuple[int, int]:
    row = project.manifest.find(slide_id)
    sides = []
    for column in ("width", "height"):
        value = None if row is None else project.manifest.value(row, column)
        sides.append(int(value) if isinstance(value, int | float) else 100_000)
    return sides[0], sides[1]
