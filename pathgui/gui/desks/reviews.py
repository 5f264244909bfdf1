"""Review: queue, decisions with reason and note, each logged and undoable."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from pathgui.gui.desks.desk import Preferences
from pathgui.gui.desks.reviewlists import ReviewLists
from pathgui.gui.dialogs.decision import DecisionDialog
from pathgui.gui.review import words as named
from pathgui.gui.review.decisions import Decisions
from pathgui.gui.review.start import StartDialog, StartWish
from pathgui.gui.review.state import ReviewState
from pathgui.gui.session import Session
from pathgui.gui.session.quality import Quality
from pathgui.gui.session.undo import Command
from pathgui.project import Edit
from pathgui.workflows import review
from pathgui.workflows.qc import reasons as qc_reasons
from pathgui.workflows.qc.log import log_file
from pathgui.workflows.qc.queue import build_queue


class ReviewDesk(ReviewLists):
    """What the Review menu does.

    Attributes
    ----------
    state : ReviewState
        Where a review stands.
    begun, left : Signal()
        A review began, or is over.
    note_wanted : Signal()
        The note about the slide in turn is to be written.
    on_screen : callable
        The slide that the viewer shows.
    """

    begun = Signal()
    left = Signal()
    note_wanted = Signal()

    def __init__(
        self,
        session: Session,
        widget: QWidget,
        preferences: Preferences,
        quality: Quality,
    ) -> None:
        super().__init__(session, widget, preferences, quality)
        self.state = ReviewState(session, quality)
        self._wish = StartWish()
        # What was done in this review, to be undone by its own key.
        self._made: list[Command] = []
        self.on_screen: Callable[[], str] = lambda: self.state.current
        self._decisions = Decisions(session, quality, self.state)
        session.decisions_of = self._decisions.of_edit
        session.closing.connect(self.leave)
        session.changed.connect(self._changed)
        quality.heard.connect(self._heard)

    # -- decisions ---------------------------------------------------------------

    @property
    def active(self) -> bool:
        """Whether a review is under way."""
        return self.state.active

    def decide(self, status: str, reason: str = "", note: str = "") -> None:
        """Write a decision about all selected slides, as one undo step.

        In a review it is about the slide in turn, with its reasons and note.
        """
        if self.active:
            self._decide_in_turn(status)
        elif self.session.selection:
            self._write(status, self.session.selection, reason, note)

    def _decide_in_turn(self, status: str) -> None:
        if self.on_screen() != self.state.current:
            self.session.told.emit("The slide in turn is not on screen", "note")
            return
        held = self.state.pending
        if not status and not held.status and self.state.own_only:
            # What others decided is not seen here, and stays as it is.
            words = "You have decided nothing about this slide"
            self.session.told.emit(words, "note")
            return
        reason = qc_reasons.join(held.reasons) if status else ""
        self._write(status, (self.state.current,), reason, held.note if status else "")
        self.state.note_decision((self.state.current,))
        if self.state.advance and status:
            self.step(1)

    def _write(
        self, status: str, slides: Sequence[str], reason: str, note: str
    ) -> None:
        command = self._decisions.write(status, slides, reason, note)
        if self.active and command is not None:
            self._made.append(command)

    def note_step(self) -> None:
        """Something else was done on the slide in turn: `undo` takes it back too."""
        command = self.session.last_step
        if self.active and command is not None and command not in self._made:
            self._made.append(command)

    def ask_note(self) -> None:
        """Ask for decision, reason and note together; in a review, go to the note."""
        chosen = self.session.selection
        if self.active:
            self.note_wanted.emit()
        if self.active or not chosen:
            return
        dialog = DecisionDialog(
            self.session.theme,
            chosen,
            self.session.field(chosen[0], "qc_status"),
            self.session.field(chosen[0], "qc_reason"),
            self.widget,
            reasons=qc_reasons.reasons(self.session.project),
        )
        dialog.decided.connect(self.decide)
        self.show_dialog(dialog)

    def next_unreviewed(self) -> None:
        """Go on to the next slide without a decision."""
        if self.active:
            if not self.state.next_unreviewed():
                self.session.told.emit(
                    "Every slide of the queue has a decision", "note"
                )
            return
        slide_id = self._unreviewed()
        if slide_id:
            self.session.select(slide_id)
        else:
            self.session.told.emit("Every slide in the table has a decision", "note")

    def _unreviewed(self) -> str:
        """The next one after the current slide, in the table's order."""
        slides, current = self.session.slides, self.session.current
        place = slides.index(current) + 1 if current in slides else 0
        for slide_id in (*slides[place:], *slides[:place]):
            if not self.session.field(slide_id, "qc_status"):
                return slide_id
        return ""

    # -- the review ----------------------------------------------------------------

    def start(self) -> None:
        """Ask which slides to review, in which order."""
        if self.active:
            return
        chosen = self.session.selection
        dialog = StartDialog(
            self.session.theme,
            self._wish,
            shown=len(self.session.slides),
            ticked=len(chosen) if len(chosen) > 1 else 0,
            outliers=sum(s in self.quality.outliers for s in self.session.slides),
            parent=self.widget,
        )
        dialog.wished.connect(self.begin)
        self.show_dialog(dialog)

    def begin(self, wish: StartWish) -> None:
        """Begin a review as asked for."""
        self._wish = wish
        slides, title = self._slides(wish)
        second = wish.source == "second"
        self.state.blind(wish.blinded)
        self.state.read_as(review.reviewer(), second=second)
        queue = build_queue(slides, wish.choice, lambda s: bool(self.state.status(s)))
        if not queue:
            self.state.blind(False)
            self.session.told.emit("There is no slide to review", "note")
            return
        self._made = []
        self.state.advance = wish.advance
        self.state.order = named.order(wish)
        self.state.start(queue, title, self.state.reviewer)
        self.begun.emit()

    def _slides(self, wish: StartWish) -> tuple[tuple[str, ...], str]:
        shown = self.session.slides
        if wish.source == "ticked" and len(self.session.selection) > 1:
            return self.session.selection, "ticked slides"
        if wish.source == "outliers":
            out = tuple(s for s in shown if s in self.quality.outliers)
            return out, "suggested outliers"
        if wish.source == "second":
            name = review.reviewer()
            project = self.session.project
            if project is not None:
                self.quality.decisions.read(log_file(project))
            others = {
                e.slide_id
                for e in self.quality.decisions.entries
                if e.reviewer != name and e.status
            }
            return tuple(s for s in shown if s in others), "second reading"
        return shown, "slides of the table"

    def leave(self) -> None:
        """Put the window back as it was."""
        if self.active:
            current, waiting = self.state.current, self.state.undecided
            self.state.stop()
            self._made = []
            self.left.emit()
            if waiting:
                self.session.told.emit(named.waiting(waiting), "warning")
            if current and self.session.project is not None:
                self.session.select(current)

    def step(self, by: int) -> None:
        """Go to the next or previous slide of the queue."""
        if self.active:
            self.state.go(self.state.place + by)

    def reason(self, place: int) -> None:
        """Give the reason at a place of the list, or take it back."""
        words = qc_reasons.reasons(self.session.project)
        if not self.active or place >= len(words):
            return
        self.state.toggle_reason(words[place])
        self._rewrite()

    def note(self, text: str) -> None:
        """Keep a note about the slide in turn."""
        if self.active and text != self.state.pending.note:
            self.state.set_note(text)
            self._rewrite()

    def _rewrite(self) -> None:
        """Reasons and note of a decision that stands are saved at once too."""
        held = self.state.pending
        if held.status:
            reason = qc_reasons.join(held.reasons)
            self._write(held.status, (self.state.current,), reason, held.note)

    def undo(self) -> None:
        """Take back what was done last in this review, and show its slide."""
        command = self.session.last_step
        if command is None or command not in self._made:
            words = "Nothing decided in this review is left to undo"
            self.session.told.emit(words, "note")
            return
        self._made.remove(command)
        if command.slide:
            self.state.go_to(command.slide)
        self.session.undo()
        self.state.reread()

    def toggle_blinded(self) -> None:
        """Hide what names the slide, or show it again."""
        self.state.blind(not self.state.blinded)

    def toggle_advance(self) -> None:
        """Go on by itself after a decision, or not."""
        self.state.advance = not self.state.advance
        self.state.changed.emit()

    def _changed(self, edit: Edit) -> None:
        if edit.settings:
            self.state.changed.emit()

    def _heard(self, entries: tuple[object, ...]) -> None:
        count = len(entries)
        names = sorted({str(getattr(e, "reviewer", "")) for e in entries})
        noun = "decision" if count == 1 else "decisions"
        words = f"{', '.join(names)} logged {count:,} {noun}"
        if not (self.active and self.state.blinded):
            self.session.told.emit(words, "note")
        self.state.reread()
