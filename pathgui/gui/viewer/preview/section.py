"""Live preview in the side panel: parameters, what they give, what to do with them."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFrame, QVBoxLayout, QWidget

from pathgui.engine import Recipe, Tiling
from pathgui.errors import PathguiError
from pathgui.gui.style import fonts
from pathgui.gui.style.parts import Button, Icon, IconButton, label, row
from pathgui.gui.style.theme import Theme
from pathgui.gui.viewer.preview.form import ParameterForm
from pathgui.gui.viewer.preview.outcome import Outcome
from pathgui.gui.viewer.preview.region import numbered
from pathgui.gui.viewer.preview.tiling import TilingForm
from pathgui.preprocessing import DrawnRegions, Pipeline, ReviewedMask

_GIVEN = (DrawnRegions, ReviewedMask)


class PreviewSection(QFrame):
    """Folded to one line until it is wanted.

    Attributes
    ----------
    foot : QFrame
        What the parameters give and what to do with them; whoever shows the section
        puts it where it is always in view.

    Signals
    -------
    switched(bool)
        The preview is wanted, or not any more.
    based(object)
        Another recipe file is looked at, a `Path`.
    changed(object)
        The recipe as the fields say now.
    step_wanted(int)
        This step is to be shown before and after, -1 for none.
    reset_wanted()
        Back to the recipe as it is in its file.
    run_wanted(), slide_wanted()
        Run exactly these parameters; keep them for the slide that is shown.
    """

    switched = Signal(bool)
    based = Signal(object)
    changed = Signal(object)
    step_wanted = Signal(int)
    reset_wanted = Signal()
    run_wanted = Signal()
    slide_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("section")
        self._theme = theme
        self.recipe: Recipe | None = None
        self.recipes, self.steps = QComboBox(), QComboBox()
        self.foot, self.outcome = QFrame(), Outcome(theme)
        self.state = label("", "quiet", size=fonts.SMALL)
        self.switch = Button(theme, "Preview", role="toggle", small=True)
        self.note = label("", "warnText", size=fonts.SMALL, wrap=True)
        self.cohort = label("", "second", size=fonts.SMALL, wrap=True)
        self.run = Button(theme, "Run…", "ph.play-fill", role="primary")
        self.only = Button(theme, "This slide only")
        self.reset = IconButton(theme, "ph.arrow-counter-clockwise", "As in the file")
        self.earlier = IconButton(theme, "ph.caret-left", "Earlier step")
        self.later = IconButton(theme, "ph.caret-right", "Later step")
        self.tiling: TilingForm | None = None
        self._classes: dict[str, int] = {}
        self.forms: list[ParameterForm] = []
        self._build(theme)
        self.recipes.activated.connect(self._choose)
        self.steps.activated.connect(self._choose_step)
        self.earlier.clicked.connect(self._earlier)
        self.later.clicked.connect(self._later)
        self.switch.clicked.connect(self.switched)
        self.reset.clicked.connect(self.reset_wanted)
        self.run.clicked.connect(self.run_wanted)
        self.only.clicked.connect(self.slide_wanted)
        self.set_open(False)

    def _build(self, theme: Theme) -> None:
        self.switch.setToolTip("Try parameters on this slide (P)")
        self.recipes.setAccessibleName("Recipe")
        self.steps.setAccessibleName("Step to show before and after")
        self.steps.setToolTip("Show a step on the visible region (C switches it)")
        self.only.setToolTip("Keep these parameters in the manifest, for this slide")
        head = row(
            Icon(theme, "ph.lightning", "accent"),
            label("Live preview", strong=True),
            None,
            self.state,
            self.switch,
        )
        self._body = QWidget()
        body = QVBoxLayout(self._body)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(7)
        body.addLayout(row(label("Recipe", "second"), None, self.reset, self.recipes))
        self._fields = QVBoxLayout()
        self._fields.setSpacing(6)
        body.addLayout(self._fields)
        walk = (self.earlier, self.steps, self.later)
        body.addLayout(row(label("Step", "second"), None, *walk, spacing=4))
        self.foot.setObjectName("section")
        foot = QVBoxLayout(self.foot)
        foot.setContentsMargins(12, 10, 12, 12)
        foot.setSpacing(7)
        for widget in (self.outcome, self.note, self.cohort):
            foot.addWidget(widget)
        foot.addLayout(row(self.run, self.only, None))
        box = QVBoxLayout(self)
        box.setContentsMargins(12, 10, 12, 12)
        box.setSpacing(8)
        box.addLayout(head)
        box.addWidget(self._body)
        for combo in (self.recipes, self.steps):
            combo.setFixedWidth(200)

    def set_open(self, on: bool) -> None:
        """Show the parameters, or fold to one line."""
        self.switch.setChecked(on)
        self._body.setVisible(on)
        self.foot.setVisible(on)
        if not on:
            self.state.setText("")

    def offer(self, files: list[Path], chosen: Path | None) -> None:
        """List the recipes that can be looked at."""
        self.recipes.clear()
        for file in files:
            self.recipes.addItem(file.stem.replace("_", " "), str(file))
        place = self.recipes.findData(str(chosen)) if chosen is not None else 0
        self.recipes.setCurrentIndex(max(place, 0))

    def choose_recipe(self, file: Path) -> None:
        """Show in the list which recipe is looked at."""
        self.recipes.setCurrentIndex(max(self.recipes.findData(str(file)), 0))

    def show_recipe(self, recipe: Recipe) -> None:
        """Build the form of a recipe: its slide-wide masks, and its tiling."""
        self.recipe = recipe
        while (item := self._fields.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.forms = []
        for number, step in enumerate(recipe.pipeline.transforms):
            finds = step.scope == "slide" and hasattr(step, "mask_name")
            if finds and not isinstance(step, _GIVEN):
                self._add_step(number, recipe)
        self._fields.addWidget(label("Tiling", strong=True))
        self.tiling = TilingForm(self._theme, recipe.tiling)
        self.tiling.changed.connect(self._on_tiling)
        self.tiling.annotated.offer(self._classes)
        self._fields.addWidget(self.tiling)
        self._offer_steps(recipe)

    def offer_classes(self, known: dict[str, int]) -> None:
        """List the classes of annotations in the project, with their slides."""
        if known == self._classes:
            return
        self._classes = known
        if self.tiling is not None:
            self.tiling.annotated.offer(known)

    def _add_step(self, number: int, recipe: Recipe) -> None:
        step = recipe.pipeline.transforms[number]
        values = {p.name: getattr(step, p.name) for p in step.parameters()}
        form = ParameterForm(self._theme, step.parameters(), values)
        form.changed.connect(
            lambda name, value: self._on_parameter(number, name, value)
        )
        self._fields.addWidget(label(step.title or type(step).__name__, strong=True))
        self._fields.addWidget(form)
        self.forms.append(form)

    def _offer_steps(self, recipe: Recipe) -> None:
        chosen = self.steps.currentData()
        self.steps.clear()
        self.steps.addItem("None", -1)
        for place, words in enumerate(numbered(recipe)):
            self.steps.addItem(words, place)
        self.choose_step(-1 if chosen is None else int(chosen))

    def choose_step(self, step: int) -> None:
        """Show in the list which step is on the canvas."""
        self.steps.setCurrentIndex(max(self.steps.findData(step), 0))
        place, last = self.steps.currentIndex(), self.steps.count() - 1
        self.earlier.setEnabled(place > 0)
        self.later.setEnabled(place < last)

    def _walk(self, by: int) -> None:
        place = self.steps.currentIndex() + by
        if 0 <= place < self.steps.count():
            self.steps.setCurrentIndex(place)
            self._choose_step(place)

    def _earlier(self) -> None:
        self._walk(-1)

    def _later(self) -> None:
        self._walk(1)

    def say(self, words: str, *, bad: bool = False) -> None:
        """Say something beneath the numbers."""
        self.note.setObjectName("errText" if bad else "warnText")
        self.note.style().unpolish(self.note)
        self.note.style().polish(self.note)
        self.note.setText(words)
        self.note.setVisible(bool(words))

    def _choose(self, _: int) -> None:
        self.based.emit(Path(str(self.recipes.currentData())))

    def _choose_step(self, _: int) -> None:
        self.step_wanted.emit(int(self.steps.currentData()))

    def _on_tiling(self, tiling: Tiling) -> None:
        if self.recipe is not None:
            self._set(replace(self.recipe, tiling=tiling))

    def _on_parameter(self, number: int, name: str, value: Any) -> None:
        recipe = self.recipe
        if recipe is None:
            return
        steps = list(recipe.pipeline.transforms)
        try:
            steps[number] = replace(steps[number], **{name: value})
        except PathguiError as error:
            self.say(error.message, bad=True)
            return
        self._set(replace(recipe, pipeline=Pipeline(steps)))

    def _set(self, recipe: Recipe) -> None:
        self.recipe = recipe
        self.outcome.set_stale(True)
        self.state.setText("…")
        self.changed.emit(recipe)
