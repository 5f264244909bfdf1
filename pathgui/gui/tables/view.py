"""The table as people use it: editing, the clipboard, and the selection it shares."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPixmap, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QHeaderView,
    QWidget,
)
from typing_extensions import override

from pathgui.gui.session import Session
from pathgui.gui.tables import editors, keys
from pathgui.gui.tables.choosing import ChoosingView
from pathgui.gui.tables.deeds import CellDeeds
from pathgui.gui.tables.delegate import CellDelegate
from pathgui.gui.tables.frozen import FrozenColumns
from pathgui.gui.tables.header import FilterHeader
from pathgui.gui.tables.proxy import OrderProxy
from pathgui.gui.tables.rownumbers import RowNumbers
from pathgui.gui.tables.sheet import Rows
from pathgui.gui.tables.wordstore import WordStore

Index = QModelIndex | QPersistentModelIndex
ROW_HEIGHT = 28
_EDIT = QAbstractItemView.EditTrigger
_FLAG = QItemSelectionModel.SelectionFlag


class TableView(ChoosingView, CellDeeds):
    """Shows an `OrderProxy` with the window's header and delegate.

    Parameters
    ----------
    session : Session
        Gets the edits and shares the selection.
    proxy : OrderProxy
        Rows and columns to show.
    picture : callable, optional
        Thumbnail of a row of the model.

    Attributes
    ----------
    opened : Signal(str)
        Someone asks for this slide in the viewer.
    menu_wanted : Signal(int)
        Someone asks for the menu of a column.
    uncovered : Signal(FilterText)
        This filter is about to be cleared, to show a cell that it hides.
    waking : Signal()
        The table comes into sight: what was left while it was hidden is due.

    Notes
    -----
    While it is hidden it does not follow the shared selection; it catches up when it
    is shown.
    """

    opened = Signal(str)
    menu_wanted = Signal(int)
    uncovered = Signal(object)
    waking = Signal()

    def __init__(
        self,
        session: Session,
        proxy: OrderProxy,
        picture: Callable[[int], QPixmap | None] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.session = session
        self.proxy = proxy
        self._picture = picture
        self._sharing = False
        self._left_behind = False
        self._marked = np.zeros(0, np.bool_)
        self._kept: tuple[str, int, str] | None = None
        self._typed: str | None = None
        self.many_selected = False
        self.header = FilterHeader(session.theme, proxy, self)
        self.words = WordStore(proxy)
        self._build()
        self.frozen = FrozenColumns(session.theme, self, self._delegate())
        session.selection_changed.connect(self.follow)
        proxy.modelAboutToBeReset.connect(self._keep_place)
        proxy.modelReset.connect(self._come_back)
        session.theme.changed.connect(self.viewport().update)
        session.saved.connect(self.viewport().update)
        session.settling.connect(self.finish_editing)
        self.horizontalScrollBar().valueChanged.connect(self.header.follow_scroll)

    def _build(self) -> None:
        self.setHorizontalHeader(self.header)
        self.setModel(self.proxy)
        self.header.rebuild()
        self.header.folded.connect(self.updateGeometries)
        self.header.done.connect(self.setFocus)
        self.header.wanted.connect(self.start_filter)
        self.cells = self._delegate()
        self.setItemDelegate(self.cells)
        self.setShowGrid(False)
        self.setTabKeyNavigation(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(_EDIT.DoubleClicked | _EDIT.EditKeyPressed)
        rows = RowNumbers(self)
        self.setVerticalHeader(rows)
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(ROW_HEIGHT)
        rows.setDefaultAlignment(Qt.AlignmentFlag.AlignCenter)
        rows.setHighlightSections(False)
        rows.setMinimumWidth(35)
        self.setCornerButtonEnabled(False)

    def _delegate(self) -> CellDelegate:
        picture = self._thumbnail if self._picture is not None else None
        return CellDelegate(self.session.theme, self._is_chosen, picture, self)

    @override
    def why_locked(self, column: int) -> str:
        return keys.why_locked(self, self.proxy.index(0, column))

    @override
    def shown_columns(self) -> list[int]:
        """Shown columns, in the order on screen."""
        return list(self.columns_shown())

    def columns_shown(self) -> Iterator[int]:
        """The same, one by one."""
        header = self.header
        columns = map(header.logicalIndex, range(header.count()))
        return (column for column in columns if not header.isSectionHidden(column))

    def names_shown(self) -> frozenset[str]:
        """Shown columns over all tables, ``table.column``."""
        names = self.proxy.model.names
        shown = (column for column in self.columns_shown() if column < len(names))
        return frozenset(names[column] for column in shown)

    def show_cell(self, source_row: int, column: int) -> None:
        """Scroll to a cell and make it current."""
        row = self.proxy.shown_row(source_row)
        if row < 0:
            self.uncovered.emit(self.proxy.filters)
            self.proxy.clear_filters()
            row = self.proxy.shown_row(source_row)
        self.setColumnHidden(column, False)
        index = self.proxy.index(row, column)
        self.go_to(index)
        self.scrollTo(index)

    def go_to(self, index: Index) -> None:
        """Make a cell current and the only selected one, whatever keys are down."""
        # Without a command of ours Qt adds to the selection while Ctrl is down.
        self.selectionModel().setCurrentIndex(index, _FLAG.ClearAndSelect)

    def place(self) -> tuple[str, int, str] | None:
        """Table, row and column of the current cell; None where nothing is."""
        index = self.currentIndex()
        if not index.isValid():
            return None
        return self.proxy.model.locate(
            self.proxy.source_row(index.row()), index.column()
        )

    def begin_editing(self) -> None:
        """Open the editor of the current cell, or say why that cannot be."""
        index = self.currentIndex()
        reason = keys.why_locked(self, index)
        if reason:
            self.session.told.emit(reason, "note")
        elif index.isValid():
            self.setFocus()
            self.edit(index)

    def finish_editing(self) -> None:
        """Take what is written in an open editor, as Enter does."""
        for owner, editor in keys.editors_of(self):
            owner.commitData(editor)
            owner.closeEditor(editor, QAbstractItemDelegate.EndEditHint.NoHint)

    def start_filter(self, column: int) -> None:
        """Give the keyboard to the filter field of a column."""
        if self.proxy.rowCount():
            row = max(self.indexAt(self.viewport().rect().topLeft()).row(), 0)
            self.scrollTo(self.proxy.index(row, column))
        header = self.frozen.header_of(column) or self.header
        field = header.field(column)
        if field is not None:
            field.setFocus(Qt.FocusReason.TabFocusReason)
            field.selectAll()

    def follow(self) -> None:
        """Show the shared selection, wherever it was made; once in sight, if hidden."""
        self._left_behind = not self._sharing and not self.isVisible()
        if self._left_behind:
            return
        self.viewport().update()
        self.frozen.viewport().update()
        model = self.proxy.model
        if self._sharing and model.main == "manifest":
            return  # chosen here, and each slide has one row
        rows = model.rows_of(self.session.selection)
        self._mark(rows)
        if self._sharing or not rows:
            return
        shown = self.proxy.shown_rows(rows)
        if shown:
            self._sharing = True
            column = max(self.currentIndex().column(), self._first_column())
            self.choose_rows(shown, column)
            self.many_selected = len(shown) > 1
            self._sharing = False

    def _mark(self, rows: Sequence[int] | Rows) -> None:
        """Note which rows of the model speak of selected slides."""
        self._marked = np.zeros(self.proxy.model.rowCount(), np.bool_)
        self._marked[rows] = True

    def _keep_place(self) -> None:
        """Remember the current cell, and what is typed, while rows are read again."""
        index, editor = self.currentIndex(), keys.editor_of(self)
        self._kept = None
        self._typed = None if editor is None else editors.value(editor)
        if index.isValid():
            row = self.proxy.source_row(index.row())
            self._kept = self.proxy.model.locate(row, index.column())

    def _come_back(self) -> None:
        kept, model = self._kept, self.proxy.model
        if kept is not None:
            column = model.column_at(kept[0], kept[2])
            row = self.proxy.shown_row(model.row_at(kept[1], kept[0]))
            if column >= 0 and row >= 0:
                self._sharing = True
                self.go_to(self.proxy.index(row, column))
                self._sharing = False
                if self._typed is not None:
                    self.begin_typing(self._typed)
        self.follow()

    def _first_column(self) -> int:
        return 1 if self._picture is not None else 0

    def _is_chosen(self, index: Index) -> bool:
        row = self.proxy.source_row(index.row())
        return row < len(self._marked) and bool(self._marked[row])

    def _thumbnail(self, index: Index) -> QPixmap | None:
        assert self._picture is not None
        return self._picture(self.proxy.source_row(index.row()))

    @override
    def selectionChanged(
        self, selected: QItemSelection, deselected: QItemSelection
    ) -> None:
        super().selectionChanged(selected, deselected)
        self._scattered = None
        parts = self.chosen_parts()
        self.many_selected = len(parts) > 1 or any(
            part.width() > 1 or part.height() > 1 for part in parts
        )
        if self._sharing:
            return
        rows = self.proxy.source_rows()[self.chosen_rows()]
        ids = self.proxy.model.slides_at(rows)
        self._mark(rows)
        self._sharing = True
        self.session.select(dict.fromkeys(ids))
        self._sharing = False
        self.viewport().update()

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        # Qt would begin at the very first cell, which may be a picture.
        if not self.currentIndex().isValid() and self.proxy.rowCount():
            columns, fields = self.columns_shown(), self.proxy.model.fields
            first = next((c for c in columns if not fields[c].picture), -1)
            index = self.proxy.index(0, first)
            self.selectionModel().setCurrentIndex(index, _FLAG.NoUpdate)
        super().focusInEvent(event)

    @override
    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and keys.types(self, event):
            event.accept()
            return True
        return super().event(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not keys.press(self, event):
            super().keyPressEvent(event)

    @override
    def edit(self, index: Index, *how: Any) -> Any:
        """Open the editor of a cell; where columns are frozen, over these."""
        if self.frozen.covers(index.column()):
            return self.frozen.edit(index, *how)
        return super().edit(index, *how)

    def begin_typing(self, text: str) -> None:
        """Open the editor of the current cell with the text typed so far."""
        index = self.currentIndex()
        self.edit(index)
        editor = keys.editor_of(self)
        if editor is not None:
            editors.start_with(editor, text)

    @override
    def closeEditor(
        self, editor: QWidget, hint: QAbstractItemDelegate.EndEditHint
    ) -> None:
        super().closeEditor(editor, hint)
        self.after_editing(editor, hint)

    def after_editing(
        self, editor: QWidget, hint: QAbstractItemDelegate.EndEditHint
    ) -> None:
        """Go down after Enter, up after Shift+Enter."""
        if hint == QAbstractItemDelegate.EndEditHint.SubmitModelCache:
            up = bool(editor.property("upwards"))
            keys.step(self, -1 if up else 1)

    def open_list(self) -> None:
        """Open the pick list of the current cell, or the menu of its column."""
        index = self.currentIndex()
        if index.isValid() and not keys.open_list(self, index):
            self.menu_wanted.emit(index.column())

    @override
    def scrollTo(
        self,
        index: Index,
        hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible,
    ) -> None:
        bar = self.horizontalScrollBar()
        before = bar.value()
        super().scrollTo(index, hint)
        if self.frozen.covers(index.column()):
            bar.setValue(before)
            return
        hidden = self.frozen.width_shown - self.columnViewportPosition(index.column())
        if hidden > 0:
            bar.setValue(bar.value() - hidden)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.waking.emit()
        if self._left_behind:
            self.follow()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.frozen.place()

    @override
    def updateGeometries(self) -> None:
        super().updateGeometries()
        if hasattr(self, "frozen"):
            self.frozen.place()
