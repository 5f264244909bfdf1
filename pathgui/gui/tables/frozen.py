"""Columns that stay in place while the rest scrolls: a second view over the first."""

from itertools import islice
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QFrame,
    QHeaderView,
    QTableView,
    QWidget,
)
from typing_extensions import override

from pathgui.gui.style import Theme
from pathgui.gui.tables.delegate import CellDelegate
from pathgui.gui.tables.header import FilterHeader

if TYPE_CHECKING:
    from pathgui.gui.tables.view import TableView

Index = QModelIndex | QPersistentModelIndex
_OFF = Qt.ScrollBarPolicy.ScrollBarAlwaysOff


class FrozenColumns(QTableView):
    """Shows the first columns of a table view, over it.

    Parameters
    ----------
    view : TableView
        The table; selection, order and widths are its.
    delegate : CellDelegate
        Paints the cells.
    """

    def __init__(self, theme: Theme, view: "TableView", delegate: CellDelegate) -> None:
        super().__init__(view)
        self._view = view
        self.count = 0
        self._arranging = False
        self.header = FilterHeader(theme, view.proxy, self)
        self.setObjectName("frozenColumns")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalHeader(self.header)
        self.setModel(view.proxy)
        self.setSelectionModel(view.selectionModel())
        self.setItemDelegate(delegate)
        self.setShowGrid(False)
        self.setSelectionMode(view.selectionMode())
        self.setEditTriggers(view.editTriggers())
        self.setVerticalScrollMode(view.verticalScrollMode())
        self.setHorizontalScrollBarPolicy(_OFF)
        self.setVerticalScrollBarPolicy(_OFF)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(
            view.verticalHeader().defaultSectionSize()
        )
        self.hide()
        self._connect()

    def _connect(self) -> None:
        view, header = self._view, self._view.header
        for signal in (
            header.sectionMoved, header.sectionResized, header.sectionCountChanged,
        ):  # fmt: skip
            signal.connect(self.arrange)
        header.settled.connect(self.arrange)
        header.folded.connect(self._fold)
        self.header.picked.connect(header.picked)
        self.header.done.connect(view.setFocus)
        self.header.wanted.connect(view.start_filter)
        self.header.sectionResized.connect(self._resized)
        self.header.setSectionsMovable(False)
        ours, theirs = self.verticalScrollBar(), view.verticalScrollBar()
        theirs.valueChanged.connect(ours.setValue)
        ours.valueChanged.connect(theirs.setValue)
        for signal in (view.proxy.modelReset, view.proxy.respliced):
            signal.connect(self.arrange)

    def freeze(self, count: int) -> None:
        """Keep so many of the shown columns in place."""
        self.count = max(count, 0)
        self.arrange()

    def columns(self) -> list[int]:
        """The columns that stay."""
        return list(islice(self._view.columns_shown(), self.count))

    def covers(self, column: int) -> bool:
        """Whether a column stays in place."""
        return self.count > 0 and column in self.columns()

    def header_of(self, column: int) -> FilterHeader | None:
        """The header over a column that stays, else None."""
        return self.header if self.covers(column) else None

    @property
    def width_shown(self) -> int:
        """How much of the table it covers."""
        return sum(self._view.columnWidth(c) for c in self.columns())

    def arrange(self) -> None:
        """Show the columns that stay, as wide as they are in the table."""
        if self._view.header.is_held or self._arranging:
            return  # it is told once all is done
        columns = self.columns()
        self.setVisible(bool(columns))
        if not columns:
            return
        shown = set(columns)
        self._arranging = True
        with self.header.held():
            for column in range(self.model().columnCount()):
                if self.isColumnHidden(column) != (column not in shown):
                    self.setColumnHidden(column, column not in shown)
            for place, column in enumerate(columns):
                self.header.moveSection(self.header.visualIndex(column), place)
                self.setColumnWidth(column, self._view.columnWidth(column))
        self._arranging = False
        self.place()

    def place(self) -> None:
        """Lie over the left edge of the table."""
        if not self.count:
            return
        view = self._view
        left = view.verticalHeader().width() if view.verticalHeader().isVisible() else 0
        frame = view.frameWidth()
        height = view.viewport().height() + view.header.height()
        self.header.setFixedHeight(view.header.height())
        self.setGeometry(left + frame, frame, self.width_shown, height)
        self.raise_()
        self.header.follow_scroll()

    def _fold(self) -> None:
        self.header.show_filters(self._view.header.filters_shown)
        self.place()

    def _resized(self, column: int, _old: int, new: int) -> None:
        # Qt tells of hidden sections, too, when rows are put in another order.
        if not self._arranging and new > 0 and self.covers(column):
            self._view.setColumnWidth(column, new)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._view.setFocus(Qt.FocusReason.MouseFocusReason)
        super().mousePressEvent(event)

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        self._view.wheelEvent(event)

    @override
    def closeEditor(
        self, editor: QWidget, hint: QAbstractItemDelegate.EndEditHint
    ) -> None:
        super().closeEditor(editor, hint)
        self._view.setFocus(Qt.FocusReason.OtherFocusReason)
        self._view.after_editing(editor, hint)
