"""One card of the gallery: picture with outline, name, decision, a metric."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QPainter,
    QPainterPath,
    QPen,
    QPixmap,
    QTransform,
)

from pathgui.gui.panels.gallery.sections import EDGE, FOOT
from pathgui.gui.session import Session
from pathgui.gui.session.outlines import Outlines
from pathgui.gui.session.thumbnails import Thumbnails
from pathgui.gui.style import fonts, state_of
from pathgui.gui.style.paint import paint_chip, paint_icon

# Overlay lines are blue on a white halo in both themes, for slides are light.
_LINE, _HALO = QColor("#0B57A4"), QColor("#FFFFFF")
_KEPT = 600
_TROUBLE = ("failed", "quarantined", "missing", "running")


@dataclass(frozen=True, slots=True)
class CardLook:
    """How a card stands: chosen, ticked, current."""

    chosen: bool = False
    ticked: bool = False
    current: bool = False


class CardPainter:
    """Paints cards; keeps pictures at the size in which they are shown."""

    def __init__(
        self, session: Session, thumbnails: Thumbnails, outlines: Outlines
    ) -> None:
        self._session, self._theme = session, session.theme
        self._thumbnails, self._outlines = thumbnails, outlines
        self._kept: OrderedDict[tuple[str, int, int, bool], QPixmap] = OrderedDict()
        self.outlined = True
        self.beneath: Callable[[str], str] = lambda _slide: ""
        self.why: Callable[[str], str] = lambda _slide: ""

    def forget(self, slide_id: str = "") -> None:
        """Draw the picture of a slide anew, or those of all."""
        gone = [key for key in self._kept if slide_id in ("", key[0])]
        for key in gone:
            del self._kept[key]

    def paint(self, painter: QPainter, card: QRect, slide: str, look: CardLook) -> None:
        """Draw the card of a slide."""
        theme = self._theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        strong = look.chosen or look.ticked
        painter.setPen(
            QPen(theme.color("accent" if strong else "line"), 2 if strong else 1)
        )
        painter.setBrush(theme.color("accent_soft" if strong else "panel"))
        painter.drawRoundedRect(QRectF(card).adjusted(1, 1, -1, -1), 8, 8)
        if look.current and not strong:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.color("accent"), 1, Qt.PenStyle.DashLine))
            painter.drawRoundedRect(QRectF(card).adjusted(1, 1, -1, -1), 8, 8)
        top = card.adjusted(EDGE, EDGE, -EDGE, -FOOT)
        self._picture(painter, top, slide)
        if look.ticked:
            self._tick(painter, top)
        if self.why(slide):
            spot = QRect(top.right() - 21, top.top() + 5, 16, 16)
            paint_icon(painter, theme, "ph.warning-fill", "warn", spot, 16)
        self._foot(painter, card, slide)

    def _picture(self, painter: QPainter, area: QRect, slide: str) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("window"))
        painter.drawRoundedRect(area, 5, 5)
        picture = self._thumbnails.get(slide)
        if picture is None:
            return
        if picture.isNull():
            self._nothing(painter, area, slide)
            return
        ready = self._ready(slide, picture, area.size(), painter)
        size = ready.deviceIndependentSize().toSize()
        left = area.left() + (area.width() - size.width()) // 2
        top = area.top() + (area.height() - size.height()) // 2
        painter.drawPixmap(left, top, ready)

    def _nothing(self, painter: QPainter, area: QRect, slide: str) -> None:
        """Say why there is no picture."""
        missing = self._session.field(slide, "status") == "missing"
        words = "File missing" if missing else "No picture"
        icon = "ph.circle-dashed" if missing else "ph.file-x"
        spot = QRect(area.center().x() - 12, area.center().y() - 24, 24, 24)
        paint_icon(painter, self._theme, icon, "text3", spot, 24)
        painter.setPen(self._theme.color("text3"))
        painter.setFont(fonts.font(fonts.SMALL))
        below = QRect(area.left(), area.center().y() + 4, area.width(), 20)
        painter.drawText(below, Qt.AlignmentFlag.AlignHCenter, words)

    def _ready(
        self, slide: str, picture: QPixmap, room: QSize, painter: QPainter
    ) -> QPixmap:
        """The picture at its size on screen, with the outline if it is known."""
        path = self._outlines.get(slide) if self.outlined else None
        drawn = path is not None and not path.isEmpty()
        key = (slide, room.width(), room.height(), drawn)
        if key not in self._kept:
            device = painter.device()
            ratio = device.devicePixelRatioF() if device is not None else 1.0
            made = _scaled(picture, room, ratio)
            if drawn and path is not None:
                _draw_outline(made, path)
            self._kept[key] = made
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return self._kept[key]

    def _tick(self, painter: QPainter, area: QRect) -> None:
        box = QRect(area.left() + 6, area.top() + 6, 18, 18)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("primary"))
        painter.drawRoundedRect(box, 4, 4)
        inner = box.adjusted(3, 0, 0, 0)
        paint_icon(painter, self._theme, "ph.check-bold", "primary_text", inner, 12)

    def _foot(self, painter: QPainter, card: QRect, slide: str) -> None:
        theme = self._theme
        name = QRect(card.left() + 10, card.bottom() - 52, card.width() - 20, 20)
        status = self._session.field(slide, "status")
        state = state_of("status", status) if status in _TROUBLE else None
        if state is not None:
            spot = QRect(name.right() - 14, name.top(), 14, name.height())
            paint_icon(painter, theme, state.icon, state.hue, spot, 14)
            name.setRight(name.right() - 18)
        font = fonts.font(fonts.SMALL, strong=True)
        painter.setFont(font)
        painter.setPen(theme.color("text"))
        mode = Qt.TextElideMode.ElideMiddle
        words = QFontMetrics(font).elidedText(slide, mode, name.width())
        painter.drawText(name, Qt.AlignmentFlag.AlignVCenter, words)
        below = QRect(card.left() + 10, card.bottom() - 30, card.width() - 20, 22)
        decision = state_of("qc_status", self._session.field(slide, "qc_status"))
        if decision is not None:
            paint_chip(painter, theme, decision, below)
        painter.setFont(fonts.numbers(fonts.SMALL))
        painter.setPen(theme.color("text3"))
        right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        room = below.adjusted(96, 0, 0, 0)
        metrics = QFontMetrics(painter.font())
        aside = metrics.elidedText(
            self.beneath(slide), Qt.TextElideMode.ElideRight, room.width()
        )
        painter.drawText(room, right, aside)


def _scaled(picture: QPixmap, room: QSize, ratio: float) -> QPixmap:
    size: QSize = picture.size()
    size.scale(room * ratio, Qt.AspectRatioMode.KeepAspectRatio)
    smooth = Qt.TransformationMode.SmoothTransformation
    made = picture.scaled(size, Qt.AspectRatioMode.KeepAspectRatio, smooth)
    made.setDevicePixelRatio(ratio)
    return made


def _draw_outline(picture: QPixmap, path: QPainterPath) -> None:
    size = picture.deviceIndependentSize()
    line = QTransform.fromScale(size.width(), size.height()).map(path)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for colour, width in ((_HALO, 3.0), (_LINE, 1.5)):
        pen = QPen(colour, width)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.drawPath(line)
    painter.end()
