"""Names of annotations over the slide, always of the same size on screen."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QRegion,
)
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from pathgui.gui.style import fonts
from pathgui.gui.viewer.canvas import SlideCanvas
from pathgui.gui.viewer.draw.places import MOST, Places
from pathgui.gui.viewer.layers import Swatch

TITLE = "Annotation names"
_REST_MS = 120
_HEIGHT, _WIDEST, _DOT = 20, 168, 8
_MARGIN = 24.0
_INK = "#18212D"

Color = tuple[int, int, int]


@dataclass(frozen=True, eq=False, slots=True)
class Tag:
    """A name on the canvas: words, their picture, and a point in level-0 pixels."""

    words: str
    picture: QPixmap
    spot: tuple[float, float]


class NameTags(QWidget):
    """Writes names where there is room for them; which ones is chosen at rest.

    While the view moves, the names that are there move with it: what is drawn then
    does not depend on how many annotations the slide has.

    Signals
    -------
    settled()
        Names were chosen for the present view.
    """

    settled = Signal()

    def __init__(self, canvas: SlideCanvas, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self._canvas = canvas
        self._places: Places | None = None
        self._colors: tuple[Color, ...] = ()
        self._kinds: set[int] = set()
        self._pictures: dict[tuple[str, Color, float], QPixmap] = {}
        self._drawn = QRegion()
        self.tags: tuple[Tag, ...] = ()
        self.on, self.strength = True, 1.0
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_REST_MS)
        self._later.timeout.connect(self._choose)
        self.hide()

    def use(self, places: Places | None, colors: tuple[Color, ...] = ()) -> None:
        """Write the names of other annotations; None writes none."""
        self._places, self._colors = places, colors
        self._kinds = set(range(len(colors)))
        self._pictures.clear()
        self._later.stop()
        self._choose()

    def set_kinds(self, kinds: set[int]) -> None:
        """Which classes are shown, by number."""
        if kinds != self._kinds:
            self._kinds = kinds
            self._choose()

    def set_on(self, on: bool) -> None:
        """Write names, or none."""
        if on != self.on:
            self.on = on
            self._choose()

    def set_strength(self, strength: float) -> None:
        """From 0, nothing, to 1."""
        self.strength = strength
        self.update()

    def follow(self) -> None:
        """The view moved: names move along, and are chosen anew when it rests."""
        if self._places is not None and self.on:
            self._later.start()
            self._move()

    def boxes(self) -> list[QRectF]:
        """Where the names stand, in widget pixels."""
        if not self.tags:
            return []
        # Where the camera looks is asked once, not for each name.
        area = self._canvas.visible()
        scale = self.width() / max(area.width(), 1e-9)
        return [
            _box(
                QPointF(
                    (tag.spot[0] - area.x()) * scale, (tag.spot[1] - area.y()) * scale
                ),
                tag.picture,
            )
            for tag in self.tags
        ]

    def paint_on(self, painter: QPainter) -> None:
        """Draw the names, for the widget or for a picture of the view."""
        painter.setOpacity(self.strength)
        for tag, box in zip(self.tags, self.boxes(), strict=True):
            painter.drawPixmap(box.topLeft(), tag.picture)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        self.paint_on(QPainter(self))

    def _choose(self) -> None:
        """Take the largest shapes in view whose names do not cover one another."""
        self._later.stop()
        places, found = self._places, list[Tag]()
        if places is not None and self.on and self._canvas.picture is not None:
            area = self._canvas.visible()
            scale = self._canvas.zoom * self._canvas.unit
            rim = _MARGIN / scale
            inner = area.adjusted(rim, rim, -rim, -rim)
            view = (inner.left(), inner.top(), inner.right(), inner.bottom())
            taken: list[QRectF] = []
            for number, spot in places.in_view(view, scale, self._kinds):
                color = self._colors[int(places.kinds[number])]
                picture = self._picture(places.words[number], color)
                box = _box(self._canvas.to_widget(*spot), picture)
                if not any(box.intersects(other) for other in taken):
                    taken.append(box)
                    found.append(Tag(places.words[number], picture, spot))
                if len(found) == MOST:
                    break
        self.tags = tuple(found)
        self.setVisible(bool(found))
        self._move()
        self.settled.emit()

    def _move(self) -> None:
        """Draw again where names were and where they are, and nowhere else."""
        now = QRegion()
        for box in self.boxes():
            now += box.toAlignedRect().adjusted(-1, -1, 1, 1)
        self.update(self._drawn + now)
        self._drawn = now

    def _picture(self, words: str, color: Color) -> QPixmap:
        ratio = self.devicePixelRatioF()
        key = (words, color, ratio)
        if key not in self._pictures:
            self._pictures[key] = _written(words, color, ratio)
        return self._pictures[key]


class NamesOverlay:
    """The row of the names in the layers panel."""

    name, kind, swatch = TITLE, "names", Swatch(_INK)

    def __init__(self, tags: NameTags) -> None:
        self._tags = tags

    @property
    def visible(self) -> bool:
        return self._tags.on

    @visible.setter
    def visible(self, value: bool) -> None:
        self._tags.set_on(value)

    @property
    def opacity(self) -> float:
        return self._tags.strength

    @opacity.setter
    def opacity(self, value: float) -> None:
        self._tags.set_strength(value)


def _box(at: QPointF, picture: QPixmap) -> QRectF:
    """Where a name stands: in the middle of its point, on whole pixels."""
    size = picture.deviceIndependentSize()
    left = round(at.x() - size.width() / 2)
    return QRectF(left, round(at.y() - size.height() / 2), size.width(), size.height())


def _written(words: str, color: Color, ratio: float) -> QPixmap:
    """A name on white, with the colour of its class before it."""
    font = fonts.font(fonts.SMALL, strong=True)
    metrics = QFontMetrics(font)
    words = metrics.elidedText(words, Qt.TextElideMode.ElideRight, _WIDEST)
    width = metrics.horizontalAdvance(words) + _DOT + 19
    picture = QPixmap(round(width * ratio), round(_HEIGHT * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    hue = QColor(*color)
    painter.setPen(QPen(hue, 1.0))
    painter.setBrush(QColor("#FFFFFF"))
    painter.drawRoundedRect(QRectF(0.5, 0.5, width - 1, _HEIGHT - 1), 5, 5)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(hue)
    painter.drawEllipse(QRectF(6, (_HEIGHT - _DOT) / 2, _DOT, _DOT))
    painter.setFont(font)
    painter.setPen(QColor(_INK))
    text = QRectF(_DOT + 11, 0, width - _DOT - 13, _HEIGHT)
    painter.drawText(text, Qt.AlignmentFlag.AlignVCenter, words)
    painter.end()
    return picture
