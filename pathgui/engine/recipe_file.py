"""Recipes on disk."""

import tomllib
from pathlib import Path

from pathgui.engine.recipe import Recipe
from pathgui.errors import RecipeError
from pathgui.replacing import replacing

MAX_BYTES = 1_000_000


def load_recipe(path: Path | str) -> Recipe:
    """Read a recipe from a TOML file.

    Raises
    ------
    RecipeError
        If the file is missing, no TOML, or holds unknown or wrong entries.
    """
    file = Path(path)
    try:
        if file.stat().st_size > MAX_BYTES:
            raise RecipeError(f"{file} is too large for a recipe")
        return parse_recipe(file.read_text("utf-8"), str(file), file.stem)
    except OSError as error:
        reason = error.strerror or str(error)
        raise RecipeError(
            f"recipe {file} cannot be read: {reason}", "check the path"
        ) from error
    except UnicodeDecodeError as error:
        raise RecipeError(f"recipe {file} is not UTF-8 text") from error


def parse_recipe(text: str, where: str = "recipe", name: str = "recipe") -> Recipe:
    """Read a recipe from TOML text; `where` names it in errors."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RecipeError(f"{where} is not valid TOML: {error}") from error
    data.setdefault("name", name)
    try:
        return Recipe.from_config(data)
    except RecipeError as error:
        raise RecipeError(f"{where}: {error.message}", error.hint) from error


def save_recipe(recipe: Recipe, path: Path) -> None:
    """Write a recipe as TOML, replacing the file atomically."""
    with replacing(path) as part:
        part.write_text(recipe.text, "utf-8")
