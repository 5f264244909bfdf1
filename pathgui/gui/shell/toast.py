"""Toasts: what finished elsewhere, at most two, gone by themselves."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QEnterEvent
from PySide6.QtWidgets import (
    QFrame,
    QGraphicsDropShadowEffect,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from pathgui.gui.style import Theme
from pathgui.gui.style.parts import Icon, IconButton, label
from pathgui.gui.style.states import SEVERITY
from pathgui.gui.style.tips import plain
from pathgui.gui.style.words import fitting_words

_STAY_MS = 6000
_MOST = 2
_WIDE = 350


class Toast(QFrame):
    """One sentence; stays while the mouse is on it.

    Attributes
    ----------
    gone : Signal(Toast)
        It went away.
    """

    gone = Signal(object)

    def __init__(
        self, theme: Theme, words: str, severity: str, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setObjectName("toast")
        self.words = words
        state = SEVERITY.get(severity)
        icon = state.icon if state else "ph.check-circle-fill"
        title, _, rest = words.partition("\n")
        lines = QVBoxLayout()
        lines.setSpacing(2)
        lines.addWidget(_line(title, strong=bool(rest)))
        if rest:
            lines.addWidget(_line(rest, kind="second"))
        close = IconButton(theme, "ph.x", "Close", size=12)
        box = QHBoxLayout(self)
        box.setContentsMargins(14, 10, 8, 10)
        box.setSpacing(10)
        top = Qt.AlignmentFlag.AlignTop
        beside = Icon(theme, icon, state.hue if state else "ok", 16)
        box.addWidget(beside, 0, top)
        box.addLayout(lines, 1)
        box.addWidget(close, 0, top)
        box.setAlignment(lines, top)
        shadow = QGraphicsDropShadowEffect(self)
        shadow.setBlurRadius(22)
        shadow.setOffset(0, 4)
        colour = QColor(theme.tokens.shade)
        colour.setAlpha(70)
        shadow.setColor(colour)
        self.setGraphicsEffect(shadow)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_STAY_MS)
        self._timer.timeout.connect(self.leave)
        self._timer.start()
        close.clicked.connect(self.leave)
        self.setAccessibleName(words)
        self.adjustSize()

    def leave(self) -> None:
        """Go away."""
        self._timer.stop()
        self.hide()
        self.gone.emit(self)
        self.deleteLater()

    @override
    def enterEvent(self, event: QEnterEvent) -> None:
        self._timer.stop()

    @override
    def leaveEvent(self, event: QEvent) -> None:
        self._timer.start()


def _line(words: str, *, kind: str = "", strong: bool = False) -> QLabel:
    line = label(words, kind, strong=strong, wrap=True)
    line.setText(fitting_words(words, line.fontMetrics(), _WIDE))
    line.setToolTip(plain(words) if line.text() != words else "")
    line.setFixedWidth(_WIDE)
    line.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return line


class Toasts(QObject):
    """Places toasts at the bottom right, above the bottom panel."""

    def __init__(self, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self._theme, self._window = theme, window
        self.shown: list[Toast] = []
        self.anchor: Callable[[], int] = lambda: 40
        window.installEventFilter(self)

    def say(self, words: str, severity: str = "note") -> None:
        """Show a sentence; the oldest gives way."""
        while len(self.shown) >= _MOST:
            self.shown[0].leave()
        toast = Toast(self._theme, words, severity, self._window)
        toast.gone.connect(self._gone)
        self.shown.append(toast)
        toast.show()
        toast.raise_()
        self.place()

    def place(self) -> None:
        """Stack the toasts upwards from the corner."""
        bottom = self._window.height() - self.anchor()
        for toast in self.shown:
            toast.adjustSize()
            bottom -= toast.height() + 8
            toast.move(self._window.width() - toast.width() - 16, bottom)

    def clear(self) -> None:
        """Take all toasts away."""
        for toast in list(self.shown):
            toast.leave()

    def _gone(self, toast: Toast) -> None:
        if toast in self.shown:
            self.shown.remove(toast)
            self.place()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.place()
        return False
