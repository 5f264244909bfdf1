"""Draws a chart: bars beside or below each other, or the fields of a cross table."""

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFontMetrics,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget
from typing_extensions import override

from pathgui.gui.style import Theme, fonts
from pathgui.gui.tables.charting import Chart, Ints

_BAR = "#1F5E8C"
_LINE = 24
_LEFT, _TOP, _BOTTOM = 46, 12, 26
_LABEL = 170
_CELL = 30
_CHOOSE = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class ChartView(QWidget):
    """Marks of a chart; a click chooses the slides behind one.

    Attributes
    ----------
    picked : Signal(int, bool)
        A mark was clicked, or Enter pressed on it; with Ctrl it is added.
    only_wanted : Signal(int)
        A mark was clicked twice, or Shift+Enter pressed: show only its rows.
    menu_wanted : Signal(int, QPoint)
        What can be done with a mark, at this place of the screen.
    moved : Signal()
        Another mark is the current one.
    """

    picked = Signal(int, bool)
    only_wanted = Signal(int)
    menu_wanted = Signal(int, QPoint)
    moved = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._chart: Chart | None = None
        self._chosen: Ints = np.zeros(0, dtype=np.int64)
        self._current = -1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.changed.connect(self.update)

    def show_chart(self, chart: Chart, chosen: Ints) -> None:
        """Draw another chart."""
        self._chart, self._chosen = chart, chosen
        self._current = min(self._current, len(chart.counts) - 1)
        size = self._needed()
        self.setMinimumSize(size)
        self._describe()
        self.update()

    def show_chosen(self, chosen: Ints) -> None:
        """Mark the selected slides."""
        self._chosen = chosen
        self.update()

    @property
    def current(self) -> int:
        """The mark that was clicked or reached by keys; -1 for none."""
        return self._current

    def _go_to(self, mark: int) -> None:
        self._current = mark
        self._describe()
        self.update()
        self.moved.emit()

    def _needed(self) -> QSize:
        chart = self._chart
        if chart is None or chart.shape == "histogram":
            return QSize(260, 110)
        if chart.shape == "cross":
            width = _LABEL + 74 * len(chart.across) + 20
            return QSize(width, _LINE + _CELL * len(chart.labels) + 12)
        return QSize(300, _LINE * len(chart.labels) + 12)

    def _describe(self) -> None:
        chart = self._chart
        if chart is None:
            return
        words = f"Chart of {chart.title}, {len(chart.counts)} marks"
        if self._current >= 0:
            words += f"; {self.words(self._current)}"
        self.setAccessibleName(words)

    def words(self, mark: int) -> str:
        """What a mark says, as the tooltip shows it."""
        assert self._chart is not None
        count = int(self._chart.counts[mark])
        share = f"{count / self._chart.total:.0%}" if self._chart.total else ""
        chosen = int(self._chosen[mark]) if mark < len(self._chosen) else 0
        also = f", {chosen:,} selected" if chosen else ""
        return f"{self._chart.name(mark)}: {count:,} ({share.replace('%', ' %')}){also}"

    def area(self, mark: int) -> QRect:
        """Where a mark can be clicked."""
        chart = self._chart
        assert chart is not None
        if chart.shape == "histogram":
            room = self.width() - _LEFT - 12
            count = max(len(chart.counts), 1)
            left = _LEFT + round(mark * room / count)
            right = _LEFT + round((mark + 1) * room / count)
            height = self.height() - _TOP - _BOTTOM
            return QRect(left, _TOP, max(right - left, 1), height)
        if chart.shape == "cross":
            down, across = divmod(mark, len(chart.across))
            width = self._field_width()
            return QRect(_LABEL + across * width, _LINE + down * _CELL, width, _CELL)
        return QRect(0, 6 + mark * _LINE, self.width(), _LINE)

    def _field_width(self) -> int:
        assert self._chart is not None
        room = self.width() - _LABEL - 12
        return min(max(room // max(len(self._chart.across), 1), 60), 140)

    def mark_at(self, place: QPoint) -> int:
        """The mark under a point; -1 for none."""
        if self._chart is None:
            return -1
        for mark in range(len(self._chart.counts)):
            if self.area(mark).contains(place):
                return mark
        return -1

    @override
    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            mark = self.mark_at(event.pos())
            if mark >= 0:
                QToolTip.showText(event.globalPos(), self.words(mark), self)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        mark = self.mark_at(event.position().toPoint())
        if mark >= 0 and event.button() == Qt.MouseButton.LeftButton:
            self._go_to(mark)
            more = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            self.picked.emit(mark, more)

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        mark = self.mark_at(event.position().toPoint())
        if mark >= 0 and event.button() == Qt.MouseButton.LeftButton:
            self.only_wanted.emit(mark)

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        mark = self._current if by_key else self.mark_at(event.pos())
        if mark >= 0:
            self._go_to(mark)
            middle = self.mapToGlobal(self.area(mark).center())
            self.menu_wanted.emit(mark, middle if by_key else event.globalPos())

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        chart = self._chart
        if chart is None:
            return
        across = len(chart.across) or 1
        steps = {
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Down: across,
            Qt.Key.Key_Up: -across,
        }
        key = Qt.Key(event.key())
        if key in steps and len(chart.counts):
            place = max(self._current, 0) + (steps[key] if self._current >= 0 else 0)
            self._go_to(min(max(place, 0), len(chart.counts) - 1))
        elif key in _CHOOSE and self._current >= 0:
            pressed = event.modifiers()
            if pressed & Qt.KeyboardModifier.ShiftModifier:
                self.only_wanted.emit(self._current)
            else:
                more = bool(pressed & Qt.KeyboardModifier.ControlModifier)
                self.picked.emit(self._current, more)
        else:
            super().keyPressEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if self._chart is None or not len(self._chart.counts):
            return
        painter = QPainter(self)
        painter.setFont(fonts.font(fonts.TINY))
        paint = {"histogram": self._histogram, "cross": self._cross}
        paint.get(self._chart.shape, self._lines)(painter)
        if self.hasFocus() and self._current >= 0:
            painter.setPen(self._theme.color("accent"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.area(self._current).adjusted(0, 0, -1, -1))
        painter.end()

    def _chosen_of(self, mark: int) -> int:
        return int(self._chosen[mark]) if mark < len(self._chosen) else 0

    def _histogram(self, painter: QPainter) -> None:
        chart = self._chart
        assert chart is not None
        theme, most = self._theme, max(int(chart.counts.max()), 1)
        base = self.height() - _BOTTOM
        right = self.width() - 12
        for tick in dict.fromkeys((0, most // 2, most)):
            y = base - round(tick / most * (base - _TOP))
            painter.setPen(theme.color("line"))
            painter.drawLine(_LEFT, y, right, y)
            painter.setPen(theme.color("text3"))
            words = QRect(0, y - 8, _LEFT - 6, 16)
            right_side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(words, right_side, f"{tick:,}")
        for mark, count in enumerate(chart.counts.tolist()):
            area = self.area(mark)
            gap = 1 if area.width() > 3 else 0
            bar = area.adjusted(0, 0, -gap, 0)
            bar.setTop(base - round(count / most * area.height()))
            painter.fillRect(bar, self._theme.color(_BAR))
            bar.setTop(base - round(self._chosen_of(mark) / most * area.height()))
            painter.fillRect(bar, theme.color("warn"))
        self._below(painter, base)

    def _below(self, painter: QPainter, base: int) -> None:
        """As many labels as have room."""
        chart = self._chart
        assert chart is not None
        painter.setPen(self._theme.color("text3"))
        metrics = QFontMetrics(painter.font())
        free = 0
        for mark, text in enumerate(chart.labels):
            area = self.area(mark)
            width = metrics.horizontalAdvance(text) + 14
            middle = area.center().x()
            if middle - width // 2 < free or middle + width // 2 > self.width():
                continue
            free = middle + width // 2
            place = QRect(middle - width // 2, base + 4, width, 18)
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)

    def _lines(self, painter: QPainter) -> None:
        chart = self._chart
        assert chart is not None
        theme = self._theme
        missing = chart.shape == "missing"
        most = max(chart.total if missing else int(chart.counts.max()), 1)
        room = max(self.width() - _LABEL - 90, 40)
        metrics = QFontMetrics(painter.font())
        for mark, (text, count) in enumerate(
            zip(chart.labels, chart.counts.tolist(), strict=True)
        ):
            area = self.area(mark)
            name = area.adjusted(10, 0, 0, 0)
            name.setWidth(_LABEL - 20)
            mode = Qt.TextElideMode.ElideRight
            painter.setPen(theme.color("text"))
            shown = metrics.elidedText(text, mode, name.width())
            middle = Qt.AlignmentFlag.AlignVCenter
            painter.drawText(name, middle, shown)
            bar = QRect(_LABEL, area.top() + 5, round(count / most * room), _LINE - 10)
            painter.fillRect(bar, theme.color("err" if missing else _BAR))
            bar.setWidth(round(self._chosen_of(mark) / most * room))
            painter.fillRect(bar, theme.color("warn"))
            words = QRect(
                _LABEL + round(count / most * room) + 8, area.top(), 84, _LINE
            )
            painter.setPen(theme.color("text2"))
            share = f"  {count / most:.0%}".replace("%", " %") if missing else ""
            painter.drawText(words, middle, f"{count:,}{share}")

    def _cross(self, painter: QPainter) -> None:
        chart = self._chart
        assert chart is not None
        theme, most = self._theme, max(int(chart.counts.max()), 1)
        metrics = QFontMetrics(painter.font())
        mode, middle = Qt.TextElideMode.ElideRight, Qt.AlignmentFlag.AlignCenter
        width = self._field_width()
        painter.setPen(theme.color("text2"))
        for place, text in enumerate(chart.across):
            head = QRect(_LABEL + place * width, 0, width - 4, _LINE)
            painter.drawText(head, middle, metrics.elidedText(text, mode, width - 6))
        for place, text in enumerate(chart.labels):
            side = QRect(10, _LINE + place * _CELL, _LABEL - 20, _CELL)
            shown = metrics.elidedText(text, mode, side.width())
            painter.drawText(side, Qt.AlignmentFlag.AlignVCenter, shown)
        for mark, count in enumerate(chart.counts.tolist()):
            field = self.area(mark).adjusted(0, 0, -2, -2)
            painter.fillRect(field, theme.color("subtle"))
            colour = theme.color(_BAR)
            colour.setAlphaF(0.12 + 0.88 * count / most if count else 0.0)
            painter.fillRect(field, colour)
            dark = count / most > 0.45
            painter.setPen(theme.color("#FFFFFF" if dark else "text"))
            if self._chosen_of(mark):
                edge = field.adjusted(0, field.height() - 4, 0, 0)
                painter.fillRect(edge, theme.color("warn"))
            painter.drawText(field, middle, f"{count:,}")
