"""Asks where a job array goes and what each of its tasks may use."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QGridLayout,
    QLineEdit,
    QWidget,
)

from pathgui.errors import PathguiError
from pathgui.gui.dialogs.base import Dialog
from pathgui.gui.dialogs.run import SlideChoice
from pathgui.gui.style import Theme
from pathgui.gui.style.parts import Button, label, row, spin_box
from pathgui.jobs.arrays import SYSTEMS, Site, make_site
from pathgui.project import Project
from pathgui.workflows.cluster import Queue
from pathgui.workflows.cluster_options import site_options

# Option of `make_site`, what it is called here, and what may stand there.
_TEXTS = (
    ("partition", "Partition or queue", "of the site"),
    ("account", "Account", "none"),
    ("time", "Time of a task", "12:00:00, 90m, 2d"),
    ("memory", "Memory of a task", "16G"),
)


@dataclass(frozen=True, slots=True)
class ArrayChoice:
    """A job array that a person wants to be written."""

    recipe: Path
    slides: tuple[str, ...]
    queue: Queue


class ArrayDialog(Dialog):
    """System, folder, and the wishes to the queue; those of the project are filled in.

    Attributes
    ----------
    chosen : Signal(ArrayChoice)
        Someone pressed Write.
    """

    chosen = Signal(object)

    def __init__(
        self,
        theme: Theme,
        project: Project,
        selection: tuple[str, ...],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(
            theme,
            "Write a job array",
            "A folder with the slide list, the recipe and a script for the queue. "
            "Slides that are done are left out. The nodes must see this project, the "
            "slides and the folder under the same paths.",
            parent,
        )
        self.setObjectName("arrayDialog")
        self._usual = _usual(project)
        self.recipe = QComboBox()
        for path in project.recipes():
            self.recipe.addItem(path.stem.replace("_", " "), str(path))
        self.what = SlideChoice(project, selection)
        self.system = QComboBox()
        for system in SYSTEMS:
            self.system.addItem(system.upper(), system)
        self.folder = QLineEdit()
        self.folder.setPlaceholderText("a new folder that all nodes see")
        self.browse = Button(theme, "Choose…", "ph.folder-open")
        self.texts = {name: self._text(name, hint) for name, _, hint in _TEXTS}
        self.cpus = spin_box("Cores", int(self._usual.get("cpus", Site().cpus)), 1024)
        self.batch = spin_box("Batch", int(self._usual.get("batch", 1)), 10_000)
        self.most = spin_box(
            "Most at once", int(self._usual.get("max_running", 0)), 100_000,
            zero="no limit",
        )  # fmt: skip
        for box in (self.cpus, self.batch):
            box.setMinimum(1)
        self.submit = QCheckBox("Submit it, too")
        self.wrong = label("", "errText", size=12, wrap=True)
        self.summary = label("", "well", wrap=True)
        self._build()
        self.setMinimumWidth(600)

    def _text(self, name: str, hint: str) -> QLineEdit:
        field = QLineEdit(str(self._usual.get(name, "")))
        field.setPlaceholderText(hint)
        field.textChanged.connect(self.refresh)
        return field

    def _build(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(10)
        grid.setColumnStretch(1, 1)
        fields: list[tuple[str, QWidget]] = [
            ("Recipe", self.recipe),
            ("Slides", self.what),
            ("System", self.system),
        ]
        fields += [(words, self.texts[name]) for name, words, _ in _TEXTS]
        for place, (name, field) in enumerate(fields):
            field.setAccessibleName(name)
            grid.addWidget(label(name), place, 0)
            grid.addWidget(field, place, 1)
        place = len(fields)
        self.folder.setAccessibleName("Folder")
        grid.addWidget(label("Folder"), place, 0)
        grid.addLayout(row(self.folder, self.browse), place, 1)
        grid.addWidget(label("A task has"), place + 1, 0)
        grid.addLayout(
            row(self.cpus, label("cores for"), self.batch, label("slides, at most"),
                self.most, label("tasks at once"), None), place + 1, 1,
        )  # fmt: skip
        grid.addWidget(self.submit, place + 2, 1)
        self.body.addSpacing(4)
        self.body.addLayout(grid)
        self.body.addWidget(self.summary)
        self.body.addWidget(self.wrong)
        self.add_cancel()
        self.write = self.add_right("Write", "ph.stack", "primary")
        self.write.clicked.connect(self._write)
        self.browse.clicked.connect(self._browse)
        for box in (self.recipe, self.what, self.system):
            box.currentIndexChanged.connect(self.refresh)
        for number in (self.cpus, self.batch, self.most):
            number.valueChanged.connect(self.refresh)
        self.folder.textChanged.connect(self.refresh)
        self.submit.toggled.connect(self.refresh)
        self.refresh()

    def site(self) -> dict[str, Any]:
        """The wishes to the queue; empty ones are left to the project and the site."""
        wishes: dict[str, Any] = {
            name: field.text().strip() for name, field in self.texts.items()
        }
        wishes = {name: text for name, text in wishes.items() if text}
        wishes |= {"cpus": self.cpus.value(), "batch": self.batch.value()}
        if self.most.value():
            wishes["max_running"] = self.most.value()
        return wishes

    def refresh(self) -> None:
        """Say what would be written, or what is in the way."""
        count = len(self.what.slides())
        tasks = -(-count // self.batch.value())
        slides, noun = ("slide", "task") if count == 1 else ("slides", "tasks")
        self.summary.setText(
            f"At most {count:,} {slides} in {tasks:,} {noun if tasks != 1 else 'task'}"
        )
        reason = self._in_the_way()
        self.wrong.setText(reason)
        self.wrong.setVisible(bool(reason))
        ready = bool(self.folder.text().strip() and self.recipe.count() and count)
        self.write.setEnabled(ready and not reason)
        self.write.setText("Write and submit" if self.submit.isChecked() else "Write")
        self.write.setToolTip("" if ready else "Choose a recipe, slides and a folder")

    def _in_the_way(self) -> str:
        folder = self.folder.text().strip()
        if folder and Path(folder).expanduser().exists():
            return f"{folder} is there already: name a new folder"
        try:
            make_site({**self._usual, **self.site()})
        except PathguiError as error:
            return f"{error.message[:1].upper()}{error.message[1:]}: {error.hint}"
        return ""

    def _browse(self) -> None:
        parent = QFileDialog.getExistingDirectory(self, "Folder of the job array")
        if parent:
            stem = Path(str(self.recipe.currentData())).stem
            self.folder.setText(str(Path(parent) / f"{stem}-array"))

    def _write(self) -> None:
        queue = Queue(
            str(self.system.currentData()),
            Path(self.folder.text().strip()),
            self.site(),
            self.submit.isChecked(),
        )
        choice = ArrayChoice(Path(self.recipe.currentData()), self.what.slides(), queue)
        self.accept()
        self.chosen.emit(choice)


def _usual(project: Project) -> dict[str, Any]:
    """What the project says of its site; nothing where that cannot be read."""
    try:
        return site_options(project)
    except PathguiError:
        return {}
