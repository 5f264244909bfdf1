"""Two metrics against each other, a mark per slide."""

from typing import Any

import numpy as np
import pyqtgraph
from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QColor, QPen, QPolygonF, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from pathgui.gui.panels.metrics.data import STATUSES, PlotData
from pathgui.gui.panels.metrics.lasso import Lasso
from pathgui.gui.style import Theme, fonts
from pathgui.workflows.qc.metric import metric_named

# Shape and colour together tell the decision.
_SYMBOLS = {"pass": "o", "flag": "t1", "exclude": "x", "": "s"}
_TOKENS = {"pass": "ok", "flag": "warn", "exclude": "err", "": "text3"}
_SIZE, _RING, _NEAR = 8, 16, 12.0


class ScatterPlot(QWidget):
    """A scatter plot with a lasso; the selected slides are ringed.

    Attributes
    ----------
    chosen : Signal(tuple)
        Slides inside the lasso, or the one that was clicked.
    """

    chosen = Signal(tuple)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._data: PlotData | None = None
        self._names = ("", "")
        self._selected: tuple[str, ...] = ()
        self.plot: Any = pyqtgraph.PlotWidget()
        self.plot.setMenuEnabled(False)
        self.plot.hideButtons()
        self.plot.setAccessibleName("Scatter plot of two metrics")
        self._rings: Any = pyqtgraph.ScatterPlotItem()
        self._marks: Any = pyqtgraph.ScatterPlotItem()
        self.plot.addItem(self._marks)
        self.plot.addItem(self._rings)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.plot)
        self.lasso = Lasso(theme, self)
        self.lasso.drawn.connect(self._on_drawn)
        self.lasso.clicked.connect(self._on_click)
        self.setMinimumHeight(260)
        theme.changed.connect(self.restyle)
        self.restyle()

    def show_data(self, data: PlotData, across: str, up: str) -> None:
        """Plot one metric against another."""
        fresh = (across, up) != self._names
        self._data, self._names = data, (across, up)
        for side, name in (("bottom", across), ("left", up)):
            metric = metric_named(name)
            unit = f" ({metric.unit})" if metric.unit else ""
            self.plot.setLabel(side, f"{metric.title}{unit}")
            axis = self.plot.getAxis(side)
            axis.enableAutoSIPrefix(False)
            # Shares are kept from 0 to 1 and read as per cent.
            axis.setScale(100.0 if metric.unit == "%" else 1.0)
        self._draw()
        if fresh:
            self.fit()

    def select(self, slides: tuple[str, ...]) -> None:
        """Ring the slides that are selected elsewhere."""
        self._selected = slides
        self._ring()

    def fit(self) -> None:
        """Show all marks."""
        self.lasso.forget()
        self.plot.autoRange()

    def use_lasso(self, on: bool) -> None:
        """Let the mouse draw a lasso, or move and zoom the plot."""
        self.lasso.forget()
        self.lasso.setVisible(on)

    def restyle(self) -> None:
        """Take on the colours in force."""
        theme = self._theme
        self.plot.setBackground(theme.color("window"))
        for side in ("bottom", "left"):
            axis = self.plot.getAxis(side)
            axis.setPen(theme.color("line2"))
            axis.setTextPen(theme.color("text3"))
            axis.setTickFont(fonts.font(fonts.TINY))
        self.plot.showGrid(x=True, y=True, alpha=0.15)
        self._draw()

    def _points(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Coordinates, and positions of the slides that have both."""
        data = self._data
        if data is None or not all(name in data.columns for name in self._names):
            empty = np.empty(0)
            return empty, empty, np.empty(0, np.intp)
        x, y = (data.columns[name] for name in self._names)
        rows = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
        return x[rows], y[rows], rows

    def _draw(self) -> None:
        x, y, rows = self._points()
        if self._data is None:
            return
        spots: dict[str, list[Any]] = {"symbol": [], "brush": [], "pen": []}
        looks = {status: self._look(status) for status in STATUSES}
        for row in rows.tolist():
            symbol, brush, pen = looks.get(self._data.statuses[row], looks[""])
            spots["symbol"].append(symbol)
            spots["brush"].append(brush)
            spots["pen"].append(pen)
        self._marks.setData(x=x, y=y, size=_SIZE, data=rows, **spots)
        self._ring()

    def _look(self, status: str) -> tuple[str, Any, Any]:
        colour = QColor(self._theme.color(_TOKENS[status]))
        if status == "exclude":
            return _SYMBOLS[status], pyqtgraph.mkBrush(colour), QPen(colour, 0)
        colour.setAlpha(190)
        return _SYMBOLS[status], pyqtgraph.mkBrush(colour), QPen(Qt.PenStyle.NoPen)

    def _ring(self) -> None:
        x, y, rows = self._points()
        if self._data is None:
            return
        hit = np.isin(rows, self._data.rows(self._selected))
        pen = pyqtgraph.mkPen(self._theme.color("accent"), width=2)
        none = pyqtgraph.mkBrush(None)
        self._rings.setData(
            x=x[hit], y=y[hit], size=_RING, symbol="o", pen=pen, brush=none
        )

    def _on_drawn(self, region: QPolygonF) -> None:
        x, y, rows = self._points()
        if self._data is None:
            return
        inside = [
            self._data.slides[row]
            for at, row in enumerate(rows.tolist())
            if region.containsPoint(
                self.to_widget(float(x[at]), float(y[at])), Qt.FillRule.OddEvenFill
            )
        ]
        self.chosen.emit(tuple(inside))

    def _on_click(self, spot: QPointF) -> None:
        x, y, rows = self._points()
        best, found = _NEAR, ""
        for at, row in enumerate(rows.tolist()):
            point = self.to_widget(float(x[at]), float(y[at]))
            far = (point - spot).manhattanLength()
            if far < best and self._data is not None:
                best, found = far, self._data.slides[row]
        self.chosen.emit((found,) if found else ())

    def to_widget(self, x: float, y: float) -> QPointF:
        """Where a pair of values lies in this widget."""
        scene = self.plot.getViewBox().mapViewToScene(QPointF(x, y))
        return QPointF(self.plot.mapFromScene(scene))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.lasso.setGeometry(self.rect())
