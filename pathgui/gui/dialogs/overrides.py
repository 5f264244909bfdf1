"""Values that slides have for themselves: mpp, objective, parameters of recipes."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QWidget

from pathgui.gui.dialogs.base import Dialog
from pathgui.gui.dialogs.sharedfield import SharedField
from pathgui.gui.style import Theme
from pathgui.gui.style.parts import Button, label, row

_LINES = 8
_RANGES = {"mpp": (0.01, 100.0), "magnification": (0.1, 200.0)}
_WORDS = {"mpp": "mpp", "magnification": "objective"}


class OverridesDialog(Dialog):
    """Fields for mpp and objective, and lines of name and value.

    Only what is touched changes: where the slides have several values, the field says
    so and leaves each its own.

    Parameters
    ----------
    slides : sequence of str
        Whom it is about.
    own : mapping of str to str or None
        What the slides have for themselves, by parameter; None where they differ.
        ``mpp`` and ``magnification`` are there as they count now.
    known : mapping of str to str
        Parameters of the recipes, with their values there.

    Attributes
    ----------
    chosen : Signal(dict)
        Texts by parameter, of those that change; an empty text takes one back.
    """

    chosen = Signal(object)

    def __init__(
        self,
        theme: Theme,
        slides: Sequence[str],
        own: Mapping[str, str | None],
        known: Mapping[str, str],
        parent: QWidget | None = None,
    ) -> None:
        what = slides[0] if len(slides) == 1 else f"{len(slides):,} slides"
        super().__init__(
            theme,
            "Edit overrides",
            f"{what}: these values count in place of the file's and the recipe's. An "
            "empty field takes one back.",
            parent,
        )
        self.setObjectName("overridesDialog")
        self._own = {n: text for n, text in own.items() if n not in _RANGES}
        self._known = dict(known)
        self.mpp = SharedField(theme, own.get("mpp", ""), "µm per pixel")
        power = own.get("magnification", "")
        self.objective = SharedField(theme, power, "Objective power")
        self.wrong = label("", "errText", size=12, wrap=True)
        self.lines: list[tuple[QComboBox, SharedField]] = []
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnStretch(1, 1)
        self._build()
        for name, text in self._own.items():
            self.add_line(name, text)
        if not self._own:
            self.add_line()

    def _build(self) -> None:
        self.more = Button(self.theme, "Another parameter", "ph.plus", small=True)
        self.mpp.say_usual("µm per pixel at level 0")
        self.objective.say_usual("such as 20 or 40")
        self._grid.addWidget(label("mpp"), 0, 0)
        self._grid.addWidget(self.mpp, 0, 1)
        self._grid.addWidget(label("Objective"), 1, 0)
        self._grid.addWidget(self.objective, 1, 1)
        self._grid.addWidget(label("Parameters of recipes", strong=True), 2, 0, 1, 2)
        self.body.addSpacing(4)
        self.body.addLayout(self._grid)
        self.body.addLayout(row(self.more, None))
        self.body.addWidget(self.wrong)
        self.body.addStretch(1)
        self.add_cancel()
        self.go = self.add_right("Set", "ph.check", "primary")
        self.go.clicked.connect(self._set)
        self.more.clicked.connect(self._more)
        self.mpp.changed.connect(self._check)
        self.objective.changed.connect(self._check)
        self.setMinimumWidth(560)

    def add_line(self, name: str = "", text: str | None = "") -> None:
        """Another line for a parameter; None stands for several values."""
        names, value = QComboBox(), SharedField(self.theme, text, "Value")
        names.setEditable(True)
        names.addItems(["", *sorted(self._known)])
        names.setCurrentText(name)
        names.setMinimumWidth(240)
        names.setAccessibleName("Parameter")
        place = len(self.lines) + 3
        self._grid.addWidget(names, place, 0)
        self._grid.addWidget(value, place, 1)
        self.lines.append((names, value))
        names.currentTextChanged.connect(self._hint)
        self._hint()
        self.more.setEnabled(len(self.lines) < max(_LINES, len(self._own) + 1))

    def _more(self) -> None:
        self.add_line()

    def _hint(self) -> None:
        for names, value in self.lines:
            usual = self._known.get(names.currentText(), "")
            value.say_usual(f"{usual} in the recipe" if usual else "")

    def _check(self) -> None:
        wrong = [
            f"{_WORDS[name]} is a number from {low:g} to {high:g}"
            for name, (low, high) in _RANGES.items()
            if not _between(self._field(name).text(), low, high)
        ]
        self.wrong.setText(", ".join(wrong))
        self.go.setEnabled(not wrong)

    def _field(self, name: str) -> SharedField:
        return self.mpp if name == "mpp" else self.objective

    def changes(self) -> dict[str, str]:
        """What differs from what the slides have now, by parameter."""
        found = {
            name: self._field(name).text()
            for name in _RANGES
            if self._field(name).differs()
        }
        now = {n.currentText().strip(): value for n, value in self.lines}
        for name, value in now.items():
            before = self._own.get(name, "")
            if name and (value.touched or before == "") and value.text() != before:
                found[name] = value.text()
        return found | {name: "" for name in self._own if name not in now}

    def _set(self) -> None:
        changes = self.changes()
        self.accept()
        self.chosen.emit(changes)


def _between(text: str, low: float, high: float) -> bool:
    try:
        return not text or low <= float(text.replace(",", ".")) <= high
    except ValueError:
        return False
