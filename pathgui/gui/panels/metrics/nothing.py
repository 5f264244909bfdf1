"""Why there is nothing to plot, and the one way out of it."""

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton

from pathgui.gui.style import Theme
from pathgui.gui.style.parts import Button, EmptyState

RUN, ADD, SHOW_ALL = "run.run", "slides.add", "clear filter"


@dataclass(frozen=True, slots=True)
class Reason:
    """What is so, why, and which way out there is."""

    title: str
    why: str
    way_out: str


def reason_for(shown: int, total: int, measured: int) -> Reason:
    """Why no metric of the slides in the table can be plotted.

    Parameters
    ----------
    shown : int
        Slides that the table shows.
    total : int
        Slides of the project.
    measured : int
        Slides of the project that have any metric.
    """
    if not total:
        return Reason("No slides yet", "Metrics are those of the slides.", ADD)
    if not shown:
        slides = "The one slide" if total == 1 else f"All {total:,} slides"
        verb = "is" if total == 1 else "are"
        why = f"{slides} of the project {verb} hidden by the filter of the Slides tab."
        return Reason("The filter matches no slide", why, SHOW_ALL)
    if measured:
        noun = "slide" if shown == 1 else "slides"
        title = f"Not measured: the {shown:,} {noun} shown"
        others = (
            "slide of the project has"
            if measured == 1
            else ("slides of the project have")
        )
        why = f"{measured:,} {others} metrics, and the filter hides them."
        return Reason(title, why, SHOW_ALL)
    return Reason(
        "Nothing measured yet",
        "The recipe qc_metrics measures focus, folds, pen, tissue and stains; results "
        "of HistoQC can be imported.",
        RUN,
    )


class NothingToPlot(EmptyState):
    """Says why there is no plot, and offers the way out that fits.

    Signals
    -------
    wanted(str)
        The way out that was chosen: an action, or `SHOW_ALL`.
    """

    wanted = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "mdi6.chart-scatter-plot")
        self.reason = reason_for(1, 1, 0)
        self.ways: dict[str, QPushButton] = {
            RUN: Button(
                theme, "Run the metrics recipe…", "ph.play-fill", role="primary"
            ),
            ADD: Button(theme, "Add slides…", "ph.plus-circle", role="primary"),
            SHOW_ALL: Button(theme, "Clear filter", "ph.x", role="primary"),
        }
        for button in self.ways.values():
            button.clicked.connect(self._ask)
            self.offer(button)
        self.explain(self.reason)

    def explain(self, reason: Reason) -> None:
        """Say this."""
        self.reason = reason
        self.say(reason.title, reason.why)
        for way, button in self.ways.items():
            button.setVisible(way == reason.way_out)

    def _ask(self) -> None:
        self.wanted.emit(self.reason.way_out)
