"""The loop of a run: judge slides, hand them out, hear of them, until none is left."""

import queue
import time
from collections.abc import Iterator
from pathlib import Path

from pathgui.errors import RunError
from pathgui.jobs import control, disk, locks
from pathgui.jobs.done import Verdict, judge
from pathgui.jobs.events import (
    RunEnded,
    RunEvent,
    RunStarted,
    SlideDone,
    SlideFailed,
    SlideProgress,
    SlideSkipped,
    SlideStarted,
)
from pathgui.jobs.hands import Hands, Lost, Message, Moved, Returned, Taken, Woken
from pathgui.jobs.item import Item, Line
from pathgui.jobs.journal import Finished
from pathgui.jobs.parts import discard, lock_of, remove_stale
from pathgui.jobs.plan import RunPlan
from pathgui.jobs.recorder import CANCELLED, UP_TO_DATE, Recorder
from pathgui.jobs.worker import DISK_FULL, PROCESS_SLIDE, Order, Outcome

_TICK_SECONDS = 0.25
_DISK_SECONDS = 2.0
_BUSY_SECONDS = 1.0
_DEATHS = 2
_BARREN = 12
NOT_FAILED = "it has not failed before"
DISK_SHORT = "the disk is almost full"


class Driver:
    """Drives one run; `drive` is the generator behind `Run.events`."""

    def __init__(
        self,
        plan: RunPlan,
        hands: Hands,
        inbox: "queue.SimpleQueue[Message]",
        wishes: control.Wishes,
        call: str = PROCESS_SLIDE,
    ) -> None:
        self.plan, self.hands, self.inbox, self.wishes = plan, hands, inbox, wishes
        self._call = call
        self._line, self._out = Line(), dict[int, Item]()
        self._tickets = 0
        self._stop, self._stop_at = "", 0.0
        self._barren = 0
        self._disk_at = 0.0
        self._counts = {"done": 0, "failed": 0, "skipped": 0}
        self._known: dict[str, Finished] = {}
        self._runs: set[str] = set()
        self._started = False

    def drive(self) -> Iterator[RunEvent]:
        """Run to the end; closing the generator early cancels."""
        plan, clock = self.plan, time.monotonic()
        workers = self.hands.workers
        with Recorder(plan, workers) as self._recorder:
            record = self._recorder.record
            try:
                yield record(
                    RunStarted(plan.run_id, plan.recipe.name, len(plan.tasks), workers)
                )
                self._clean()
                for event in self._events():
                    yield record(event)
            except BaseException as error:
                self._abandon(error)
                record(self._ended("failed", clock))
                raise
            outcome = "failed" if self._counts["failed"] else "done"
            if self._stop:
                outcome = CANCELLED if self._stop == CANCELLED else "failed"
            yield record(self._ended(outcome, clock))

    def _events(self) -> Iterator[RunEvent]:
        try:
            yield from self._sort()
            yield from self._work()
        finally:
            self.hands.close()
        yield from self._settle()

    # What is to be done at all

    def _clean(self) -> None:
        outputs = [task.output for task in self.plan.tasks]
        for part in remove_stale(outputs, self.plan.run_dir.parent):
            self._recorder.note(f"removed {part.name}, which a dead run had left")

    def _sort(self) -> Iterator[RunEvent]:
        journal = self._recorder.journal
        self._known, self._runs = journal.finished(), journal.runs()
        failed = journal.failed() if self.plan.retry_failed else None
        for task in self.plan.tasks:
            item = Item(task)
            key = (task.slide_id, str(task.output))
            if failed is not None and key not in failed:
                yield self._skip(item, NOT_FAILED)
                continue
            event = self._judge(item)
            if event is None:
                self._want(item)
            else:
                yield event

    def _want(self, item: Item) -> None:
        self._line.add(item)
        if not self._started:
            # Workers load their libraries while the other slides are judged.
            self._started = True
            self.hands.start()

    def _judge(self, item: Item) -> RunEvent | None:
        """The event that ends the matter, or None if the slide has to be processed."""
        verdict = self._verdict(item)
        if verdict.is_done and not self.plan.force:
            if verdict.state == "unrecorded":
                self._recorder.adopt(item.task, verdict)
            return self._skip(item, UP_TO_DATE)
        if verdict.state == "foreign" and not self.plan.force:
            return self._fail(
                item,
                f"{item.slide_id}: {verdict.why}, which is not replaced",
                "use --force to replace it, or give the recipe another output name",
            )
        if verdict.why:
            self._recorder.note(f"{item.slide_id}: {verdict.why}")
        return None

    def _verdict(self, item: Item) -> Verdict:
        task = item.task
        return judge(
            task,
            self.plan.recipe_of(task).hash,
            self._known.get(str(task.output)),
            self._runs,
            verify=self.plan.verify,
        )

    # Handing out

    def _work(self) -> Iterator[RunEvent]:
        while self._line or self._out:
            yield from self._heed()
            if self._started:
                self.hands.mend()
            yield from self._watch()
            if self._stop and (not self._out or time.monotonic() > self._stop_at):
                return
            yield from self._hand_out()
            yield from self._hear()
            self._recorder.tick()

    def _hand_out(self) -> Iterator[RunEvent]:
        while not self._stop and not self.wishes.paused:
            if len(self._out) >= self.hands.capacity:
                return
            item = self._line.take()
            if item is None:
                return
            event = self._judge(item) if item.judge_again else None
            if event is not None:
                yield event
                continue
            self._tickets += 1
            item.begun, item.doom, item.judge_again = False, "", False
            self._out[self._tickets] = item
            self.hands.submit(self._order(item, self._tickets))

    def _order(self, item: Item, ticket: int) -> Order:
        plan, task = self.plan, item.task
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
            self.wishes.file,
            alive_lock(plan.run_dir),
            self._call,
        )

    # Hearing back

    def _hear(self) -> Iterator[RunEvent]:
        try:
            message = self.inbox.get(timeout=_TICK_SECONDS)
            while True:
                yield from self._receive(message)
                message = self.inbox.get_nowait()
        except queue.Empty:
            return

    def _receive(self, message: Message) -> Iterator[RunEvent]:
        match message:
            case Taken(ticket, host, pid):
                item = self._out.get(ticket)
                if item is not None:
                    yield from self._begin(item, host, pid)
            case Moved(ticket, done, total, memory):
                item = self._out.get(ticket)
                if item is not None:
                    item.seen = time.monotonic()
                    yield SlideProgress(
                        self.plan.run_id, item.slide_id, done, total, round(memory, 1)
                    )
            case Returned(outcome):
                item = self._out.pop(outcome.ticket, None)
                if item is not None:
                    yield from self._returned(item, outcome)
            case Lost(ticket, detail):
                item = self._out.pop(ticket, None)
                if item is not None:
                    yield from self._lost(item, ticket, detail)
            case Woken():
                return

    def _begin(self, item: Item, host: str, pid: int) -> Iterator[RunEvent]:
        if item.begun:
            return
        item.begun, item.host, item.pid = True, host, pid
        item.seen = time.monotonic()
        item.attempts += 1
        self._barren = 0
        yield SlideStarted(self.plan.run_id, item.slide_id, item.attempts)

    def _returned(self, item: Item, outcome: Outcome) -> Iterator[RunEvent]:
        if outcome.kind == "busy":
            item.wait_until = time.monotonic() + _BUSY_SECONDS
            item.judge_again = True
            self._line.add(item)
            return
        if outcome.kind == "again":
            host, pid = _worker_in(outcome.reason)
            yield from self._begin(item, host, pid)
            yield from self._lost(item, outcome.ticket, "its worker died")
            return
        yield from self._begin(item, outcome.host, outcome.pid)
        self._recorder.attempt(item.task, item.attempts, outcome)
        if outcome.kind == "cancelled":
            yield self._skip(item, item.doom or self._stop or CANCELLED)
        elif outcome.kind == "failed":
            yield self._fail(item, outcome.reason, outcome.hint, outcome.trace)
            if outcome.reason.startswith(DISK_FULL):
                self._stop_all(DISK_FULL)
        else:
            yield self._done(item, outcome)

    def _done(self, item: Item, outcome: Outcome) -> RunEvent:
        self._counts["done"] += 1
        return SlideDone(
            self.plan.run_id,
            item.slide_id,
            str(item.task.output),
            outcome.tiles,
            outcome.tissue_fraction,
            round(outcome.seconds, 3),
            outcome.warnings,
        )

    def _lost(self, item: Item, ticket: int, detail: str) -> Iterator[RunEvent]:
        """A worker went away. Whether it had begun the slide, its lock tells."""
        lock = lock_of(item.task.output, self.plan.run_dir.parent)
        words = locks.read_note(lock).split(" ")
        if words[:2] == [self.plan.run_id, str(ticket)]:
            host, pid = _worker_in(" ".join(words))
            yield from self._begin(item, host, pid)
        if item.doom or self._stop:
            yield from self._ended_on_purpose(item)
        elif not item.begun:
            self._barren += 1
            if self._barren > _BARREN + 2 * self.hands.workers:
                raise RunError(
                    f"workers die before they begin a slide: {detail}",
                    f"{self.plan.run_dir / 'workers.log'} may say why",
                )
            self._line.add(item, front=True)
        else:
            yield from self._died(item, ticket, detail)

    def _ended_on_purpose(self, item: Item) -> Iterator[RunEvent]:
        discard(item.task.output)
        if item.doom and item.doom != CANCELLED and not self._stop:
            yield self._fail(item, item.doom, "look at the slide, then retry")
        else:
            yield self._skip(item, self._stop or item.doom)

    def _died(self, item: Item, ticket: int, detail: str) -> Iterator[RunEvent]:
        verdict = self._verdict(item)
        if verdict.is_done and verdict.run_id == self.plan.run_id:
            # It died after the result was complete, before it could say so.
            self._recorder.adopt(item.task, verdict)
            tiles, output = verdict.tiles, str(item.task.output)
            self._counts["done"] += 1
            yield SlideDone(self.plan.run_id, item.slide_id, output, tiles, None, 0.0)
            return
        discard(item.task.output)
        how = self.hands.obituary(item.host, item.pid) or detail
        item.deaths += 1
        reason = f"{item.slide_id}: its worker died ({how})"
        kind = Outcome(ticket, "failed", reason=reason, host=item.host, pid=item.pid)
        self._recorder.attempt(item.task, item.attempts, kind)
        if item.deaths < _DEATHS:
            self._recorder.note(f"{reason}; it is tried once more")
            self._line.add(item, front=True)
            return
        yield self._fail(
            item,
            f"{item.slide_id}: its worker died {item.deaths} times ({how})",
            "look at the slide, or give workers more memory; the next run tries again",
            quarantined=True,
        )

    # Wishes and watches

    def _heed(self) -> Iterator[RunEvent]:
        self.wishes.look()
        if self.wishes.cancelled and not self._stop:
            self._stop_all(CANCELLED)
        for slide_id in self.wishes.cancelled_slides:
            item = self._line.remove(slide_id)
            if item is not None:
                yield self._skip(item, CANCELLED)
        while self.wishes.first:
            self._line.first(self.wishes.first.pop(0))

    def _watch(self) -> Iterator[RunEvent]:
        limit = self.plan.hang_seconds
        for ticket, item in list(self._out.items()):
            if not limit or item.doom or item.silent_for() < limit:
                continue
            item.doom = f"{item.slide_id}: no tile was finished for {limit:.0f} s"
            control.tell(self.wishes.file, control.CANCEL_SLIDE, item.slide_id)
            if not self.hands.kill(item.host, item.pid):
                del self._out[ticket]
                yield self._fail(item, item.doom, "look at the slide, then retry")
        if time.monotonic() >= self._disk_at and self.plan.tasks and not self._stop:
            self._disk_at = time.monotonic() + _DISK_SECONDS
            if disk.is_short(self.plan.tasks[0].output.parent, self.plan.reserve):
                self._stop_all(DISK_SHORT)

    def _stop_all(self, reason: str) -> None:
        if self._stop:
            return
        self._stop = reason
        self._stop_at = time.monotonic() + self.hands.grace
        if not self.wishes.cancelled:
            control.tell(self.wishes.file, control.CANCEL)

    # Endings

    def _settle(self) -> Iterator[RunEvent]:
        """After the workers are gone: what was still out or waiting is skipped."""
        for item in self._out.values():
            discard(item.task.output)
            yield self._skip(item, self._stop or CANCELLED)
        self._out.clear()
        for item in self._line.clear():
            yield self._skip(item, self._stop or CANCELLED)

    def _abandon(self, error: BaseException) -> None:
        """The generator was closed or something broke: tidy up, say nothing."""
        if not self._stop:
            self._stop_all(CANCELLED)
        self.hands.close()
        for event in self._settle():
            self._recorder.record(event)
        if isinstance(error, GeneratorExit | KeyboardInterrupt):
            self._recorder.note("the run was closed before its end")

    def _skip(self, item: Item, reason: str) -> RunEvent:
        self._counts["skipped"] += 1
        return SlideSkipped(self.plan.run_id, item.slide_id, reason)

    def _fail(
        self,
        item: Item,
        reason: str,
        hint: str = "",
        trace: str = "",
        *,
        quarantined: bool = False,
    ) -> RunEvent:
        self._counts["failed"] += 1
        return SlideFailed(
            self.plan.run_id, item.slide_id, reason, hint, trace, quarantined
        )

    def _ended(self, outcome: str, clock: float) -> RunEvent:
        seconds = round(time.monotonic() - clock, 3)
        return RunEnded(self.plan.run_id, outcome, seconds=seconds, **self._counts)


def alive_lock(run_dir: Path) -> Path:
    """The lock that the client of a run holds while it lives."""
    return run_dir / "lock"


def _worker_in(note: str) -> tuple[str, int]:
    words = note.split(" ")
    if len(words) < 4 or not words[3].isdigit():
        return "", 0
    return words[2], int(words[3])
