"""Runs: start, pause, cancel, retry, and where the output lies."""

import shlex
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QWidget

from pathgui.errors import PathguiError
from pathgui.gui.desks.desk import Desk, Preferences
from pathgui.gui.dialogs.choice import ChoiceDialog
from pathgui.gui.dialogs.run import RunChoice, RunDialog
from pathgui.gui.session import Session
from pathgui.gui.session.runs import Runs
from pathgui.gui.session.runstate import RunState, clock
from pathgui.workflows.run_recipe import RunOptions, prepare

STOP, CANCEL = "Stop now", "Cancel run"


class RunDesk(Desk):
    """What the Run menu does.

    Attributes
    ----------
    chosen : callable
        The run chosen in the Runs panel, else the latest.
    """

    chosen: Callable[[], RunState | None]

    def __init__(
        self, session: Session, widget: QWidget, preferences: Preferences, runs: Runs
    ) -> None:
        super().__init__(session, widget, preferences)
        self._runs = runs
        self.chosen = lambda: runs.all[0] if runs.all else None
        runs.ended.connect(self._ended)
        runs.slide_failed.connect(self._slide_failed)

    def ask(self) -> None:
        """Ask for recipe, slides and workers."""
        project = self.session.project
        if project is None:
            return
        dialog = RunDialog(
            self.session.theme,
            project,
            self.session.selection,
            self.preferences.values.workers,
            self.widget,
        )
        dialog.chosen.connect(self.start)
        self.show_dialog(dialog)

    def start(self, choice: RunChoice, *, retry_failed: bool = False) -> None:
        """Prepare a run and begin it."""
        project = self.session.project
        if project is None or self._runs.live is not None:
            return
        try:
            run = prepare(
                project,
                choice.recipe,
                slides=choice.slides,
                options=RunOptions(
                    workers=choice.workers,
                    force=choice.force,
                    retry_failed=retry_failed,
                ),
            )
        except PathguiError as error:
            self.session.trouble.emit(error)
            return
        plan = run.plan
        self._runs.start(run, plan.run_id, plan.recipe.name, str(choice.recipe))

    def again(self) -> None:
        """Run the recipe of the chosen run on the same slides."""
        run = self.chosen()
        if run is not None:
            self._repeat(run, tuple(run.slides), retry_failed=False)

    def retry_failed(self) -> None:
        """Run just the slides that failed."""
        run = self.chosen()
        if run is None:
            return
        bad = ("failed", "quarantined")
        slides = tuple(s.slide_id for s in run.slides.values() if s.state in bad)
        self._repeat(run, slides, retry_failed=True)

    def _repeat(
        self, run: RunState, slides: tuple[str, ...], *, retry_failed: bool
    ) -> None:
        project = self.session.project
        if project is None:
            return
        recipe = project.root / run.recipe_path
        known = tuple(s for s in slides if project.manifest.find(s) is not None)
        choice = RunChoice(recipe, known, self.preferences.values.workers)
        self.start(choice, retry_failed=retry_failed)

    def pause(self) -> None:
        """Hand out no more slides, or go on."""
        live = self._runs.live
        if live is not None and live.state == "paused":
            self._runs.resume()
        elif live is not None:
            self._runs.pause()

    def ask_cancel(self) -> None:
        """Ask whether to stop the run under way."""
        live = self._runs.live
        if live is None:
            return
        done, total = live.finished, live.total
        dialog = ChoiceDialog(
            self.session.theme,
            "Cancel this run?",
            f"{done:,} of {total:,} slides are finished and stay. Slides under way "
            "are given up within a moment and leave no file; a later run takes them "
            "up again.",
            (CANCEL,),
            self.widget,
            icon="ph.stop-circle",
            danger=CANCEL,
        )
        dialog.picked.connect(lambda _choice: self._runs.cancel())
        self.show_dialog(dialog)

    def show_output(self) -> None:
        """Open the folder of the chosen run."""
        run, project = self.chosen(), self.session.project
        if run is not None and project is not None:
            folder = project.folder("runs") / run.run_id
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))

    def copy_command(self) -> None:
        """Put the command line of the chosen run on the clipboard."""
        run, project = self.chosen(), self.session.project
        if run is None or project is None:
            return
        words = ["pathgui", "run", str(project.root), str(Path(run.recipe_path))]
        words += ["--slides", ",".join(run.slides)]
        QGuiApplication.clipboard().setText(shlex.join(words))
        self.session.told.emit("The command is on the clipboard", "note")

    def _slide_failed(self, run: RunState, slide_id: str) -> None:
        if run.failed == 1:
            reason = run.slides[slide_id].reason
            sentence = f"1 slide failed, the run goes on\n{slide_id}: {reason}"
            self.session.told.emit(sentence, "error")

    def _ended(self, run: RunState) -> None:
        done, failed = run.count("done"), run.failed
        words = [f"{done:,} done"]
        if run.count("skipped"):
            words.append(f"{run.count('skipped'):,} up to date")
        if failed:
            words.append(f"{failed:,} failed")
        state = "cancelled" if run.state == "cancelled" else "finished"
        sentence = f"Run {state} in {clock(run.seconds)}: {', '.join(words)}"
        self.session.told.emit(sentence, "warning" if failed else "note")
