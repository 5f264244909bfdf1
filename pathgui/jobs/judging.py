"""Which slides of a run have to be processed at all."""

from pathgui.jobs.done import Verdict, judge, look_ahead, made_of
from pathgui.jobs.events import RunEvent
from pathgui.jobs.item import Item
from pathgui.jobs.plan import RunPlan
from pathgui.jobs.recorder import UP_TO_DATE, Recorder
from pathgui.jobs.stamp import stamp_if_there
from pathgui.jobs.tally import Tally

NOT_FAILED = "it has not failed before"


class Judging:
    """Judges slides against what is on disk and what the journal says."""

    def __init__(self, plan: RunPlan, recorder: Recorder, tally: Tally) -> None:
        self._plan, self._recorder, self._tally = plan, recorder, tally
        journal = recorder.journal
        self._known, self._runs = journal.finished(), journal.runs()
        self._failed = journal.failed() if plan.retry_failed else None
        if not plan.force and not plan.verify:
            look_ahead((task.output for task in plan.tasks), self._known)

    def settle(self, item: Item) -> RunEvent | None:
        """The event that ends the matter, or None if the slide has to be processed."""
        task = item.task
        key = (task.slide_id, str(task.output))
        if self._failed is not None and key not in self._failed:
            return self._tally.slide_skipped(item, NOT_FAILED)
        item.before = stamp_if_there(task.output)
        if self._plan.force:
            return None
        verdict = self.verdict(item)
        if verdict.is_done:
            made = None
            if verdict.state == "unrecorded":
                self._recorder.adopt(task, verdict)
                made = made_of(task.output)
            return self._tally.slide_skipped(item, UP_TO_DATE, made)
        if verdict.state == "foreign":
            return self._tally.slide_failed(
                item,
                f"{item.slide_id}: {verdict.why}, which is not replaced",
                "use --force to replace it, or give the recipe another output name",
            )
        if verdict.why:
            self._recorder.note(f"{item.slide_id}: {verdict.why}")
        return None

    def verdict(self, item: Item) -> Verdict:
        """What the slide's result is worth now."""
        task = item.task
        return judge(
            task,
            self._plan.recipe_of(task).hash,
            self._known.get(str(task.output)),
            self._runs,
            verify=self._plan.verify,
        )

    def finished_by_us(self, item: Item) -> Verdict | None:
        """The verdict on a result that this very run made, if it did."""
        verdict = self.verdict(item)
        ours = verdict.is_done and verdict.run_id == self._plan.run_id
        return verdict if ours else None
