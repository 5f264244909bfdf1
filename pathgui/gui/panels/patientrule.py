"""The rule from slide to patient: a preset or a regular expression, shown at work."""

from collections.abc import Sequence

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QVBoxLayout, QWidget

from pathgui.errors import ProjectError
from pathgui.gui.style import Theme, fonts
from pathgui.gui.style.parts import label, row
from pathgui.gui.tables.rows import Head, Part, Row
from pathgui.gui.tables.rowsview import RowsView
from pathgui.project.patients import patients_by_rule

PRESETS = (
    ("TCGA barcode, first 12 characters", r"^(TCGA-\w{2}-\w{4})"),
    ("All before the first dash", r"^([^-]+)-"),
    ("All before the first underscore", r"^([^_]+)_"),
    ("Leading digits", r"^(\d+)"),
    ("No rule", ""),
)
_SHOWN = 200


class RulePanel(QWidget):
    """Preset, expression, and what it makes of the slides of the project.

    Attributes
    ----------
    changed : Signal()
        Another rule that works is in the field.
    """

    changed = Signal()

    def __init__(self, theme: Theme, slides: Sequence[str], rule: str) -> None:
        super().__init__()
        self._slides = list(slides)
        self.preset = QComboBox()
        self.preset.setAccessibleName("Rule from slide to patient")
        for words, pattern in PRESETS:
            self.preset.addItem(words, pattern)
        self.preset.addItem("Own expression", None)
        self.field = QLineEdit(rule)
        self.field.setFont(fonts.mono())
        self.field.setAccessibleName(
            "Regular expression; its first group is the patient"
        )
        self.field.setPlaceholderText("no rule: slides have no patient by their name")
        self.wrong = label("", "errText", size=12, wrap=True)
        heads = (Head("Slide", 220), Head("", 30), Head("Patient"))
        self.list = RowsView(theme, heads, "What the rule makes of the slides")
        self.count = label("", "quiet", size=12)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(120)
        self._later.timeout.connect(self._show)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        box.addWidget(self.preset)
        box.addWidget(self.field)
        box.addWidget(self.wrong)
        box.addLayout(row(label("On this project", strong=True), None, self.count))
        box.addWidget(self.list, 1)
        self.preset.activated.connect(self._picked)
        self.field.textChanged.connect(self._later.start)
        self._show()

    def rule(self) -> str:
        """The expression in the field."""
        return self.field.text()

    def problem(self) -> str:
        """Why the rule cannot be used; empty if it can."""
        return self.wrong.text()

    def _picked(self) -> None:
        pattern = self.preset.currentData()
        if pattern is not None:
            self.field.setText(pattern)
        self.field.setFocus()

    def _show(self) -> None:
        rule = self.rule()
        place = self.preset.findData(rule)
        self.preset.setCurrentIndex(place if place >= 0 else self.preset.count() - 1)
        try:
            found = patients_by_rule(self._slides, rule)
        except ProjectError as error:
            self.wrong.setText(f"{error.message} {error.hint}".strip())
            self.wrong.show()
            self.field.setProperty("wrong", True)
            self._polish()
            self.changed.emit()
            return
        self.wrong.clear()
        self.wrong.hide()
        self.field.setProperty("wrong", False)
        self._polish()
        named = sum(map(bool, found.values()))
        self.count.setText(f"{named:,} of {len(found):,} slides give a patient")
        self.list.show_rows([_row(*pair) for pair in list(found.items())[:_SHOWN]])
        self.changed.emit()

    def _polish(self) -> None:
        self.field.style().unpolish(self.field)
        self.field.style().polish(self.field)


def _row(slide: str, patient: str) -> Row:
    found = Part(patient, "strong") if patient else Part("no match", "quiet")
    arrow = Part("", icon="ph.arrow-right", tint="text3")
    return Row(slide, (Part(slide, "mono"), arrow, found))
