"""Who changed a cell, when, from what to what."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from pathgui.gui.dialogs.base import Dialog
from pathgui.gui.session.decisions import spoken_time
from pathgui.gui.style import Theme
from pathgui.gui.style.parts import label
from pathgui.gui.tables.rows import Head, Part, Row
from pathgui.gui.tables.rowsview import RowsView
from pathgui.project.cellhistory import CellChange, CellPlace


class CellHistoryDialog(Dialog):
    """Changes of one cell, the latest first; an older value can be put back.

    Attributes
    ----------
    wanted : Signal(str)
        Someone wants this text back in the cell.
    """

    wanted = Signal(str)

    def __init__(
        self,
        theme: Theme,
        place: CellPlace,
        now: str,
        changes: Sequence[CellChange],
        parent: QWidget | None = None,
        *,
        needed: bool = False,
    ) -> None:
        name = place.key or f"row {place.row + 1}"
        super().__init__(
            theme,
            f"History of {place.column}",
            f"{name} · now {now or 'missing'}",
            parent,
        )
        self.setObjectName("cellHistoryDialog")
        self._changes, self._now, self._needed = list(changes), now, needed
        heads = (
            Head("When", 170),
            Head("Who", 110),
            Head("Before", 150),
            Head("After", 150),
            Head("With"),
        )
        self.list = RowsView(theme, heads, "History of the cell")
        self.list.show_rows([_row(k, change) for k, change in enumerate(changes)])
        self.body.addSpacing(4)
        if changes:
            self.body.addWidget(self.list, 1)
        else:
            words = "No change is recorded: the cell is as it was first read."
            self.body.addWidget(label(words, "quiet", wrap=True))
        self.back = self.add_left("Put the value before back", "ph.arrow-u-up-left")
        self.back.clicked.connect(self._put_back)
        self.back.setVisible(bool(changes))
        close = self.add_right("Close", role="primary")
        close.clicked.connect(self.accept)
        self.list.selectionModel().currentRowChanged.connect(self._say)
        if changes:
            self.list.selectRow(0)
        self._say()
        self.resize(860, 420 if changes else 200)

    def _chosen(self) -> CellChange | None:
        place = self.list.currentIndex().row()
        return self._changes[place] if 0 <= place < len(self._changes) else None

    def _say(self) -> None:
        change = self._chosen()
        why = self._why_not(change)
        self.back.setEnabled(not why)
        self.back.setToolTip(why)
        if change is not None and (change.before or not why):
            words = f"Put back {change.before or 'no value'}"[:40]
            self.back.setText(words.replace("&", "&&"))
        else:
            self.back.setText("Put the value before back")

    def _why_not(self, change: CellChange | None) -> str:
        """Why the value before a change cannot come back; empty if it can."""
        if change is None:
            return "Choose a change first"
        if change.added:
            return "The row came with this change"
        if not change.before and self._needed:
            return "This cell needs a value"
        return "The cell holds it already" if change.before == self._now else ""

    def _put_back(self) -> None:
        change = self._chosen()
        if change is not None:
            self.accept()
            self.wanted.emit(change.before)


def _row(place: int, change: CellChange) -> Row:
    exact = spoken_time(change.when, seconds=True)
    first = Part(exact or "not saved yet", "number" if change.when else "link")
    texts = [
        Part(text) if text else Part("missing", "missing")
        for text in (change.before, change.after)
    ]
    if change.added:
        texts[0] = Part("no row yet", "quiet")
    return Row(
        str(place), (first, Part(change.who), *texts, Part(change.label, "quiet"))
    )
