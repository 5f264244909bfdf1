"""The list of steps of a wizard: a mark, a name, and what each step found."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from pathgui.gui.style import Theme, fonts
from pathgui.gui.style.paint import paint_icon

_HEIGHT = 46
_MARK = 22


class StepList(QWidget):
    """Steps below each other; those that were reached can be gone back to.

    Attributes
    ----------
    picked : Signal(int)
        A step that was reached before was clicked, or chosen by ↑ and ↓.
    """

    picked = Signal(int)

    def __init__(self, theme: Theme, names: Sequence[str]) -> None:
        super().__init__()
        self._theme = theme
        self._names = list(names)
        self._found = [""] * len(names)
        self._place, self._reached = 0, 0
        self.setFixedHeight(_HEIGHT * len(names))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        theme.changed.connect(self.update)
        self._describe()

    def say(self, found: Sequence[str], place: int, reached: int) -> None:
        """Show what each step found, which is up, and how far it went."""
        self._found, self._place, self._reached = list(found), place, reached
        self._describe()
        self.update()

    def words(self, place: int) -> str:
        """What is said below the name of a step."""
        return self._found[place] if place <= self._reached else ""

    def _describe(self) -> None:
        name, found = self._names[self._place], self.words(self._place)
        count = len(self._names)
        self.setAccessibleName(f"Step {self._place + 1} of {count}: {name}. {found}")

    @override
    def sizeHint(self) -> QSize:
        return QSize(200, _HEIGHT * len(self._names))

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pick(int(event.position().y()) // _HEIGHT)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        by = steps.get(Qt.Key(event.key()))
        if by is None:
            super().keyPressEvent(event)
        else:
            self._pick(self._place + by)

    def _pick(self, place: int) -> None:
        if 0 <= place <= self._reached and place != self._place:
            self.picked.emit(place)

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for place in range(len(self._names)):
            area = QRect(0, place * _HEIGHT, self.width(), _HEIGHT - 2)
            self._paint_step(painter, place, area)
        if self.hasFocus():
            painter.setPen(self._theme.color("accent"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            ring = QRect(0, self._place * _HEIGHT, self.width(), _HEIGHT - 2)
            painter.drawRoundedRect(ring.adjusted(1, 1, -1, -1), 5, 5)
        painter.end()

    def _paint_step(self, painter: QPainter, place: int, area: QRect) -> None:
        theme, current = self._theme, place == self._place
        if current:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("accent_soft"))
            painter.drawRoundedRect(area, 6, 6)
        self._paint_mark(painter, place, area)
        words = self.words(place)
        text = area.adjusted(_MARK + 20, 0, -8, 0)
        upper = text if not words else text.adjusted(0, 5, 0, -area.height() // 2)
        painter.setFont(fonts.font(strong=current))
        later = place > self._reached
        painter.setPen(theme.color("text2" if later else "text"))
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(upper, left, self._names[place])
        if words:
            painter.setFont(fonts.font(fonts.SMALL))
            painter.setPen(theme.color("text2"))
            lower = text.adjusted(0, area.height() // 2 - 1, 0, -4)
            metrics = QFontMetrics(painter.font())
            mode = Qt.TextElideMode.ElideMiddle
            shown = metrics.elidedText(words, mode, lower.width())
            painter.drawText(lower, left, shown)

    def _paint_mark(self, painter: QPainter, place: int, area: QRect) -> None:
        theme = self._theme
        top = area.top() + (area.height() - _MARK) / 2
        circle = QRectF(area.left() + 8, top, _MARK, _MARK)
        current, done = place == self._place, place < self._reached
        if current:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("primary"))
        elif done:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("ok_soft"))
        else:
            painter.setPen(theme.color("field"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(circle.adjusted(0.5, 0.5, -0.5, -0.5))
        if done and not current:
            inner = circle.toRect().adjusted(5, 0, 0, 0)
            paint_icon(painter, theme, "ph.check-bold", "ok", inner, 12)
            return
        painter.setFont(fonts.font(fonts.SMALL, strong=current))
        painter.setPen(theme.color("primary_text" if current else "text2"))
        painter.drawText(circle, Qt.AlignmentFlag.AlignCenter, str(place + 1))
