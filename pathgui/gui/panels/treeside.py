"""The left side: the project tree, or a rail of icons where there is little room."""

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from pathgui.gui.panels.tree import TreePanel
from pathgui.gui.style import Theme
from pathgui.gui.style.parts import IconButton

RAIL = 44
_LEAST, _MOST, _OVER = 180, 420, 260
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
    """Shows the tree; where there is only a rail, the tree lies over the page.

    It comes out of the rail for as long as it is used, and moves nothing aside.

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
        self.narrow, self._over = False, False
        self.rail.wanted.connect(self._press)
        tree.opened.connect(self.fold)
        tree.tree.installEventFilter(self)
        tree.filter.installEventFilter(self)
        self._size()

    @property
    def folded(self) -> bool:
        """Whether there is only the rail."""
        return self.narrow and not self._over

    @property
    def panel(self) -> QWidget:
        """What the tree stands in now."""
        return self._tree if self._over else self

    @property
    def stop(self) -> QWidget:
        """What takes the keyboard when the panels are walked through."""
        return self.rail.buttons[""] if self.folded else self._tree.tree

    def set_narrow(self, narrow: bool) -> None:
        """Fold the tree to a rail, or give it its place back."""
        if narrow != self.narrow:
            self.fold()
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
            self._lay_over()
            self.unfolded.emit(True)
        self._tree.show_section(section)
        self._tree.tree.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def fold(self, _: object = None) -> None:
        """Back to the rail, where there is little room."""
        if self._over:
            self._over = False
            self.addWidget(self._tree)
            self.setCurrentWidget(self.rail)
            self._tell_rail()
            self.unfolded.emit(False)

    def _press(self, section: str) -> None:
        if section or self.folded:
            self.unfold(section)
        else:
            self.fold()

    def _lay_over(self) -> None:
        # A splitter would give a child of its own a place beside the others.
        host = self.parentWidget()
        while isinstance(host, QSplitter) and host.parentWidget() is not None:
            host = host.parentWidget()
        self._over = True
        self.removeWidget(self._tree)
        self._tree.setParent(host)
        self._place()
        self._tree.show()
        self._tree.raise_()
        self._tell_rail()

    def _place(self) -> None:
        """Beside the rail, over the page."""
        host = self._tree.parentWidget()
        if self._over and host is not None:
            corner = self.mapTo(host, QPoint(RAIL, 0))
            self._tree.setGeometry(QRect(corner, QSize(_OVER, self.height())))

    def _tell_rail(self) -> None:
        side = "left" if self._over else "right"
        self.rail.buttons[""].set_icon(f"ph.caret-double-{side}")

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.fold()

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
        if now is None or now.window() is not self.window():
            return
        if not (self.isAncestorOf(now) or self._tree.isAncestorOf(now)):
            self.fold()

    def _size(self) -> None:
        if self.narrow:
            self.setFixedWidth(RAIL)
        else:
            self.setMinimumWidth(_LEAST)
            self.setMaximumWidth(_MOST)
