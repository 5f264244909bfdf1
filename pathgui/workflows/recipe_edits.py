"""Parameters a person tries out, told apart from those of the recipe and the slide."""

from collections.abc import Iterator
from typing import Any

from pathgui.engine import Recipe
from pathgui.engine.tiling import MODES
from pathgui.errors import RecipeError

KEY = "transform"


def sections(config: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Parts of a recipe's configuration by name: tiling, output, each step."""
    yield "tiling", config["tiling"]
    yield "output", config["output"]
    for step in config["steps"]:
        yield str(step[KEY]), step


def carried(start: Recipe, edited: Recipe, onto: Recipe) -> Recipe:
    """Another recipe with what was changed between `start` and `edited`.

    Parameters
    ----------
    start, edited : Recipe
        What a person began with, and what the fields say now.
    onto : Recipe
        What the same changes are asked of: of another slide, or of the cohort.

    Returns
    -------
    Recipe
        `edited` itself where the steps are not the same, or cannot be put together.
    """
    config = onto.config()
    parts = [list(sections(r.config())) for r in (start, edited)]
    target = list(sections(config))
    names = [[name for name, _ in part] for part in (*parts, target)]
    if names[0] != names[1] or names[0] != names[2]:
        return edited
    for (_, before), (_, after), (_, place) in zip(*parts, target, strict=True):
        _carry(before, after, place)
    try:
        return Recipe.from_config(config)
    except RecipeError:
        return edited


def _carry(
    before: dict[str, Any], after: dict[str, Any], place: dict[str, Any]
) -> None:
    changed = [k for k in before.keys() | after.keys() if before.get(k) != after.get(k)]
    if set(changed) & set(MODES):
        # Only one resolution can hold.
        for mode in MODES:
            place.pop(mode, None)
    for key in changed:
        if key in after:
            place[key] = after[key]
        else:
            place.pop(key, None)
