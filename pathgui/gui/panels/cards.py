"""Cards with a big number, and a bar of shares."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from pathgui.gui.style import Theme, fonts
from pathgui.gui.style.parts import Icon, label, row
from pathgui.gui.style.sections import Elided


class NumberCard(QFrame):
    """A number, what it counts, a quiet line, and an icon that says how good it is.

    Parameters
    ----------
    clickable : bool
        Leads somewhere.

    Attributes
    ----------
    picked : Signal(str)
        The card was clicked, or Enter or Space pressed on it: its name.
    """

    picked = Signal(str)

    def __init__(
        self,
        theme: Theme,
        name: str,
        words: str,
        icon: str,
        tint: str,
        *,
        clickable: bool = True,
    ) -> None:
        super().__init__()
        self.setObjectName("card")
        self.setProperty("clickable", clickable)
        self.name = name
        self._good = icon, tint
        self.number = label("0")
        self.number.setFont(fonts.numbers(fonts.BIG, strong=True))
        self.words = label(words, strong=True)
        self.under = Elided(fonts.SMALL, at_end=True)
        self.under.setObjectName("quiet")
        self.icon = Icon(theme, icon, tint, 16)
        box = QVBoxLayout(self)
        box.setContentsMargins(14, 10, 14, 10)
        box.setSpacing(2)
        box.addLayout(row(self.number, None, self.icon))
        box.addWidget(self.words)
        box.addWidget(self.under)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(86)
        self.setMinimumWidth(96)
        self.words.setMinimumWidth(10)
        if clickable:
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self.setCursor(Qt.CursorShape.PointingHandCursor)

    def say(self, count: int, under: str) -> None:
        """Show another number."""
        self.number.setText(f"{count:,}")
        self.under.say(under)
        self.setAccessibleName(f"{count:,} {self.words.text()}, {under}")
        calm = count == 0 and self._good[1] != "ok"
        self.icon.show_icon(*(("ph.check-circle", "text3") if calm else self._good))

    def set_low(self, low: bool) -> None:
        """Give way where there is little room: no quiet line."""
        self.under.setVisible(not low)
        self.setFixedHeight(62 if low else 86)

    def choose(self, chosen: bool) -> None:
        """Show the card as the one whose list is below."""
        self.setProperty("chosen", chosen)
        self.style().unpolish(self)
        self.style().polish(self)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.picked.emit(self.name)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Space):
            self.picked.emit(self.name)
            return
        super().keyPressEvent(event)


class ShareBar(QWidget):
    """Shares of a whole side by side in their colours."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._shares: list[tuple[float, str]] = []
        self.setFixedHeight(10)
        theme.changed.connect(self.update)

    def say(self, counts: Sequence[tuple[int, str, str]]) -> None:
        """Show counts with their tokens; words go to screen readers."""
        total = sum(count for count, _, _ in counts)
        self._shares = [(c / total, tint) for c, tint, _ in counts if total and c]
        self.setAccessibleName(", ".join(f"{c:,} {words}" for c, _, words in counts))
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        whole = QRectF(0, 0, self.width(), self.height())
        outline = QPainterPath()
        outline.addRoundedRect(whole, 5, 5)
        painter.setClipPath(outline)
        painter.fillRect(whole, self._theme.color("subtle"))
        left = 0.0
        for share, tint in self._shares:
            width = share * self.width()
            painter.fillRect(
                QRectF(left, 0, max(width - 1, 1), self.height()),
                self._theme.color(tint),
            )
            left += width
        painter.end()
