"""Asks for the name and the place of a new project."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QGridLayout, QLineEdit, QWidget

from pathgui.gui.dialogs.base import Dialog
from pathgui.gui.style import Theme
from pathgui.gui.style.parts import Button, label


class NewProjectDialog(Dialog):
    """A name and a folder; says at once what will be made.

    Attributes
    ----------
    chosen : Signal(Path, str)
        Folder to make and name for people.
    """

    chosen = Signal(object, str)

    def __init__(
        self, theme: Theme, place: Path, parent: QWidget | None = None
    ) -> None:
        super().__init__(
            theme,
            "New project",
            "A project is a folder with tables, recipes and results. Slides may stay "
            "where they are.",
            parent,
        )
        self.setObjectName("newProjectDialog")
        self.name = QLineEdit("My cohort")
        self.place = QLineEdit(str(place))
        browse = Button(theme, "Browse…", "ph.folder-open")
        self.result_text = label("", "quiet", size=12, wrap=True)
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(10)
        name_label, place_label = label("&Name"), label("&In folder")
        name_label.setBuddy(self.name)
        place_label.setBuddy(self.place)
        grid.addWidget(name_label, 0, 0)
        grid.addWidget(self.name, 0, 1, 1, 2)
        grid.addWidget(place_label, 1, 0)
        grid.addWidget(self.place, 1, 1)
        grid.addWidget(browse, 1, 2)
        grid.addWidget(self.result_text, 2, 1, 1, 2)
        self.body.addSpacing(6)
        self.body.addLayout(grid)
        self.add_cancel()
        self.make_button = self.add_right("Create project", "ph.folder-plus", "primary")
        self.make_button.clicked.connect(self._create)
        browse.clicked.connect(self._browse)
        self.name.textChanged.connect(self._say)
        self.place.textChanged.connect(self._say)
        self.setMinimumWidth(560)
        self._say()
        self.name.selectAll()

    def root(self) -> Path:
        """The folder that would be made."""
        safe = "".join(c if c.isalnum() or c in "-_ ." else "_" for c in self._name())
        folder = safe.strip(" .").replace(" ", "_").lower()
        return Path(self.place.text()).expanduser() / folder

    def _name(self) -> str:
        return self.name.text().strip()

    def _say(self) -> None:
        good = bool(self._name()) and bool(self.place.text().strip())
        self.make_button.setEnabled(good)
        self.make_button.setToolTip("" if good else "Give it a name and a folder")
        self.result_text.setText(f"Makes {self.root()}" if good else "")

    def _browse(self) -> None:
        place = QFileDialog.getExistingDirectory(
            self, "Folder for the project", self.place.text()
        )
        if place:
            self.place.setText(place)

    def _create(self) -> None:
        root, name = self.root(), self._name()
        self.accept()
        self.chosen.emit(root, name)
