"""Sections of a side panel: a title that folds, and facts in two columns."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from pathgui.gui.style import fonts
from pathgui.gui.style.paint import CHIP_HEIGHT, chip_width, paint_chip
from pathgui.gui.style.parts import Icon, label
from pathgui.gui.style.states import State
from pathgui.gui.style.theme import Theme
from pathgui.gui.style.tips import plain

_NAME_WIDTH = 104


class Chip(QWidget):
    """The chip of a state, as a widget."""

    def __init__(
        self, theme: Theme, state: State | None = None, word: str = ""
    ) -> None:
        super().__init__()
        self._theme, self._state, self._word = theme, state, word
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)
        self.show_state(state, word)

    def show_state(self, state: State | None, word: str = "") -> None:
        """Show another state, with its own word or this one."""
        self._state, self._word = state, word
        self.setVisible(state is not None)
        if state is not None:
            self.setAccessibleName(word or state.word)
            self.setFixedSize(chip_width(state, word), CHIP_HEIGHT)
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if self._state is None:
            return
        painter = QPainter(self)
        area = QRect(0, 0, self.width(), self.height())
        paint_chip(painter, self._theme, self._state, area, self._word)
        painter.end()


class Elided(QLabel):
    """One line that gives way when there is no room.

    Parameters
    ----------
    size : int
        Of the letters.
    strong : bool
        Bold.
    at_end : bool
        Gives way at its end, as sentences do; else in the middle, as ids do.
    """

    def __init__(
        self, size: int = fonts.BODY, *, strong: bool = False, at_end: bool = False
    ) -> None:
        super().__init__()
        self._words = ""
        modes = Qt.TextElideMode
        self._mode = modes.ElideRight if at_end else modes.ElideMiddle
        self.setFont(fonts.font(size, strong=strong))
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def say(self, words: str) -> None:
        """Show these words."""
        self._words = words
        self.setToolTip(plain(words))
        self.setAccessibleName(words)
        self.updateGeometry()
        self.update()

    def words(self) -> str:
        """The words in full."""
        return self._words

    @override
    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self.font())
        return QSize(metrics.horizontalAdvance(self._words), metrics.height() + 2)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        metrics = QFontMetrics(self.font())
        words = metrics.elidedText(self._words, self._mode, self.width())
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter, words)
        painter.end()


class _Head(QWidget):
    """The title of a section; a click folds what is below."""

    def __init__(self, theme: Theme, title: str, section: "Section") -> None:
        super().__init__()
        self._section = section
        self.arrow = Icon(theme, "ph.caret-down", "text2", 12)
        self.box = QHBoxLayout(self)
        self.box.setContentsMargins(0, 0, 0, 0)
        self.box.setSpacing(6)
        self.box.addWidget(self.arrow)
        self.box.addWidget(label(title, strong=True))
        self.box.addStretch(1)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._section.fold(not self._section.folded)


class Section(QFrame):
    """A titled part of a side panel."""

    def __init__(self, theme: Theme, title: str) -> None:
        super().__init__()
        self.setObjectName("section")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.folded = False
        self._head = _Head(theme, title, self)
        self._body = QWidget()
        self.box = QVBoxLayout(self._body)
        self.box.setContentsMargins(0, 0, 0, 0)
        self.box.setSpacing(8)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(12, 12, 12, 12)
        outer.setSpacing(8)
        outer.addWidget(self._head)
        outer.addWidget(self._body)

    def fold(self, folded: bool) -> None:
        """Hide or show what is below the title."""
        self.folded = folded
        self._body.setVisible(not folded)
        self._head.arrow.show_icon(
            "ph.caret-right" if folded else "ph.caret-down", "text2"
        )

    def add_to_head(self, widget: QWidget) -> None:
        """Put a small control at the right of the title."""
        self._head.box.addWidget(widget)


class Snug(QScrollArea):
    """As high as what it holds where there is room; else that can be scrolled."""

    def __init__(self, content: QWidget) -> None:
        super().__init__()
        self._content = content
        content.setObjectName("inspectorBody")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(content)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # The layout around asks for the size again only when it is told to.
        if watched is self._content and event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)

    @override
    def sizeHint(self) -> QSize:
        return self._content.sizeHint()

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(self._content.minimumSizeHint().width(), 0)


class Facts(QWidget):
    """Names at the left, values at the right; empty values are left out."""

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(5)
        self._grid.setColumnMinimumWidth(0, _NAME_WIDTH)
        self._grid.setColumnStretch(1, 1)
        self._lines: list[tuple[QLabel, QLabel]] = []

    def say(self, facts: Sequence[tuple[str, str]]) -> None:
        """Show these facts."""
        shown = [fact for fact in facts if fact[1]]
        while len(self._lines) < len(shown):
            self._lines.append(self._line(len(self._lines)))
        for place, (name, value) in enumerate(self._lines):
            there = place < len(shown)
            name.setVisible(there)
            value.setVisible(there)
            if there:
                name.setText(shown[place][0])
                value.setText(shown[place][1])
                value.setToolTip(shown[place][1])
                mono = shown[place][0] == "Checksum"
                value.setFont(fonts.mono() if mono else fonts.font())

    def _line(self, place: int) -> tuple[QLabel, QLabel]:
        name = label("", "quiet")
        value = label("", wrap=True)
        value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        value.setMinimumWidth(10)
        top = Qt.AlignmentFlag.AlignTop
        self._grid.addWidget(name, place, 0, top)
        self._grid.addWidget(value, place, 1, top)
        return name, value
