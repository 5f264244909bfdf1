"""Parameters of a project's recipes that a slide may have for itself."""

from dataclasses import asdict

from pathgui.engine import load_recipe
from pathgui.errors import PathguiError
from pathgui.project import Project

_NOT_OWN = frozenset({"output.name"})


def recipe_parameters(project: Project) -> dict[str, str]:
    """Names such as ``tiling.min_tissue``, with the value of the first recipe.

    Recipes that cannot be read are left out: running them says why.
    """
    found: dict[str, str] = {}
    for path in project.recipes():
        try:
            recipe = load_recipe(path)
        except PathguiError:
            continue
        parts = {"tiling": asdict(recipe.tiling), "output": asdict(recipe.output)}
        for step in recipe.pipeline.config():
            values = {k: v for k, v in step.items() if k != "transform"}
            parts.setdefault(str(step.get("transform", "")), values)
        for part, values in parts.items():
            for key, value in values.items():
                name = f"{part}.{key}"
                if isinstance(value, tuple):  # classes of annotations
                    value = ", ".join(value)  # noqa: PLW2901
                if name not in _NOT_OWN and isinstance(value, str | int | float):
                    found.setdefault(name, _text(value))
    return found


def _text(value: str | int | float) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
