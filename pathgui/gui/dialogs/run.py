"""Asks for recipe, slides and workers of a run; the number is shown before the deed."""

from collections.abc import Callable
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
from pathgui.gui.style.parts import label, row, spin_box
from pathgui.project import Project
from pathgui.settings import Settings
from pathgui.workflows.invalid_rows import invalid_slides, warning
from pathgui.workflows.run_settings import LOCAL

ALL, CHOSEN, FAILED = "all", "selected", "failed"


@dataclass(frozen=True, slots=True)
class RunChoice:
    """What a person wants to run; None is as the settings say."""

    recipe: Path
    slides: tuple[str, ...]
    workers: int | None = None
    force: bool = False
    threads: int | None = None
    scheduler: str | None = None


Foresee = Callable[[RunChoice, Callable[[list[str]], None]], None]


class SlideChoice(QComboBox):
    """Which slides a run is about: those selected, all, a cohort, those that failed."""

    def __init__(self, project: Project, selection: tuple[str, ...]) -> None:
        super().__init__()
        self._project, self._selection = project, selection
        total = len(project.manifest)
        if selection:
            count = len(selection)
            noun = "slide" if count == 1 else "slides"
            self.addItem(f"{count:,} selected {noun}", (CHOSEN, ""))
        self.addItem(f"All {total:,} slides", (ALL, ""))
        for cohort, slides in project.cohorts().items():
            self.addItem(f"Cohort {cohort}: {len(slides):,} slides", (ALL, cohort))
        failed = self._of_status("failed", "quarantined")
        if failed:
            self.addItem(f"{len(failed):,} that failed", (FAILED, ""))
        if len(selection) <= 1 and total > 1 and selection:
            self.setCurrentIndex(1)

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
        kind, cohort = self.currentData()
        if kind == CHOSEN:
            return self._selection
        if kind == FAILED:
            return self._of_status("failed", "quarantined")
        cohorts = self._project.cohorts()
        if cohort:
            return tuple(cohorts[cohort])
        return tuple(slide for slides in cohorts.values() for slide in slides)


class RunDialog(Dialog):
    """Recipe, slides, workers.

    Attributes
    ----------
    chosen : Signal(RunChoice)
        Someone pressed Run.
    foresee : callable
        Given a choice, tells sentences about the disk to the second argument.
    """

    chosen = Signal(object)
    foresee: Foresee

    def __init__(
        self,
        theme: Theme,
        project: Project,
        selection: tuple[str, ...],
        settings: Settings,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(
            theme,
            "Run a recipe",
            "Work goes on in the background, also when the window is closed. Slides "
            "whose result is up to date are skipped; raw slides are never changed.",
            parent,
        )
        self.setObjectName("runDialog")
        self._project = project
        self.foresee = lambda _choice, _done: None
        self.recipe = QComboBox()
        for path in project.recipes():
            self.recipe.addItem(path.stem.replace("_", " "), str(path))
        self.what = SlideChoice(project, selection)
        self.where = where_box(settings.scheduler)
        self.workers = spin_box(
            "Workers", settings.workers, 256, zero="one per core but one"
        )
        self.threads = spin_box("Threads of a slide", settings.threads, 64)
        self.threads.setMinimum(1)
        self.force = QCheckBox("Make every result anew, also of other recipes")
        self.summary = label("", "well", wrap=True)
        self.disk = label("", "second", size=12, wrap=True)
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
            ("Work on", self.where),
        )
        for place, (name, field) in enumerate(fields):
            field.setAccessibleName(name)
            grid.addWidget(label(name), place, 0)
            grid.addWidget(field, place, 1)
        grid.addWidget(label("Workers"), 3, 0)
        threads = (label("each on a slide with"), self.threads, label("threads"))
        grid.addLayout(row(self.workers, *threads, None), 3, 1)
        grid.addWidget(self.force, 4, 1)
        self.body.addSpacing(4)
        self.body.addLayout(grid)
        self.body.addWidget(self.summary)
        self.body.addWidget(self.disk)
        self.body.addWidget(self.invalid)
        self.disk.hide()
        self.add_cancel()
        self.run = self.add_right("Run", "ph.play-fill", "primary")
        self.run.clicked.connect(self._run)
        self.recipe.currentIndexChanged.connect(self.refresh)
        self.what.currentIndexChanged.connect(self.refresh)
        self.force.toggled.connect(self.refresh)
        self.refresh()

    def slides(self) -> tuple[str, ...]:
        """Ids of the slides that would be run."""
        return self.what.slides()

    def choice(self) -> RunChoice:
        """What would be run."""
        return RunChoice(
            Path(self.recipe.currentData()),
            self.slides(),
            self.workers.value(),
            self.force.isChecked(),
            self.threads.value(),
            str(self.where.currentData()),
        )

    def choose_recipe(self, file: Path) -> None:
        """Begin with this recipe."""
        self.recipe.setCurrentIndex(max(self.recipe.findData(str(file)), 0))

    def refresh(self) -> None:
        """Say what would be done."""
        slides, path = self.slides(), self.recipe.currentData()
        count = len(slides)
        wrong = warning(invalid_slides(self._project, slides), count)
        self.invalid.setText(wrong)
        self.invalid.setVisible(bool(wrong))
        noun = "slide" if count == 1 else "slides"
        self.run.setText(f"Run on {count:,} {noun}")
        self.disk.hide()
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
        if count:
            self.foresee(self.choice(), self._say_disk)

    def _say_disk(self, sentences: list[str]) -> None:
        self.disk.setText(" ".join(sentences))
        self.disk.setVisible(bool(sentences))

    def _run(self) -> None:
        choice = self.choice()
        self.accept()
        self.chosen.emit(choice)


def where_box(scheduler: str) -> QComboBox:
    """Where runs can work; the scheduler of the settings is offered by its address."""
    box = QComboBox()
    box.addItem("This computer", LOCAL)
    if "://" in scheduler:
        box.addItem(f"Dask scheduler at {scheduler}", scheduler)
    box.addItem("SLURM: workers as jobs of the queue", "slurm")
    box.addItem("PBS: workers as jobs of the queue", "pbs")
    box.setCurrentIndex(max(0, box.findData(scheduler or LOCAL)))
    return box


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
