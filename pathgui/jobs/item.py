"""One slide of a run, and the line in which slides wait."""

import time
from collections import deque
from dataclasses import dataclass, field

from pathgui.jobs.plan import SlideTask
from pathgui.jobs.stamp import Stamp


@dataclass(slots=True)
class Item:
    """Where a slide stands in its run.

    Attributes
    ----------
    task : SlideTask
        The slide.
    attempts : int
        How often a worker has begun it.
    deaths : int
        How often that worker died.
    begun : bool
        Whether a worker has taken the order that is out.
    host, pid :
        Which worker.
    seen : float
        When it last gave a sign (monotonic clock).
    doom : str
        Why its worker was ended on purpose; empty if it was not.
    wait_until : float
        Not to be handed out before (monotonic clock).
    before : Stamp
        Of the result when it was judged.
    judge_again : bool
        Another run may have made the result in the meantime.
    """

    task: SlideTask
    attempts: int = 0
    deaths: int = 0
    begun: bool = False
    host: str = ""
    pid: int = 0
    seen: float = 0.0
    doom: str = ""
    wait_until: float = 0.0
    before: Stamp = field(default_factory=Stamp)
    judge_again: bool = False

    @property
    def slide_id(self) -> str:
        """Name of the slide."""
        return self.task.slide_id

    def begin(self, host: str, pid: int) -> None:
        """A worker has taken it."""
        self.begun, self.host, self.pid = True, host, pid
        self.seen = time.monotonic()
        self.attempts += 1

    def silent_for(self) -> float:
        """Seconds since its worker gave a sign."""
        return time.monotonic() - self.seen if self.begun else 0.0


class Line:
    """Slides that wait, first come first served, unless somebody says otherwise."""

    def __init__(self) -> None:
        self._items: deque[Item] = deque()

    def add(self, item: Item, *, front: bool = False) -> None:
        """Put a slide at the end, or at the front."""
        if front:
            self._items.appendleft(item)
        else:
            self._items.append(item)

    def take(self) -> Item | None:
        """The first slide that may be handed out now."""
        now = time.monotonic()
        for item in self._items:
            if item.wait_until <= now:
                self._items.remove(item)
                return item
        return None

    def remove(self, slide_id: str) -> Item | None:
        """Take out a slide by name; None if it does not wait."""
        for item in self._items:
            if item.slide_id == slide_id:
                self._items.remove(item)
                return item
        return None

    def first(self, slide_id: str) -> None:
        """Let a slide go first, if it still waits."""
        item = self.remove(slide_id)
        if item is not None:
            self._items.appendleft(item)

    def clear(self) -> list[Item]:
        """Take out all."""
        items = list(self._items)
        self._items.clear()
        return items

    def __len__(self) -> int:
        return len(self._items)
