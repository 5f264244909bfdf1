"""Personal settings: theme, reviewer, checksums, where runs work."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QLineEdit, QWidget

from pathgui import settings
from pathgui.gui.dialogs.base import Dialog
from pathgui.gui.dialogs.pool import WORDS, PoolForm
from pathgui.gui.style import Theme
from pathgui.gui.style.parts import label

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
        self.pool = PoolForm(values)
        grid = QGridLayout()
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(10)
        grid.setColumnStretch(1, 1)
        grid.setColumnMinimumWidth(0, WORDS)
        fields: tuple[tuple[str, QWidget], ...] = (
            ("Theme", self.mode),
            ("Reviewer", self.reviewer),
            ("Checksums", self.checksum),
        )
        for place, (name, field) in enumerate(fields):
            field.setAccessibleName(name)
            grid.addWidget(label(name), place, 0)
            grid.addWidget(field, place, 1)
        self.body.addSpacing(4)
        self.body.addLayout(grid)
        self.body.addSpacing(6)
        self.body.addWidget(self.pool)
        self.add_cancel()
        self.save = self.add_right("Save settings", "ph.check", "primary")
        self.save.clicked.connect(self._save)
        self.pool.changed.connect(self._check)
        self._check()
        self.setMinimumWidth(560)

    def _check(self) -> None:
        self.save.setEnabled(not self.pool.reason())
        self.save.setToolTip(self.pool.reason())

    def _save(self) -> None:
        values = {
            "theme": str(self.mode.currentData()),
            "reviewer": self.reviewer.text().strip(),
            "checksum": self.checksum.currentText(),
            **self.pool.values(),
        }
        self.accept()
        self.chosen.emit(values)
