"""Leaving a project: runs under way, what was drawn, and tables that are not saved."""

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from pathgui.errors import PathguiError, TableChangedError
from pathgui.gui.desks.desk import Desk, Preferences
from pathgui.gui.dialogs.choice import ChoiceDialog
from pathgui.gui.later import soon
from pathgui.gui.session import Session
from pathgui.gui.session.runs import Runs

KEEP = "Keep running in the background"
STOP_AFTER, STOP_NOW = "Stop after the current slides", "Stop now"
LEAVE, COMPARE = "Close without saving", "Compare with the disk"
SAVE, DISCARD = "Save", "Discard"
_MOST_NAMED = 6


class Drawing(Protocol):
    """What was drawn on slides and is not saved."""

    @property
    def unsaved(self) -> list[str]:
        """What it is, in words."""
        ...

    def save_drafts(self, done: Callable[[], None]) -> None:
        """Save all of it, then call `done`."""
        ...

    def discard_drafts(self) -> None:
        """Give all of it up."""
        ...


class LeavingDesk(Desk):
    """Asks what becomes of what is not finished before its project is left.

    Tables are saved without a question.

    Parameters
    ----------
    quiet : bool
        Ask and save nothing: the run goes on, drafts stay drafts, and edits stay in
        the journal.

    Attributes
    ----------
    clashed : Signal()
        The tables cannot be saved, and someone wants to see what is on disk.
    drawing : Drawing or None
        What is drawn in the viewer, once there is one.
    blinded : callable
        Whether names of slides are to stay hidden.
    """

    clashed = Signal()

    def __init__(
        self,
        session: Session,
        widget: QWidget,
        preferences: Preferences,
        runs: Runs,
        *,
        quiet: bool = False,
    ) -> None:
        super().__init__(session, widget, preferences)
        self._runs, self._quiet = runs, quiet
        self._saving = False
        self.drawing: Drawing | None = None
        self.blinded: Callable[[], bool] = bool

    @property
    def held(self) -> bool:
        """Whether there is something to ask or to save before the project is left."""
        if self._quiet:
            return False
        drawn = self.drawing is not None and bool(self.drawing.unsaved)
        return drawn or self._runs.live is not None or self._dirty()

    def ask(self, go_on: Callable[[], None]) -> None:
        """Go on once the open project may be left."""
        drawing = self.drawing
        unsaved = [] if drawing is None else drawing.unsaved
        if drawing is None or not unsaved or self._quiet:
            self._ask_run(go_on)
            return
        dialog = ChoiceDialog(
            self.session.theme,
            "Not everything drawn is saved",
            f"{self._named(unsaved)} Saved masks count as reviewed by you, and runs "
            "use them. What is discarded cannot be brought back.",
            (DISCARD, SAVE),
            self.widget,
            icon="ph.paint-brush",
            danger=DISCARD,
        )

        def picked(choice: str) -> None:
            if choice == SAVE:
                drawing.save_drafts(lambda: self._saved(drawing, go_on))
            else:
                drawing.discard_drafts()
                self._ask_run(go_on)

        dialog.picked.connect(picked)
        self.show_dialog(dialog)

    def _named(self, unsaved: list[str]) -> str:
        count = len(unsaved)
        if self.blinded():
            what = "mask or shape is" if count == 1 else "masks and shapes are"
            return f"{count:,} {what} not saved."
        shown = unsaved[:_MOST_NAMED]
        more = [f"{count - _MOST_NAMED:,} more"] if count > _MOST_NAMED else []
        return f"Not saved: {', '.join([*shown, *more])}."

    def _saved(self, drawing: Drawing, go_on: Callable[[], None]) -> None:
        """What could not be saved was told, and holds the project open."""
        if not drawing.unsaved:
            self._ask_run(go_on)

    def _ask_run(self, go_on: Callable[[], None]) -> None:
        live = self._runs.live
        if live is None or self._quiet:
            self._save(go_on)
            return
        dialog = ChoiceDialog(
            self.session.theme,
            "A run is under way",
            f"{live.finished:,} of {live.total:,} slides are finished and stay. The "
            "run works in a process of its own: it can go on without this window, "
            "which shows it again when the project is opened. What is stopped is "
            "taken up by the next run.",
            (STOP_NOW, STOP_AFTER, KEEP),
            self.widget,
            icon="ph.play-circle",
        )
        dialog.picked.connect(lambda choice: self._leave(choice, go_on))
        self.show_dialog(dialog)

    def _leave(self, choice: str, go_on: Callable[[], None]) -> None:
        live = self._runs.live
        if choice == KEEP and live is not None and live.state == "paused":
            self._runs.resume()  # nobody would be there to do it
        if choice == KEEP or live is None:
            self._save(go_on)
            return

        def ended(_run: object) -> None:
            self._runs.ended.disconnect(ended)
            # The thread of the run says goodbye after its last event.
            soon(self, lambda: self._save(go_on))

        self._runs.ended.connect(ended)
        if choice == STOP_AFTER:
            self._runs.finish()
        else:
            self._runs.cancel()

    def _dirty(self) -> bool:
        """Whether something would be lost to the files, also what is being typed."""
        self.session.settling.emit()
        project = self.session.project
        if project is None or not project.writable:
            return False
        return project.dirty or bool(self.session.bulk.label)

    def _save(self, go_on: Callable[[], None]) -> None:
        """Write the tables, then go on; ask if that fails."""
        project = self.session.project
        if self._saving:
            return  # closed a second time meanwhile: the first goes on
        if self._quiet or project is None or not self._dirty():
            go_on()
            return
        self._saving = True
        if self.session.bulk.wait(lambda: self._save_after(go_on)):
            return
        task = self.session.background.start(
            "Saving", lambda _progress, _asked: project.save(), quick=True
        )
        task.finished.connect(self._save_ended)
        task.done.connect(lambda _result: self._go(go_on))
        task.failed.connect(lambda error: self._not_saved(error, go_on))

    def _save_after(self, go_on: Callable[[], None]) -> None:
        """A large edit was under way, and is in place now."""
        self._saving = False
        self._save(go_on)

    def _save_ended(self) -> None:
        self._saving = False

    def _go(self, go_on: Callable[[], None]) -> None:
        self.session.note_saved()
        go_on()

    def _not_saved(self, error: Exception, go_on: Callable[[], None]) -> None:
        if not isinstance(error, PathguiError):
            raise error
        clash = isinstance(error, TableChangedError)
        dialog = ChoiceDialog(
            self.session.theme,
            "What you changed could not be saved",
            f"{error.message} Your edits are kept beside the tables, and come back "
            "when the project is opened next.",
            (LEAVE, COMPARE) if clash else (LEAVE,),
            self.widget,
            icon="ph.warning-fill",
        )
        dialog.picked.connect(
            lambda choice: go_on() if choice == LEAVE else self.clashed.emit()
        )
        self.show_dialog(dialog)
