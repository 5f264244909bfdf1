"""A pick list that is typed into, and what keys do while something is offered."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QComboBox, QCompleter, QLineEdit, QWidget
from typing_extensions import override

from pathgui.gui.style.tips import plain

_NAMES = {"": "missing"}
_ENDING = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab, Qt.Key.Key_Backtab)
_SHOWN = 4


class PopupKeys(QObject):
    """Lets Enter, Tab and Escape end an editor at once while its popup is open.

    Without it the first press only closes the popup.

    Parameters
    ----------
    completer : QCompleter
        Offers the texts.
    editor : QWidget
        The editor of the cell; gets the key.
    line : QLineEdit
        Where the editor is written in.
    """

    def __init__(self, completer: QCompleter, editor: QWidget, line: QLineEdit) -> None:
        super().__init__(completer)
        self._completer, self._editor, self._line = completer, editor, line
        popup = completer.popup()
        assert popup is not None
        popup.setObjectName("popup")
        popup.installEventFilter(self)

    @override
    def eventFilter(self, popup: QObject, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        key = Qt.Key(event.key())
        if key not in (*_ENDING, Qt.Key.Key_Escape):
            return False
        view = self._completer.popup()
        assert view is not None
        index = view.currentIndex()
        view.hide()
        if key in _ENDING and index.isValid():
            self._line.setText(str(index.data(self._completer.completionRole()) or ""))
        QApplication.sendEvent(self._editor, event.clone())
        return True


class PickList(QComboBox):
    """Takes one of a closed set of values: picked, or typed as far as it is clear.

    Parameters
    ----------
    name : str
        Column, for messages.
    choices : sequence of str
        Values to pick from; the empty text, shown as missing, is always among them.
    """

    def __init__(self, parent: QWidget, name: str, choices: Sequence[str]) -> None:
        super().__init__(parent)
        self._name, self._choices = name, tuple(choices)
        for choice in ("", *choices):
            self.addItem(_NAMES.get(choice, choice), choice)
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        completer = QCompleter(list(choices), self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self.setCompleter(completer)
        self._keys = PopupKeys(completer, self, self.line)
        self.line.textChanged.connect(self._judge)

    @property
    def line(self) -> QLineEdit:
        """Where the text is typed."""
        line = self.lineEdit()
        assert line is not None
        return line

    def set_text(self, text: str) -> None:
        """Show a value, also one that is not among those to pick from."""
        place = self.findData(text)
        if place < 0:
            self.addItem(text, text)
            place = self.count() - 1
        self.setCurrentIndex(place)
        self.line.setText(self.itemText(place))
        self.line.selectAll()

    def start(self, text: str) -> None:
        """Begin with what was typed, and offer what it may become."""
        self.line.setText(text)
        begin_offer(self.completer(), text)

    def value(self) -> str:
        """The value that is meant; the typed text where none is, or several are."""
        found = self._found()
        return found[0] if len(found) == 1 else self.line.text()

    def refusal(self) -> str:
        """Why the typed text cannot be taken, in one sentence; else empty."""
        found, text = self._found(), self.line.text().strip()
        if len(found) == 1:
            return ""
        if found:
            first = ", ".join(found[:_SHOWN]) + (" …" if len(found) > _SHOWN else "")
            return f"{text} may be several values of {self._name}: {first}"
        first = ", ".join(self._choices[:_SHOWN])
        more = " …" if len(self._choices) > _SHOWN else ""
        return f"{self._name} takes {first}{more}; there is no {text}"

    def _found(self) -> list[str]:
        """Values that the typed text can stand for, the nearest kind alone."""
        text = self.line.text().strip()
        if not text:
            return [""]
        items = {self.itemText(k): str(self.itemData(k)) for k in range(self.count())}
        if text in items:
            return [items[text]]
        low = text.casefold()
        names = {name: name.casefold() for name in items}
        for fits in (low.__eq__, lambda n: n.startswith(low), lambda n: low in n):
            found = [items[name] for name, folded in names.items() if fits(folded)]
            if found:
                return found
        return []

    def _judge(self) -> None:
        wrong = bool(self.refusal())
        self.line.setToolTip(plain(self.refusal()))
        if self.line.property("wrong") != wrong:
            self.line.setProperty("wrong", wrong)
            self.line.style().unpolish(self.line)
            self.line.style().polish(self.line)


def begin_offer(completer: QCompleter | None, text: str) -> None:
    """Offer what begins with, or holds, a text that was not typed into the line."""
    if completer is None or completer.widget() is None:
        return
    completer.setCompletionPrefix(text)
    if completer.completionCount():
        completer.complete()
