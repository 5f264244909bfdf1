"""Asks for recipe, slides and workers of a run; the number is shown before the deed."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QWidget,
)

from pathgui.engine import Recipe, load_recipe
from pathgui.errors import PathguiError
from pathgui.gui.dialogs.base import Dialog
from pathgui.gui.style import Theme
from pathgui.gui.style.parts import label, spin_box
from pathgui.project import Project
from pathgui.workflows.invalid_rows import invalid_slides, warning

ALL, CHOSEN, FAILED = "all", "selected", "failed"


@dataclass(frozen=True, slots=True)
class RunChoice:
    """What a person wants to run."""

    recipe: Path
    slides: tuple[str, ...]
    workers: int
    force: bool = False


class RunDialog(Dialog):
    """Recipe, slides, workers.

    Attributes
    ----------
    chosen : Signal(RunChoice)
        Someone pressed Run.
    """

    chosen = Signal(object)

    def __init__(
        self,
        theme: Theme,
        project: Project,
        selection: tuple[str, ...],
        workers: int,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(
            theme,
            "Run a recipe",
            "Work goes on in the background. Slides whose result is up to date are "
            "skipped; raw slides are never changed.",
            parent,
        )
        self.setObjectName("runDialog")
        self._project = project
        self._selection = selection
        self.recipe = QComboBox()
        for path in project.recipes():
            self.recipe.addItem(path.stem.replace("_", " "), str(path))
        self.what = QComboBox()
        self._fill_what()
        self.workers = spin_box("Workers", workers, 256, zero="one per core")
        self.force = QCheckBox("Make every result anew, also of other recipes")
        self.summary = label("", "well", wrap=True)
        self.invalid = label("", "warnText", size=12, wrap=True)
        self._build()
        self.setMinimumWidth(560)

    def _build(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(10)
        grid.setColumnStretch(1, 1)
        fields: tuple[tuple[str, QWidget], ...] = (
            ("Recipe", self.recipe),
            ("Slides", self.what),
            ("Workers", self.workers),
        )
        for place, (name, field) in enumerate(fields):
            field.setAccessibleName(name)
            grid.addWidget(label(name), place, 0)
            grid.addWidget(field, place, 1)
        grid.addWidget(self.force, 3, 1)
        self.body.addSpacing(4)
        self.body.addLayout(grid)
        self.body.addWidget(self.summary)
        self.body.addWidget(self.invalid)
        self.add_cancel()
        self.run = self.add_right("Run", "ph.play-fill", "primary")
        self.run.clicked.connect(self._run)
        self.recipe.currentIndexChanged.connect(self._say)
        self.what.currentIndexChanged.connect(self._say)
        self._say()

    def _fill_what(self) -> None:
        manifest = self._project.manifest
        total = len(manifest)
        if self._selection:
            count = len(self._selection)
            noun = "slide" if count == 1 else "slides"
            self.what.addItem(f"{count:,} selected {noun}", (CHOSEN, ""))
        self.what.addItem(f"All {total:,} slides", (ALL, ""))
        for cohort, slides in self._project.cohorts().items():
            self.what.addItem(f"Cohort {cohort}: {len(slides):,} slides", (ALL, cohort))
        failed = self._of_status("failed", "quarantined")
        if failed:
            self.what.addItem(f"{len(failed):,} that failed", (FAILED, ""))
        if len(self._selection) <= 1 and total > 1 and self._selection:
            self.what.setCurrentIndex(1)

    def _of_status(self, *states: str) -> tuple[str, ...]:
        manifest = self._project.manifest
        pairs = zip(
            manifest.texts("slide_id").tolist(),
            manifest.texts("status").tolist(),
            strict=True,
        )
        return tuple(slide for slide, status in pairs if status in states)

    def slides(self) -> tuple[str, ...]:
        """Ids of the slides that would be run."""
        kind, cohort = self.what.currentData()
        if kind == CHOSEN:
            return self._selection
        if kind == FAILED:
            return self._of_status("failed", "quarantined")
        cohorts = self._project.cohorts()
        if cohort:
            return tuple(cohorts[cohort])
        return tuple(slide for slides in cohorts.values() for slide in slides)

    def _say(self) -> None:
        slides, path = self.slides(), self.recipe.currentData()
        count = len(slides)
        wrong = warning(invalid_slides(self._project, slides), count)
        self.invalid.setText(wrong)
        self.invalid.setVisible(bool(wrong))
        noun = "slide" if count == 1 else "slides"
        self.run.setText(f"Run on {count:,} {noun}")
        if not path:
            self.summary.setText("There is no recipe in the folder pipelines/.")
            self.run.setEnabled(False)
            return
        try:
            words = describe(load_recipe(Path(path)))
        except PathguiError as error:
            self.summary.setText(f"{error.message} {error.hint}")
            self.run.setEnabled(False)
            return
        self.summary.setText(words)
        self.run.setEnabled(count > 0)
        self.run.setToolTip("" if count else "There are no slides to run")

    def _run(self) -> None:
        choice = RunChoice(
            Path(self.recipe.currentData()),
            self.slides(),
            self.workers.value(),
            self.force.isChecked(),
        )
        self.accept()
        self.chosen.emit(choice)


def describe(recipe: Recipe) -> str:
    """What a recipe does, in one line for people."""
    tiling = recipe.tiling
    place = ""
    if tiling.mpp is not None:
        place = f"at {tiling.mpp:g} µm/px"
    elif tiling.magnification is not None:
        place = f"at {tiling.magnification:g}×"
    elif tiling.level is not None:
        place = f"at level {tiling.level}"
    steps = ", ".join(str(step.get("transform", "")) for step in _steps(recipe))
    output = recipe.output
    parts = [f"Tiles of {tiling.tile_size} px {place}".strip(), steps]
    parts.append(f"{output.layout} layout, images as {output.images}")
    return " · ".join(part for part in parts if part)


def _steps(recipe: Recipe) -> list[dict[str, object]]:
    found: list[dict[str, object]] = recipe.pipeline.config()
    return found
