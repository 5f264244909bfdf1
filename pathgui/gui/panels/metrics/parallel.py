"""Parallel coordinates: an axis per metric, a line per slide, ranges to choose."""

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QHelpEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget
from typing_extensions import override

from pathgui.gui.panels.metrics.data import PlotData, Values
from pathgui.gui.style import Theme, fonts
from pathgui.workflows.qc.metric import Metric

_TOP, _BOTTOM, _SIDE, _MOST = 40, 26, 26, 7
# Where names stand too close side by side they are slanted, and need more room.
_SLANT, _LONGEST, _TALL, _RIGHT = -40.0, 92, 86, 70
_NEAR, _STILL = 14, 4
_TOKENS = {"pass": "ok", "flag": "warn", "exclude": "err", "": "text3"}
Range = tuple[float, float]


class ParallelPlot(QWidget):
    """Drag on an axis to keep the slides of a range; a click takes it away.

    Attributes
    ----------
    chosen : Signal(tuple)
        Slides within all ranges.
    """

    chosen = Signal(tuple)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._data: PlotData | None = None
        self._axes: list[Metric] = []
        self._shares: dict[str, Values] = {}
        self._limits: dict[str, Range] = {}
        self._selected: tuple[str, ...] = ()
        self.ranges: dict[str, Range] = {}
        self._held: tuple[str, float] | None = None
        self._kept: QPixmap | None = None
        self.slanted = False
        self.setMinimumHeight(260)
        self.setAccessibleName("Parallel coordinates of the metrics")
        theme.changed.connect(self._forget)

    @property
    def axes(self) -> list[Metric]:
        """Metrics that have an axis."""
        return self._axes

    def show_data(self, data: PlotData) -> None:
        """Plot the metrics of the slides; ranges of metrics that stay are kept."""
        self._data = data
        self._axes = [metric for metric in data.metrics if metric.bad][:_MOST]
        names = {metric.name for metric in self._axes}
        self.ranges = {k: r for k, r in self.ranges.items() if k in names}
        self._shares, self._limits = {}, {}
        for metric in self._axes:
            values = data.columns[metric.name]
            known = values[np.isfinite(values)]
            low, high = float(known.min()), float(known.max())
            low, high = (low, high) if high > low else (low - 0.5, high + 0.5)
            self._limits[metric.name] = (low, high)
            self._shares[metric.name] = (values - low) / (high - low)
        self._forget()

    def select(self, slides: tuple[str, ...]) -> None:
        """Show the lines of selected slides strongly."""
        self._selected = slides
        self.update()

    def clear(self) -> None:
        """Take all ranges away."""
        self.ranges = {}
        self.update()

    def x_of(self, axis: int) -> float:
        """Where an axis stands."""
        steps = max(len(self._axes) - 1, 1)
        right = _RIGHT if self.slanted else _SIDE
        return _SIDE + axis * (self.width() - _SIDE - right) / steps

    def y_of(self, share: float) -> float:
        """Height of a share of an axis."""
        return self._top + (1 - share) * (self.height() - self._top - _BOTTOM)

    @property
    def _top(self) -> int:
        return _TALL if self.slanted else _TOP

    def _fit(self) -> None:
        """Slant the names where they would run into one another."""
        metrics = QFontMetrics(fonts.font(fonts.TINY))
        apart = (self.width() - 2 * _SIDE) / max(len(self._axes) - 1, 1)
        widths = [metrics.horizontalAdvance(metric.title) for metric in self._axes]
        self.slanted = any(width > apart - 8 for width in widths)

    def _forget(self) -> None:
        self._kept = None
        self._fit()
        self.update()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._forget()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if self._kept is None:
            self._kept = self._lines()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.drawPixmap(0, 0, self._kept)
        if self._data is not None:
            painter.setPen(QPen(self._theme.color("accent"), 2))
            for row in self._data.rows(self._selected).tolist():
                self._line(painter, row)
        for at, metric in enumerate(self._axes):
            self._axis(painter, at, metric)
        painter.end()

    def _lines(self) -> QPixmap:
        """All lines once: there may be ten thousand."""
        ratio = self.devicePixelRatioF()
        made = QPixmap(self.size() * ratio)
        made.setDevicePixelRatio(ratio)
        made.fill(self._theme.color("window"))
        if self._data is None or not self._axes:
            return made
        painter = QPainter(made)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        count = len(self._data.slides)
        alpha = 110 if count <= 200 else 40 if count <= 2000 else 14
        for status, token in _TOKENS.items():
            tint = QColor(self._theme.color(token))
            tint.setAlpha(alpha)
            painter.setPen(QPen(tint, 1))
            for row in np.flatnonzero(self._data.statuses == status).tolist():
                self._line(painter, row)
        painter.end()
        return made

    def _line(self, painter: QPainter, row: int) -> None:
        points = []
        for at, metric in enumerate(self._axes):
            share = float(self._shares[metric.name][row])
            if np.isfinite(share):
                points.append(QPointF(self.x_of(at), self.y_of(share)))
        painter.drawPolyline(QPolygonF(points))

    def _axis(self, painter: QPainter, at: int, metric: Metric) -> None:
        theme, x = self._theme, self.x_of(at)
        painter.setPen(QPen(theme.color("field"), 1))
        painter.drawLine(QPointF(x, self.y_of(0)), QPointF(x, self.y_of(1)))
        if metric.name in self.ranges:
            low, high = self.ranges[metric.name]
            top, base = self.y_of(high), self.y_of(low)
            soft = QColor(theme.color("accent"))
            soft.setAlpha(60)
            painter.fillRect(QRectF(x - 6, top, 12, base - top), soft)
        painter.setFont(fonts.font(fonts.TINY))
        least, most = self._limits[metric.name]
        self._name(painter, x, metric)
        painter.setPen(theme.color("text3"))
        self._write(painter, x, self._top - 20, self._end(painter, metric, most))
        under = self.height() - _BOTTOM + 6
        self._write(painter, x, under, self._end(painter, metric, least))

    def _end(self, painter: QPainter, metric: Metric, value: float) -> str:
        """A value at the end of an axis, without its unit where there is no room."""
        words = metric.text(value)
        wide = painter.fontMetrics().horizontalAdvance(words)
        apart = self.x_of(1) - self.x_of(0)
        return words if wide <= apart - 6 else words.split(" ")[0]

    def _name(self, painter: QPainter, x: float, metric: Metric) -> None:
        painter.setPen(self._theme.color("text2"))
        if not self.slanted:
            self._write(painter, x, 2, metric.title)
            return
        end = Qt.TextElideMode.ElideRight
        words = painter.fontMetrics().elidedText(metric.title, end, _LONGEST)
        painter.save()
        painter.translate(x, self._top - 23)
        painter.rotate(_SLANT)
        painter.drawText(QPointF(0, 0), words)
        painter.restore()

    def _write(self, painter: QPainter, x: float, top: float, words: str) -> None:
        """A line in the middle over or under an axis, within the widget."""
        wide = painter.fontMetrics().horizontalAdvance(words) + 4
        left = min(max(x - wide / 2, 0.0), self.width() - wide)
        middle = Qt.AlignmentFlag.AlignHCenter
        painter.drawText(QRectF(left, top, wide, 16), middle, words)

    def _at(self, x: float) -> str:
        for at, metric in enumerate(self._axes):
            if abs(self.x_of(at) - x) <= _NEAR:
                return metric.name
        return ""

    def _share(self, y: float) -> float:
        tall = max(self.height() - self._top - _BOTTOM, 1)
        return min(max(1 - (y - self._top) / tall, 0.0), 1.0)

    def told(self, x: float) -> str:
        """What is known of the axis at a place; empty beside the axes."""
        name = self._at(x)
        metric = next((m for m in self._axes if m.name == name), None)
        if metric is None:
            return ""
        least, most = self._limits[name]
        span = f"{metric.text(least)} to {metric.text(most)}"
        lines = (metric.title, metric.description, span, "Drag to keep a range")
        return "\n".join(filter(None, lines))

    @override
    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.told(event.pos().x()), self)
            return True
        return super().event(event)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        name = self._at(event.position().x())
        self._held = (name, event.position().y()) if name else None

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held is not None:
            name, start = self._held
            ends = sorted((self._share(start), self._share(event.position().y())))
            self.ranges[name] = (ends[0], ends[1])
            self.update()

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._held is None:
            return
        name, start = self._held
        self._held = None
        if abs(event.position().y() - start) <= _STILL:
            self.ranges.pop(name, None)
        self.update()
        self.chosen.emit(self.within())

    def within(self) -> tuple[str, ...]:
        """Slides within all ranges; none where there is no range."""
        if self._data is None or not self.ranges:
            return ()
        hit = np.ones(len(self._data.slides), bool)
        for name, (low, high) in self.ranges.items():
            share = self._shares[name]
            hit &= (share >= low - 1e-9) & (share <= high + 1e-9)
        return tuple(self._data.slides[row] for row in np.flatnonzero(hit).tolist())
