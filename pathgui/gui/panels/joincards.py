"""The cards of the join report, and the bar of shares below them."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from pathgui.gui.panels.cards import NumberCard, ShareBar
from pathgui.gui.session.joinfound import JoinFound
from pathgui.gui.style import Theme

_CARDS = (
    ("matched", "matched", "ph.check-circle-fill", "ok"),
    ("near", "near misses", "ph.warning-fill", "warn"),
    ("no_row", "no clinical row", "ph.x-circle-fill", "err"),
    ("no_slide", "rows without slide", "ph.info-fill", "run"),
    ("duplicate", "duplicate keys", "ph.warning-fill", "warn"),
    ("several", "several slides", "ph.info-fill", "run"),
)
_TITLES = {name: title for name, title, _, _ in _CARDS}
_ONE = {
    "near": "near miss",
    "no_slide": "row without slide",
    "duplicate": "duplicate key",
}


class JoinCards(QWidget):
    """How many of each.

    Attributes
    ----------
    picked : Signal(str)
        A card was chosen: its name.
    """

    picked = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.cards = {card[0]: NumberCard(theme, *card) for card in _CARDS}
        self.shares = ShareBar(theme)
        line = QHBoxLayout()
        line.setSpacing(10)
        for card in self.cards.values():
            line.addWidget(card, 1)
            card.picked.connect(self.picked)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(10)
        box.addLayout(line)
        box.addWidget(self.shares)

    def choose(self, name: str) -> None:
        """Mark the card whose list is shown."""
        for known, card in self.cards.items():
            card.choose(known == name)

    def set_low(self, low: bool) -> None:
        """Give way where there is little room."""
        self.shares.setVisible(not low)
        for card in self.cards.values():
            card.set_low(low)

    def say(self, found: JoinFound, slides: int) -> None:
        """Show the figures of what was found about so many slides."""
        report, several = found.report, found.several
        without = len(report.slides_without_clinical)
        share = f"{len(report.matched) / slides:.0%} of slides" if slides else ""
        disagree = found.disagreeing
        most = max(map(len, several.values()), default=0)
        each = f"patients, 2 to {most} each" if most > 2 else "patients, 2 each"
        words = {
            "matched": (len(report.matched), share.replace("%", " %")),
            "near": (len(report.near_misses), "one click to accept"),
            "no_row": (
                without,
                _patients(found.lone) if found.lone else "slides stay",
            ),
            "no_slide": (len(report.clinical_without_slide), "kept, not used"),
            "duplicate": (
                len(report.duplicate_keys),
                f"values disagree in {disagree:,}" if disagree else "all rows are kept",
            ),
            "several": (len(several), each if most else "none"),
        }
        for name, (count, under) in words.items():
            title = _ONE.get(name, _TITLES[name]) if count == 1 else _TITLES[name]
            self.cards[name].words.setText(title)
            self.cards[name].say(count, under)
        close = min(len({miss.slide for miss in report.near_misses}), without)
        self.shares.say(
            (
                (len(report.matched), "ok", "matched"),
                (close, "warn", "near misses"),
                (without - close, "err", "without clinical row"),
            )
        )


def _patients(count: int) -> str:
    return "1 patient" if count == 1 else f"{count:,} patients"
