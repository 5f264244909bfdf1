"""A slide's metrics against those of the cohort: small histograms with a mark."""

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from pathgui.gui.session.quality import Quality
from pathgui.gui.style import Theme
from pathgui.gui.style.parts import Icon, label, row, tabular
from pathgui.workflows.qc.metric import METRICS, Metric

_BINS, _LINES = 26, 4
_SHOWN = ("focus", "tissue_mm2", "folds", "pen_share", "brightness", "stain_shift")


class Spread(QWidget):
    """Bars of a histogram and where a value lies."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._bars: list[float] = []
        self._at: float | None = None
        self._far = False
        self.setFixedHeight(22)
        theme.changed.connect(self.update)

    def say(self, values: np.ndarray, value: float | None, far: bool) -> None:
        """Show how `values` are spread, and one value in them."""
        known = values[np.isfinite(values)]
        self._bars, self._at, self._far = [], None, far
        if len(known):
            # The outermost values stand at the edges, so that one of them does not
            # squeeze all others into a single bar.
            low, high = (float(v) for v in np.percentile(known, (1, 99)))
            low, high = (low, high) if high > low else (low - 0.5, high + 0.5)
            counts, _ = np.histogram(np.clip(known, low, high), _BINS, (low, high))
            self._bars = (counts / max(counts.max(), 1)).tolist()
            if value is not None:
                self._at = min(max((value - low) / (high - low), 0.0), 1.0)
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        base = self.height() - 2
        step = self.width() / max(len(self._bars), 1)
        for at, share in enumerate(self._bars):
            tall = max(share * (base - 5), 1.0)
            bar = QRectF(at * step, base - tall, step - 1.5, tall)
            painter.fillRect(bar, self._theme.color("line2"))
        painter.fillRect(QRectF(0, base, self.width(), 1), self._theme.color("line2"))
        if self._at is not None:
            x = 2 + self._at * (self.width() - 4)
            tint = self._theme.color("warn" if self._far else "accent")
            painter.setPen(QPen(tint, 2))
            painter.drawLine(round(x), 3, round(x), base)
            painter.fillRect(QRectF(x - 3, 1, 6, 5), tint)
        painter.end()


class AgainstCohort(QWidget):
    """Some metrics of the slide in turn, the outliers first."""

    def __init__(self, theme: Theme, quality: Quality) -> None:
        super().__init__()
        self._quality = quality
        self.count = tabular("", "quiet")
        self.none = label(
            "Not measured: run the recipe qc_metrics.", "quiet", wrap=True
        )
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(2)
        box.addLayout(row(label("Against the cohort", strong=True), None, self.count))
        box.addWidget(self.none)
        self._lines = []
        for _ in range(_LINES):
            name, value = label("", "quiet", size=12), tabular("", size=13)
            icon, spread = Icon(theme, "ph.warning-fill", "warn", 13), Spread(theme)
            holder = QWidget()
            inner = QVBoxLayout(holder)
            inner.setContentsMargins(0, 2, 0, 2)
            inner.setSpacing(0)
            inner.addLayout(row(name, None, icon, value, spacing=4))
            inner.addWidget(spread)
            box.addWidget(holder)
            self._lines.append((holder, name, icon, value, spread))

    def say(self, slide: str) -> None:
        """Show the metrics of a slide."""
        quality = self._quality
        far = {item.metric: item for item in quality.outliers.get(slide, ())}
        names = [*far, *(n for n in _SHOWN if n not in far)]
        by_name = {metric.name: metric for metric in METRICS}
        known: list[tuple[Metric, float]] = []
        for column in names:
            value = quality.value(slide, column)
            if value is not None and column in by_name:
                known.append((by_name[column], value))
        self.none.setVisible(not known)
        self.count.setText(f"{len(quality.slides):,} slides" if known else "")
        for at, (holder, name, icon, words, spread) in enumerate(self._lines):
            holder.setVisible(at < len(known))
            if at < len(known):
                metric, value = known[at]
                name.setText(metric.title)
                words.setText(metric.text(value))
                icon.setVisible(metric.name in far)
                spread.say(quality.columns[metric.name], value, metric.name in far)
                why = far[metric.name].why if metric.name in far else metric.description
                holder.setToolTip(why)
