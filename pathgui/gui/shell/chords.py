"""Actions of two strokes: a prefix, a list of what may follow, and the second key."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QFrame, QGridLayout, QWidget
from typing_extensions import override

from pathgui.gui.actions.action import Action
from pathgui.gui.actions.qactions import ActionSet
from pathgui.gui.actions.table import ACTIONS
from pathgui.gui.style.parts import key_cap, label

_COLUMNS = 3
_MODIFIERS = frozenset(
    {
        Qt.Key.Key_Control, Qt.Key.Key_Shift, Qt.Key.Key_Alt, Qt.Key.Key_AltGr,
        Qt.Key.Key_Meta,
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stroke:
    """An action behind a prefix, and the key that follows."""

    second: str
    action: Action

    def is_meant(self, event: QKeyEvent) -> bool:
        """Whether a key press is the second stroke; Ctrl may still be down."""
        pressed = QKeySequence(event.key()).toString()
        same = pressed == QKeySequence(self.second).toString()
        return same or self.second.casefold() == event.text().casefold()


def strokes(prefix: str) -> list[Stroke]:
    """Actions behind a prefix, by their second key."""
    found = []
    for action in ACTIONS.values():
        for shortcut in action.shortcut:
            first, comma, second = shortcut.partition(", ")
            if comma and first == prefix:
                found.append(Stroke(second, action))
    return sorted(
        found, key=lambda stroke: (not stroke.second.isalpha(), stroke.second)
    )


class Chords(QObject):
    """Waits for the second key of an action, and lets no other panel have it.

    The list of keys stands in the window meanwhile; Esc, a click or another window
    end it.

    Parameters
    ----------
    widget : QWidget
        The window.
    actions : ActionSet
        Does the actions, or says why not.
    say : callable
        Tells a sentence.
    prefix : str
        The first key.
    """

    def __init__(
        self,
        widget: QWidget,
        actions: ActionSet,
        say: Callable[[str], None],
        prefix: str = "Ctrl+L",
    ) -> None:
        super().__init__(widget)
        self._widget, self._actions, self._say = widget, actions, say
        self._prefix = prefix
        self.list: QFrame | None = None
        self._first = QShortcut(QKeySequence(prefix), widget)
        self._first.activated.connect(self.start)

    def start(self) -> None:
        """Show what may follow, and wait for it."""
        self.stop()
        self._actions.refresh()
        known = strokes(self._prefix)
        self.list = ChordList(known, self._actions, self._widget)
        area = self._widget.rect()
        self.list.move(
            (area.width() - self.list.width()) // 2,
            area.height() - self.list.height() - 48,
        )
        self.list.show()
        app = QApplication.instance()
        assert app is not None
        app.installEventFilter(self)

    def stop(self) -> None:
        """Wait no longer."""
        app = QApplication.instance()
        if app is not None:
            app.removeEventFilter(self)
        if self.list is not None:
            self.list.hide()
            self.list.deleteLater()
            self.list = None

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.ShortcutOverride:
            event.accept()  # no shortcut takes the second key
            return True
        if kind == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            # Whoever is asked first, the window of the system or a widget.
            if event.key() not in _MODIFIERS:
                self._take(event)
            return True
        ends = (QEvent.Type.MouseButtonPress, QEvent.Type.WindowDeactivate)
        if kind in ends:
            self.stop()
        return False

    def _take(self, event: QKeyEvent) -> None:
        self.stop()
        if event.key() == Qt.Key.Key_Escape:
            return
        known = strokes(self._prefix)
        meant = next((stroke for stroke in known if stroke.is_meant(event)), None)
        if meant is None:
            pressed = QKeySequence(event.key()).toString() or event.text()
            self._say(f"{self._prefix} {pressed} stands for nothing")
            return
        reason = self._actions.reason(meant.action.key)
        if reason:
            self._say(f"{meant.action.text.rstrip('…')}: {reason}")
        else:
            self._actions.trigger(meant.action.key)


class ChordList(QFrame):
    """The second keys, with what they do; what cannot be done now is quiet."""

    def __init__(
        self, known: Sequence[Stroke], actions: ActionSet, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setObjectName("float")
        self.setAccessibleName("Keys that may follow")
        grid = QGridLayout(self)
        grid.setContentsMargins(16, 12, 16, 12)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(5)
        high = -(-len(known) // _COLUMNS)
        for place, stroke in enumerate(known):
            across, down = divmod(place, high)
            quiet = bool(actions.reason(stroke.action.key))
            name = label(stroke.action.text, "quiet" if quiet else "")
            grid.addWidget(key_cap(stroke.second), down, 3 * across)
            grid.addWidget(name, down, 3 * across + 1)
            if across < _COLUMNS - 1:
                grid.setColumnMinimumWidth(3 * across + 2, 16)
        self.adjustSize()
