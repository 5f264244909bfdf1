"""The toolbar: what changes the project, the search field, and the small helpers."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QPushButton, QToolButton
from typing_extensions import override

from pathgui.gui.actions.menus import (
    SEPARATOR,
    TOOLBAR,
    TOOLBAR_RIGHT,
    TOOLBAR_WORDS,
)
from pathgui.gui.actions.qactions import ActionSet
from pathgui.gui.actions.table import ACTIONS
from pathgui.gui.shell.notices import Bell
from pathgui.gui.style import Theme, fonts
from pathgui.gui.style.parts import Button, Icon, key_cap, label, vline


class PaletteField(QFrame):
    """Looks like a search field; a click brings up the palette."""

    picked = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("paletteField")
        self.setFixedHeight(30)
        self.setCursor(Qt.CursorShape.IBeamCursor)
        self.setAccessibleName("Search slides, columns and actions")
        self.words = label("", "quiet")
        box = QHBoxLayout(self)
        box.setContentsMargins(9, 0, 6, 0)
        box.setSpacing(13)
        box.addWidget(Icon(theme, "ph.magnifying-glass", "text2", 16))
        box.addWidget(self.words, 1)
        box.addWidget(key_cap("Ctrl+K"))
        self.set_compact(False)

    def set_compact(self, compact: bool) -> None:
        """Shrink where there is little room."""
        self.setFixedWidth(200 if compact else 360)
        long = "Search slides, columns and actions"
        self.words.setText("Search" if compact else long)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.picked.emit()


class Toolbar(QFrame):
    """Project name, actions with words, search, icons."""

    def __init__(self, theme: Theme, actions: ActionSet) -> None:
        super().__init__()
        self.setObjectName("toolbar")
        self.setFixedHeight(46)
        self._theme, self._actions = theme, actions
        self._buttons: dict[str, QPushButton | QToolButton] = {}
        self.project = QToolButton()
        self.project.setObjectName("project")
        self.project.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.project.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.project.setFont(fonts.font(strong=True))
        self.project.setIconSize(QSize(16, 16))
        self.project.setAccessibleName("Project")
        self.menu = QMenu(self)
        self.project.setMenu(self.menu)
        self.search = PaletteField(theme)
        self.bell = Bell(theme)
        self._build()
        theme.changed.connect(self._draw)
        self._draw()

    def _build(self) -> None:
        box = QHBoxLayout(self)
        box.setContentsMargins(10, 0, 10, 0)
        box.setSpacing(2)
        box.addWidget(self.project)
        self._arrow = Icon(self._theme, "ph.caret-down", "text2", 12)
        box.addWidget(self._arrow)
        box.addSpacing(10)
        box.addWidget(vline())
        box.addSpacing(8)
        for key in TOOLBAR:
            box.addWidget(self._word(key))
            box.addSpacing(4)
        box.addStretch(1)
        box.addWidget(self.search)
        box.addStretch(1)
        for key in TOOLBAR_RIGHT:
            if key == SEPARATOR:
                box.addSpacing(4)
                box.addWidget(vline())
                box.addSpacing(4)
            else:
                box.addWidget(self._icon(key))
        self.search.picked.connect(lambda: self._actions.trigger("edit.palette"))

    def name_project(self, name: str) -> None:
        """Show the name of the open project."""
        self.project.setText(f" {name}" if name else " No project")

    def set_compact(self, compact: bool) -> None:
        """Words become icons with tooltips."""
        for key in TOOLBAR:
            if key != "run.run":
                self._buttons[key].setText("" if compact else TOOLBAR_WORDS[key])
        self.search.set_compact(compact)

    def _word(self, key: str) -> QPushButton:
        role = "primary" if key == "run.run" else "ghost"
        button = Button(self._theme, TOOLBAR_WORDS[key], ACTIONS[key].icon, role=role)
        button.setAutoDefault(False)
        self._follow(button, key)
        button.clicked.connect(self._actions[key].trigger)
        return button

    def _icon(self, key: str) -> QToolButton:
        button = self.bell if key == "view.notices" else QToolButton()
        button.setIconSize(QSize(17, 17))
        self._follow(button, key)
        button.clicked.connect(self._actions[key].trigger)
        return button

    def _follow(self, button: QPushButton | QToolButton, key: str) -> None:
        action = self._actions[key]
        self._buttons[key] = button
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)

        def copy() -> None:
            button.setEnabled(action.isEnabled())
            button.setToolTip(action.toolTip())
            if button is not self.bell:
                button.setAccessibleName(ACTIONS[key].text.rstrip("…"))

        action.changed.connect(copy)
        copy()

    def _draw(self) -> None:
        icons = self._theme.icons
        self.project.setIcon(icons.icon("ph.folders"))
        for key in TOOLBAR_RIGHT:
            if key == SEPARATOR:
                continue
            name = ACTIONS[key].icon
            if key == "view.theme":
                name = "ph.sun" if self._theme.dark else "ph.moon"
            self._buttons[key].setIcon(icons.icon(name))

    def actions_shown(self) -> list[QAction]:
        """Actions with a button here."""
        return [self._actions[key] for key in self._buttons]
