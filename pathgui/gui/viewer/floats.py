"""The small cards that lie on the canvas, and where they lie."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget
from typing_extensions import override

from pathgui.gui.style import fonts
from pathgui.gui.style.theme import Theme
from pathgui.gui.viewer.scale import PRESETS, Bar

GAP = 12
# Buttons of the tool strip that stay pressed until their tool is put away.
IN_HAND = ("edit", "annotate")
_RADIUS = 8.0


class Float(QWidget):
    """An opaque card with a fine edge; the base of all that lies on the canvas."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme = theme
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.ArrowCursor)

    @override
    def paintEvent(self, _: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.theme.color("line2"), 1))
        painter.setBrush(self.theme.color("panel"))
        card = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(card, _RADIUS, _RADIUS)
        self.draw(painter)

    def draw(self, painter: QPainter) -> None:
        """Paint what the card says."""

    def write(
        self, painter: QPainter, where: QPointF, text: str, token: str, font: QFont
    ) -> None:
        """One line of text with its baseline at `where`."""
        painter.setFont(font)
        painter.setPen(self.theme.color(token))
        painter.drawText(where, text)

    def restyle(self) -> None:
        """Take on the colours in force."""
        self.update()


class ScaleBar(Float):
    """A round length under its name."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self._bar = Bar(100, "")
        self.setFixedHeight(37)
        self.setAccessibleName("Scale bar")

    def set_bar(self, bar: Bar) -> None:
        """Show a length."""
        if bar != self._bar:
            self._bar = bar
            self.setFixedWidth(round(bar.pixels) + 28)
            self.setAccessibleDescription(bar.text)
            self.update()

    @property
    def bar(self) -> Bar:
        """What is shown."""
        return self._bar

    @override
    def draw(self, painter: QPainter) -> None:
        draw_bar(painter, self._bar, QPointF(14, 0), self.theme.color("text"))


def draw_bar(painter: QPainter, bar: Bar, at: QPointF, color: QColor) -> None:
    """Draw a scale bar with its name; `at` is the top left of a 37 px high box."""
    font = fonts.numbers(fonts.SMALL, strong=True)
    painter.setFont(font)
    painter.setPen(color)
    width = QFontMetrics(font).horizontalAdvance(bar.text)
    painter.drawText(at + QPointF((bar.pixels - width) / 2, 16), bar.text)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(QPen(color, 2))
    left, right, y = round(at.x()), round(at.x() + bar.pixels), round(at.y()) + 27
    painter.drawLine(left, y, right, y)
    painter.drawLine(left, y - 4, left, y + 4)
    painter.drawLine(right, y - 4, right, y + 4)


class ReadOut(Float):
    """Magnification, and the place under the mouse or the size of the view."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self._text = ""
        self.setFixedHeight(37)
        self.setAccessibleName("Read-out")

    @property
    def text(self) -> str:
        """What is shown."""
        return self._text

    def set_text(self, text: str) -> None:
        """Show a text; the card grows but does not shrink by a few pixels."""
        if text == self._text:
            return
        self._text = text
        wanted = QFontMetrics(fonts.numbers()).horizontalAdvance(text) + 22
        if not wanted <= self.width() <= wanted + 40:
            self.setFixedWidth(wanted)
        self.setAccessibleDescription(text)
        self.update()

    @override
    def draw(self, painter: QPainter) -> None:
        self.write(painter, QPointF(11, 23), self._text, "text2", fonts.numbers())


class Magnifications(Float):
    """Presets from 1× to 40×, and the whole slide."""

    chosen = Signal(float)
    fit = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(3, 2, 3, 2)
        row.setSpacing(1)
        self.buttons: dict[float, QToolButton] = {}
        for number, preset in enumerate(PRESETS, 1):
            button = QToolButton(self)
            button.setText(f"{preset:g}×")
            button.setCheckable(True)
            button.setAutoExclusive(False)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setToolTip(f"{preset:g}× (Alt+{number})")
            button.setProperty("preset", preset)
            button.clicked.connect(self._choose)
            row.addWidget(button)
            self.buttons[preset] = button
        self.whole = QToolButton(self)
        self.whole.setToolTip("Fit the whole slide (0)")
        self.whole.setAccessibleName("Fit the whole slide")
        self.whole.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.whole.setIconSize(QSize(14, 14))
        self.whole.clicked.connect(self.fit)
        row.addSpacing(7)
        row.addWidget(self.whole)
        self.restyle()

    def set_current(self, preset: float | None) -> None:
        """Show which preset the view stands on."""
        for value, button in self.buttons.items():
            button.setChecked(value == preset)

    def set_known(self, known: bool) -> None:
        """Presets need to know how large a pixel is."""
        for number, (preset, button) in enumerate(self.buttons.items(), 1):
            button.setEnabled(known)
            tip = f"{preset:g}× (Alt+{number})"
            reason = ": the slide has no mpp; set it under Edit overrides…"
            button.setToolTip(tip if known else tip + reason)

    @override
    def draw(self, painter: QPainter) -> None:
        x = self.whole.x() - 5
        painter.setPen(QPen(self.theme.color("line2"), 1))
        painter.drawLine(x, 9, x, self.height() - 10)

    @override
    def restyle(self) -> None:
        self.whole.setIcon(self.theme.icons.icon("ph.arrows-out-simple", "text2"))
        self.update()

    def _choose(self) -> None:
        self.chosen.emit(float(self.sender().property("preset")))


class ToolStrip(Float):
    """What a drag on the canvas does."""

    chosen = Signal(str)
    pressed = Signal(str)

    def __init__(
        self,
        theme: Theme,
        parent: QWidget,
        tools: tuple[tuple[str, str, str, str], ...],
        actions: tuple[tuple[str, str, str, str], ...],
    ) -> None:
        super().__init__(theme, parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 4, 4, 4)
        column.setSpacing(2)
        self._current = ""
        self._keys = {key: shortcut for key, _, _, shortcut in (*tools, *actions)}
        self.buttons: dict[str, QToolButton] = {}
        for key, icon, name, shortcut in tools:
            button = self._button(key, icon, name, shortcut)
            button.setCheckable(True)
            button.clicked.connect(self._choose)
            column.addWidget(button)
        for key, icon, name, shortcut in actions:
            button = self._button(key, icon, name, shortcut)
            # Pressed while it is in hand; others act at once.
            button.setCheckable(key in IN_HAND)
            button.clicked.connect(self._press)
            column.addWidget(button)
        self.setFixedWidth(37)

    def set_current(self, tool: str) -> None:
        """Show which tool is in hand."""
        self._current = tool
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

    def _choose(self) -> None:
        self.chosen.emit(str(self.sender().property("key")))

    def show_keys(self, others: dict[str, str]) -> None:
        """Name other keys than usual, where another mode has them; empty for none."""
        for key, button in self.buttons.items():
            shortcut, name = others.get(key, self._keys[key]), button.accessibleName()
            button.setToolTip(f"{name} ({shortcut})" if shortcut else name)

    def _press(self) -> None:
        self.pressed.emit(str(self.sender().property("key")))
        self.set_current(self._current)

    def _button(self, key: str, icon: str, name: str, shortcut: str) -> QToolButton:
        button = QToolButton(self)
        button.setProperty("icon_name", icon)
        button.setProperty("key", key)
        button.setIconSize(QSize(16, 16))
        button.setFixedSize(28, 28)
        button.setToolTip(f"{name} ({shortcut})")
        button.setAccessibleName(name)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.buttons[key] = button
        return button
