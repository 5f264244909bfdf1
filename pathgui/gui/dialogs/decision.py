"""A quality decision with its reason and a note."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QPlainTextEdit, QWidget

from pathgui.gui.dialogs.base import Dialog
from pathgui.gui.style import Theme
from pathgui.gui.style.parts import Button, label, row
from pathgui.workflows.qc.reasons import DEFAULT, join, split

_CHOICES = (
    ("pass", "Pass", "ph.check-bold", "ok"),
    ("flag", "Flag for a second look", "ph.flag-fill", "warn"),
    ("exclude", "Exclude", "ph.prohibit-bold", "err"),
)


class DecisionDialog(Dialog):
    """Three choices, common reasons, a note.

    Attributes
    ----------
    decided : Signal(str, str, str)
        Status, reason and note.
    """

    decided = Signal(str, str, str)

    def __init__(
        self,
        theme: Theme,
        slides: tuple[str, ...],
        status: str,
        reason: str,
        parent: QWidget | None = None,
        *,
        reasons: tuple[str, ...] = DEFAULT,
    ) -> None:
        what = slides[0] if len(slides) == 1 else f"{len(slides):,} slides"
        super().__init__(theme, "Quality decision", what, parent)
        self.setObjectName("decisionDialog")
        self.choices: dict[str, Button] = {}
        for name, words, icon, tint in _CHOICES:
            button = Button(theme, words, icon, tint=tint)
            button.setObjectName("decision")
            button.setProperty("hue", tint)
            button.setCheckable(True)
            button.setAutoExclusive(True)
            button.setChecked(name == (status or "flag"))
            self.choices[name] = button
        self.reason = QLineEdit(reason)
        self.reason.setPlaceholderText("In a few words")
        self.note = QPlainTextEdit()
        self.note.setFixedHeight(70)
        self.note.setAccessibleName("Note")
        self._reasons = reasons
        self._build()

    def _build(self) -> None:
        reasons = QGridLayout()
        reasons.setSpacing(6)
        for place, words in enumerate(self._reasons):
            button = Button(self.theme, words.capitalize(), small=True)
            button.setProperty("word", words)
            button.clicked.connect(self._reason)
            reasons.addWidget(button, place // 4, place % 4)
        self.body.addSpacing(4)
        self.body.addLayout(row(*self.choices.values()))
        self.body.addWidget(label("Reason", strong=True))
        self.body.addLayout(reasons)
        self.body.addWidget(self.reason)
        self.body.addWidget(label("Note", strong=True))
        self.body.addWidget(self.note)
        self.add_cancel()
        save = self.add_right("Save decision", "ph.check", "primary")
        save.clicked.connect(self._save)
        self.setMinimumWidth(600)

    def _reason(self) -> None:
        word = str(self.sender().property("word"))
        known = list(split(self.reason.text()))
        if word in known:
            known.remove(word)
        else:
            known.append(word)
        self.reason.setText(join(known))

    def _save(self) -> None:
        status = next(name for name, b in self.choices.items() if b.isChecked())
        self.accept()
        note = self.note.toPlainText().strip()
        self.decided.emit(status, self.reason.text().strip(), note)
