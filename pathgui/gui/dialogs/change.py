"""One change of the history, cell by cell, and a way to take it back."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from pathgui.gui.dialogs.base import Dialog
from pathgui.gui.session.decisions import spoken_time
from pathgui.gui.session.history import Change, EntryCell
from pathgui.gui.style import Theme
from pathgui.gui.style.parts import label
from pathgui.gui.tables.rows import Head, Part, Row
from pathgui.gui.tables.rowsview import RowsView

_HEADS = (
    Head("Table", 90),
    Head("Row", 190),
    Head("Column", 140),
    Head("Before", 170),
    Head("After"),
)
_SHOWN = 3000


class ChangeDialog(Dialog):
    """Who did what and when, and every cell.

    Attributes
    ----------
    back : Signal()
        Someone wants the values before back.
    wanted : Signal(EntryCell)
        Someone wants to see a cell.
    """

    back = Signal()
    wanted = Signal(object)

    def __init__(
        self,
        theme: Theme,
        change: Change,
        cells: Sequence[EntryCell],
        parent: QWidget | None = None,
    ) -> None:
        when = (
            spoken_time(change.when, seconds=True) if change.saved else "not yet saved"
        )
        super().__init__(theme, change.label, f"{change.who}, {when}", parent)
        self.setObjectName("changeDialog")
        self._cells = list(cells)
        self.list = RowsView(theme, _HEADS, "Cells of the change")
        self.list.show_rows([_row(k, c) for k, c in enumerate(self._cells[:_SHOWN])])
        self.body.addSpacing(4)
        if cells:
            self.body.addWidget(self.list, 1)
        else:
            words = "No single cells are recorded: rows or columns came or went."
            self.body.addWidget(label(words, "quiet", wrap=True))
        self.undo = self.add_left("Put the values before back", "ph.arrow-u-up-left")
        self.undo.setVisible(bool(cells))
        self.undo.setToolTip("Cells that were changed again since stay as they are")
        close = self.add_right("Close", role="primary")
        close.clicked.connect(self.accept)
        self.undo.clicked.connect(self._back)
        self.list.opened.connect(self._go)
        self.resize(860, 440 if cells else 200)

    def _back(self) -> None:
        self.accept()
        self.back.emit()

    def _go(self, key: str, _column: int) -> None:
        self.accept()
        self.wanted.emit(self._cells[int(key)])


def _row(place: int, cell: EntryCell) -> Row:
    texts = [
        Part(text) if text else Part("missing", "missing")
        for text in (cell.before, cell.after)
    ]
    return Row(
        str(place),
        (Part(cell.table), Part(cell.key, "mono"), Part(cell.column), *texts),
    )
