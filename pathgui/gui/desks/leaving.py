"""Leaving a project while a run goes on: kept, stopped soon, or stopped now."""

from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from pathgui.gui.desks.desk import Desk, Preferences
from pathgui.gui.dialogs.choice import ChoiceDialog
from pathgui.gui.session import Session
from pathgui.gui.session.runs import Runs

KEEP = "Keep running in the background"
STOP_AFTER, STOP_NOW = "Stop after the current slides", "Stop now"


class LeavingDesk(Desk):
    """Asks what becomes of a run under way before its project is left.

    Parameters
    ----------
    quiet : bool
        Ask nothing: the run goes on.
    """

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

    def ask(self, go_on: Callable[[], None]) -> None:
        """Go on once the open project may be left."""
        live = self._runs.live
        if live is None or self._quiet:
            go_on()
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
            go_on()
            return

        def ended(_run: object) -> None:
            self._runs.ended.disconnect(ended)
            # The thread of the run says goodbye after its last event.
            QTimer.singleShot(0, self, go_on)

        self._runs.ended.connect(ended)
        if choice == STOP_AFTER:
            self._runs.finish()
        else:
            self._runs.cancel()
