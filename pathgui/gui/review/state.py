"""Where a review stands: its queue, the slide in turn, what is pending for it."""

import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from pathgui.gui.review.veil import Veil
from pathgui.gui.session import Session
from pathgui.gui.session.quality import Quality
from pathgui.workflows.qc import reasons as qc_reasons

# Of so many last decisions the time that is left is reckoned.
_REMEMBERED = 20


@dataclass(frozen=True, slots=True)
class Held:
    """The decision about a slide as the panel shows it."""

    status: str = ""
    reasons: tuple[str, ...] = ()
    note: str = ""


class ReviewState(QObject):
    """The queue of a review and the slide that is in turn.

    Attributes
    ----------
    queue : tuple of str
        Slides in the order of the review.
    place : int
        Position of the slide in turn.
    title, order : str
        What the queue is of, and how it is ordered.
    blinded : bool
        Hide id, clinical values and what others decided; only the reviewer's own
        decisions count and are shown.
    advance : bool
        Go on to the next slide after a decision.
    second : bool
        A second reading: only the reviewer's own decisions count and are shown.
    reviewer : str
        Name that is logged.
    leaving : Signal()
        The slide in turn is about to change: what is being written belongs to it.
    moved : Signal()
        Another slide is in turn.
    changed : Signal()
        Anything else.
    hid : Signal()
        From now on nothing may name a slide.
    """

    leaving = Signal()
    moved = Signal()
    changed = Signal()
    hid = Signal()

    def __init__(self, session: Session, quality: Quality) -> None:
        super().__init__(session)
        self._session, self._quality = session, quality
        self.queue: tuple[str, ...] = ()
        self.place = 0
        self.title = ""
        self.order = ""
        self.blinded = False
        self.advance = False
        self.second = False
        self.reviewer = ""
        self.pending = Held()
        # Reasons and notes given before a decision, by slide.
        self._given: dict[str, Held] = {}
        self._veil = Veil(session)
        self._times: list[float] = []
        # Statuses of all slides at once: a queue may hold ten thousand.
        self._statuses: dict[str, str] | None = None
        session.project_closed.connect(self._given.clear)
        session.changed.connect(self._forget)
        session.decided.connect(self._forget)
        session.reloaded.connect(self._forget)
        quality.heard.connect(self._forget)

    @property
    def active(self) -> bool:
        """Whether a review is under way."""
        return bool(self.queue)

    @property
    def current(self) -> str:
        """The slide in turn."""
        return self.queue[self.place] if self.queue else ""

    def start(self, queue: tuple[str, ...], title: str, reviewer: str) -> None:
        """Begin a review with the first slide of the queue."""
        self.queue, self.title, self.reviewer = queue, title, reviewer
        self._veil.cover(queue)
        self._times = [time.monotonic()]
        self._forget()
        self.go(0)

    def read_as(self, reviewer: str, *, second: bool) -> None:
        """Whose decisions count: in a second reading only those of the reviewer."""
        self.reviewer, self.second = reviewer, second
        self._forget()

    def stop(self) -> None:
        """The review is over."""
        self.queue, self.place = (), 0
        self.pending = Held()
        self.blinded = False
        self._forget()

    def blind(self, on: bool) -> None:
        """Hide what names the slide and what others decided, or show it again."""
        self.blinded = on
        self._forget()
        if on:
            self.hid.emit()
        self.reread()

    @property
    def own_only(self) -> bool:
        """Whether only the reviewer's own decisions count and are shown."""
        return self.second or self.blinded

    def go(self, place: int) -> None:
        """Bring another slide of the queue up."""
        self.leaving.emit()
        self.place = min(max(place, 0), len(self.queue) - 1)
        self.pending = self._held_or_given()
        self.moved.emit()
        self.changed.emit()

    def go_to(self, slide: str) -> None:
        """Bring a slide of the queue up by its id."""
        if slide in self.queue and slide != self.current:
            self.go(self.queue.index(slide))

    def next_unreviewed(self) -> bool:
        """Go on to the next slide without a decision; False if there is none."""
        count = len(self.queue)
        for step in range(1, count + 1):
            place = (self.place + step) % count
            if not self.status(self.queue[place]):
                self.go(place)
                return True
        return False

    def status(self, slide: str) -> str:
        """The decision that counts here about a slide."""
        if self._statuses is None:
            self._statuses = self._all_statuses()
        return self._statuses.get(slide, "")

    def _all_statuses(self) -> dict[str, str]:
        project = self._session.project
        if project is None:
            return {}
        if self.own_only or not project.writable:
            own = self._quality.all_of(self.reviewer)
            return {slide: entry.status for slide, entry in own.items()}
        manifest = project.manifest
        if not manifest.has_column("qc_status"):
            return {}
        ids, texts = manifest.texts("slide_id"), manifest.texts("qc_status")
        return dict(zip(ids.tolist(), texts.tolist(), strict=True))

    def _forget(self, *_: object) -> None:
        self._statuses = None

    @property
    def undecided(self) -> int:
        """Slides with reasons or a note that wait for their decision."""
        return sum(1 for slide in self._given if not self.status(slide))

    def _held_or_given(self) -> Held:
        """What is decided, else what was given before the decision."""
        held = self.held(self.current)
        return held if held.status else self._given.get(self.current, held)

    def _give(self, reasons: tuple[str, ...], note: str) -> None:
        self.pending = Held(self.pending.status, reasons, note)
        if not self.pending.status:
            self._given.pop(self.current, None)
            if reasons or note:
                self._given[self.current] = self.pending

    def held(self, slide: str) -> Held:
        """What is decided about a slide, with reasons and note."""
        status = self.status(slide)
        if not status:
            return Held()
        entry = self._quality.mine(slide, self.reviewer)
        if not self.own_only and (entry is None or entry.status != status):
            last = self._quality.last(slide)
            entry = last if last is not None and last.status == status else None
        reason = self._session.field(slide, "qc_reason")
        if self.own_only and entry is not None:
            reason = entry.reason
        note = entry.note if entry is not None else ""
        return Held(status, qc_reasons.split(reason), note)

    def count(self, status: str) -> int:
        """Slides of the queue with a decision; empty counts those without."""
        return self.counts()[status]

    def counts(self) -> Counter[str]:
        """Slides of the queue by decision."""
        return Counter(map(self.status, self.queue))

    @property
    def reviewed(self) -> int:
        """Slides of the queue that have a decision."""
        return len(self.queue) - self.count("")

    def toggle_reason(self, word: str) -> None:
        """Give a reason, or take it back."""
        now = self.pending.reasons
        kept = tuple(w for w in now if w != word)
        reasons = kept if word in now else (*now, word)
        self._give(reasons, self.pending.note)
        self.changed.emit()

    def set_note(self, note: str) -> None:
        """Write another note."""
        self._give(self.pending.reasons, note)

    def note_decision(self, slides: Iterable[str]) -> None:
        """Remember when decisions were made, to reckon the time that is left."""
        self._times = [*self._times, time.monotonic()][-_REMEMBERED:]
        for slide in slides:
            self._given.pop(slide, None)
        self.reread()

    def reread(self) -> None:
        """Decisions were made elsewhere: show what is decided now."""
        if self.active:
            self.pending = self._held_or_given()
            self.changed.emit()

    @property
    def minutes_left(self) -> int | None:
        """Minutes the rest will take at this pace; None while nothing tells."""
        if len(self._times) < 3:
            return None
        pace = (self._times[-1] - self._times[0]) / (len(self._times) - 1)
        return max(1, round(pace * self.count("") / 60))

    def others(self, slide: str) -> list[str]:
        """What others decided, in words; nothing in a blinded review."""
        if self.blinded:
            return []
        self._quality.last(slide)  # reads the log again if it grew
        found = []
        for entry in self._quality.decisions.entries:
            if entry.slide_id == slide and entry.reviewer != self.reviewer:
                words = ", ".join(
                    filter(None, (entry.status or "cleared", entry.reason))
                )
                found.append(f"{entry.reviewer}: {words}")
        return found[-3:]

    def veil(self, text: str) -> str:
        """A text with what names slides taken out, in a blinded review."""
        return self._veil.hide(text, self.current) if self.blinded else text
