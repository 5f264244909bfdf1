"""The panel beside the gallery: plots, and what the selected slides have in common."""

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QComboBox, QFrame, QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from pathgui.gui.panels.metrics.data import (
    PlotData,
    known_fractions,
    plot_data,
    texts_of,
)
from pathgui.gui.panels.metrics.nothing import SHOW_ALL, NothingToPlot, reason_for
from pathgui.gui.panels.metrics.parallel import ParallelPlot
from pathgui.gui.session import Session
from pathgui.gui.session.quality import Quality
from pathgui.gui.style import state_of
from pathgui.gui.style.parts import Button, Icon, IconButton, label, row
from pathgui.gui.style.sections import Facts
from pathgui.workflows.qc.metric import metric_named

if TYPE_CHECKING:
    from pathgui.gui.panels.metrics.scatter import ScatterPlot

WIDTH = 396
_USUAL = ("tissue_mm2", "focus")
_SCANNERS = 3
_MARKS = {
    "pass": "ph.circle-fill",
    "flag": "ph.triangle-fill",
    "exclude": "ph.x-bold",
    "": "ph.square-fill",
}


class MetricsPanel(QFrame):
    """Scatter and parallel coordinates of the slides that the table shows.

    Attributes
    ----------
    asked : Signal(str)
        A button asks for an action by its key.
    all_wanted : Signal()
        The filter of the table is to be cleared.
    """

    asked = Signal(str)
    all_wanted = Signal()

    def __init__(self, session: Session, quality: Quality) -> None:
        super().__init__()
        self.setObjectName("inspector")
        self._session, self._quality = session, quality
        theme = session.theme
        self.setMinimumWidth(280)
        self.setMaximumWidth(560)
        self.across, self.up = _combo("Across"), _combo("Up")
        self.lasso = IconButton(theme, "mdi6.lasso", "Choose with a lasso")
        self.lasso.setCheckable(True)
        self.lasso.setChecked(True)
        self.parallel_button = IconButton(theme, "ph.faders", "Parallel coordinates")
        self.parallel_button.setCheckable(True)
        self.fit = IconButton(theme, "ph.arrows-out", "Show all")
        self.parallel = ParallelPlot(theme)
        # The plot library is loaded when the panel is first looked at.
        self.scatter: QWidget | None = None
        self.stack = QStackedWidget()
        self.empty = NothingToPlot(theme)
        self.title = label("", strong=True)
        self.clear = Button(theme, "Clear", role="link", small=True)
        self.facts = Facts()
        self.review = Button(theme, "Review", "ph.eye", role="primary")
        self.exclude = Button(theme, "Exclude", "ph.prohibit-bold", role="danger")
        self._data: PlotData | None = None
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(30)
        self._later.timeout.connect(self.refresh)
        self._build()
        self._connect()

    def _build(self) -> None:
        head = row(
            label("Metrics", strong=True),
            None,
            self.lasso,
            self.parallel_button,
            self.fit,
        )
        self.axes = QWidget()
        line = row(self.across, label("against", "quiet"), self.up, None)
        self.axes.setLayout(line)
        self.empty.wanted.connect(self._way_out)
        self.stack.addWidget(self.empty)
        self.stack.addWidget(self.parallel)
        self.legend = QWidget()
        self.legend.setLayout(row(*self._legend(), None, spacing=12))
        self.below = QFrame()
        self.below.setObjectName("section")
        box = QVBoxLayout(self.below)
        box.setContentsMargins(0, 10, 0, 4)
        box.addLayout(row(self.title, None, self.clear))
        box.addWidget(self.facts)
        box.addLayout(row(self.review, self.exclude, None))
        outer = QVBoxLayout(self)
        outer.setContentsMargins(13, 8, 12, 12)
        outer.setSpacing(8)
        outer.addLayout(head)
        for widget in (self.axes, self.stack, self.legend, self.below):
            outer.addWidget(widget, 1 if widget is self.stack else 0)

    def _legend(self) -> list[QWidget]:
        parts: list[QWidget] = []
        for status, icon in _MARKS.items():
            state = state_of("qc_status", status)
            assert state is not None
            tint = "text3" if state.hue == "plain" else state.hue
            holder = QWidget()
            mark = Icon(self._session.theme, icon, tint, 11)
            holder.setLayout(row(mark, label(state.word, "quiet", size=12), spacing=5))
            parts.append(holder)
        return parts

    def _connect(self) -> None:
        session = self._session
        self._quality.changed.connect(self._soon)
        session.decided.connect(self._soon)
        session.selection_changed.connect(self._follow)
        session.project_closed.connect(self._soon)
        self.across.activated.connect(self._plot)
        self.up.activated.connect(self._plot)
        self.parallel_button.toggled.connect(self._plot)
        self.lasso.toggled.connect(self._use_lasso)
        self.fit.clicked.connect(self._fit)
        self.parallel.chosen.connect(self._choose)
        self.clear.clicked.connect(self._clear)
        self.review.clicked.connect(lambda: self.asked.emit("review.start"))
        self.exclude.clicked.connect(lambda: self.asked.emit("review.exclude"))

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._soon()

    def table_changed(self) -> None:
        """The table shows other slides."""
        self._soon()

    def _soon(self) -> None:
        if self.isVisible() and not self._later.isActive():
            self._later.start()

    def refresh(self) -> None:
        """Plot what the table shows now."""
        self._data = plot_data(self._session, self._quality)
        metrics = self._data.metrics
        for box, usual in ((self.across, _USUAL[0]), (self.up, _USUAL[1])):
            chosen = str(box.currentData() or usual)
            box.clear()
            for metric in metrics:
                box.addItem(metric.title, metric.name)
            at = box.findData(chosen)
            box.setCurrentIndex(at if at >= 0 else min(len(metrics) - 1, 0))
        self._plot()
        self._follow()

    def _plot(self) -> None:
        data = self._data
        there = data is not None and bool(data.metrics)
        side_by_side = self.parallel_button.isChecked()
        for widget in (self.legend, self.lasso, self.parallel_button, self.fit):
            widget.setVisible(there)
        self.axes.setVisible(there and not side_by_side)
        self.lasso.setEnabled(not side_by_side)
        if data is None or not there:
            self._explain()
            self.stack.setCurrentWidget(self.empty)
            return
        if side_by_side:
            self.parallel.show_data(data)
            self.stack.setCurrentWidget(self.parallel)
            return
        scatter = self._made_scatter()
        scatter.show_data(
            data, str(self.across.currentData()), str(self.up.currentData())
        )
        self.stack.setCurrentWidget(scatter)

    def _explain(self) -> None:
        """Say why there is nothing to plot."""
        project, data = self._session.project, self._data
        shown = 0 if data is None else len(data.slides)
        total = measured = 0
        if project is not None:
            total = len(project.manifest)
            measured = self._quality.measured or known_fractions(project.manifest)
        self.empty.explain(reason_for(shown, total, measured))

    def _way_out(self, way: str) -> None:
        if way == SHOW_ALL:
            self.all_wanted.emit()
        else:
            self.asked.emit(way)

    def _made_scatter(self) -> "ScatterPlot":
        from pathgui.gui.panels.metrics.scatter import ScatterPlot

        if not isinstance(self.scatter, ScatterPlot):
            self.scatter = ScatterPlot(self._session.theme)
            self.scatter.chosen.connect(self._choose)
            self.stack.addWidget(self.scatter)
        return self.scatter

    def _use_lasso(self, on: bool) -> None:
        self._made_scatter().use_lasso(on)

    def _fit(self) -> None:
        self.parallel.clear()
        if self.scatter is not None:
            self._made_scatter().fit()

    def _choose(self, slides: tuple[str, ...]) -> None:
        self._session.select(slides)

    def _clear(self) -> None:
        self.parallel.clear()
        if self.scatter is not None:
            self._made_scatter().lasso.forget()
        self._session.select(())

    def _follow(self) -> None:
        slides = self._session.selection
        if not self.isVisible():
            return
        self.parallel.select(slides)
        if self.scatter is not None:
            self._made_scatter().select(slides)
        count = len(slides)
        self.below.setVisible(count > 0)
        if count:
            noun = "slide" if count == 1 else "slides"
            self.title.setText(f"{count:,} {noun} selected")
            self.review.setText(f"Review {count:,} {noun}")
            self.review.setVisible(count > 1)
            self.facts.say(self._common(slides))

    def _common(self, slides: tuple[str, ...]) -> list[tuple[str, str]]:
        """What can be said of all of them."""
        lines: list[tuple[str, str]] = []
        data = self._data
        if data is not None:
            axes = [str(box.currentData() or "") for box in (self.up, self.across)]
            rows = data.rows(slides)
            lines += [
                (metric_named(n).title, _spread(data, n, rows))
                for n in dict.fromkeys(axes)
                if n in data.columns
            ]
        names = ("scanner", "qc_status")
        named, decided = texts_of(self._session, slides, names)
        scanners = Counter(text or "unknown" for text in named.tolist())
        parts = [f"{n:,} {name}" for name, n in scanners.most_common(_SCANNERS)]
        lines.append(("Scanner", ", ".join(parts)))
        decisions = Counter(text or "unreviewed" for text in decided.tolist())
        parts = [f"{n:,} {word}" for word, n in sorted(decisions.items())]
        lines.append(("Decision", ", ".join(parts)))
        why = self._quality.why(slides[0]) if len(slides) == 1 else ""
        if why:
            lines.append(("Outlier", why))
        return lines


def _spread(data: PlotData, name: str, rows: npt.NDArray[np.intp]) -> str:
    metric, values = metric_named(name), data.columns[name]
    own = values[rows]
    own = own[np.isfinite(own)]
    if not len(own):
        return "not measured"
    low, high = metric.text(float(own.min())), metric.text(float(own.max()))
    median = metric.text(float(np.nanmedian(values)))
    unit = high.partition(" ")[2]
    spread = low if low == high else f"{low.removesuffix(f' {unit}')} to {high}"
    return f"{spread}, median of all {median.removesuffix(f' {unit}')}"


def _combo(name: str) -> QComboBox:
    box = QComboBox()
    box.setAccessibleName(name)
    box.setSizeAdjustPolicy(
        QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
    )
    box.setMinimumContentsLength(11)
    return box
