"""What a worker is told about one slide of a run."""

from pathlib import Path

from pathgui.jobs.item import Item
from pathgui.jobs.parts import alive_lock, lock_of
from pathgui.jobs.plan import RunPlan
from pathgui.jobs.worker import Order


def make_order(plan: RunPlan, item: Item, ticket: int, control: Path) -> Order:
    """The order for a slide.

    Parameters
    ----------
    plan : RunPlan
        The run.
    item : Item
        The slide, as it was judged.
    ticket : int
        Number of the order, never given twice in a run.
    control : Path
        Where wishes to the run are told.
    """
    task = item.task
    return Order(
        plan.run_id,
        task.slide_id,
        ticket,
        task.path,
        task.output,
        plan.recipe_of(task),
        plan.threads,
        task.mpp,
        lock_of(task.output, plan.run_dir.parent),
        item.before,
        control,
        alive_lock(plan.run_dir),
        mpp_source=task.mpp_source,
        base=task.base,
        objective=task.objective,
        run_recipe=task.run_recipe,
    )
