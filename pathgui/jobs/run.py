"""A run: events come out, wishes go in."""

import queue
from collections.abc import Iterator
from typing import Any

from pathgui.errors import RunError
from pathgui.jobs import control, locks
from pathgui.jobs.driver import Driver
from pathgui.jobs.events import RunEvent
from pathgui.jobs.hands import Hands, Message, Woken
from pathgui.jobs.make_hands import make_hands
from pathgui.jobs.parts import alive_lock
from pathgui.jobs.plan import RunPlan
from pathgui.jobs.worker import PROCESS_SLIDE


class Run:
    """A recipe applied to slides, on workers that may die.

    Parameters
    ----------
    plan : RunPlan
        What to do.
    client : distributed.Client, optional
        Workers that somebody else runs, instead of what the plan says.

    Notes
    -----
    All methods but `events` may be called from any thread, before and while it runs.
    """

    def __init__(
        self, plan: RunPlan, client: Any = None, *, call: str = PROCESS_SLIDE
    ) -> None:
        self.plan = plan
        self._client, self._call = client, call
        self._inbox: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self._wishes = control.Wishes(plan.run_dir / control.FILE)
        self._begun = False
        self._hands: Hands | None = None

    @property
    def dashboard(self) -> str:
        """Address of Dask's status page, on loopback; empty while there is none."""
        return "" if self._hands is None else self._hands.dashboard

    def events(self) -> Iterator[RunEvent]:
        """Run, and yield what happens. Closing the generator early cancels.

        Yields
        ------
        RunEvent
            First `RunStarted`, last `RunEnded`, and for each slide exactly one of
            `SlideDone`, `SlideFailed` and `SlideSkipped`.

        Raises
        ------
        RunError
            If the run cannot begin or go on at all; never for a slide.
        """
        if self._begun:
            raise RunError("this run was started before", "make a new run")
        self._begun = True
        lock = alive_lock(self.plan.run_dir)
        try:
            holding = locks.hold(lock, self.plan.run_id)
            with holding as before:
                if before is None:
                    raise RunError(
                        f"run {self.plan.run_id} is going on already",
                        "wait for it, or cancel it",
                    )
                hands = make_hands(self.plan, self._inbox.put, self._client)
                self._hands = hands
                driver = Driver(self.plan, hands, self._inbox, self._wishes, self._call)
                yield from driver.drive()
        except OSError as error:
            raise RunError(
                f"{self.plan.run_dir} cannot be written: {error.strerror or error}",
                "check the space on the disk and the rights of the folder",
            ) from error

    def cancel(self) -> None:
        """End the run soon: slides in hand are given up, finished ones stay."""
        self._tell(control.CANCEL)

    def pause(self) -> None:
        """Hand out no more slides; those in hand go on."""
        self._tell(control.PAUSE)

    def resume(self) -> None:
        """Go on after a pause."""
        self._tell(control.RESUME)

    def cancel_slide(self, slide_id: str) -> None:
        """Give up one slide; the others go on."""
        self._tell(control.CANCEL_SLIDE, slide_id)

    def prioritise(self, slide_id: str) -> None:
        """Let a waiting slide go next."""
        self._tell(control.FIRST, slide_id)

    def _tell(self, wish: str, slide_id: str = "") -> None:
        control.tell(self._wishes.file, wish, slide_id)
        self._inbox.put(Woken())
