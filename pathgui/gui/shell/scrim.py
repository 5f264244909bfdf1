"""What lies over the window while a dialog waits for an answer."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from pathgui.gui.style import Theme

_LIGHT, _DARK = 96, 130


class Scrim(QWidget):
    """Dims the window, so that the dialog stands out and what rests is seen to."""

    def __init__(self, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self._theme, self._window = theme, window
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def cover(self) -> None:
        """Lie over all of the window."""
        self.setGeometry(self._window.rect())
        self.show()
        self.raise_()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        colour = QColor(self._theme.tokens.shade)
        colour.setAlpha(_DARK if self._theme.dark else _LIGHT)
        painter.fillRect(self.rect(), colour)
        painter.end()
