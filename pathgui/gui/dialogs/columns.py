"""Which columns a table shows, in what order, and which of them stay in place."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget
from typing_extensions import override

from pathgui.gui.dialogs.base import Dialog
from pathgui.gui.dialogs.columnlines import ColumnLine, ColumnLines
from pathgui.gui.style import Theme
from pathgui.gui.style.parts import Button, SearchField, label, row, spin_box


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """Columns in order, those that are shown, and how many of them stay in place."""

    order: tuple[int, ...]
    shown: frozenset[int]
    frozen: int


class ColumnsDialog(Dialog):
    """Tick to show, drag or move by keys to reorder, freeze the first ones.

    Parameters
    ----------
    theme : Theme
        Colours and icons.
    lines : sequence of ColumnLine
        All columns in order.
    frozen : int or None
        How many of the first stay in place; None where their order cannot be chosen.

    Attributes
    ----------
    chosen : Signal(ColumnChoice)
        What was chosen.
    """

    chosen = Signal(object)

    def __init__(
        self,
        theme: Theme,
        lines: Sequence[ColumnLine],
        frozen: int | None,
        parent: QWidget | None = None,
    ) -> None:
        words = "Tick what is shown"
        words += "." if frozen is None else "; drag, or Alt+↑ and Alt+↓, to reorder."
        super().__init__(theme, "Columns", words, parent)
        self.setObjectName("columnsDialog")
        self.search = SearchField(theme, "Find a column")
        movable = self._movable = frozen is not None
        self.lines = ColumnLines(lines, movable=movable, parent=self)
        self.list = QListView()
        self.list.setModel(self.lines)
        self.list.setAccessibleName("Columns")
        self.list.installEventFilter(self)
        if movable:
            self.list.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.list.setMinimumHeight(380)
        self.list.setSpacing(2)
        self.list.setUniformItemSizes(True)
        self.found = label("", "quiet", size=12)
        self.frozen = spin_box("Columns that stay", frozen or 0, 20, zero="none")
        every = Button(theme, "Show all", role="ghost", small=True)
        none = Button(theme, "Hide all", role="ghost", small=True)
        every.clicked.connect(lambda: self.lines.tick_all(on=True))
        none.clicked.connect(lambda: self.lines.tick_all(on=False))
        self.search.textChanged.connect(self._find)
        self.body.addLayout(row(self.search, self.found))
        self.body.addWidget(self.list, 1)
        stay = label("First columns that stay in place")
        for widget in (stay, self.frozen):
            widget.setVisible(movable)
        self.body.addLayout(row(stay, self.frozen, None, none, every))
        self.add_cancel()
        self.done_button = self.add_right("Show these columns", role="primary")
        self.done_button.clicked.connect(self._choose)
        self.lines.ticked.connect(self._count)
        self._count()
        self._find("")
        self.search.setFocus()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.list and event.type() == QEvent.Type.KeyPress:
            assert isinstance(event, QKeyEvent)
            by = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
            alt = event.modifiers() & Qt.KeyboardModifier.AltModifier
            if by is not None and alt and self._movable:
                self._move(by)
                return True
        return super().eventFilter(watched, event)

    def _move(self, by: int) -> None:
        """Put the current column before the one above it, or behind the one below."""
        row = self.list.currentIndex().row()
        if row >= 0 and 0 <= row + by < self.lines.rowCount():
            self.lines.move(row, row + by + (by > 0))
            self.list.scrollTo(self.list.currentIndex())

    def _find(self, text: str) -> None:
        self.lines.find(text)
        total, listed = len(self.lines.order), self.lines.rowCount()
        self.found.setText(f"{listed:,} of {total:,}")

    def _count(self) -> None:
        count = len(self.lines.shown)
        noun = "column" if count == 1 else "columns"
        self.done_button.setText(f"Show {count:,} {noun}")
        self.done_button.setEnabled(count > 0)

    def _choose(self) -> None:
        choice = ColumnChoice(self.lines.order, self.lines.shown, self.frozen.value())
        self.accept()
        self.chosen.emit(choice)
