"""What is charted: the column, the shape, and which rows are counted."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from pathgui.gui.style import Theme
from pathgui.gui.style.longlist import LongList
from pathgui.gui.style.parts import Button, label
from pathgui.gui.tables.charting import Wish
from pathgui.gui.tables.counted import Which

_SHAPES = (
    ("Automatic", ""),
    ("Histogram", "histogram"),
    ("Bars", "bars"),
    ("Cross table", "cross"),
    ("Missing values", "missing"),
)
_ROWS: tuple[tuple[Which, str, str], ...] = (
    ("shown", "Shown", "Count the rows that the filter of the table shows"),
    ("all", "All", "Count all rows of the table, filtered or not"),
    ("selected", "Selected", "Count the rows of the selected slides"),
)
_NARROW = QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
_WIDTH = 320


class ChartSide(QWidget):
    """Choices of a chart, and what they amount to in words.

    Attributes
    ----------
    wanted : Signal()
        Something else is to be counted.
    """

    wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.column, self.across = LongList(theme), LongList(theme)
        self.shape = QComboBox()
        for combo, name in (
            (self.column, "Column"),
            (self.shape, "Chart"),
            (self.across, "Second column"),
        ):
            combo.setAccessibleName(name)
            combo.setSizeAdjustPolicy(_NARROW)
            combo.activated.connect(self.wanted)
        for words, value in _SHAPES:
            self.shape.addItem(words, value)
        self.rows = {
            which: Button(theme, words, role="toggle", small=True)
            for which, words, _ in _ROWS
        }
        for which, words, tip in _ROWS:
            button = self.rows[which]
            button.setToolTip(tip)
            button.setAccessibleName(f"{words} rows")
            button.setAutoExclusive(True)
            button.clicked.connect(self.wanted)
        self.rows["shown"].setChecked(True)
        self.note = label("", "quiet", size=12, wrap=True)
        self.legend = label("", "warnText", size=12, wrap=True)
        self.as_table = Button(theme, "", "ph.table", role="toggle", small=True)
        self.only = Button(theme, "", "ph.funnel", small=True)
        for button, name, key in (
            (self.as_table, "Show as table", ""),
            (self.only, "Show only the rows of the chosen bar", " (Shift+Enter)"),
        ):
            button.setAccessibleName(name)
            button.setToolTip(f"{name}{key}")
        self._build()

    def _build(self) -> None:
        self.setFixedWidth(_WIDTH)
        box = QVBoxLayout(self)
        box.setContentsMargins(12, 7, 8, 5)
        box.setSpacing(4)
        line = QHBoxLayout()
        line.setSpacing(6)
        for combo in (self.column, self.shape):
            combo.setMinimumContentsLength(8)
            line.addWidget(combo, 1)
        box.addLayout(line)
        box.addWidget(self.across)
        line = QHBoxLayout()
        line.setSpacing(4)
        line.addWidget(label("Rows", "quiet", size=12))
        for button in self.rows.values():
            line.addWidget(button)
        line.addStretch(1)
        line.addWidget(self.as_table)
        line.addWidget(self.only)
        box.addLayout(line)
        box.addWidget(self.note)
        box.addWidget(self.legend)
        box.addStretch(1)

    @property
    def which(self) -> Which:
        """Which rows are counted."""
        return next(which for which, button in self.rows.items() if button.isChecked())

    @property
    def wish(self) -> Wish:
        """What is to be counted."""
        shape = self.shape.currentData()
        across = self.across.currentText() if shape == "cross" else ""
        return Wish(self.column.currentText(), shape, across)

    def offer(self, names: Sequence[str]) -> None:
        """Let people choose among columns; what was chosen stays if it is there."""
        items = [(name, name) for name in names]
        for combo, wanted in ((self.column, "stage"), (self.across, "cohort")):
            before = combo.currentText()
            combo.offer(items)
            if combo.currentText() != before:
                combo.choose(before, wanted)
        shape = self.shape.currentData()
        self.across.setVisible(shape == "cross")
        self.column.setEnabled(shape != "missing")

    def take_column(self, name: str) -> None:
        """Choose a column, if it is there."""
        if (name, name) in self.column.items:
            self.column.choose(name)
            if self.shape.currentData() == "missing":
                self.shape.setCurrentIndex(0)

    def clear(self) -> None:
        """Offer nothing."""
        for combo in (self.column, self.across):
            combo.offer(())
        self.say("", "")

    def say(self, note: str, legend: str) -> None:
        """How many rows are counted, and how many slides are selected."""
        for words, text in ((self.note, note), (self.legend, legend)):
            words.setText(text)
            words.setVisible(bool(text))
