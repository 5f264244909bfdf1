"""How far reviewers agree, pair by pair, and where they do not."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from pathgui.gui.dialogs.base import Dialog
from pathgui.gui.style import Theme
from pathgui.gui.style.parts import label
from pathgui.workflows.qc.agreement import Pair

_HEADS = ("Reviewers", "Slides of both", "Alike", "Cohen's κ")
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class AgreementDialog(Dialog):
    """Pairs of reviewers; the slides on which the chosen pair differs.

    Attributes
    ----------
    wanted : Signal(tuple)
        Slides to be selected everywhere.
    """

    wanted = Signal(tuple)

    def __init__(
        self, theme: Theme, pairs: Sequence[Pair], parent: QWidget | None = None
    ) -> None:
        text = (
            "Compared by the last decision of each about each slide. κ is the "
            "agreement beyond chance: above 0.6 it is good, above 0.8 very good."
            if pairs
            else "There is nobody to compare yet: two reviewers must decide about the "
            "same slides. Start a second reading with F7."
        )
        super().__init__(theme, "Agreement of reviewers", text, parent)
        self.setObjectName("agreementDialog")
        self._pairs = list(pairs)
        self.pairs = _table(_HEADS, "Pairs of reviewers")
        self.slides = _table(("Slide", "First", "Second"), "Slides decided differently")
        self.under = label("", "second", wrap=True)
        self._fill()
        if pairs:
            for widget in (self.pairs, self.under, self.slides):
                self.body.addWidget(widget)
            self.pairs.setMaximumHeight(60 + 30 * min(len(pairs), 5))
            self.slides.setMinimumHeight(160)
        self.setMinimumWidth(620)
        self.show_them = self.add_left("Select these slides", "ph.squares-four")
        self.show_them.clicked.connect(self._want)
        close = self.add_right("Close", role="primary")
        close.clicked.connect(self.accept)
        self.pairs.currentCellChanged.connect(self._choose)
        self.pairs.setCurrentCell(0, 0)
        self._choose()

    def _fill(self) -> None:
        self.pairs.setRowCount(len(self._pairs))
        for line, pair in enumerate(self._pairs):
            share = "–" if pair.share is None else f"{100 * pair.share:.0f} %"
            kappa = "–" if pair.kappa is None else f"{pair.kappa:.2f}"
            texts = (
                f"{pair.first} and {pair.second}",
                f"{pair.both:,}",
                f"{pair.same:,} ({share})",
                kappa,
            )
            _put(self.pairs, line, texts, numbers=(1, 2, 3))
        for column in (1, 2, 3):
            head = QTableWidgetItem(_HEADS[column])
            head.setTextAlignment(_RIGHT)
            self.pairs.setHorizontalHeaderItem(column, head)

    def _choose(self, *_: int) -> None:
        line = self.pairs.currentRow()
        pair = self._pairs[line] if 0 <= line < len(self._pairs) else None
        differ = pair.differ if pair is not None else ()
        self.slides.setRowCount(len(differ))
        for at, (slide, one, two) in enumerate(differ):
            _put(self.slides, at, (slide, one, two))
        if pair is not None:
            heads = ["Slide", pair.first, pair.second]
            self.slides.setHorizontalHeaderLabels(heads)
            noun = "slide" if len(differ) == 1 else "slides"
            self.under.setText(f"{len(differ):,} {noun} decided differently")
        self.show_them.setEnabled(bool(differ))

    def _want(self) -> None:
        pair = self._pairs[self.pairs.currentRow()]
        self.accept()
        self.wanted.emit(tuple(slide for slide, _, _ in pair.differ))


def _table(heads: Sequence[str], name: str) -> QTableWidget:
    table = QTableWidget(0, len(heads))
    table.setHorizontalHeaderLabels(list(heads))
    table.setAccessibleName(name)
    table.verticalHeader().hide()
    table.setShowGrid(False)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    header = table.horizontalHeader()
    header.setMinimumSectionSize(104)
    header.setDefaultAlignment(
        Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    )
    header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
    return table


def _put(
    table: QTableWidget, line: int, texts: Sequence[str], numbers: Sequence[int] = ()
) -> None:
    for column, text in enumerate(texts):
        item = QTableWidgetItem(text)
        if column in numbers:
            item.setTextAlignment(_RIGHT)
        table.setItem(line, column, item)
