"""Runs: start, pause, cancel, retry, and where the output lies."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QWidget

from pathgui.engine import load_recipe
from pathgui.errors import PathguiError, RecipeError
from pathgui.gui.desks.desk import Desk, Preferences
from pathgui.gui.desks.runwords import command_of, sentence_of
from pathgui.gui.dialogs.choice import ChoiceDialog
from pathgui.gui.dialogs.run import RunChoice, RunDialog
from pathgui.gui.session import Session
from pathgui.gui.session.runs import Runs
from pathgui.gui.session.runstate import RunState, SlideRun
from pathgui.jobs import DetachedRun, RunPlan, forecast, write_report
from pathgui.project import Project
from pathgui.workflows.cluster_options import run_options
from pathgui.workflows.keep_recipe import KeptRecipe
from pathgui.workflows.preflight import disk_warnings, size
from pathgui.workflows.qc.metrics import gather, measures
from pathgui.workflows.run_recipe import RunOptions, plan_run
from pathgui.workflows.run_settings import Pool, beside_window, settle

CANCEL, ANYWAY = "Cancel run", "Run all the same"


def makes_main_result(file: Path) -> bool:
    """Whether a recipe's results bear no name of their own; a broken one does not."""
    try:
        return not load_recipe(file).output.name
    except RecipeError:
        return False


def _show_file(file: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(file)))


def foreseen(plan: RunPlan) -> list[str]:
    """What a run will take of the disk, in sentences; called in a thread."""
    found = forecast(plan)
    if not found.needed:
        return []
    needed, free = size(found.needed), size(found.free)
    about = "about" if found.measured else "perhaps"
    words = f"Takes {about} {needed} of the {free} that are free on the disk."
    return [words] if found.fits else [words, "The disk is too small for that."]


class RunDesk(Desk):
    """What the Run menu does.

    Attributes
    ----------
    chosen, chosen_slide : callable
        Run and slide chosen in the Runs panel; else the latest run, and None.
    """

    chosen: Callable[[], RunState | None]
    chosen_slide: Callable[[], SlideRun | None]

    def __init__(
        self, session: Session, widget: QWidget, preferences: Preferences, runs: Runs
    ) -> None:
        super().__init__(session, widget, preferences)
        self._runs = runs
        self.chosen = lambda: runs.all[0] if runs.all else None
        self.chosen_slide = lambda: None
        runs.ended.connect(self._ended)
        runs.slide_failed.connect(self._slide_failed)

    def ask_recipe(self, kept: KeptRecipe) -> None:
        """Ask for slides and workers of a recipe that is chosen already.

        If the answer is no, a file made for the question goes away again.
        """
        dialog = self._ask(kept.path)
        if dialog is not None:
            dialog.rejected.connect(kept.take_back)

    def ask(self, file: Path | None = None) -> None:
        """Ask for recipe, slides and workers."""
        self._ask(file)

    def _ask(self, file: Path | None) -> RunDialog | None:
        project = self.session.project
        if project is None:
            return None
        dialog = RunDialog(
            self.session.theme,
            project,
            self.session.selection,
            self.preferences.values,
            self.widget,
        )
        file = file or self._usual_recipe(project)
        if file is not None:
            dialog.choose_recipe(file)
        dialog.chosen.connect(self.start)
        dialog.foresee = self._foresee
        dialog.refresh()
        self.show_dialog(dialog)
        return dialog

    def _usual_recipe(self, project: Project) -> Path | None:
        """The recipe of the latest run, else the first that makes main results."""
        files = project.recipes()
        last = [Path(run.recipe_path) for run in self._runs.all]
        mine = (file for file in last if file in files)
        return next(mine, None) or next(filter(makes_main_result, files), None)

    def start(self, choice: RunChoice, *, retry_failed: bool = False) -> None:
        """Prepare a run, look at the disk, and begin it."""
        project = self.session.project
        if project is None or self._runs.live is not None:
            return

        # What was drawn on each slide is read for the plan: that may take a while.
        def look(_progress: object, _asked: object) -> tuple[object, ...]:
            plan = self._plan(project, choice, retry_failed=retry_failed)
            try:
                return plan, disk_warnings(plan), None
            except PathguiError as error:
                return plan, [], error

        self.work("Preparing the run", look, lambda found: self._planned(*found))

    def _planned(
        self, plan: RunPlan, warnings: list[str], error: PathguiError | None
    ) -> None:
        if error is None:
            self._begin(plan, warnings)
        else:
            self._ask_anyway(plan, error)

    def _plan(
        self, project: Project, choice: RunChoice, *, retry_failed: bool = False
    ) -> RunPlan:
        pool = settle(
            Pool(choice.workers, choice.threads, choice.scheduler),
            self.preferences.values,
        )
        options = RunOptions(
            workers=beside_window(pool.workers, pool.scheduler),
            threads=pool.threads,
            scheduler=pool.scheduler,
            force=choice.force,
            retry_failed=retry_failed,
        )
        options = run_options(project, options, memory=pool.memory, tls=pool.tls)
        return plan_run(project, choice.recipe, slides=choice.slides, options=options)

    def _begin(self, plan: RunPlan, warnings: list[str]) -> None:
        if self._runs.live is not None or self.session.project is None:
            return
        for words in warnings:
            self.session.told.emit(words, "warning")
        self._runs.start(
            DetachedRun(plan),
            plan.run_id,
            plan.recipe.name,
            plan.recipe_path,
            [task.slide_id for task in plan.tasks],
        )

    def _ask_anyway(self, plan: RunPlan, error: PathguiError) -> None:
        dialog = ChoiceDialog(
            self.session.theme,
            "The disk is too small for this run",
            f"{error.message[:1].upper()}{error.message[1:]}. A run stops by itself "
            "before the disk is full, and finished slides stay.",
            (ANYWAY,),
            self.widget,
            icon="ph.hard-drive",
        )
        dialog.picked.connect(lambda _choice: self._begin(plan, []))
        self.show_dialog(dialog)

    def _foresee(self, choice: RunChoice, done: Callable[[list[str]], None]) -> None:
        """Sentences about the disk for a choice that is not made yet."""
        project = self.session.project
        if project is None:
            return

        def look(_progress: object, _asked: object) -> list[str]:
            try:
                return foreseen(self._plan(project, choice))
            except PathguiError as error:
                words = error.message.rstrip(".")
                return [f"{words[:1].upper()}{words[1:]}."]

        self.work("Looking at the disk", look, done)

    def make_anew(self, slide_id: str, recipe: Path) -> None:
        """Run a recipe on one slide at once."""
        self.start(RunChoice(recipe, (slide_id,), 1))

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

    def retry_slide(self) -> None:
        """Run just the chosen slide."""
        run, slide = self.chosen(), self.chosen_slide()
        if run is not None and slide is not None:
            self._repeat(run, (slide.slide_id,), retry_failed=True)

    def _repeat(
        self, run: RunState, slides: tuple[str, ...], *, retry_failed: bool
    ) -> None:
        project = self.session.project
        if project is None:
            return
        recipe = project.root / run.recipe_path
        known = tuple(s for s in slides if project.manifest.find(s) is not None)
        self.start(RunChoice(recipe, known), retry_failed=retry_failed)

    def pause(self) -> None:
        """Hand out no more slides, or go on."""
        live = self._runs.live
        if live is not None and live.state == "paused":
            self._runs.resume()
        elif live is not None:
            self._runs.pause()

    def slide_meant(self) -> str:
        """The slide chosen in the Runs panel, else the one selected everywhere."""
        slide = self.chosen_slide()
        return self.session.current if slide is None else slide.slide_id

    def cancel_slide(self) -> None:
        """Give up the slide that is meant; the others go on."""
        slide = self.slide_meant()
        if slide:
            self._runs.cancel_slide(slide)

    def put_first(self) -> None:
        """Let the slide that is meant go next."""
        slide = self.slide_meant()
        if slide and self._runs.waits(slide):
            self._runs.prioritise(slide)
            self.session.told.emit(f"{slide} goes next", "note")

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
        folder = self._folder()
        if folder is not None:
            _show_file(folder)

    def show_report(self) -> None:
        """Open the report of the chosen run, written anew."""
        folder = self._folder()
        if folder is not None:
            self.work(
                "Writing the report",
                lambda _progress, _asked: write_report(folder),
                _show_file,
            )

    def show_status_page(self) -> None:
        """Open Dask's page about the workers of the run under way."""
        if self._runs.dashboard:
            QDesktopServices.openUrl(QUrl(self._runs.dashboard))

    def copy_command(self) -> None:
        """Put the command line of the chosen run on the clipboard."""
        run, project = self.chosen(), self.session.project
        if run is not None and project is not None:
            QGuiApplication.clipboard().setText(command_of(run, project))
            self.session.told.emit("The command is on the clipboard", "note")

    def _folder(self) -> Path | None:
        run, project = self.chosen(), self.session.project
        if run is None or project is None:
            return None
        return project.folder("runs") / run.run_id

    def _slide_failed(self, run: RunState, slide_id: str) -> None:
        if run.failed == 1:
            reason = run.slides[slide_id].reason.removeprefix(f"{slide_id}: ")
            sentence = f"1 slide failed in run {run.number}, the run goes on"
            named = reason if slide_id in reason else f"{slide_id}: {reason}"
            self.session.told.emit(f"{sentence}\n{named}", "error")

    def _ended(self, run: RunState) -> None:
        self.session.told.emit(*sentence_of(run))
        project = self.session.project
        if project is None or not project.writable:
            return
        path = project.root / run.recipe_path

        def measured(_progress: object, asked: Callable[[], bool]) -> None:
            recipe = load_recipe(path)
            if measures(recipe):
                gather(project, recipe.output.name, cancelled=asked)

        if run.count("done") and path.is_file():
            self.work("Gathering what was measured", measured, lambda _none: None)
