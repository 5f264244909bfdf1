"""The grid of cards: only what is on screen is painted, however many there are."""

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QEvent, QPoint, QRect, Qt, Signal
from PySide6.QtGui import (
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QToolTip
from typing_extensions import override

from pathgui.gui.panels.gallery.cards import CardLook, CardPainter
from pathgui.gui.panels.gallery.sections import HEAD, PAD, Layout, Section
from pathgui.gui.style import Theme, fonts
from pathgui.gui.style.paint import paint_icon

SMALLEST, LARGEST, USUAL = 120, 400, 186
_TICK = 32
_Key = Qt.Key
_ARROWS = {
    _Key.Key_Left: (-1, 0),
    _Key.Key_Right: (1, 0),
    _Key.Key_Up: (0, -1),
    _Key.Key_Down: (0, 1),
}


class CardView(QAbstractScrollArea):
    """Cards in sections, with one current card and any number of ticked ones.

    Attributes
    ----------
    sections : tuple of Section
        What is shown.
    ticked : set of str
        Slides that a decision is for; none means the current one.
    current : str
        The slide the arrows go on from.
    chosen : Signal(tuple)
        Slides that all panels should speak about.
    opened : Signal(str)
        A slide is to be shown in the viewer.
    laid_out : Signal()
        Cards lie elsewhere now.
    """

    chosen = Signal(tuple)
    opened = Signal(str)
    laid_out = Signal()

    def __init__(self, theme: Theme, painter: CardPainter) -> None:
        super().__init__()
        self.setObjectName("gallery")
        self.setAccessibleName("Gallery")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._theme, self.cards = theme, painter
        self.sections: tuple[Section, ...] = ()
        self.side = USUAL
        self.ticked: set[str] = set()
        self.current = ""
        self._folded: set[str] = set()
        self._slides: list[str] = []
        self._known_places: dict[str, int] | None = None
        self._anchor = -1
        self.layout_ = Layout((), set(), 400, self.side)
        theme.changed.connect(self._restyle)

    def show_sections(self, sections: Iterable[Section]) -> None:
        """Show other slides, or the same in other groups; the current one stays."""
        self.sections = tuple(sections)
        self._arrange()

    def slide_at(self, place: int) -> str:
        """Slide of a card."""
        return self._slides[place]

    @property
    def slides(self) -> Sequence[str]:
        """Slides that have a card, in order."""
        return self._slides

    def set_side(self, side: int) -> None:
        """Make cards larger or smaller; the current one stays in sight."""
        side = min(max(side, SMALLEST), LARGEST)
        if side != self.side:
            self.side = side
            self.cards.forget()
            self._arrange()
            self.reveal(self.current)

    def fold(self, title: str) -> None:
        """Hide the cards of a section, or show them again."""
        self._folded ^= {title}
        self._arrange()

    def select(self, slides: Sequence[str]) -> None:
        """Show a selection made elsewhere: one is current, several are ticked."""
        self.ticked = set(slides) if len(slides) > 1 else set()
        if not slides:
            self.current = ""
        elif self.current not in slides:
            self.current = slides[0]
            self.reveal(self.current)
        self._describe()
        self.viewport().update()

    def reveal(self, slide: str) -> None:
        """Scroll so that the card of a slide is in sight."""
        place = self._place_of(slide)
        if place < 0:
            return
        _, top, _, height = self.layout_.rect(place)
        bar = self.verticalScrollBar()
        if top - PAD < bar.value():
            bar.setValue(max(top - PAD - HEAD, 0))
        elif top + height + PAD > bar.value() + self.viewport().height():
            bar.setValue(top + height + PAD - self.viewport().height())

    def card(self, slide: str) -> QRect:
        """Where the card of a slide lies in the viewport; empty if it has none."""
        place = self._place_of(slide)
        if place < 0:
            return QRect()
        rect = QRect(*self.layout_.rect(place))
        return rect.translated(0, -self.verticalScrollBar().value())

    def head_top(self, section: int) -> int:
        """Top of a section's heading in the viewport."""
        return self.layout_.head(section) - self.verticalScrollBar().value()

    def toggle_tick(self, slide: str = "") -> None:
        """Tick the current slide or another one, or take its tick away."""
        slide = slide or self.current
        if slide not in self._place:
            return
        self.ticked ^= {slide}
        self.current = slide
        self._tell()

    def tick_all(self) -> None:
        """Tick every slide that has a card."""
        self.ticked = set(self._slides)
        self._tell()

    def clear_ticks(self) -> None:
        """Take all ticks away."""
        self.ticked = set()
        self._tell()

    def _tell(self) -> None:
        if self.ticked:
            order = sorted(self.ticked, key=lambda s: self._place.get(s, 1 << 40))
            self.chosen.emit(tuple(order))
        else:
            self.chosen.emit((self.current,) if self.current else ())
        self._describe()
        self.viewport().update()

    def _describe(self) -> None:
        ticks = f", {len(self.ticked):,} ticked" if self.ticked else ""
        self.setAccessibleDescription(f"{self.current}{ticks}")

    def _place_of(self, slide: str) -> int:
        """Place of one card, -1 if there is none: nothing is put together for it."""
        if self._known_places is not None:
            return self._known_places.get(slide, -1)
        try:
            return self._slides.index(slide)
        except ValueError:
            return -1

    @property
    def _place(self) -> dict[str, int]:
        """Place of the card of each slide, put together when it is asked for."""
        if self._known_places is None:
            self._known_places = {s: at for at, s in enumerate(self._slides)}
        return self._known_places

    def _arrange(self) -> None:
        width = self.viewport().width()
        self.layout_ = Layout(self.sections, self._folded, width, self.side)
        self._slides = [
            slide
            for section in self.sections
            if section.title not in self._folded
            for slide in section.slides
        ]
        self._known_places = None
        bar = self.verticalScrollBar()
        bar.setRange(0, max(self.layout_.height - self.viewport().height(), 0))
        bar.setPageStep(self.viewport().height())
        bar.setSingleStep(max(self.layout_.card_height // 3, 20))
        self.viewport().update()
        self.laid_out.emit()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    @override
    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self.viewport().update()
        self.laid_out.emit()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), self._theme.color("window"))
        offset = self.verticalScrollBar().value()
        top, bottom = event.rect().top() + offset, event.rect().bottom() + offset + 1
        painter.translate(0, -offset)
        self._paint_heads(painter, top, bottom)
        focus = self.hasFocus()
        for place in self.layout_.visible(top, bottom):
            slide = self._slides[place]
            current = slide == self.current
            look = CardLook(
                current and not self.ticked, slide in self.ticked, current and focus
            )
            rect = QRect(*self.layout_.rect(place))
            self.cards.paint(painter, rect, slide, look)
        painter.end()

    def _paint_heads(self, painter: QPainter, top: int, bottom: int) -> None:
        for at, section in enumerate(self.sections):
            head = self.layout_.head(at)
            if not section.title or head + HEAD < top or head > bottom:
                continue
            line = QRect(PAD, head, self.viewport().width() - 2 * PAD, HEAD)
            folded = section.title in self._folded
            icon = "ph.caret-right" if folded else "ph.caret-down"
            paint_icon(painter, self._theme, icon, "text2", line, 12)
            middle = Qt.AlignmentFlag.AlignVCenter
            font = fonts.font(strong=True)
            painter.setFont(font)
            painter.setPen(self._theme.color("text"))
            words = line.adjusted(18, 0, 0, 0)
            taken = painter.boundingRect(words, middle, section.title)
            painter.drawText(words, middle, section.title)
            painter.setFont(fonts.numbers(fonts.SMALL))
            painter.setPen(self._theme.color("text3"))
            rest = words.adjusted(taken.width() + 10, 0, 0, 0)
            painter.drawText(rest, middle, section.note)

    def _restyle(self) -> None:
        self.cards.forget()
        self.viewport().update()

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        spot = self._spot(event.position().toPoint())
        place = self.layout_.at(spot.x(), spot.y())
        if place < 0:
            section = self.layout_.section_at(spot.y())
            if section >= 0 and self.sections[section].title:
                self.fold(self.sections[section].title)
            return
        slide = self._slides[place]
        left, top, _, _ = self.layout_.rect(place)
        on_box = spot.x() - left < _TICK and spot.y() - top < _TICK
        modifiers = event.modifiers()
        if event.button() == Qt.MouseButton.RightButton:
            if slide not in self.ticked:
                self._go(place)
        elif modifiers & Qt.KeyboardModifier.ShiftModifier and self._anchor >= 0:
            self._tick_range(place)
        elif on_box or modifiers & Qt.KeyboardModifier.ControlModifier:
            if not self.ticked and self.current and not on_box:
                self.ticked = {self.current}
            self._anchor = place
            self.toggle_tick(slide)
        else:
            self.ticked = set()
            self._go(place)

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        spot = self._spot(event.position().toPoint())
        place = self.layout_.at(spot.x(), spot.y())
        if place >= 0:
            self.opened.emit(self._slides[place])

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, modifiers = _Key(event.key()), event.modifiers()
        place = self._place.get(self.current, -1)
        if key in (_Key.Key_Return, _Key.Key_Enter) and place >= 0:
            self.opened.emit(self.current)
        elif key == _Key.Key_Escape and self.ticked:
            self.clear_ticks()
        elif key == _Key.Key_A and modifiers & Qt.KeyboardModifier.ControlModifier:
            self.tick_all()
        elif (wanted := self._wanted(key, place)) >= 0:
            if modifiers & Qt.KeyboardModifier.ShiftModifier:
                self._tick_range(wanted)
            else:
                self._go(wanted)
        else:
            super().keyPressEvent(event)

    def _wanted(self, key: Qt.Key, place: int) -> int:
        """Where a key leads, -1 if nowhere."""
        count = self.layout_.count
        if not count:
            return -1
        if key in _ARROWS:
            right, down = _ARROWS[key]
            return 0 if place < 0 else self.layout_.step(place, right, down)
        rows = max(1, self.viewport().height() // max(self.layout_.card_height, 1))
        page = rows * self.layout_.columns
        ends = {
            _Key.Key_Home: 0,
            _Key.Key_End: count - 1,
            _Key.Key_PageUp: max(place - page, 0),
            _Key.Key_PageDown: min(place + page, count - 1),
        }
        return ends.get(key, -1)

    def _go(self, place: int) -> None:
        self.current, self._anchor = self._slides[place], place
        self.reveal(self.current)
        self._tell()

    def _tick_range(self, place: int) -> None:
        if self._anchor < 0:
            self._anchor = max(self._place.get(self.current, place), 0)
        low, high = sorted((self._anchor, place))
        self.ticked = set(self._slides[low : high + 1])
        self.current = self._slides[place]
        self.reveal(self.current)
        self._tell()

    def _spot(self, point: QPoint) -> QPoint:
        return point + QPoint(0, self.verticalScrollBar().value())

    @override
    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            spot = self._spot(event.pos())
            place = self.layout_.at(spot.x(), spot.y())
            words = ""
            if place >= 0:
                slide = self._slides[place]
                words = "\n".join(filter(None, (slide, self.cards.why(slide))))
            QToolTip.showText(event.globalPos(), words, self.viewport())
            return True
        return super().viewportEvent(event)
