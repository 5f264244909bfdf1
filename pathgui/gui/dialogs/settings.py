"""Personal settings: theme, reviewer, checksums, workers."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QLineEdit, QWidget

from pathgui import settings
from pathgui.gui.dialogs.base import Dialog
from pathgui.gui.style import Theme
from pathgui.gui.style.parts import label, spin_box

_THEMES = (("system", "Follow the system"), ("light", "Light"), ("dark", "Dark"))
_SUMS = ("md5", "sha256", "blake3", "xxh3")


class SettingsDialog(Dialog):
    """A form over the settings.

    Attributes
    ----------
    chosen : Signal(dict)
        The values to put in force.
    """

    chosen = Signal(dict)

    def __init__(
        self, theme: Theme, values: settings.Settings, parent: QWidget | None = None
    ) -> None:
        super().__init__(theme, "Settings", f"Kept in {settings.path()}", parent)
        self.setObjectName("settingsDialog")
        self.mode = QComboBox()
        for mode, words in _THEMES:
            self.mode.addItem(words, mode)
        self.mode.setCurrentIndex(max(self.mode.findData(values.theme), 0))
        self.reviewer = QLineEdit(values.reviewer)
        self.reviewer.setPlaceholderText("your login name")
        self.checksum = QComboBox()
        self.checksum.addItems(_SUMS)
        self.checksum.setCurrentText(values.checksum)
        self.workers = spin_box("Workers", values.workers, 256, zero="one per core")
        grid = QGridLayout()
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(10)
        grid.setColumnStretch(1, 1)
        fields: tuple[tuple[str, QWidget], ...] = (
            ("Theme", self.mode),
            ("Reviewer", self.reviewer),
            ("Checksums", self.checksum),
            ("Workers of a run", self.workers),
        )
        for place, (name, field) in enumerate(fields):
            field.setAccessibleName(name)
            grid.addWidget(label(name), place, 0)
            grid.addWidget(field, place, 1)
        self.body.addSpacing(4)
        self.body.addLayout(grid)
        self.add_cancel()
        save = self.add_right("Save settings", "ph.check", "primary")
        save.clicked.connect(self._save)

    def _save(self) -> None:
        values = {
            "theme": str(self.mode.currentData()),
            "reviewer": self.reviewer.text().strip(),
            "checksum": self.checksum.currentText(),
            "workers": self.workers.value(),
        }
        self.accept()
        self.chosen.emit(values)
