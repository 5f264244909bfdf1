"""Parameters found by looking at a slide, kept for the cohort or for one slide."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pathgui.engine import Recipe, Tiling, load_recipe, save_recipe
from pathgui.errors import RecipeError
from pathgui.project import Cell, Column, Edit, Project
from pathgui.workflows.run_recipe import find_recipe
from pathgui.workflows.slide_recipes import DEFAULT, PREFIX

_KEY = "transform"


def recipe_file(project: Project, base: Path, recipe: Recipe) -> Path:
    """The file of exactly this recipe, made if it is none of those there are.

    Parameters
    ----------
    project : Project
        Gets the file in ``pipelines/``; no recipe there is changed.
    base : Path
        The recipe it came from, which names the new one.
    recipe : Recipe
        What a run shall do.

    Raises
    ------
    RecipeError
        If the file cannot be written.
    """
    stem = base.stem
    for number in range(1, 1000):
        name = stem if number == 1 else f"{stem}_{number}"
        file = project.folder("pipelines") / f"{name}.toml"
        if not file.exists():
            try:
                save_recipe(recipe, file)
            except OSError as error:
                raise RecipeError(f"{file} cannot be written: {error}") from error
            return file
        if _is(file, recipe):
            return file
    raise RecipeError(f"there are too many recipes called {stem}", "remove some")


def within(
    project: Project,
    base: Path,
    include: str | None,
    exclude: str | None,
    min_inside: float | None,
) -> Path:
    """The recipe file that makes tiles inside and outside of these annotations only.

    Parameters
    ----------
    project : Project
        Gets the file, as `recipe_file` makes it; where nothing is asked for, the
        file is that of `base`.
    base : Path
        A recipe as the command line names it.
    include, exclude : str or None
        Classes with commas between; ``*`` is any class. None leaves the recipe's own.
    min_inside : float or None
        Share of a tile, see `Tiling`.

    Raises
    ------
    RecipeError
        If a recipe cannot be read, or the new one cannot be written.
    """
    if include is None and exclude is None and min_inside is None:
        return base
    path = find_recipe(project, base)
    recipe = load_recipe(path)
    changed = replace(
        recipe, tiling=narrowed(recipe.tiling, include, exclude, min_inside)
    )
    return path if changed.hash == recipe.hash else recipe_file(project, path, changed)


def narrowed(
    tiling: Tiling,
    include: str | None,
    exclude: str | None,
    min_inside: float | None,
) -> Tiling:
    """A tiling with other wishes about annotations; None leaves what it has."""
    asked: dict[str, Any] = {
        "include": include,
        "exclude": exclude,
        "min_inside": min_inside,
    }
    return replace(
        tiling, **{name: value for name, value in asked.items() if value is not None}
    )


def recipe_named(project: Project, name: str) -> Path | None:
    """The file of the project's recipe that calls itself so, or None."""
    for file in project.recipes():
        try:
            if name and load_recipe(file).name == name:
                return file
        except RecipeError:
            continue
    return None


def for_slide(project: Project, slide_id: str, base: Recipe, wanted: Recipe) -> Edit:
    """The edit that gives one slide parameters of its own.

    Parameters
    ----------
    project : Project
        Gets columns ``recipe.…`` in its manifest.
    slide_id : str
        The slide.
    base : Recipe
        What the other slides get.
    wanted : Recipe
        What this slide shall get: the same steps with other parameters.

    Raises
    ------
    RecipeError
        If the steps differ, or a value cannot stand in a cell.
    """
    manifest = project.manifest
    row = manifest.find(slide_id)
    if row is None:
        raise RecipeError(f"there is no slide {slide_id} in the manifest")
    texts = _differences(base, wanted)
    known = {column.name for column in manifest.columns}
    mine = {name for name in known if name.startswith(PREFIX)}
    named = {section for section, _ in _sections(base)}
    columns, cells = [], []
    for name in sorted(texts.keys() | mine):
        if name not in texts and base_part(name) not in named:
            continue
        old = manifest.text(row, name) if name in known else ""
        new = texts.get(name, "")
        if name not in known:
            column = Column(name, description="The recipe's value for this slide")
            columns.append(manifest.new_column(column))
        if old != new:
            cells.append(Cell("manifest", row, name, old, new))
    label = f"Parameters for {slide_id} only"
    return Edit(label, tuple(cells), columns=tuple(columns))


def base_part(column: str) -> str:
    """Section a column speaks about: ``tiling``, ``output`` or a transform."""
    return column.removeprefix(PREFIX).partition(".")[0]


def _differences(base: Recipe, wanted: Recipe) -> dict[str, str]:
    """Cells by column, for every parameter in which two recipes differ."""
    ours, theirs = _sections(base), _sections(wanted)
    if [name for name, _ in ours] != [name for name, _ in theirs]:
        raise RecipeError(
            "one slide cannot have other steps than its cohort",
            "save a recipe of its own and run it on this slide",
        )
    found: dict[str, str] = {}
    for (section, before), (_, after) in zip(ours, theirs, strict=True):
        for key in sorted(before.keys() | after.keys()):
            if before.get(key) != after.get(key):
                found[f"{PREFIX}{section}.{key}"] = _text(after.get(key))
    return found


def _sections(recipe: Recipe) -> list[tuple[str, dict[str, Any]]]:
    config = recipe.config()
    found = [("tiling", config["tiling"]), ("output", config["output"])]
    for step in config["steps"]:
        values = {key: value for key, value in step.items() if key != _KEY}
        found.append((str(step[_KEY]), values))
    return found


def _text(value: Any) -> str:
    if value is None:
        return DEFAULT
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple) and _plain(value):
        return ", ".join(value)
    if isinstance(value, list | tuple):
        raise RecipeError("a list cannot stand in a cell of the manifest")
    return str(value)


def _plain(words: Sequence[Any]) -> bool:
    """Whether words can stand in a cell with commas between, and be read back."""
    return bool(words) and all(isinstance(w, str) and w and "," not in w for w in words)


def _is(file: Path, recipe: Recipe) -> bool:
    try:
        return load_recipe(file).hash == recipe.hash
    except RecipeError:
        return False
