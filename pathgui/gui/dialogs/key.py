"""What names the rows of the clinical table, and the rule from slide to patient."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QRadioButton, QWidget

from pathgui.gui.dialogs.base import Dialog
from pathgui.gui.panels.patientrule import RulePanel
from pathgui.gui.style import Theme
from pathgui.gui.style.parts import label
from pathgui.project import Project

_KEYS = (
    ("slide_id", "slide_id: a row speaks of a slide"),
    ("patient_id", "patient_id: a row speaks of a patient, and of all their slides"),
)


class KeyDialog(Dialog):
    """Chooses the key column.

    Attributes
    ----------
    chosen : Signal(str)
        ``slide_id`` or ``patient_id``.
    """

    chosen = Signal(str)

    def __init__(
        self, theme: Theme, project: Project, parent: QWidget | None = None
    ) -> None:
        super().__init__(
            theme,
            "Change the key",
            "The key names the rows of the clinical table. No text is changed.",
            parent,
        )
        self.setObjectName("keyDialog")
        clinical = project.clinical
        self.keys: dict[str, QRadioButton] = {}
        self.body.addSpacing(4)
        for name, words in _KEYS:
            texts = [text for text in clinical.texts(name).tolist() if text]
            button = QRadioButton(words)
            button.setChecked(name == clinical.key)
            self.keys[name] = button
            self.body.addWidget(button)
            distinct = len(set(texts))
            found = f"{len(texts):,} of {len(clinical):,} rows have one"
            found += f", {distinct:,} different" if texts else ""
            self.body.addWidget(label(f"      {found}", "quiet", size=12))
        self.add_cancel()
        self.go = self.add_right("Use this key", "ph.key", "primary")
        self.go.clicked.connect(self._use)
        self.keys[clinical.key].setFocus()

    def _use(self) -> None:
        name = next(name for name, button in self.keys.items() if button.isChecked())
        self.accept()
        self.chosen.emit(name)


class RuleDialog(Dialog):
    """The rule from slide to patient, shown at work.

    Attributes
    ----------
    chosen : Signal(str)
        The rule to keep.
    """

    chosen = Signal(str)

    def __init__(
        self, theme: Theme, project: Project, parent: QWidget | None = None
    ) -> None:
        super().__init__(
            theme,
            "Slide to patient rule",
            "Where neither table names the patient of a slide, the first group of this "
            "expression in the slide's id does.",
            parent,
        )
        self.setObjectName("ruleDialog")
        slides = project.manifest.texts("slide_id").tolist()
        self.panel = RulePanel(theme, slides, project.config.patient_rule)
        self.body.addSpacing(4)
        self.body.addWidget(self.panel, 1)
        self.add_cancel()
        self.go = self.add_right("Keep this rule", "ph.check", "primary")
        self.go.clicked.connect(self._keep)
        self.panel.changed.connect(self._check)
        self.resize(620, 520)

    def _check(self) -> None:
        self.go.setEnabled(not self.panel.problem())

    def _keep(self) -> None:
        if not self.panel.problem():
            rule = self.panel.rule()
            self.accept()
            self.chosen.emit(rule)
