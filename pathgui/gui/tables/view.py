"""The table as people use it: keys, editing, and the selection it shares."""

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QGuiApplication, QKeyEvent, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QHeaderView,
    QLineEdit,
    QTableView,
    QWidget,
)
from typing_extensions import override

from pathgui.gui.session import Session
from pathgui.gui.style import Theme
from pathgui.gui.tables import changes
from pathgui.gui.tables.delegate import CellDelegate
from pathgui.gui.tables.header import FilterHeader
from pathgui.gui.tables.proxy import OrderProxy
from pathgui.project import Edit

Index = QModelIndex | QPersistentModelIndex
ROW_HEIGHT = 28
_EDIT = QAbstractItemView.EditTrigger


class TableView(QTableView):
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
    """

    opened = Signal(str)

    def __init__(
        self,
        session: Session,
        proxy: OrderProxy,
        picture: Callable[[int], QPixmap | None] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self.proxy = proxy
        self._picture = picture
        self._sharing = False
        self._chosen_rows: set[int] = set()
        self.many_selected = False
        self.header = FilterHeader(session.theme, proxy, self)
        self._build(session.theme)
        session.selection_changed.connect(self.follow)
        proxy.modelReset.connect(self.follow)
        session.theme.changed.connect(self.viewport().update)
        session.saved.connect(self.viewport().update)
        self.horizontalScrollBar().valueChanged.connect(self.header.follow_scroll)

    def _build(self, theme: Theme) -> None:
        self.setHorizontalHeader(self.header)
        self.setModel(self.proxy)
        self.header.rebuild()
        self.header.folded.connect(self.updateGeometries)
        picture = self._thumbnail if self._picture is not None else None
        self.setItemDelegate(CellDelegate(theme, self._is_chosen, picture, self))
        self.setShowGrid(False)
        self.setTabKeyNavigation(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(_EDIT.DoubleClicked | _EDIT.EditKeyPressed)
        rows = self.verticalHeader()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(ROW_HEIGHT)
        rows.setDefaultAlignment(Qt.AlignmentFlag.AlignCenter)
        rows.setHighlightSections(False)
        rows.setMinimumWidth(35)
        self.setCornerButtonEnabled(False)

    def chosen_cells(self) -> list[QModelIndex]:
        """Selected cells whose columns are shown."""
        return [
            index
            for index in self.selectionModel().selectedIndexes()
            if not self.isColumnHidden(index.column())
        ]

    def shown_columns(self) -> list[int]:
        """Shown columns, in the order on screen."""
        header = self.header
        return [
            header.logicalIndex(place)
            for place in range(header.count())
            if not header.isSectionHidden(header.logicalIndex(place))
        ]

    def edit_cells(self, edit: Edit | None) -> None:
        """Hand an edit to the session, if there is one."""
        if edit is not None:
            self._session.edit(edit)

    def clear_cells(self) -> None:
        """Empty the selected cells."""
        self.edit_cells(changes.clear(self.proxy, self.chosen_cells()))

    def copy_cells(self) -> None:
        """Put the selected rectangle on the clipboard."""
        text = changes.copy(self.proxy, self.chosen_cells(), self.shown_columns())
        QGuiApplication.clipboard().setText(text)

    def cut_cells(self) -> None:
        """Copy, then empty."""
        self.copy_cells()
        self.clear_cells()

    def paste_cells(self) -> None:
        """Put the clipboard's rectangle where the selection begins."""
        text = QGuiApplication.clipboard().text()
        cells, columns = self.chosen_cells(), self.shown_columns()
        self.edit_cells(changes.paste(self.proxy, cells, columns, text))

    def fill_down(self) -> None:
        """Copy the top cell of the selection down."""
        self.edit_cells(changes.fill_down(self.proxy, self.chosen_cells()))

    def set_value(self, text: str) -> None:
        """Put one value into the selected cells."""
        self.edit_cells(changes.set_value(self.proxy, self.chosen_cells(), text))

    def show_cell(self, source_row: int, column: int) -> None:
        """Scroll to a cell and make it current."""
        row = self.proxy.shown_row(source_row)
        if row < 0:
            self.proxy.clear_filters()
            row = self.proxy.shown_row(source_row)
        index = self.proxy.index(row, column)
        self.setCurrentIndex(index)
        self.scrollTo(index)

    def follow(self) -> None:
        """Show the shared selection, wherever it was made."""
        chosen = self._session.selection
        self._chosen_rows = set(self.proxy.model.rows_of(chosen)) if chosen else set()
        self.viewport().update()
        if self._sharing or not self._chosen_rows:
            return
        rows = sorted(self.proxy.shown_row(row) for row in self._chosen_rows)
        shown = [row for row in rows if row >= 0]
        if shown:
            self._sharing = True
            self._select_rows(shown)
            self._sharing = False

    def _select_rows(self, rows: Sequence[int]) -> None:
        column = max(self.currentIndex().column(), self._first_column())
        flag = QItemSelectionModel.SelectionFlag
        chosen = QItemSelection()
        for row in rows:
            index = self.proxy.index(row, column)
            chosen.select(index, index)
        model = self.selectionModel()
        model.setCurrentIndex(self.proxy.index(rows[0], column), flag.NoUpdate)
        model.select(chosen, flag.ClearAndSelect)
        self.scrollTo(self.proxy.index(rows[0], column))

    def _first_column(self) -> int:
        return 1 if self._picture is not None else 0

    def _is_chosen(self, index: Index) -> bool:
        return self.proxy.source_row(index.row()) in self._chosen_rows

    def _thumbnail(self, index: Index) -> QPixmap | None:
        assert self._picture is not None
        return self._picture(self.proxy.source_row(index.row()))

    @override
    def selectionChanged(
        self, selected: QItemSelection, deselected: QItemSelection
    ) -> None:
        super().selectionChanged(selected, deselected)
        chosen = self.selectionModel().selectedIndexes()
        self.many_selected = len(chosen) > 1
        if self._sharing:
            return
        rows = list(dict.fromkeys(index.row() for index in chosen))
        model = self.proxy.model
        ids = [s for row in rows for s in model.slides(self.proxy.source_row(row))]
        self._sharing = True
        self._session.select(dict.fromkeys(ids))
        self._sharing = False
        self.viewport().update()

    @override
    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and self._types(event):
            event.accept()
            return True
        return super().event(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        enter = key in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        editing = self.state() == QAbstractItemView.State.EditingState
        if enter and not editing and not event.modifiers() & _CONTROL:
            up = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._step(-1 if up else 1)
            return
        if self._types(event):
            self._begin_typing(event.text())
            return
        super().keyPressEvent(event)

    def _types(self, event: Any) -> bool:
        """Whether a key types into the current cell rather than being a command."""
        index = self.currentIndex()
        if not index.isValid() or event.modifiers() & (_CONTROL | _ALT):
            return False
        field = self.proxy.model.fields[index.column()]
        if field.key or field.column.name == "qc_status":
            return False
        text = event.text()
        editable = bool(index.flags() & Qt.ItemFlag.ItemIsEditable)
        return editable and bool(text) and text.isprintable()

    def _begin_typing(self, text: str) -> None:
        index = self.currentIndex()
        self.edit(index)
        editor = self.viewport().focusWidget()
        if isinstance(editor, QLineEdit):
            editor.setText(text)

    @override
    def closeEditor(
        self, editor: QWidget, hint: QAbstractItemDelegate.EndEditHint
    ) -> None:
        super().closeEditor(editor, hint)
        if hint == QAbstractItemDelegate.EndEditHint.SubmitModelCache:
            self._step(1)

    def _step(self, by: int) -> None:
        index = self.currentIndex()
        row = min(max(index.row() + by, 0), self.proxy.rowCount() - 1)
        if index.isValid():
            self.setCurrentIndex(self.proxy.index(row, index.column()))


_CONTROL = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.MetaModifier
_ALT = Qt.KeyboardModifier.AltModifier
