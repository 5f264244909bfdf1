"""The view of a read-only list: choosing, folding and following links."""

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QMetaMethod, QModelIndex, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView
from typing_extensions import override

from pathgui.gui.style import Theme, fonts
from pathgui.gui.tables.rows import (
    PART_ROLE,
    Head,
    NamedRows,
    Part,
    Row,
    RowsDelegate,
    RowsModel,
)

Index = QModelIndex


class RowsView(QTableView):
    """Shows a `RowsModel`.

    Attributes
    ----------
    opened : Signal(str, int)
        A row was double-clicked, Enter pressed, or its link clicked: key and column.
    folded : Signal(str)
        The chevron of a row was clicked, or → or ← pressed on it.
    """

    opened = Signal(str, int)
    folded = Signal(str)

    def __init__(self, theme: Theme, heads: Sequence[Head], name: str) -> None:
        super().__init__()
        self.rows = RowsModel(heads, self, theme)
        self.setModel(self.rows)
        self.setItemDelegate(RowsDelegate(theme, self))
        self.setAccessibleName(name)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setMouseTracking(True)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(27)
        header = self.horizontalHeader()
        header.setFixedHeight(30)
        header.setHighlightSections(False)
        header.setTextElideMode(Qt.TextElideMode.ElideRight)
        header.setFont(fonts.font(fonts.SMALL))
        header.setMinimumSectionSize(24)
        for column, head in enumerate(heads):
            if head.width:
                self.setColumnWidth(column, head.width)
            else:
                header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        theme.changed.connect(self.viewport().update)

    def show_rows(self, rows: Sequence[Row]) -> None:
        """List rows, keeping the chosen one by its key."""
        key = self.current_key()
        self.rows.show_rows(rows)
        if key and self.current_key() != key:
            self.choose(key)

    def show_named(self, rows: NamedRows) -> None:
        """List any number of rows, keeping the chosen one by its key."""
        key, before = self.current_key(), self.rows.rows
        same = isinstance(before, NamedRows) and before.keys == rows.keys
        self.rows.show_many(rows, same=same)
        if key and self.current_key() != key:
            self.choose(key)

    def current_key(self) -> str:
        """Key of the chosen row; empty if there is none."""
        index = self.currentIndex()
        return self.rows.rows[index.row()].key if index.isValid() else ""

    def choose(self, key: str) -> None:
        """Choose the row of a key, if it is here."""
        place = self.rows.place_of(key)
        if place >= 0:
            self.selectRow(place)

    def _part(self, index: Index) -> Part:
        part: Part = index.data(PART_ROLE)
        return part

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if not index.isValid() or event.button() != Qt.MouseButton.LeftButton:
            return
        part, key = self._part(index), self.rows.rows[index.row()].key
        if part.kind == "link":
            self.opened.emit(key, index.column())
        elif part.fold is not None and self._on_chevron(index, event):
            self.folded.emit(key)

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        super().mouseDoubleClickEvent(event)
        index = self.indexAt(event.position().toPoint())
        if index.isValid():
            self.opened.emit(self.rows.rows[index.row()].key, index.column())

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        index = self.indexAt(event.position().toPoint())
        link = index.isValid() and self._part(index).kind == "link"
        shape = (
            Qt.CursorShape.PointingHandCursor if link else Qt.CursorShape.ArrowCursor
        )
        self.viewport().setCursor(shape)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, index = self.current_key(), self.currentIndex()
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and not self._opens():
            event.ignore()  # the button of the dialog takes it
            return
        if key and enter:
            self.opened.emit(key, index.column())
            return
        parts = self.rows.rows[index.row()].parts if key else ()
        fold = next((part.fold for part in parts if part.fold is not None), None)
        wanted = {Qt.Key.Key_Right: True, Qt.Key.Key_Left: False}
        if fold is not None and wanted.get(Qt.Key(event.key())) == fold:
            self.folded.emit(key)
            return
        super().keyPressEvent(event)

    def _opens(self) -> bool:
        """Whether anyone does something with a row that is opened."""
        return bool(self.isSignalConnected(QMetaMethod.fromSignal(self.opened)))

    def _on_chevron(self, index: Index, event: QMouseEvent) -> bool:
        left = self.visualRect(index).left()
        return bool(event.position().x() < left + 30)


def width_for(texts: Iterable[str], title: str, extra: int = 26) -> int:
    """Width of a column that shows these texts, 70 to 300 pixels."""
    metrics = QFontMetrics(fonts.font())
    head = QFontMetrics(fonts.font(fonts.SMALL, strong=True)).horizontalAdvance(title)
    longest = max((metrics.horizontalAdvance(text) for text in texts), default=0)
    return min(max(longest + extra, head + 26, 70), 300)
