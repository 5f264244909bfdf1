"""The theme in force: sets palette, font and stylesheet once, then tells who paints."""

from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTemporaryDir, Signal
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

from pathgui.gui.style import fonts
from pathgui.gui.style.icons import Icons
from pathgui.gui.style.stylesheet import build
from pathgui.gui.style.tokens import DARK, LIGHT, Tokens

MODES = ("light", "dark", "system")


class Theme(QObject):
    """Colours and icons of the window.

    Parameters
    ----------
    mode : str
        ``light``, ``dark`` or ``system``.

    Attributes
    ----------
    tokens : Tokens
        The colours in force.
    icons : Icons
        Draws icons in those colours.
    changed : Signal
        Sent after the colours changed; painters repaint.
    """

    changed = Signal()

    def __init__(self, mode: str = "system", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.mode = mode if mode in MODES else "system"
        self._folder = QTemporaryDir()
        self.tokens = self._wanted()
        self.icons = Icons(self.tokens)
        self._colors: dict[str, QColor] = {}
        hints = QGuiApplication.styleHints()
        hints.colorSchemeChanged.connect(self._system_changed)

    @property
    def dark(self) -> bool:
        """Whether the dark colours are in force."""
        return self.tokens is DARK

    def set_mode(self, mode: str) -> None:
        """Follow another mode and repaint if the colours differ."""
        self.mode = mode if mode in MODES else "system"
        self.refresh()

    def refresh(self) -> None:
        """Put the colours in force on the application."""
        wanted = self._wanted()
        if wanted is self.tokens:
            return
        self.tokens = wanted
        self.icons.use(wanted)
        self.install()
        self.changed.emit()

    def install(self) -> None:
        """Set style, palette, font and stylesheet of the application."""
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.setStyle(QStyleFactory.create("Fusion"))
        app.setPalette(palette(self.tokens))
        app.setFont(fonts.font())
        app.setStyleSheet(build(self.tokens, Path(self._folder.path())))

    def color(self, token: str) -> QColor:
        """Colour of a token, for painters."""
        name = self.tokens.get(token)
        known = self._colors.get(name)
        if known is None:
            known = self._colors[name] = QColor(name)
        return QColor(known)

    def _wanted(self) -> Tokens:
        if self.mode == "system":
            scheme = QGuiApplication.styleHints().colorScheme()
            return DARK if scheme == Qt.ColorScheme.Dark else LIGHT
        return DARK if self.mode == "dark" else LIGHT

    def _system_changed(self) -> None:
        if self.mode == "system":
            self.refresh()


def palette(tokens: Tokens) -> QPalette:
    """Palette for what the stylesheet does not reach."""
    roles = {
        QPalette.ColorRole.Window: tokens.window,
        QPalette.ColorRole.WindowText: tokens.text,
        QPalette.ColorRole.Base: tokens.panel,
        QPalette.ColorRole.AlternateBase: tokens.hover,
        QPalette.ColorRole.Text: tokens.text,
        QPalette.ColorRole.PlaceholderText: tokens.text3,
        QPalette.ColorRole.Button: tokens.panel,
        QPalette.ColorRole.ButtonText: tokens.text,
        QPalette.ColorRole.ToolTipBase: tokens.panel,
        QPalette.ColorRole.ToolTipText: tokens.text,
        QPalette.ColorRole.Highlight: tokens.accent,
        QPalette.ColorRole.HighlightedText: tokens.panel,
        QPalette.ColorRole.Link: tokens.accent,
    }
    result = QPalette()
    for role, colour in roles.items():
        result.setColor(role, QColor(colour))
    quiet = QColor(tokens.text3)
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, role, quiet)
    return result
