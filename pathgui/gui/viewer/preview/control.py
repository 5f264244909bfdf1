"""Live preview: from the fields to the slide on screen, and on to a run."""

import shutil
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from pathgui.engine import Recipe, load_recipe
from pathgui.errors import PathguiError
from pathgui.gui.viewer.control import LayerControl
from pathgui.gui.viewer.draw.errand import Errands
from pathgui.gui.viewer.host import ViewerHost
from pathgui.gui.viewer.loading import LoadedSlide
from pathgui.gui.viewer.preview.compare import Comparison
from pathgui.gui.viewer.preview.layers import PreviewLayers
from pathgui.gui.viewer.preview.maker import Drawing, Maker, Subject
from pathgui.gui.viewer.preview.outcome import cohort_text, why_no_tiles
from pathgui.gui.viewer.preview.section import PreviewSection
from pathgui.gui.viewer.stage import Stage
from pathgui.preprocessing import ReviewedMask
from pathgui.project import Edit
from pathgui.workflows import keep_recipe
from pathgui.workflows.annotation_classes import AnnotationClasses
from pathgui.workflows.given_regions import Given
from pathgui.workflows.preview import for_cohort
from pathgui.workflows.preview_steps import steps_to_show
from pathgui.workflows.recipe_edits import carried
from pathgui.workflows.slide_recipes import own_recipe


class PreviewControl(QObject):
    """Keeps the section, the maker and the canvas of one mind.

    Attributes
    ----------
    on : bool
        Whether a preview is shown.
    section : PreviewSection
        The fields, for the side panel.
    comparison : Comparison
        A step before and after.

    Signals
    -------
    changed()
        The preview was switched, or something else is compared.
    opened(bool)
        The fields were unfolded, or folded away.
    measured(float)
        All numbers of a preview are there; the last are the seconds per slide.
    run_wanted(object)
        A recipe to run on the cohort, a `KeptRecipe`.
    edit_wanted(object)
        An `Edit` that keeps the parameters for one slide.
    troubled(object)
        A `PathguiError` that a person should read.
    """

    changed = Signal()
    opened = Signal(bool)
    measured = Signal(float)
    run_wanted = Signal(object)
    edit_wanted = Signal(object)
    troubled = Signal(object)

    def __init__(
        self, session: ViewerHost, layers: LayerControl, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._layers = PreviewLayers(layers)
        self.section = PreviewSection(session.theme)
        self._maker = Maker(self)
        self._stage: Stage | None = None
        self._shown: LoadedSlide | None = None
        self._base: tuple[Path, Recipe] | None = None
        self._start: Recipe | None = None
        self._drawing: Drawing | None = None
        self._errands, self._classes = Errands(self), AnnotationClasses()
        self.comparison = Comparison(self._layers, self._maker, self)
        self.on = False
        section, maker = self.section, self._maker
        section.switched.connect(self.switch)
        section.based.connect(self._use_base)
        section.changed.connect(self._ask)
        section.step_wanted.connect(self.comparison.show)
        self.comparison.changed.connect(self._on_compared)
        section.reset_wanted.connect(self.reset)
        section.run_wanted.connect(self._run)
        section.slide_wanted.connect(self._keep)
        maker.looked.connect(self._on_looked)
        maker.paced.connect(section.outcome.say_time)
        maker.paced.connect(self.measured)
        maker.failed.connect(self._on_failed)

    def attach(self, stage: Stage) -> None:
        """Work on a canvas, once it exists."""
        self._stage = stage
        self.comparison.attach(stage)

    def use(self, loaded: LoadedSlide | None) -> None:
        """Speak about another slide, or none."""
        self._shown, self._drawing = loaded, None
        self._layers.forget()
        self.comparison.use(loaded, None)
        self.section.setEnabled(loaded is not None)
        if loaded is None:
            self._maker.stop()
        elif self.on:
            self._follow_slide()

    def look_again(self) -> None:
        """What was drawn on the slide has changed."""
        if self.on:
            self._ask(self.section.recipe)
            self._look_for_classes()

    def shutdown(self) -> None:
        """Wait for the threads."""
        self._maker.shutdown()
        self._errands.shutdown()

    def toggle(self) -> None:
        """Show the preview, or put it away."""
        self.switch(not self.on)

    def switch(self, on: bool) -> None:
        """Show the preview, or put it away."""
        on = on and self._shown is not None
        self.on = on
        self.section.set_open(on)
        self.opened.emit(on)
        if on:
            self._begin()
            self._look_for_classes()
        else:
            self._maker.stop()
            self._drawing = None
            self.comparison.show(-1)
            self._layers.show(None)
        self.changed.emit()

    def _begin(self) -> None:
        project = self._session.project
        files = [] if project is None else project.recipes()
        base = self._base[0] if self._base is not None else None
        self.section.offer(files, base if base in files else None)
        if not files:
            self.section.say("There is no recipe in the folder pipelines/.", bad=True)
        elif base in files and self.section.recipe is not None:
            self._follow_slide()
        else:
            self._use_base(self._likely(files))

    def _likely(self, files: list[Path]) -> Path:
        """The recipe that made what is shown, else the first."""
        result = None if self._shown is None else self._shown.result
        found = None
        if result is not None and self._session.project is not None:
            project, made = self._session.project, (result.recipe, result.digest)
            found = keep_recipe.recipe_behind(project, *made)
        return found or files[0]

    def reset(self) -> None:
        """Go back to the recipe as it is in its file."""
        if self._base is not None:
            self._use_base(self._base[0])

    def _use_base(self, file: Path) -> None:
        try:
            recipe = load_recipe(file)
        except PathguiError as error:
            self.section.say(f"{error.message} {error.hint}", bad=True)
            return
        self._base = file, recipe
        self.section.choose_recipe(file)
        self.comparison.show(-1)
        self._start = self._own(recipe)
        self.section.show_recipe(self._start)
        self._ask(self._start)

    def _follow_slide(self) -> None:
        """Keep what a person changed; a slide's own parameters stay with that slide."""
        recipe = self.section.recipe
        if self._base is None or self._start is None or recipe is None:
            return
        before, self._start = self._start, self._own(self._base[1])
        if self._start != before:
            recipe = carried(before, recipe, self._start)
            self.section.show_recipe(recipe)
        self._ask(recipe)

    def _own(self, recipe: Recipe) -> Recipe:
        """The recipe with what the manifest changes for the slide on screen."""
        project, shown = self._session.project, self._shown
        if project is None or shown is None:
            return recipe
        row = project.manifest.find(shown.slide_id)
        if row is None:
            return recipe
        try:
            own = own_recipe(recipe, shown.slide_id, project.manifest.row(row))
        except PathguiError as error:
            self.troubled.emit(error)
            return recipe
        return own or recipe

    def _ask(self, recipe: Recipe | None) -> None:
        gone = self._session.project is None
        if self._shown is None or recipe is None or not self.on or gone:
            return
        request, project = self._shown.request, self._session.project
        slide_id, bounds = self._shown.slide_id, self._shown.bounds
        assert project is not None

        def given() -> Recipe:
            """The recipe with what was drawn on this slide, as its run would be."""
            return Given(project, lambda _: bounds).recipe(slide_id, recipe)

        self._maker.ask(Subject(request.path, request.mpp, request.objective), given)

    def _look_for_classes(self) -> None:
        project = self._session.project
        if project is not None:
            self._errands.run(
                lambda: self._classes.of(project), self.section.offer_classes
            )

    @property
    def comparing(self) -> bool:
        """Whether a step is shown on the visible region."""
        return self.comparison.step >= 0

    @property
    def after_shown(self) -> bool:
        """Whether the region is shown as a step makes it."""
        return self.comparison.after_shown

    def toggle_compare(self) -> None:
        """Before and after of the step shown last, or of the last there is."""
        if not self.on:
            self.switch(True)
        if self.comparing:
            self.comparison.toggle()
            return
        recipe = self.section.recipe
        if recipe is not None and (count := len(steps_to_show(recipe))):
            self.comparison.show(count - 1)
            self._on_compared()

    def _on_compared(self) -> None:
        self.section.choose_step(self.comparison.step)
        self.changed.emit()

    def _on_looked(self, drawing: Drawing) -> None:
        project, shown = self._session.project, self._shown
        if not self.on or project is None or shown is None:
            return
        self._drawing = drawing
        section, look = self.section, drawing.look
        section.outcome.say(look)
        section.state.setText(f"updated in {drawing.milliseconds:,.0f} ms")
        if section.tiling is not None:
            section.tiling.say_size(look.grid.frame.mpp)
        found = for_cohort(project, look, shown.slide_id)
        free = shutil.disk_usage(project.root).free
        section.cohort.setText(cohort_text(found, free))
        slides = "slide" if found.slides == 1 else "slides"
        section.run.setText(f"Run on {found.slides:,} {slides}…")
        words = look.warnings[0].capitalize() + "." if look.warnings else ""
        words = why_no_tiles(look) or words
        section.say(words or _reviewed(look.recipe) or self._own_words())
        self._layers.show(drawing)
        self.comparison.use(shown, drawing)

    def _own_words(self) -> str:
        """Whether the slide on screen has parameters of its own."""
        if self._base is None or self._start in (None, self._base[1]):
            return ""
        return "This slide has parameters of its own; others keep theirs."

    def _on_failed(self, error: PathguiError) -> None:
        if self.on:
            self.section.say(f"{error.message} {error.hint}".strip(), bad=True)
            self.section.state.setText("")

    def _run(self) -> None:
        project, recipe = self._session.project, self.section.recipe
        if project is None or recipe is None or self._base is None:
            return
        file, base = self._base
        # What this slide alone has is no wish for the others.
        wanted = carried(self._start or base, recipe, base)
        try:
            kept = keep_recipe.keep(project, file, wanted)
        except PathguiError as error:
            self.troubled.emit(error)
            return
        self.run_wanted.emit(kept)

    def _keep(self) -> None:
        project, recipe, shown = self._session.project, self.section.recipe, self._shown
        if project is None or recipe is None or self._base is None or shown is None:
            return
        try:
            edit: Edit = keep_recipe.for_slide(
                project, shown.slide_id, self._base[1], recipe
            )
        except PathguiError as error:
            self.troubled.emit(error)
            return
        if edit:
            self.edit_wanted.emit(edit)
            self._start = self._own(self._base[1])
        if self._stage is not None:
            words = "Runs use these parameters on this slide only."
            same = "These are the recipe's own parameters."
            self._stage.say(words if edit else same, "run", "Run…")


def _reviewed(recipe: Recipe) -> str:
    """Who reviewed the mask that tiles are chosen by, if somebody did."""
    for step in recipe.pipeline.transforms:
        if isinstance(step, ReviewedMask) and step.mask_name == recipe.tiling.mask:
            return f"The mask reviewed by {step.reviewer} is used on this slide."
    return ""
