"""Icons by name, tint and size: the colour is baked in, so each theme draws its own."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QIcon, QPixmap

from pathgui.gui.style.tokens import Tokens


class Icons:
    """Draws each icon once for a theme.

    Parameters
    ----------
    tokens : Tokens
        Colours to draw with; `use` changes them and forgets what was drawn.
    """

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens
        self._icons: dict[tuple[str, str], QIcon] = {}
        self._pixmaps: dict[tuple[str, str, int, float], QPixmap] = {}

    def use(self, tokens: Tokens) -> None:
        """Draw with other colours from now on."""
        self._tokens = tokens
        self._icons.clear()
        self._pixmaps.clear()

    def icon(self, name: str, tint: str = "text2") -> QIcon:
        """Icon `name` (for example ``ph.play-fill``) in the colour of a token."""
        key = (name, tint)
        if key not in self._icons:
            self._icons[key] = self._draw(name, tint)
        return self._icons[key]

    def pixmap(
        self, name: str, tint: str, size: int = 16, ratio: float = 1.0
    ) -> QPixmap:
        """Icon as a pixmap of `size` logical pixels for a screen of `ratio`."""
        key = (name, tint, size, ratio)
        if key not in self._pixmaps:
            picture = self.icon(name, tint).pixmap(QSize(size, size), ratio)
            self._pixmaps[key] = picture
        return self._pixmaps[key]

    def _draw(self, name: str, tint: str) -> QIcon:
        import qtawesome

        colour = self._tokens.get(tint)
        faded = self._tokens.get("line2")
        pressed = self._tokens.accent if tint == "text2" else colour
        icon: QIcon = qtawesome.icon(
            name, color=colour, color_disabled=faded, color_on=pressed
        )
        return icon
