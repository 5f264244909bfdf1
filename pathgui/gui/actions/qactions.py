"""The action table as Qt actions that know when they can be done."""

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from pathgui.gui.actions.action import Action, Window
from pathgui.gui.actions.menus import SEPARATOR
from pathgui.gui.actions.review import rests
from pathgui.gui.actions.table import ACTIONS
from pathgui.gui.style import Theme
from pathgui.gui.style.parts import shown_key


class ActionSet(QObject):
    """A `QAction` for every action; triggers by key; tells why one is disabled.

    Parameters
    ----------
    window : Window
        What actions work on.
    widget : QWidget
        Where the shortcuts of scope ``window`` live.
    """

    def __init__(self, window: Window, widget: QWidget, theme: Theme) -> None:
        super().__init__(widget)
        self._window = window
        self._theme = theme
        self._made = {key: self._make(action) for key, action in ACTIONS.items()}
        for key, action in ACTIONS.items():
            if action.scope == "window":
                widget.addAction(self._made[key])
        theme.changed.connect(self._draw)
        self.refresh()

    def __getitem__(self, key: str) -> QAction:
        return self._made[key]

    def scope(self, name: str) -> list[QAction]:
        """Actions of a scope, to be added to its panels."""
        return [self._made[k] for k, action in ACTIONS.items() if action.scope == name]

    def trigger(self, key: str) -> None:
        """Do an action, if it can be done now."""
        self.refresh()
        self._made[key].trigger()

    def reason(self, key: str) -> str:
        """Why an action cannot be done now; empty if it can."""
        reviews = self._window.reviews
        if reviews.active and rests(key, blinded=reviews.state.blinded):
            return "Leave the review first (Esc)"
        return ACTIONS[key].reason(self._window)

    def fill(self, menu: QMenu, keys: tuple[str, ...]) -> None:
        """Put actions into a menu."""
        for key in keys:
            if key == SEPARATOR:
                menu.addSeparator()
            else:
                menu.addAction(self._made[key])

    def refresh(self) -> None:
        """Enable, check and name actions as things stand now."""
        stack = self._window.session.undo_stack
        for key, made in self._made.items():
            self._refresh(key, made)
        # What was done to slides before is named after them.
        hidden = self._window.reviews.state.blinded
        undo, redo = ("", "") if hidden else (stack.undoText(), stack.redoText())
        self._made["edit.undo"].setText(_named("Undo", undo))
        self._made["edit.redo"].setText(_named("Redo", redo))

    def refresh_filtered(self) -> None:
        """Enable what needs a filter, as one comes or goes."""
        self._refresh("view.save_view", self._made["view.save_view"])

    def _refresh(self, key: str, made: QAction) -> None:
        action, reason = ACTIONS[key], self.reason(key)
        made.setEnabled(not reason)
        name = action.text.rstrip("…")
        tip = f"{name} ({shown_key(action.shortcut[0])})" if action.shortcut else name
        made.setToolTip(f"{tip}. {reason}." if reason else tip)
        if action.checked is not None:
            made.setChecked(action.checked(self._window))

    def _make(self, action: Action) -> QAction:
        made = QAction(action.text, self)
        made.setObjectName(action.key)
        made.setIcon(self._theme.icons.icon(action.icon))
        made.setShortcuts([QKeySequence(key) for key in action.shortcut])
        context = Qt.ShortcutContext.WindowShortcut
        if action.scope != "window":
            context = Qt.ShortcutContext.WidgetWithChildrenShortcut
        if action.scope == "viewer":
            # Shown in menus only: the viewer reads its keys itself, because those of
            # a review, and of what is being drawn, come before them.
            context = Qt.ShortcutContext.WidgetShortcut
        if any(", " in key for key in action.shortcut):
            # Shown in menus only: `Chords` reads both keys, so that the second is
            # never typed into a cell.
            context = Qt.ShortcutContext.WidgetShortcut
        made.setShortcutContext(context)
        made.setCheckable(action.checked is not None)
        made.triggered.connect(lambda: self._run(action))
        return made

    def _run(self, action: Action) -> None:
        action.run(self._window)
        self.refresh()

    def _draw(self) -> None:
        for key, made in self._made.items():
            made.setIcon(self._theme.icons.icon(ACTIONS[key].icon))


def _named(verb: str, label: str) -> str:
    return f"{verb} {label[:1].lower()}{label[1:]}" if label else verb
