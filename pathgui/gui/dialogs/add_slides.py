"""Asks which slides join which cohort, and whether the files stay where they are."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QGridLayout,
    QLineEdit,
    QListWidget,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from pathgui.gui.dialogs.base import Dialog
from pathgui.gui.style import Theme
from pathgui.gui.style.parts import Button, label, row
from pathgui.project import check_cohort

_FILTER = (
    "Slides (*.svs *.tif *.tiff *.ndpi *.mrxs *.scn *.vms *.vmu *.bif *.dcm "
    "*.svslide);;All files (*)"
)
_MODES = (
    ("reference", "Leave the files where they are", "Nothing is copied or moved."),
    ("copy", "Copy them into the project", "Originals are not touched."),
    ("link", "Put links into the project", "Works where the disk knows links."),
)


@dataclass(frozen=True, slots=True)
class SlidesChoice:
    """What a person wants to add."""

    paths: tuple[Path, ...]
    cohort: str
    mode: str


class AddSlidesDialog(Dialog):
    """Paths, cohort and mode.

    Attributes
    ----------
    chosen : Signal(SlidesChoice)
        Someone pressed Add slides.
    """

    chosen = Signal(object)

    def __init__(
        self,
        theme: Theme,
        cohorts: list[str],
        paths: tuple[Path, ...] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(
            theme,
            "Add slides",
            "Each slide is opened and read in a few places; one that cannot be read "
            "is named and leaves no row.",
            parent,
        )
        self.setObjectName("addSlidesDialog")
        self.list = QListWidget()
        self.list.setMinimumHeight(110)
        self.list.setAccessibleName("Files and folders to add")
        self.list.setSelectionMode(QListWidget.SelectionMode.ExtendedSelection)
        self.hint = label("Nothing chosen yet: add a folder, or single files.", "quiet")
        self.hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        QVBoxLayout(self.list).addWidget(self.hint)
        self.cohort = QComboBox()
        self.cohort.setEditable(True)
        self.cohort.addItems(cohorts)
        self.cohort.setCurrentText(cohorts[0] if cohorts else "cohort_1")
        self.wrong = label("", "errText", size=12, wrap=True)
        self.modes: dict[str, QRadioButton] = {}
        self._build()
        self.add_paths(paths)
        self.setMinimumWidth(620)

    def _build(self) -> None:
        folder = Button(self.theme, "Add folder…", "ph.folder-open")
        files = Button(self.theme, "Add files…", "ph.image-square")
        self.remove = Button(self.theme, "Remove", "ph.x", role="ghost")
        folder.clicked.connect(self._folder)
        files.clicked.connect(self._files)
        self.remove.clicked.connect(self._remove)
        modes = QVBoxLayout()
        modes.setSpacing(4)
        for mode, words, tip in _MODES:
            button = QRadioButton(words)
            button.setToolTip(tip)
            modes.addWidget(button)
            self.modes[mode] = button
        self.modes["reference"].setChecked(True)
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(10)
        grid.setColumnStretch(1, 1)
        top = Qt.AlignmentFlag.AlignTop
        cohort = label("Co&hort")
        cohort.setTextFormat(Qt.TextFormat.AutoText)
        cohort.setBuddy(self.cohort)
        grid.addWidget(cohort, 0, 0)
        grid.addWidget(self.cohort, 0, 1)
        grid.addWidget(self.wrong, 1, 1)
        grid.addWidget(label("Files"), 2, 0, top)
        grid.addLayout(modes, 2, 1)
        self.body.addSpacing(4)
        self.body.addLayout(row(folder, files, None, self.remove))
        self.body.addWidget(self.list, 1)
        self.body.addLayout(grid)
        self.add_cancel()
        self.add = self.add_right("Add slides", "ph.plus-circle", "primary")
        self.add.clicked.connect(self._add)
        line = self.cohort.lineEdit()
        assert isinstance(line, QLineEdit)
        line.textChanged.connect(self._check)
        self._check()

    def add_paths(self, paths: tuple[Path, ...]) -> None:
        """Put files or folders on the list."""
        known = {self.list.item(k).text() for k in range(self.list.count())}
        for path in paths:
            if str(path) not in known:
                self.list.addItem(str(path))
        self._check()

    def paths(self) -> tuple[Path, ...]:
        """What is on the list."""
        items = (self.list.item(k) for k in range(self.list.count()))
        return tuple(Path(item.text()) for item in items)

    def _check(self) -> None:
        chosen = self.list.count() > 0
        self.hint.setVisible(not chosen)
        self.remove.setEnabled(chosen)
        problem = check_cohort(self.cohort.currentText().strip())
        self.wrong.setText(f"A cohort name {problem}" if problem else "")
        self.wrong.setVisible(bool(problem))
        good = not problem and chosen
        self.add.setEnabled(good)
        self.add.setToolTip("" if good else "Choose files or a folder, and a cohort")

    def _folder(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, "Folder of slides")
        if folder:
            self.add_paths((Path(folder),))

    def _files(self) -> None:
        names, _ = QFileDialog.getOpenFileNames(self, "Slides", "", _FILTER)
        self.add_paths(tuple(Path(name) for name in names))

    def _remove(self) -> None:
        for item in self.list.selectedItems():
            self.list.takeItem(self.list.row(item))
        self._check()

    def _add(self) -> None:
        mode = next(mode for mode, button in self.modes.items() if button.isChecked())
        choice = SlidesChoice(self.paths(), self.cohort.currentText().strip(), mode)
        self.accept()
        self.chosen.emit(choice)
