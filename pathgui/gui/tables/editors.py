"""Editors of cells by the kind of their column; all values are text."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QComboBox, QCompleter, QLineEdit, QWidget

from pathgui.gui.tables.looks import COLUMN_ROLE, NUMERIC, SUGGEST_ROLE
from pathgui.project import Column

Index = QModelIndex | QPersistentModelIndex
_NAMES = {"": "missing"}


def make(parent: QWidget, index: Index) -> QWidget:
    """A pick list for categories with allowed values, else a line of text."""
    column: Column = index.data(COLUMN_ROLE)
    choices = allowed(column)
    editor: QWidget = _pick_list(parent, choices) if choices else _line(parent, index)
    editor.setObjectName("cellEditor")
    editor.setAccessibleName(column.name)
    return editor


def allowed(column: Column) -> tuple[str, ...]:
    """Values a column is limited to; empty if it takes any."""
    if column.kind == "yesno":
        return ("yes", "no")
    return column.choices if column.kind == "category" else ()


def fill(editor: QWidget, index: Index) -> None:
    """Put the cell's text into its editor."""
    text = str(index.data(Qt.ItemDataRole.EditRole) or "")
    if isinstance(editor, QComboBox):
        place = editor.findData(text)
        if place < 0:
            editor.addItem(text, text)
            place = editor.count() - 1
        editor.setCurrentIndex(place)
    elif isinstance(editor, QLineEdit):
        editor.setText(text)
        editor.selectAll()


def value(editor: QWidget) -> str:
    """Text a person left in an editor."""
    if isinstance(editor, QComboBox):
        return str(editor.currentData() or "")
    return editor.text() if isinstance(editor, QLineEdit) else ""


def _pick_list(parent: QWidget, choices: tuple[str, ...]) -> QComboBox:
    box = QComboBox(parent)
    for choice in ("", *choices):
        box.addItem(_NAMES.get(choice, choice), choice)
    return box


def _line(parent: QWidget, index: Index) -> QLineEdit:
    column: Column = index.data(COLUMN_ROLE)
    line = QLineEdit(parent)
    if column.kind in NUMERIC:
        line.setAlignment(Qt.AlignmentFlag.AlignRight)
    if column.kind == "date":
        line.setPlaceholderText(column.date_format or "2026-11-22")
    if column.kind == "category":
        completer = QCompleter(list(index.data(SUGGEST_ROLE) or ()), line)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        popup = completer.popup()
        assert popup is not None
        popup.setObjectName("popup")
        line.setCompleter(completer)
    return line
