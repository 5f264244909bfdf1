"""Which slides of a plan a job array is about: those that are not done."""

from dataclasses import dataclass, replace

from pathgui.jobs.done import judge, look_ahead
from pathgui.jobs.journal import Journal
from pathgui.jobs.plan import RunPlan


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is left to do.

    Attributes
    ----------
    plan : RunPlan
        Of the slides that have to be processed.
    up_to_date : tuple of str
        Slides that are done already.
    refused : dict of str to str
        Slides in whose place something else lies, and what.
    """

    plan: RunPlan
    up_to_date: tuple[str, ...]
    refused: dict[str, str]


def choose_tasks(plan: RunPlan) -> Chosen:
    """Leave out what is done, by the same rule as a run.

    Raises
    ------
    RunError
        If the journal cannot be opened.
    """
    with Journal(plan.journal, plan.run_id) as journal:
        known, runs = journal.finished(), journal.runs()
        failed = journal.failed() if plan.retry_failed else None
    if not plan.force and not plan.verify:
        look_ahead((task.output for task in plan.tasks), known)
    left, done, refused = [], [], {}
    for task in plan.tasks:
        if failed is not None and (task.slide_id, str(task.output)) not in failed:
            continue
        if not plan.force:
            recorded = known.get(str(task.output))
            verdict = judge(task, plan.recipe_of(task).hash, recorded, runs,
                            verify=plan.verify)  # fmt: skip
            if verdict.is_done:
                done.append(task.slide_id)
                continue
            if verdict.state == "foreign":
                refused[task.slide_id] = verdict.why
                continue
        left.append(task)
    return Chosen(replace(plan, tasks=tuple(left)), tuple(done), refused)
