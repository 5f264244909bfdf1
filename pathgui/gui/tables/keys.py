"""What keys do in a table: typing, moving, selecting, as spreadsheets do it."""

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QComboBox,
    QWidget,
)

if TYPE_CHECKING:
    from pathgui.gui.tables.view import TableView

_CONTROL = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.MetaModifier
_ALT = Qt.KeyboardModifier.AltModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_KEY = Qt.Key
_FLAG = QItemSelectionModel.SelectionFlag
_ARROWS = {
    _KEY.Key_Up: (-1, 0),
    _KEY.Key_Down: (1, 0),
    _KEY.Key_Left: (0, -1),
    _KEY.Key_Right: (0, 1),
}
_ENTER = (_KEY.Key_Return, _KEY.Key_Enter)
EDITOR = "cellEditor"


def types(view: "TableView", event: Any) -> bool:
    """Whether a key types into the current cell rather than being a command."""
    index = view.currentIndex()
    if not index.isValid() or event.modifiers() & (_CONTROL | _ALT):
        return False
    field = view.proxy.model.fields[index.column()]
    if field.key or field.column.name == "qc_status":
        return False
    text = event.text()
    if text == " " and field.column.kind == "yesno":
        return False
    editable = bool(index.flags() & Qt.ItemFlag.ItemIsEditable)
    return editable and bool(text) and text.isprintable()


def press(view: "TableView", event: QKeyEvent) -> bool:
    """Do what a key stands for; False if it stands for nothing of ours."""
    key = Qt.Key(event.key())
    control = bool(event.modifiers() & _CONTROL)
    shift = bool(event.modifiers() & _SHIFT)
    alt = bool(event.modifiers() & _ALT)
    editing = view.state() == QAbstractItemView.State.EditingState
    if editing:
        return False
    if key in _ENTER and not control and not alt:
        step(view, -1 if shift else 1)
    elif key in _ARROWS and control and not alt:
        _to_edge(view, *_ARROWS[key], extend=shift)
    elif key == _KEY.Key_Down and alt and not shift and not control:
        view.open_list()
    elif key == _KEY.Key_Space and control and not alt:
        select_columns(view)
    elif key == _KEY.Key_Space and shift and not alt:
        select_rows(view)
    elif key == _KEY.Key_Space and not alt and _tick(view):
        pass
    elif key in (_KEY.Key_Home, _KEY.Key_End) and not alt:
        _to_end(view, first=key == _KEY.Key_Home, whole=control, extend=shift)
    else:
        return not control and not alt and _type(view, event)
    return True


def _type(view: "TableView", event: QKeyEvent) -> bool:
    """Begin to type into the current cell, or say why that cannot be."""
    if types(view, event):
        view.begin_typing(event.text())
        return True
    return _refuse(view, event)


def _refuse(view: "TableView", event: QKeyEvent) -> bool:
    """Say why a cell does not take what is typed; False if nothing is typed."""
    index, text = view.currentIndex(), event.text()
    typed = (bool(text) and text.isprintable()) or event.key() == _KEY.Key_F2
    reason = why_locked(view, index) if typed and index.isValid() else ""
    if reason:
        view.session.told.emit(reason, "note")
    return bool(reason)


def why_locked(view: "TableView", index: Any) -> str:
    """Why a cell cannot be edited, in one sentence; empty if it can."""
    if not index.isValid() or index.flags() & Qt.ItemFlag.ItemIsEditable:
        return ""
    model = view.proxy.model
    if locked := model.session.bulk.locked:
        return locked
    field, name = model.fields[index.column()], model.fields[index.column()].column.name
    if field.picture:
        return "Pictures cannot be edited"
    if model.column_editable(index.column()):
        return f"There is no {field.table} row here that could hold {name}"
    if field.table in model.content.tables:
        return f"{name} is filled in by pathgui, and cannot be edited"
    return f"{name} is worked out from other cells, and cannot be edited"


def step(view: "TableView", by: int) -> None:
    """Go down or up a row."""
    index = view.currentIndex()
    row = min(max(index.row() + by, 0), view.proxy.rowCount() - 1)
    if index.isValid():
        view.go_to(view.proxy.index(row, index.column()))


def select_columns(view: "TableView") -> None:
    """Select the whole columns of the selected cells."""
    last = view.proxy.rowCount() - 1
    chosen = QItemSelection()
    for column in view.chosen_cells():
        chosen.select(view.proxy.index(0, column), view.proxy.index(last, column))
    view.selectionModel().select(chosen, _FLAG.ClearAndSelect)


def select_rows(view: "TableView") -> None:
    """Select the whole rows of the selected cells."""
    last = view.proxy.columnCount() - 1
    chosen = QItemSelection()
    for span in view.chosen_parts():
        top, bottom = view.proxy.index(span.top(), 0), view.proxy.index(
            span.bottom(), last
        )  # fmt: skip
        chosen.select(top, bottom)
    view.selectionModel().select(chosen, _FLAG.ClearAndSelect)


def _to_edge(view: "TableView", down: int, right: int, *, extend: bool) -> None:
    """Jump to the edge of the filled cells, as spreadsheets do; `extend` selects."""
    index = view.currentIndex()
    columns = view.shown_columns()
    if not index.isValid() or index.column() not in columns:
        return
    row, place = index.row(), columns.index(index.column())
    if down:
        row = _edge(view, row, down, index.column())
    else:
        place = len(columns) - 1 if right > 0 else _first_place(view, columns)
    _jump(view, row, columns[place], extend=extend)


def _to_end(view: "TableView", *, first: bool, whole: bool, extend: bool) -> None:
    """Go to the first or last cell of the row, or of the whole table."""
    index, columns = view.currentIndex(), view.shown_columns()
    last = view.proxy.rowCount() - 1
    if not columns or last < 0:
        return
    row = (0 if first else last) if whole else max(index.row(), 0)
    place = _first_place(view, columns) if first else len(columns) - 1
    _jump(view, row, columns[place], extend=extend)


def _jump(view: "TableView", row: int, column: int, *, extend: bool) -> None:
    """Go to a cell; `extend` selects all up to it."""
    target, index = view.proxy.index(row, column), view.currentIndex()
    if not extend or not index.isValid():
        view.go_to(target)
        return
    model, proxy = view.selectionModel(), view.proxy
    anchor_row, anchor_column = _anchor(view, index.row(), index.column())
    top, bottom = sorted((anchor_row, target.row()))
    left, right_ = sorted((anchor_column, target.column()))
    box = QItemSelection(proxy.index(top, left), proxy.index(bottom, right_))
    model.setCurrentIndex(target, _FLAG.NoUpdate)
    model.select(box, _FLAG.ClearAndSelect)


def _anchor(view: "TableView", row: int, column: int) -> tuple[int, int]:
    """The corner of the selection across from the current cell."""
    spans = view.chosen_parts()
    if len(spans) != 1 or not spans[0].contains(view.currentIndex()):
        return row, column
    span = spans[0]
    across_row = span.bottom() if row == span.top() else span.top()
    across_column = span.right() if column == span.left() else span.left()
    return across_row, across_column


def _first_place(view: "TableView", columns: list[int]) -> int:
    picture = view.proxy.model.fields[columns[0]].picture
    return 1 if picture and len(columns) > 1 else 0


def _edge(view: "TableView", row: int, by: int, column: int) -> int:
    """Last filled cell before a gap, else the first one after it, else the end."""
    proxy = view.proxy
    order = proxy.source_rows()
    texts = proxy.model.source(column).take()[order]
    filled = texts != ""
    last = len(order) - 1
    end = last if by > 0 else 0
    if row == end:
        return row
    ahead = filled[row + 1 :] if by > 0 else filled[:row][::-1]
    if filled[row] and ahead[0]:
        gap = (~ahead).argmax() if not ahead.all() else len(ahead)
        return row + by * int(gap)
    if not ahead.any():
        return end
    return row + by * (int(ahead.argmax()) + 1)


def _tick(view: "TableView") -> bool:
    """Turn yes into no and back in a column of such; False for any other cell."""
    index = view.currentIndex()
    if not index.isValid():
        return False
    field = view.proxy.model.fields[index.column()]
    if field.column.kind != "yesno" or not index.flags() & Qt.ItemFlag.ItemIsEditable:
        return False
    yes = str(index.data(Qt.ItemDataRole.EditRole)).casefold() in ("yes", "true", "1")
    view.set_value("no" if yes else "yes")
    return True


def editor_of(view: "TableView") -> QWidget | None:
    """The editor that is open, if one is."""
    return next((editor for _, editor in editors_of(view)), None)


def editors_of(view: "TableView") -> list[tuple[QAbstractItemView, QWidget]]:
    """Editors that are open, each with the view that owns it."""
    return [
        (owner, widget)
        for owner in (view, view.frozen)
        for widget in owner.viewport().findChildren(QWidget, EDITOR)
        if widget.isVisible()
    ]


def open_list(view: "TableView", index: QModelIndex) -> bool:
    """Open the pick list of a cell; False if it has none."""
    if not index.flags() & Qt.ItemFlag.ItemIsEditable:
        return False
    view.edit(index)
    editor = editor_of(view)
    if isinstance(editor, QComboBox):
        editor.showPopup()
        return True
    if editor is None:
        return False
    if _open_popup(editor):
        return True
    view.closeEditor(editor, QAbstractItemDelegate.EndEditHint.NoHint)
    return False


def _open_popup(editor: QWidget) -> bool:
    """Open what an editor offers to pick from; False if it offers nothing."""
    offer = getattr(editor, "offer", None)
    return bool(offer()) if callable(offer) else False
