"""The card with the tools of an editor, at the upper edge of the canvas."""

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget
from typing_extensions import override

from pathgui.gui.style import fonts
from pathgui.gui.style.parts import vline
from pathgui.gui.style.theme import Theme
from pathgui.gui.viewer.floats import Float
from pathgui.gui.viewer.strength import Strength

Tool = tuple[str, str, str, str]


class EditBar(Float):
    """Tools, size of the brush, undo, and the two ways out.

    Parameters
    ----------
    theme : Theme
        Colours and icons.
    parent : QWidget
        What it lies on.
    tools, deeds : tuple of (key, icon, name, shortcut)
        What a drag does; what a button does at once.
    title, done : str
        What is edited; the word on the button that keeps it.
    sized : bool
        Whether a tool has a size.

    Signals
    -------
    chosen(str), pressed(str)
        A tool, a deed; ``save`` and ``leave`` among them.
    sized(float)
        Another size, 0 to 1.
    """

    chosen = Signal(str)
    pressed = Signal(str)
    resized = Signal(float)

    def __init__(
        self,
        theme: Theme,
        parent: QWidget,
        title: str,
        tools: tuple[Tool, ...],
        deeds: tuple[Tool, ...],
        done: tuple[str, str],
        *,
        size: bool = False,
    ) -> None:
        super().__init__(theme, parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 6, 4)
        row.setSpacing(4)
        name = QLabel(title)
        name.setFont(fonts.font(strong=True))
        row.addWidget(name)
        row.addSpacing(4)
        self.buttons: dict[str, QToolButton] = {}
        for tool in tools:
            button = self._button(*tool)
            button.setCheckable(True)
            button.clicked.connect(self._choose)
            row.addWidget(button)
        self.size_slider = Strength(theme, self)
        self.size_slider.setToolTip("Size ([ and ], or Shift and the wheel)")
        self.size_slider.setAccessibleName("Size of the brush")
        self.size_slider.moved.connect(self.resized)
        self.size_slider.setVisible(size)
        row.addWidget(self.size_slider)
        self._words = QLabel()
        self._words.setObjectName("second")
        self._words.setFont(fonts.numbers(fonts.SMALL))
        row.addWidget(self._words)
        row.addWidget(vline(18))
        for tool in deeds:
            button = self._button(*tool)
            button.clicked.connect(self._press)
            row.addWidget(button)
        self.save = QPushButton(done[0])
        self.save.setProperty("small", True)
        self.save.setProperty("role", "primary")
        self.save.setToolTip(f"{done[0]} ({done[1]})")
        self.save.setProperty("key", "save")
        self.save.clicked.connect(self._press)
        row.addWidget(self.save)
        leave = self._button("leave", "ph.x", "Leave", "Esc")
        leave.clicked.connect(self._press)
        row.addWidget(leave)
        self.restyle()
        self.hide()

    def say(self, words: str) -> None:
        """Say something beside the tools."""
        self._words.setText(words)
        self.adjustSize()

    @property
    def words(self) -> str:
        """What is said beside the tools."""
        return self._words.text()

    def set_current(self, tool: str) -> None:
        """Show which tool is in hand."""
        for key, button in self.buttons.items():
            if button.isCheckable():
                button.setChecked(key == tool)
        self.restyle()

    @override
    def restyle(self) -> None:
        for button in self.buttons.values():
            token = "accent" if button.isChecked() else "text2"
            name = str(button.property("icon_name"))
            button.setIcon(self.theme.icons.icon(name, token))
        self.update()

    def _button(self, key: str, icon: str, name: str, shortcut: str) -> QToolButton:
        button = QToolButton(self)
        button.setProperty("icon_name", icon)
        button.setProperty("key", key)
        button.setIconSize(QSize(16, 16))
        button.setFixedSize(28, 28)
        button.setToolTip(f"{name} ({shortcut})")
        button.setAccessibleName(name)
        self.buttons[key] = button
        return button

    def _choose(self) -> None:
        self.chosen.emit(str(self.sender().property("key")))

    def _press(self) -> None:
        self.pressed.emit(str(self.sender().property("key")))
