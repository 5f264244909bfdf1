"""What the manifest changes in a recipe for one slide.

A column ``recipe.<section>.<key>`` gives slides a value of their own wherever its
cell is not empty: ``recipe.tiling.min_tissue``, ``recipe.output.compression``, or a
parameter of a step under the name of its transform,
``recipe.TissueDetectionHE.threshold``. Such a column speaks to every recipe; one with
the name of a recipe in between, ``recipe.tissue_tiles.tiling.min_tissue``, to that
recipe only, and before the others. The word ``default`` stands for what holds where a
recipe does not name the parameter.
"""

import math
import re
from collections.abc import Mapping
from typing import Any

from pathgui.engine import Recipe
from pathgui.engine.tiling import MODES
from pathgui.errors import RecipeError

PREFIX = "recipe."
DEFAULT = "default"
_HINT = (
    "a column is called recipe.tiling.KEY, recipe.output.KEY or recipe.TRANSFORM.KEY, "
    "with the name of a recipe after the first dot where it is for that one only"
)


def name_in_columns(recipe: Recipe) -> str:
    """A recipe's name as columns bear it: ``tissue_tiles`` for ``Tissue tiles``."""
    return re.sub(r"\W+", "_", recipe.name.lower()).strip("_")


def column_of(recipe: Recipe, section: str, key: str) -> str:
    """The column that speaks to this recipe only."""
    return f"{PREFIX}{name_in_columns(recipe)}.{section}.{key}"


def recipe_of(column: str) -> str:
    """Name of the recipe a column speaks to, as columns bear it; empty for all."""
    parts = column.removeprefix(PREFIX).split(".")
    return parts[0] if len(parts) == 3 else ""


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
    changes = _changes(recipe, row)
    if not changes:
        return None
    config = recipe.config()
    for mine in (False, True):
        part = {k: v for k, v in changes.items() if bool(recipe_of(k)) is mine}
        _change_all(config, part)
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


def _changes(recipe: Recipe, row: Mapping[str, str]) -> dict[str, str]:
    """Cells that speak to a recipe, by column."""
    who = ("", name_in_columns(recipe))
    return {
        name: text.strip()
        for name, text in row.items()
        if name.startswith(PREFIX) and text.strip() and recipe_of(name) in who
    }


def _change_all(config: dict[str, Any], changes: Mapping[str, str]) -> None:
    named = {name.rpartition(".")[2] for name in changes if ".tiling." in name}
    if named & set(MODES):
        # Only one resolution can hold: one that a slide names replaces the recipe's.
        for key in MODES:
            config["tiling"].pop(key, None)
    for column, text in changes.items():
        _change(config, column, text)


def _change(config: dict[str, Any], column: str, text: str) -> None:
    named = column.removeprefix(PREFIX)
    if who := recipe_of(column):
        named = named.removeprefix(f"{who}.")
    section, _, key = named.partition(".")
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
