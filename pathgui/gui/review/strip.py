"""The queue as a strip of small pictures; only those in sight are painted."""

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from pathgui.gui.review.state import ReviewState
from pathgui.gui.session.thumbnails import Thumbnails
from pathgui.gui.style import Theme, fonts, state_of
from pathgui.gui.style.paint import paint_icon

_HEIGHT, _WIDE, _HIGH, _STEP, _TOP = 124, 112, 76, 121, 14


class QueueStrip(QWidget):
    """Slides before and after the one in turn; a click goes there.

    Attributes
    ----------
    picked : Signal(int)
        A place of the queue was clicked.
    """

    picked = Signal(int)

    def __init__(
        self, theme: Theme, state: ReviewState, thumbnails: Thumbnails
    ) -> None:
        super().__init__()
        self._theme, self._state, self._thumbnails = theme, state, thumbnails
        self.setFixedHeight(_HEIGHT)
        self.setAccessibleName("Queue of the review")
        self.setMouseTracking(True)
        self.loaded = ""
        state.changed.connect(self.update)
        thumbnails.ready.connect(lambda _slide: self.update())
        theme.changed.connect(self.update)

    def set_loaded(self, slide: str) -> None:
        """Say that the picture of the next slide lies ready."""
        self.loaded = slide
        self.update()

    def first(self) -> int:
        """The first place in sight: the one in turn stays near the middle."""
        shown = max(1, self.width() // _STEP)
        last = max(len(self._state.queue) - shown, 0)
        return min(max(self._state.place - shown // 2, 0), last)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(self.rect(), self._theme.color("window"))
        painter.setPen(self._theme.color("line"))
        painter.drawLine(0, 0, self.width(), 0)
        first = self.first()
        for at in range(self.width() // _STEP + 2):
            place = first + at
            if place < len(self._state.queue):
                self._card(painter, QRect(12 + at * _STEP, _TOP, _WIDE, _HIGH), place)
        painter.end()

    def _card(self, painter: QPainter, area: QRect, place: int) -> None:
        slide = self._state.queue[place]
        now = place == self._state.place
        theme = self._theme
        painter.setPen(QPen(theme.color("accent" if now else "line2"), 3 if now else 1))
        painter.setBrush(theme.color("panel"))
        painter.drawRoundedRect(area, 6, 6)
        picture = self._thumbnails.get(slide)
        inner = area.adjusted(4, 4, -4, -4)
        if picture is not None and not picture.isNull():
            size = picture.size()
            size.scale(inner.size(), Qt.AspectRatioMode.KeepAspectRatio)
            left = inner.left() + (inner.width() - size.width()) // 2
            top = inner.top() + (inner.height() - size.height()) // 2
            painter.drawPixmap(QRect(left, top, size.width(), size.height()), picture)
        elif picture is not None:
            spot = QRect(inner.center().x() - 10, inner.top(), 20, inner.height())
            paint_icon(painter, theme, "ph.file-x", "text3", spot, 20)
        self._mark(painter, area, slide)
        painter.setFont(fonts.font(fonts.SMALL, strong=now))
        painter.setPen(theme.color("text" if now else "text3"))
        words = f"{place + 1:,}"
        if now:
            words += " · now"
        elif slide == self.loaded:
            words += " · loaded"
        below = QRect(area.left(), area.bottom() + 4, area.width(), 20)
        painter.drawText(below, Qt.AlignmentFlag.AlignHCenter, words)

    def _mark(self, painter: QPainter, area: QRect, slide: str) -> None:
        state = state_of("qc_status", self._state.status(slide))
        if state is None or state.hue == "plain":
            return
        spot = QRect(area.right() - 22, area.bottom() - 22, 20, 20)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("panel"))
        painter.drawEllipse(spot)
        paint_icon(
            painter, self._theme, state.icon, state.hue, spot.adjusted(4, 0, 0, 0), 12
        )

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self.first() + max(0, int(event.position().x()) - 12) // _STEP
        if place < len(self._state.queue):
            self.picked.emit(place)
