"""Which slides to review, in which order."""

from dataclasses import dataclass, field

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QRadioButton, QWidget

from pathgui.gui.dialogs.base import Dialog
from pathgui.gui.style import Theme
from pathgui.gui.style.parts import label, row, spin_box
from pathgui.workflows.qc.queue import Order, QueueChoice

_ORDERS: tuple[tuple[Order, str], ...] = (
    ("unreviewed", "Unreviewed first"),
    ("table", "As in the table"),
    ("random", "At random"),
)
_MOST = 1_000_000


@dataclass(frozen=True, slots=True)
class StartWish:
    """How a review is to begin.

    Attributes
    ----------
    source : str
        ``shown``, ``ticked``, ``outliers`` or ``second`` (others have decided).
    """

    source: str = "shown"
    choice: QueueChoice = field(default_factory=QueueChoice)
    blinded: bool = False
    advance: bool = False


class StartDialog(Dialog):
    """Slides, order, sample, blinded; Enter starts.

    Attributes
    ----------
    wished : Signal(StartWish)
        The review may begin.
    """

    wished = Signal(object)

    def __init__(
        self,
        theme: Theme,
        wish: StartWish,
        *,
        shown: int,
        ticked: int,
        outliers: int,
        parent: QWidget | None = None,
    ) -> None:
        text = "Every decision is saved at once, and can be undone."
        super().__init__(theme, "Review", text, parent)
        self.setObjectName("reviewStart")
        self.sources = {
            "shown": QRadioButton(f"The {shown:,} slides the table shows"),
            "ticked": QRadioButton(f"The {ticked:,} ticked slides"),
            "outliers": QRadioButton(f"The {outliers:,} suggested outliers"),
            "second": QRadioButton("Slides that others have decided: a second reading"),
        }
        self.sources["ticked"].setVisible(ticked > 0)
        self.sources["outliers"].setVisible(outliers > 0)
        self.orders = {key: QRadioButton(words) for key, words in _ORDERS}
        self.sample = spin_box("Sample", wish.choice.sample, _MOST, zero="all of them")
        self.seed = spin_box("Seed", wish.choice.seed, _MOST)
        self.blinded = QCheckBox(
            "Blinded: hide ids, clinical values and other decisions"
        )
        self.advance = QCheckBox("Go on to the next slide after a decision")
        self._build()
        usual = "ticked" if ticked else "shown"
        known = wish.source in self.sources and not self.sources[wish.source].isHidden()
        source = wish.source if known and not ticked else usual
        self.sources[source].setChecked(True)
        self.orders[wish.choice.order].setChecked(True)
        self.blinded.setChecked(wish.blinded)
        self.advance.setChecked(wish.advance)

    def _build(self) -> None:
        for title, buttons in (("Slides", self.sources), ("Order", self.orders)):
            holder = QWidget()
            grid = QGridLayout(holder)
            grid.setContentsMargins(0, 0, 0, 0)
            grid.setVerticalSpacing(8)
            for at, button in enumerate(buttons.values()):
                grid.addWidget(button, at, 0)
            self.body.addWidget(label(title, strong=True))
            self.body.addWidget(holder)
        self.sample.setFixedWidth(120)
        self.seed.setFixedWidth(90)
        self.seed.setToolTip(
            "The same seed draws the same slides, also for another person"
        )
        self.body.addLayout(
            row(label("Sample"), self.sample, 12, label("Seed"), self.seed, None)
        )
        self.body.addSpacing(4)
        self.body.addWidget(self.blinded)
        self.body.addWidget(self.advance)
        self.add_cancel()
        begin = self.add_right("Start review", "ph.eye", "primary")
        begin.clicked.connect(self._begin)
        begin.setFocus()

    def _begin(self) -> None:
        source = next(key for key, b in self.sources.items() if b.isChecked())
        order: Order = next(k for k, b in self.orders.items() if b.isChecked())
        choice = QueueChoice(order, self.sample.value(), self.seed.value())
        wish = StartWish(
            source, choice, self.blinded.isChecked(), self.advance.isChecked()
        )
        self.accept()
        self.wished.emit(wish)
