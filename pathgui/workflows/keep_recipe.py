"""Parameters found by looking at a slide, kept for the cohort or for one slide."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pathgui.engine import Recipe, Tiling, load_recipe, save_recipe
from pathgui.errors import RecipeError
from pathgui.project import Cell, Column, Edit, Project
from pathgui.workflows.recipe_edits import sections
from pathgui.workflows.run_recipe import find_recipe
from pathgui.workflows.slide_recipes import (
    DEFAULT,
    column_of,
    name_in_columns,
    own_recipe,
    recipe_of,
)


@dataclass(frozen=True, slots=True)
class KeptRecipe:
    """A recipe's file, and whether it was made just now."""

    path: Path
    fresh: bool = False

    def take_back(self) -> None:
        """Remove the file again, if it was made for nothing."""
        if self.fresh:
            self.path.unlink(missing_ok=True)


def keep(project: Project, base: Path, recipe: Recipe) -> KeptRecipe:
    """The file of exactly this recipe, made if it is none of those there are.

    A file that is made has a name of its own, which stands in its results as well.

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
            called = recipe.name if number == 1 else f"{recipe.name} {number}"
            try:
                save_recipe(replace(recipe, name=called), file)
            except OSError as error:
                raise RecipeError(f"{file} cannot be written: {error}") from error
            return KeptRecipe(file, fresh=True)
        if _is(file, recipe):
            return KeptRecipe(file)
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
        Gets the file, as `keep` makes it; where nothing is asked for, the
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
    return path if changed.hash == recipe.hash else keep(project, path, changed).path


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


def recipe_behind(project: Project, name: str, digest: str) -> Path | None:
    """The file of the recipe that made a result, or None.

    Parameters
    ----------
    project : Project
        Its ``pipelines/`` are looked through.
    name, digest : str
        What the result says of its recipe. The digest counts; where none has it, as
        with parameters of a single slide, the name does.
    """
    namesake = None
    for file in project.recipes():
        try:
            recipe = load_recipe(file)
        except RecipeError:
            continue
        if digest and recipe.hash == digest:
            return file
        if name and recipe.name == name and namesake is None:
            namesake = file
    return namesake


def for_slide(project: Project, slide_id: str, base: Recipe, wanted: Recipe) -> Edit:
    """The edit that gives one slide parameters of its own.

    Parameters
    ----------
    project : Project
        Gets columns ``recipe.<recipe>.…`` in its manifest; other recipes do not
        heed them.
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
    known = {column.name for column in manifest.columns}
    mine = {name for name in known if recipe_of(name) == name_in_columns(base)}
    general = {k: v for k, v in manifest.row(row).items() if k not in mine}
    texts = _differences(own_recipe(base, slide_id, general) or base, wanted)
    columns, cells = [], []
    for name in sorted(texts.keys() | mine):
        old = manifest.text(row, name) if name in known else ""
        new = texts.get(name, "")
        if name not in known:
            told = f"Of single slides, in place of that of the recipe {base.name}"
            column = Column(name, description=told)
            columns.append(manifest.new_column(column))
        if old != new:
            cells.append(Cell("manifest", row, name, old, new))
    label = f"Parameters for {slide_id} only"
    return Edit(label, tuple(cells), columns=tuple(columns))


def _differences(base: Recipe, wanted: Recipe) -> dict[str, str]:
    """Cells by column, for every parameter in which two recipes differ."""
    ours, theirs = list(sections(base.config())), list(sections(wanted.config()))
    if [name for name, _ in ours] != [name for name, _ in theirs]:
        raise RecipeError(
            "one slide cannot have other steps than its cohort",
            "save a recipe of its own and run it on this slide",
        )
    found: dict[str, str] = {}
    for (section, before), (_, after) in zip(ours, theirs, strict=True):
        for key in sorted(before.keys() | after.keys()):
            if before.get(key) != after.get(key):
                found[column_of(base, section, key)] = _text(after.get(key))
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
