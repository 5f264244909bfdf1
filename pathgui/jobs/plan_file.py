"""A plan as a file, for a run in a process of its own."""

import json
from dataclasses import fields
from pathlib import Path
from typing import Any

from pathgui.engine import Recipe, parse_recipe
from pathgui.errors import RunError
from pathgui.jobs.plan import RunPlan, SlideTask, Tls
from pathgui.jobs.run_file import write_atomically

_PLAIN = ("run_id", "recipe_path", "workers", "threads", "scheduler", "force",
          "retry_failed", "verify", "hang_seconds", "memory_limit",
          "reserve")  # fmt: skip


def save_plan(plan: RunPlan, path: Path) -> None:
    """Write a plan.

    Raises
    ------
    RunError
        If the file cannot be written, or a recipe cannot be put in words: one with
        transforms that only the running program knows.
    """
    data: dict[str, Any] = {name: getattr(plan, name) for name in _PLAIN}
    data["recipe"] = _words(plan.recipe)
    data["run_dir"], data["journal"] = str(plan.run_dir), str(plan.journal)
    data["cluster"] = dict(plan.cluster)
    tls = plan.tls
    data["tls"] = tls and [str(tls.ca), str(tls.certificate), str(tls.key)]
    data["tasks"] = [task_data(task) for task in plan.tasks]
    write_atomically(path, json.dumps(data, ensure_ascii=False, indent=1))


def load_plan(path: Path) -> RunPlan:
    """Read a plan that `save_plan` wrote.

    Raises
    ------
    RunError
        If the file is missing or no plan.
    """
    try:
        data = json.loads(path.read_text("utf-8"))
        return RunPlan(
            recipe=_recipe(data["recipe"]),
            tasks=tuple(task_from(item) for item in data["tasks"]),
            run_dir=Path(data["run_dir"]),
            journal=Path(data["journal"]),
            cluster=data["cluster"],
            tls=Tls(*map(Path, data["tls"])) if data["tls"] else None,
            **{name: data[name] for name in _PLAIN},
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RunError(f"{path} is no plan of a run: {error}") from error


def task_data(task: SlideTask) -> dict[str, Any]:
    """A task as plain data; raises as `save_plan`."""
    data = {field.name: getattr(task, field.name) for field in fields(task)}
    data["path"], data["output"] = str(task.path), str(task.output)
    data["recipe"] = task.recipe and _words(task.recipe)
    return data


def task_from(data: dict[str, Any]) -> SlideTask:
    """The task that `task_data` put in plain words."""
    recipe = _recipe(data["recipe"]) if data["recipe"] else None
    paths = {"path": Path(data["path"]), "output": Path(data["output"])}
    return SlideTask(**{**data, **paths, "recipe": recipe})


def _words(recipe: Recipe) -> dict[str, str]:
    text = recipe.text
    if _recipe({"text": text, "name": recipe.name}).hash != recipe.hash:
        raise RunError(
            f"recipe {recipe.name} cannot be run in a process of its own",
            "it uses transforms that are not installed; run it in this program",
        )
    return {"text": text, "name": recipe.name}


def _recipe(data: dict[str, str]) -> Recipe:
    return parse_recipe(data["text"], f"recipe {data['name']}", data["name"])
