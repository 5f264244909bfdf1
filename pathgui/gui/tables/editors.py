"""Editors of cells by the kind of their column; all values are text."""

from datetime import date

from PySide6.QtCore import QDate, QModelIndex, QPersistentModelIndex, QPoint, Qt
from PySide6.QtWidgets import (
    QCalendarWidget,
    QCompleter,
    QLabel,
    QLineEdit,
    QMenu,
    QWidget,
    QWidgetAction,
)
from typing_extensions import override

from pathgui.gui.style import fonts
from pathgui.gui.style.tips import plain
from pathgui.gui.tables.keys import EDITOR
from pathgui.gui.tables.looks import COLUMN_ROLE, NUMERIC, SUGGEST_ROLE
from pathgui.gui.tables.picklist import PickList, PopupKeys, begin_offer
from pathgui.project import Column
from pathgui.project.typed import Misfit, parse, reason

Index = QModelIndex | QPersistentModelIndex
_ISO = "%Y-%m-%d"


def make(parent: QWidget, index: Index) -> QWidget:
    """The editor that suits the column of a cell."""
    column: Column = index.data(COLUMN_ROLE)
    suggestions = tuple(index.data(SUGGEST_ROLE) or ())
    return make_for(parent, column, suggestions)


def make_for(parent: QWidget, column: Column, suggestions: tuple[str, ...]) -> QWidget:
    """A pick list for a closed set of values, else a line of text of the kind."""
    choices = allowed(column)
    editor: QWidget
    if choices:
        editor = PickList(parent, column.name, choices)
    elif column.kind in NUMERIC:
        editor = NumberLine(parent, column)
    elif column.kind == "date":
        editor = DateLine(parent, column)
    else:
        editor = _line(parent, column, suggestions)
    editor.setObjectName(EDITOR)
    editor.setAccessibleName(column.name)
    return editor


def allowed(column: Column) -> tuple[str, ...]:
    """Values a column is limited to; empty if it takes any."""
    if column.kind == "yesno":
        return ("yes", "no")
    return column.choices if column.kind == "category" else ()


def fill(editor: QWidget, index: Index) -> None:
    """Put the cell's text into its editor, unless someone has written there.

    Views ask for it again whenever anything about the cell is told to be another.
    """
    text = str(index.data(Qt.ItemDataRole.EditRole) or "")
    known = editor.property("filled")
    if known is not None and (value(editor) != known or text == known):
        return
    set_text(editor, text)
    editor.setProperty("filled", text)


def set_text(editor: QWidget, text: str) -> None:
    """Put a text into an editor."""
    if isinstance(editor, PickList):
        editor.set_text(text)
    elif isinstance(editor, QLineEdit):
        editor.setText(text)
        editor.selectAll()


def value(editor: QWidget) -> str | None:
    """Text a person left in an editor; None of a widget that is no editor of ours."""
    if isinstance(editor, PickList):
        return editor.value()
    return editor.text() if isinstance(editor, QLineEdit) else None


def refusal(editor: QWidget) -> str:
    """Why what is written in an editor cannot be taken; empty if it can."""
    return editor.refusal() if isinstance(editor, PickList) else ""


def start_with(editor: QWidget, text: str) -> None:
    """Put what was typed so far into an editor."""
    if isinstance(editor, PickList):
        editor.start(text)
    elif isinstance(editor, QLineEdit):
        editor.setText(text)
        begin_offer(editor.completer(), text)


class CheckedLine(QLineEdit):
    """A line that says while it is typed whether the column takes the text."""

    def __init__(self, parent: QWidget, column: Column) -> None:
        super().__init__(parent)
        self.column = column
        self.textChanged.connect(self._judge)

    def _judge(self, text: str) -> None:
        wrong = reason(text, self.column) if text else ""
        self.setToolTip(plain(wrong or self.column.description))
        if self.property("wrong") != bool(wrong):
            self.setProperty("wrong", bool(wrong))
            self.style().unpolish(self)
            self.style().polish(self)


class NumberLine(CheckedLine):
    """A number, with unit and range beside it."""

    def __init__(self, parent: QWidget, column: Column) -> None:
        super().__init__(parent, column)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        words = column.unit
        self._aside = QLabel(words, self)
        self._aside.setObjectName("quiet")
        self._aside.setFont(fonts.font(fonts.SMALL))
        self._aside.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setPlaceholderText(bounds(column))
        room = self._aside.sizeHint().width() + 8 if words else 0
        self.setTextMargins(0, 0, room, 0)
        self.setProperty("least", 84 + room)

    @override
    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)  # type: ignore[arg-type]
        size = self._aside.sizeHint()
        top = (self.height() - size.height()) // 2
        self._aside.setGeometry(
            self.width() - size.width() - 7, top, size.width(), size.height()
        )


class DateLine(CheckedLine):
    """A date; Alt+↓ opens a calendar."""

    def __init__(self, parent: QWidget, column: Column) -> None:
        super().__init__(parent, column)
        self.setPlaceholderText(date(2026, 11, 22).strftime(self._format))
        self.setProperty("least", 104)

    @property
    def _format(self) -> str:
        return self.column.date_format or _ISO

    def offer(self) -> bool:
        """Show a calendar under the cell."""
        calendar = QCalendarWidget()
        calendar.setGridVisible(False)
        calendar.setSelectedDate(self._date())
        menu = QMenu(self)
        menu.setObjectName("calendar")
        action = QWidgetAction(menu)
        action.setDefaultWidget(calendar)
        menu.addAction(action)
        calendar.activated.connect(self._take)
        calendar.clicked.connect(self._take)
        calendar.activated.connect(menu.close)
        calendar.clicked.connect(menu.close)
        menu.popup(self.mapToGlobal(QPoint(0, self.height())))
        calendar.setFocus()
        return True

    def _date(self) -> QDate:
        try:
            found = parse(self.text(), self.column)
        except Misfit:
            found = None
        if not isinstance(found, date):
            return QDate.currentDate()
        return QDate(found.year, found.month, found.day)

    def _take(self, picked: QDate) -> None:
        day = date(picked.year(), picked.month(), picked.day())
        self.setText(day.strftime(self._format))


def bounds(column: Column) -> str:
    """The range of a column in few signs: ``0 to 125``, ``≥ 0``."""
    low, high = column.minimum, column.maximum
    if low is not None and high is not None:
        return f"{low:g} to {high:g}"
    if low is not None:
        return f"≥ {low:g}"
    return f"≤ {high:g}" if high is not None else ""


class TextLine(CheckedLine):
    """A line of text that offers what the column holds already."""

    def __init__(
        self, parent: QWidget, column: Column, suggestions: tuple[str, ...]
    ) -> None:
        super().__init__(parent, column)
        completer = QCompleter(list(suggestions), self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self.setCompleter(completer)
        self._keys = PopupKeys(completer, self, self)
        self._count = len(suggestions)

    def offer(self) -> bool:
        """Show all values the column holds; False if it holds none."""
        completer = self.completer()
        if completer is None or not self._count:
            return False
        completer.setCompletionPrefix("")
        completer.complete()
        return True


def _line(parent: QWidget, column: Column, suggestions: tuple[str, ...]) -> QLineEdit:
    if column.kind == "category":
        return TextLine(parent, column, suggestions)
    return CheckedLine(parent, column)
