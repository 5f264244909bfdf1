"""Values that slides have for themselves: mpp, and parameters of recipes."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QLineEdit, QWidget

from pathgui.gui.dialogs.base import Dialog
from pathgui.gui.style import Theme
from pathgui.gui.style.parts import Button, label, row

_LINES = 8


class OverridesDialog(Dialog):
    """One field for mpp, and lines of name and value.

    Parameters
    ----------
    slides : sequence of str
        Whom it is about.
    mpp, file_mpp : str
        µm per pixel as it counts now; whether a person set it is in `own`.
    own : mapping of str to str
        Parameters that the slides have for themselves already.
    known : mapping of str to str
        Parameters of the recipes, with their values there.

    Attributes
    ----------
    chosen : Signal(object, dict)
        mpp as text (None: leave it), and parameters by name; an empty text takes one
        back.
    """

    chosen = Signal(object, object)

    def __init__(
        self,
        theme: Theme,
        slides: Sequence[str],
        mpp: str,
        own: Mapping[str, str],
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
        self._before = mpp
        self._own = {name: text for name, text in own.items() if name != "mpp"}
        self._known = dict(known)
        self.mpp = QLineEdit(mpp)
        self.mpp.setPlaceholderText("µm per pixel at level 0")
        self.mpp.setAccessibleName("µm per pixel")
        self.wrong = label("", "errText", size=12, wrap=True)
        self.lines: list[tuple[QComboBox, QLineEdit]] = []
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
        self._grid.addWidget(label("mpp"), 0, 0)
        self._grid.addWidget(self.mpp, 0, 1)
        self._grid.addWidget(label("Parameters of recipes", strong=True), 1, 0, 1, 2)
        self.body.addSpacing(4)
        self.body.addLayout(self._grid)
        self.body.addLayout(row(self.more, None))
        self.body.addWidget(self.wrong)
        self.body.addStretch(1)
        self.add_cancel()
        self.go = self.add_right("Set", "ph.check", "primary")
        self.go.clicked.connect(self._set)
        self.more.clicked.connect(self._more)
        self.mpp.textChanged.connect(self._check)
        self.setMinimumWidth(560)

    def add_line(self, name: str = "", text: str = "") -> None:
        """Another line for a parameter."""
        names, value = QComboBox(), QLineEdit(text)
        names.setEditable(True)
        names.addItems(["", *sorted(self._known)])
        names.setCurrentText(name)
        names.setMinimumWidth(240)
        names.setAccessibleName("Parameter")
        value.setAccessibleName("Value")
        place = len(self.lines) + 2
        self._grid.addWidget(names, place, 0)
        self._grid.addWidget(value, place, 1)
        self.lines.append((names, value))
        names.currentTextChanged.connect(self._hint)
        self._hint()
        self.more.setEnabled(len(self.lines) < _LINES)

    def _more(self) -> None:
        self.add_line()

    def _hint(self) -> None:
        for names, value in self.lines:
            usual = self._known.get(names.currentText(), "")
            value.setPlaceholderText(f"{usual} in the recipe" if usual else "")

    def _check(self) -> None:
        text = self.mpp.text().strip().replace(",", ".")
        try:
            good = not text or 0.01 <= float(text) <= 100
        except ValueError:
            good = False
        self.wrong.setText("" if good else "mpp is a number from 0.01 to 100")
        self.go.setEnabled(good)

    def parameters(self) -> dict[str, str]:
        """Parameters that differ from what the slides have now."""
        now = {
            names.currentText().strip(): value.text().strip()
            for names, value in self.lines
            if names.currentText().strip()
        }
        gone = {name: "" for name in self._own if name not in now}
        return {
            name: text
            for name, text in (now | gone).items()
            if text != self._own.get(name, "")
        }

    def _set(self) -> None:
        text = self.mpp.text().strip().replace(",", ".")
        mpp = text if text != self._before else None
        parameters = self.parameters()
        self.accept()
        self.chosen.emit(mpp, parameters)
