"""Which columns a table shows, in what order, and which of them stay in place."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListWidget,
    QListWidgetItem,
    QWidget,
)

from pathgui.gui.dialogs.base import Dialog
from pathgui.gui.style import Theme
from pathgui.gui.style.parts import Button, SearchField, label, row, spin_box

_COLUMN = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True)
class ColumnLine:
    """A column as the dialog lists it."""

    column: int
    name: str
    aside: str
    shown: bool


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """Columns in order, those that are shown, and how many of them stay in place."""

    order: tuple[int, ...]
    shown: frozenset[int]
    frozen: int


class ColumnsDialog(Dialog):
    """Tick to show, drag to reorder, freeze the first ones.

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
        frozen: int,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(
            theme, "Columns", "Tick what is shown; drag to reorder.", parent
        )
        self.setObjectName("columnsDialog")
        self.search = SearchField(theme, "Find a column")
        self.list = QListWidget()
        self.list.setAccessibleName("Columns")
        self.list.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.list.setMinimumHeight(380)
        self.list.setSpacing(2)
        for line in lines:
            self.list.addItem(_item(line))
        self.frozen = spin_box("Columns that stay", frozen, 20, zero="none")
        every = Button(theme, "Show all", role="ghost", small=True)
        none = Button(theme, "Hide all", role="ghost", small=True)
        every.clicked.connect(self.show_all)
        none.clicked.connect(self.hide_all)
        self.search.textChanged.connect(self._find)
        self.body.addWidget(self.search)
        self.body.addWidget(self.list, 1)
        words = label("First columns that stay in place")
        self.body.addLayout(row(words, self.frozen, None, none, every))
        self.add_cancel()
        self.done_button = self.add_right("Show these columns", role="primary")
        self.done_button.clicked.connect(self._choose)
        self.list.itemChanged.connect(self._count)
        self._count()
        self.search.setFocus()

    def items(self) -> list[QListWidgetItem]:
        """Lines in order."""
        return [self.list.item(number) for number in range(self.list.count())]

    def show_all(self) -> None:
        """Tick all that are listed."""
        self._tick(Qt.CheckState.Checked)

    def hide_all(self) -> None:
        """Untick all that are listed."""
        self._tick(Qt.CheckState.Unchecked)

    def _tick(self, state: Qt.CheckState) -> None:
        for item in self.items():
            if not item.isHidden():
                item.setCheckState(state)

    def _find(self, text: str) -> None:
        wanted = text.strip().casefold()
        for item in self.items():
            item.setHidden(wanted not in item.text().casefold())

    def _shown(self) -> list[int]:
        ticked = Qt.CheckState.Checked
        found = (item for item in self.items() if item.checkState() == ticked)
        return [int(item.data(_COLUMN)) for item in found]

    def _count(self) -> None:
        count = len(self._shown())
        noun = "column" if count == 1 else "columns"
        self.done_button.setText(f"Show {count:,} {noun}")
        self.done_button.setEnabled(count > 0)

    def _choose(self) -> None:
        order = tuple(int(item.data(_COLUMN)) for item in self.items())
        choice = ColumnChoice(order, frozenset(self._shown()), self.frozen.value())
        self.accept()
        self.chosen.emit(choice)


def _item(line: ColumnLine) -> QListWidgetItem:
    words = f"{line.name}   {line.aside}" if line.aside else line.name
    item = QListWidgetItem(words)
    item.setData(_COLUMN, line.column)
    flags = item.flags() | Qt.ItemFlag.ItemIsUserCheckable
    item.setFlags(flags & ~Qt.ItemFlag.ItemIsDropEnabled)
    on = Qt.CheckState.Checked if line.shown else Qt.CheckState.Unchecked
    item.setCheckState(on)
    return item
