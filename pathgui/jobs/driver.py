"""The loop of a run: hand slides out, hear of them, until none is left."""

import contextlib
import queue
import time
from collections.abc import Iterator
from dataclasses import replace

from pathgui.errors import RunError
from pathgui.jobs import control, disk, locks
from pathgui.jobs.done import made_of
from pathgui.jobs.events import RunEvent, SlideProgress
from pathgui.jobs.hands import Hands, Lost, Message, Moved, Returned, Taken, Woken
from pathgui.jobs.item import Item, Line
from pathgui.jobs.judging import Judging
from pathgui.jobs.orders import make_order
from pathgui.jobs.parts import discard, lock_of, remove_stale
from pathgui.jobs.plan import RunPlan
from pathgui.jobs.recorder import Recorder
from pathgui.jobs.stamp import stamp_if_there
from pathgui.jobs.tally import CANCELLED, Tally
from pathgui.jobs.worker import DISK_FULL, PROCESS_SLIDE, Outcome

DISK_SHORT = "the disk is almost full"
_TICK_SECONDS = 0.25
_DISK_SECONDS = 2.0
_BUSY_SECONDS = 1.0
_DEATHS = 2
_BARREN = 12
_LOOK = "look at the slide, then retry"


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
        self._plan, self._hands, self._inbox = plan, hands, inbox
        self._wishes, self._call = wishes, call
        self._tally = Tally(plan)
        self._line = Line()
        self._out: dict[int, Item] = {}
        self._started = False
        self._tickets = self._barren = 0
        self._page = ""
        self._stop, self._stop_at, self._disk_at = "", 0.0, 0.0

    def drive(self) -> Iterator[RunEvent]:
        """Run to the end; closing the generator early cancels."""
        workers = self._hands.workers
        with Recorder(self._plan, workers) as self._recorder:
            record = self._recorder.record
            try:
                yield record(self._tally.run_started(workers))
                for event in self._events():
                    yield record(event)
            except BaseException as error:
                self._abandon(error)
                raise
            yield record(self._tally.run_ended(self._stop))

    def _events(self) -> Iterator[RunEvent]:
        yield from self._sort()
        yield from self._work()
        self._hands.close()
        yield from self._settle()

    def _sort(self) -> Iterator[RunEvent]:
        """Remove what dead runs left, and find out what is to be done at all."""
        outputs = [task.output for task in self._plan.tasks]
        for part in remove_stale(outputs, self._plan.run_dir.parent):
            self._recorder.note(f"removed {part.name}, which a dead run had left")
        self._judging = Judging(self._plan, self._recorder, self._tally)
        for task in self._plan.tasks:
            item = Item(task)
            self._wishes.look()
            if self._wishes.cancelled:
                self._line.add(item)
                continue
            event = self._judging.settle(item)
            if event is not None:
                yield event
                continue
            self._line.add(item)
            if not self._started:
                # Workers load their libraries while the other slides are judged.
                self._started = True
                self._hands.start()

    def _work(self) -> Iterator[RunEvent]:
        while self._line or self._out:
            yield from self._heed()
            self._hands.mend()
            yield from self._watch()
            if self._stop and self._is_at_rest():
                return
            yield from self._hand_out()
            self._tell_page()
            yield from self._hear()
            self._recorder.tick()

    def _tell_page(self) -> None:
        if self._page != self._hands.dashboard:
            self._page = self._hands.dashboard
            self._recorder.status_page(self._page)

    def _is_at_rest(self) -> bool:
        """Whether nobody works on a slide any more, or has had the time to end."""
        begun = any(item.begun for item in self._out.values())
        return not begun or time.monotonic() > self._stop_at

    # Handing out

    def _hand_out(self) -> Iterator[RunEvent]:
        while not self._stop and not self._wishes.paused:
            if len(self._out) >= self._hands.capacity:
                return
            item = self._line.take()
            if item is None:
                return
            event = self._judging.settle(item) if item.judge_again else None
            if event is not None:
                yield event
                continue
            self._tickets += 1
            item.begun, item.doom, item.judge_again = False, "", False
            self._out[self._tickets] = item
            order = make_order(self._plan, item, self._tickets, self._wishes.file)
            self._hands.submit(replace(order, call=self._call))

    # Hearing back

    def _hear(self) -> Iterator[RunEvent]:
        try:
            message = self._inbox.get(timeout=_TICK_SECONDS)
            while True:
                yield from self._receive(message)
                message = self._inbox.get_nowait()
        except queue.Empty:
            return

    def _receive(self, message: Message) -> Iterator[RunEvent]:
        match message:
            case Taken(ticket, host, pid) if ticket in self._out:
                yield from self._begin(self._out[ticket], host, pid)
            case Moved(ticket, done, total, memory) if ticket in self._out:
                item = self._out[ticket]
                item.seen = time.monotonic()
                yield SlideProgress(
                    self._plan.run_id, item.slide_id, done, total, round(memory, 1)
                )
            case Returned(outcome) if outcome.ticket in self._out:
                yield from self._returned(self._out.pop(outcome.ticket), outcome)
            case Lost(ticket, detail) if ticket in self._out:
                yield from self._lost(self._out.pop(ticket), ticket, detail)
            case Taken() | Moved() | Returned() | Lost() | Woken():
                return  # of an order that was given up, or just to look up

    def _begin(self, item: Item, host: str, pid: int) -> Iterator[RunEvent]:
        if item.begun:
            return
        item.begin(host, pid)
        self._barren = 0
        yield self._tally.slide_started(item)

    def _returned(self, item: Item, outcome: Outcome) -> Iterator[RunEvent]:
        if outcome.kind == "busy":
            item.wait_until = time.monotonic() + _BUSY_SECONDS
            item.judge_again = True
            self._line.add(item)
            return
        if outcome.kind == "again":
            yield from self._lost(item, outcome.ticket, "it went away")
            return
        yield from self._begin(item, outcome.host, outcome.pid)
        self._recorder.attempt(item.task, item.attempts, outcome)
        if outcome.kind == "cancelled":
            yield from self._ended_on_purpose(item)
        elif outcome.kind == "failed":
            yield self._tally.slide_failed(
                item, outcome.reason, outcome.hint, outcome.trace
            )
            if outcome.reason.startswith(DISK_FULL):
                self._stop_all(DISK_FULL)
        else:
            yield self._tally.slide_done(item, outcome)

    def _lost(self, item: Item, ticket: int, detail: str) -> Iterator[RunEvent]:
        """A worker went away; the lock of the result tells whether it had begun."""
        note = locks.read_note(lock_of(item.task.output, self._plan.run_dir.parent))
        words = note.split(" ")
        if words[:2] == [self._plan.run_id, str(ticket)] and len(words) > 3:
            yield from self._begin(item, words[2], int(words[3]))
        if item.doom or self._stop:
            discard(item.task.output)
            yield from self._ended_on_purpose(item)
        elif item.begun:
            yield from self._died(item, ticket, detail)
        else:
            self._nothing_begun(detail)
            self._line.add(item, front=True)

    def _ended_on_purpose(self, item: Item) -> Iterator[RunEvent]:
        if item.doom and not self._stop:
            yield self._tally.slide_failed(item, item.doom, _LOOK)
        else:
            yield self._tally.slide_skipped(item, self._stop or CANCELLED)

    def _died(self, item: Item, ticket: int, detail: str) -> Iterator[RunEvent]:
        finished = self._judging.finished_by_us(item)
        if finished is not None:
            self._recorder.adopt(item.task, finished)
            yield self._tally.slide_found(item, made_of(item.task.output))
            return
        discard(item.task.output)
        item.before = stamp_if_there(item.task.output)
        item.deaths += 1
        how = self._hands.obituary(item.host, item.pid) or detail
        reason = f"{item.slide_id}: its worker died ({how})"
        lost = Outcome(ticket, "failed", reason=reason, host=item.host, pid=item.pid)
        self._recorder.attempt(item.task, item.attempts, lost)
        if item.deaths < _DEATHS:
            self._recorder.note(f"{reason}; it is tried once more")
            self._line.add(item, front=True)
            return
        yield self._tally.slide_failed(
            item,
            f"{item.slide_id}: its worker died {item.deaths} times ({how})",
            "look at the slide, or give workers more memory; the next run tries again",
            quarantined=True,
        )

    def _nothing_begun(self, detail: str) -> None:
        self._barren += 1
        if self._barren > _BARREN + 2 * self._hands.workers:
            raise RunError(
                f"workers die before they begin a slide: {detail}",
                f"{self._plan.run_dir / 'workers.log'} may say why",
            )

    # Wishes and watches

    def _heed(self) -> Iterator[RunEvent]:
        self._wishes.look()
        if self._wishes.cancelled:
            self._stop_all(CANCELLED)
        for slide_id in self._wishes.cancelled_slides:
            item = self._line.remove(slide_id)
            if item is not None:
                yield self._tally.slide_skipped(item, CANCELLED)
        while self._wishes.first:
            self._line.first(self._wishes.first.pop(0))

    def _watch(self) -> Iterator[RunEvent]:
        limit = self._plan.hang_seconds
        for ticket, item in list(self._out.items()):
            if not limit or item.doom or item.silent_for() < limit:
                continue
            item.doom = f"{item.slide_id}: no tile was finished for {limit:.0f} s"
            control.tell(self._wishes.file, control.CANCEL_SLIDE, item.slide_id)
            if not self._hands.kill(item.host, item.pid):
                del self._out[ticket]
                yield self._tally.slide_failed(item, item.doom, _LOOK)
        if time.monotonic() >= self._disk_at and self._plan.tasks and not self._stop:
            self._disk_at = time.monotonic() + _DISK_SECONDS
            if disk.is_short(self._plan.tasks[0].output.parent, self._plan.reserve):
                self._stop_all(DISK_SHORT)

    def _stop_all(self, reason: str) -> None:
        if self._stop:
            return
        self._stop = reason
        self._stop_at = time.monotonic() + self._hands.grace
        if not self._wishes.cancelled:
            # On a full disk workers cannot be told; closing the hands ends them.
            with contextlib.suppress(RunError):
                control.tell(self._wishes.file, control.CANCEL)

    # Endings

    def _settle(self) -> Iterator[RunEvent]:
        """The workers are gone: what was still out or waiting is skipped."""
        for item in self._out.values():
            discard(item.task.output)
            yield self._tally.slide_skipped(item, self._stop or CANCELLED)
        self._out.clear()
        for item in self._line.clear():
            yield self._tally.slide_skipped(item, self._stop or CANCELLED)

    def _abandon(self, error: BaseException) -> None:
        """The generator was closed or something broke: tidy up, say nothing."""
        self._stop_all(CANCELLED if _by_user(error) else "the run broke off")
        self._hands.close()
        events = [*self._settle(), self._tally.run_ended(self._stop)]
        # What cannot be written down must not hide what broke the run.
        with contextlib.suppress(RunError):
            for event in events:
                self._recorder.record(event)


def _by_user(error: BaseException) -> bool:
    return isinstance(error, GeneratorExit | KeyboardInterrupt)
