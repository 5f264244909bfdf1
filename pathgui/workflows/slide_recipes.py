"""What the manifest changes in a recipe for one slide.

A column ``recipe.<section>.<key>`` gives slides a value of their own wherever its
cell is not empty: ``recipe.tiling.min_tissue``, ``recipe.output.compression``, or a
parameter of a step under the name of its transform,
``recipe.TissueDetectionHE.threshold``. The word ``default`` stands for what holds
where a recipe does not name the parameter.
"""

import math
from collections.abc import Mapping
from typing import Any

from pathgui.engine import Recipe
from pathgui.errors import RecipeError

PREFIX = "recipe."
DEFAULT = "default"
# Only one of these can hold: one that a slide names replaces the recipe's.
_RESOLUTIONS = ("level", "mpp", "magnification", "tile_um")
_HINT = (
    "a column is called recipe.tiling.KEY, recipe.output.KEY or recipe.TRANSFORM.KEY"
)


def own_recipe(recipe: Recipe, slide_id: str, row: Mapping[str, str]) -> Recipe | None:
    """The recipe of one slide, or None where the manifest changes nothing.

    Parameters
    ----------
    recipe : Recipe
        Of the run.
    slide_id : str
        For messages.
    row : mapping of str to str
        The slide's row of the manifest.

    Raises
    ------
    RecipeError
        If a column names nothing in the recipe, or a value does not fit.
    """
    changes = {
        name: text.strip()
        for name, text in row.items()
        if name.startswith(PREFIX) and text.strip()
    }
    if not changes:
        return None
    config = recipe.config()
    named = {name.rpartition(".")[2] for name in changes if ".tiling." in name}
    if named & set(_RESOLUTIONS):
        for key in _RESOLUTIONS:
            config["tiling"].pop(key, None)
    for column, text in changes.items():
        _change(config, column, text)
    try:
        changed = Recipe.from_config(config)
    except RecipeError as error:
        columns = ", ".join(changes)
        raise RecipeError(
            f"slide {slide_id} cannot have the recipe that its columns {columns}"
            f" ask for: {error.message}",
            error.hint or "correct the cells in the manifest",
        ) from error
    return None if changed.hash == recipe.hash else changed


def _change(config: dict[str, Any], column: str, text: str) -> None:
    section, _, key = column.removeprefix(PREFIX).partition(".")
    if not key or "." in key:
        raise RecipeError(f"the manifest column {column} names nothing", _HINT)
    if (section, key) == ("output", "name"):
        raise RecipeError(
            f"the manifest column {column} would move a slide's result",
            "give the recipe another output name instead",
        )
    for place in _places(config, column, section):
        if text.lower() == DEFAULT:
            place.pop(key, None)
        else:
            place[key] = _value(text)


def _places(config: dict[str, Any], column: str, section: str) -> list[dict[str, Any]]:
    if section in ("tiling", "output"):
        return [config[section]]
    steps = [step for step in config["steps"] if step["transform"] == section]
    if not steps:
        raise RecipeError(
            f"the manifest column {column} names no part of the recipe", _HINT
        )
    return steps


def _value(text: str) -> bool | int | float | str:
    """The cell as TOML would read it; what is no number and no yes or no is text."""
    lowered = text.lower()
    if lowered in ("true", "false"):
        return lowered == "true"
    try:
        return int(text)
    except ValueError:
        pass
    try:
        number = float(text)
    except ValueError:
        return text
    return number if math.isfinite(number) else text
