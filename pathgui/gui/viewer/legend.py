"""The cards that explain what is seen: colours of a heat map, facts of a tile."""

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QLinearGradient, QPainter, QPen
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from pathgui.gui.style import fonts
from pathgui.gui.style.theme import Theme
from pathgui.gui.viewer.floats import GAP, Float
from pathgui.gui.viewer.heat import HeatMap, colors_of
from pathgui.gui.viewer.tilemap import EXCLUDED, TileMap

_HEIGHT, _LINE = 70, 19


class Legend(Float):
    """The colours of a heat map and the values they stand for."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self._title = ""
        self._colors: list[QColor] = []
        self._range = (0.0, 1.0)
        self._marker: float | None = None
        self._classes: tuple[str, ...] = ()
        self.setFixedSize(197, _HEIGHT)

    def set_map(
        self, title: str, colors: list[QColor], low: float, high: float
    ) -> None:
        """Show a colour map over a range."""
        self._title, self._colors, self._range = title, colors, (low, high)
        self.setAccessibleName(f"{title}, {low:.2f} to {high:.2f}")
        self.update()

    def show_heat(self, heat: HeatMap) -> None:
        """Show the colours of a heat map: a range, or a colour for each class."""
        style, self._classes = heat.style, heat.classes
        colors = colors_of(style.colormap, len(heat.classes) or 16)
        rows = len(heat.classes)
        self.setFixedHeight(34 + _LINE * rows if rows else _HEIGHT)
        self.set_map(heat.name, colors, style.low, style.high)
        if rows:
            self.setAccessibleName(f"{heat.name}: {', '.join(heat.classes)}")

    def set_marker(self, value: float | None) -> None:
        """Mark the value under the mouse."""
        if value != self._marker:
            self._marker = value
            self.update()

    @override
    def draw(self, painter: QPainter) -> None:
        strong, small = fonts.font(strong=True), fonts.numbers(fonts.SMALL)
        title = QFontMetrics(strong).elidedText(
            self._title, Qt.TextElideMode.ElideRight, self.width() - 24
        )
        self.write(painter, QPointF(12, 21), title, "text", strong)
        if self._classes:
            self._write_classes(painter)
            return
        bar = QRectF(12, 30, self.width() - 24, 12)
        if self._colors:
            gradient = QLinearGradient(bar.topLeft(), bar.topRight())
            for number, color in enumerate(self._colors):
                gradient.setColorAt(number / max(len(self._colors) - 1, 1), color)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(gradient)
            painter.drawRoundedRect(bar, 2, 2)
        low, high = self._range
        metrics = QFontMetrics(small)
        for share in (0.0, 0.5, 1.0):
            words = _number(low + (high - low) * share, high - low)
            x = bar.left() + share * (bar.width() - metrics.horizontalAdvance(words))
            self.write(painter, QPointF(x, 58), words, "text2", small)
        if self._marker is not None and high > low:
            share = min(max((self._marker - low) / (high - low), 0.0), 1.0)
            x = bar.left() + share * bar.width()
            painter.setPen(QPen(self.theme.color("text"), 2))
            painter.drawLine(QPointF(x, 26), QPointF(x, 46))

    def _write_classes(self, painter: QPainter) -> None:
        plain, metrics = fonts.font(), QFontMetrics(fonts.font())
        room, side = self.width() - 48, Qt.TextElideMode.ElideRight
        for place, name in enumerate(self._classes):
            top = 30 + _LINE * place
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._colors[place])
            painter.drawRoundedRect(QRectF(12, top, 12, 12), 2, 2)
            words = metrics.elidedText(name, side, room)
            chosen = self._marker is not None and round(self._marker) == place
            font = fonts.font(strong=True) if chosen else plain
            self.write(painter, QPointF(32, top + 11), words, "text", font)


class TileCard(Float):
    """Facts about the tile under the mouse."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._sheet = parent
        self._title = ""
        self._lines: list[str] = []
        self.hide()

    @property
    def text(self) -> str:
        """Title and lines, one per line."""
        return "\n".join([self._title, *self._lines])

    def show_at(self, spot: QPoint, title: str, lines: list[str]) -> None:
        """Show the facts right of `spot`, or left of it where there is no room."""
        self._title, self._lines = title, lines
        strong, plain = fonts.font(strong=True), fonts.numbers(fonts.SMALL)
        widths = [QFontMetrics(strong).horizontalAdvance(title)]
        widths += [QFontMetrics(plain).horizontalAdvance(line) for line in lines]
        self.resize(max(widths) + 22, 28 + 18 * len(lines))
        parent = self._sheet
        x, y = spot.x() + GAP, spot.y()
        if x + self.width() > parent.width() - GAP:
            x = spot.x() - self.width() - 3 * GAP
        x = max(GAP, x)
        y = max(GAP, min(y, parent.height() - self.height() - 60))
        self.move(x, y)
        self.show()
        self.raise_()
        self.update()

    @override
    def draw(self, painter: QPainter) -> None:
        strong, plain = fonts.font(strong=True), fonts.numbers(fonts.SMALL)
        self.write(painter, QPointF(10, 19), self._title, "text", strong)
        for number, line in enumerate(self._lines):
            self.write(painter, QPointF(10, 38 + 18 * number), line, "text2", plain)


def _number(value: float, span: float) -> str:
    if span >= 100:
        return f"{value:,.0f}"
    return f"{value:.2f}" if span >= 0.05 else f"{value:.3g}"


def facts(tiles: TileMap, number: int) -> tuple[str, list[str]]:
    """Title and lines about a tile: index, corner, labels."""
    x, y = tiles.coords[number]
    lines = [f"x {x:,} · y {y:,} (level 0)"]
    words = [
        f"{name} {_value(column[number])}" for name, column in tiles.labels.items()
    ]
    lines += [" · ".join(words[at : at + 2]) for at in range(0, min(len(words), 8), 2)]
    out = tiles.has(EXCLUDED, number)
    lines.append("Excluded · X to restore" if out else "Click to select · X to exclude")
    return f"Tile {int(tiles.index[number]):,}", lines


def _value(value: object) -> str:
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    text = f"{value:.2f}" if isinstance(value, float | np.floating) else str(value)
    return text if len(text) <= 24 else f"{text[:23]}…"
