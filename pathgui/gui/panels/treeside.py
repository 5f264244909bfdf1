"""The left side: the project tree, or a rail of icons where there is little room."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QFrame, QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from pathgui.gui.panels.tree import TreePanel
from pathgui.gui.style import Theme
from pathgui.gui.style.parts import IconButton

RAIL = 44
_LEAST, _MOST, _OVER = 180, 420, 205
SECTIONS = (
    ("cohorts", "ph.stack", "Cohorts"),
    ("views", "ph.bookmark-simple", "Saved views"),
    ("recipes", "ph.flow-arrow", "Recipes"),
    ("runs", "ph.play-circle", "Runs"),
)


class Rail(QFrame):
    """An icon for each section of the tree.

    Signals
    -------
    wanted(str)
        A section shall be shown; empty for the tree as it was.
    """

    wanted = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("leftSide")
        self.setAccessibleName("Project tree, folded")
        box = QVBoxLayout(self)
        box.setContentsMargins(6, 6, 7, 6)
        box.setSpacing(4)
        self.buttons: dict[str, IconButton] = {}
        places = (("", "ph.caret-double-right", "Project tree"), *SECTIONS)
        for key, icon, name in places:
            button = IconButton(theme, icon, name, key="" if key else "Ctrl+B")
            button.setProperty("section", key)
            button.setFixedSize(30, 30)
            button.clicked.connect(self._press)
            box.addWidget(button)
            self.buttons[key] = button
        box.addStretch(1)

    def _press(self) -> None:
        self.wanted.emit(str(self.sender().property("section")))


class TreeSide(QStackedWidget):
    """Shows the tree; folded to a rail, the tree comes for as long as it is used.

    Signals
    -------
    unfolded(bool)
        The tree came out of the rail, or went back.
    """

    unfolded = Signal(bool)

    def __init__(self, tree: TreePanel, theme: Theme) -> None:
        super().__init__()
        self._tree = tree
        self.rail = Rail(theme)
        self.addWidget(tree)
        self.addWidget(self.rail)
        self.narrow = False
        self.rail.wanted.connect(self.unfold)
        tree.opened.connect(self.fold)
        tree.tree.installEventFilter(self)
        tree.filter.installEventFilter(self)
        self._size()

    @property
    def folded(self) -> bool:
        """Whether there is only the rail."""
        return self.currentWidget() is self.rail

    @property
    def stop(self) -> QWidget:
        """What takes the keyboard when the panels are walked through."""
        return self.rail.buttons[""] if self.folded else self._tree.tree

    def set_narrow(self, narrow: bool) -> None:
        """Fold the tree to a rail, or give it its place back."""
        if narrow != self.narrow:
            self.narrow = narrow
            self.setCurrentWidget(self.rail if narrow else self._tree)
            app = QApplication.instance()
            if isinstance(app, QApplication) and narrow:
                app.focusChanged.connect(self._on_focus)
            elif isinstance(app, QApplication):
                app.focusChanged.disconnect(self._on_focus)
            self._size()

    def unfold(self, section: str = "") -> None:
        """Bring the tree out of the rail, at one of its sections."""
        if self.folded:
            self.setCurrentWidget(self._tree)
            self._size()
            self.unfolded.emit(True)
        self._tree.show_section(section)
        self._tree.tree.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def fold(self, _: object = None) -> None:
        """Back to the rail, where there is little room."""
        if self.narrow and not self.folded:
            self.setCurrentWidget(self.rail)
            self._size()
            self.unfolded.emit(False)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            escape = Qt.Key(event.key()) == Qt.Key.Key_Escape
            if escape and self.narrow and not self.folded:
                self.fold()
                self.rail.buttons[""].setFocus(Qt.FocusReason.OtherFocusReason)
                return True
        return False

    def _on_focus(self, _: QWidget | None, now: QWidget | None) -> None:
        """Who works elsewhere has done with the tree; a dialog is no elsewhere."""
        if now is None or self.isAncestorOf(now) or now.window() is not self.window():
            return
        self.fold()

    def _size(self) -> None:
        if self.folded:
            self.setFixedWidth(RAIL)
        elif self.narrow:
            self.setFixedWidth(_OVER)
        else:
            self.setMinimumWidth(_LEAST)
            self.setMaximumWidth(_MOST)
