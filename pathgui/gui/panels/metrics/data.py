"""What the plots show: numbers of the slides in the table, with their decisions."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pathgui.gui.session import Session
from pathgui.gui.session.quality import Quality
from pathgui.project import Table
from pathgui.workflows.qc.metric import METRICS, Metric, metric_named

Values = npt.NDArray[np.float64]
STATUSES = ("pass", "flag", "exclude", "")
# From the manifest, where it is known without a run of the metrics recipe.
_FRACTION = "tissue_fraction"


@dataclass(frozen=True, eq=False, slots=True)
class PlotData:
    """Slides that the table shows, and their metrics.

    Attributes
    ----------
    slides : tuple of str
        In the order of the table.
    statuses : ndarray of object, shape (n,)
        Decision of each.
    columns : dict of str to ndarray of float64, shape (n,)
        NaN where a slide was not measured.
    """

    slides: tuple[str, ...]
    statuses: npt.NDArray[np.object_]
    columns: dict[str, Values]

    @property
    def metrics(self) -> list[Metric]:
        """What can be plotted: ours first, then those of others."""
        known = [metric for metric in METRICS if metric.name in self.columns]
        names = {metric.name for metric in known}
        rest = [name for name in self.columns if name not in names]
        return known + [metric_named(name) for name in rest]

    def rows(self, slides: tuple[str, ...]) -> npt.NDArray[np.intp]:
        """Positions of slides; those that are not shown have none."""
        if len(slides) == 1:
            at = self.slides.index(slides[0]) if slides[0] in self.slides else -1
            return np.asarray([at] if at >= 0 else [], np.intp)
        place = {slide: at for at, slide in enumerate(self.slides)}
        found = [place[slide] for slide in slides if slide in place]
        return np.asarray(found, np.intp)


def plot_data(session: Session, quality: Quality) -> PlotData:
    """Metrics of the slides that the table shows now."""
    slides = session.slides
    columns: dict[str, Values] = {}
    if quality.columns:
        place = {slide: at for at, slide in enumerate(quality.slides)}
        rows = np.array([place.get(slide, -1) for slide in slides], np.intp)
        for name, values in quality.columns.items():
            picked = np.append(values, np.nan)[rows]
            if np.isfinite(picked).any():
                columns[name] = picked
    statuses, shares = texts_of(session, slides, ("qc_status", _FRACTION))
    if "tissue_share" not in columns:
        share = np.full(len(slides), np.nan)
        filled = np.flatnonzero(shares != "")
        share[filled] = [_number(text) for text in shares[filled].tolist()]
        if np.isfinite(share).any():
            columns[_FRACTION] = share
    return PlotData(slides, statuses, columns)


def texts_of(
    session: Session, slides: tuple[str, ...], names: tuple[str, ...]
) -> list[npt.NDArray[np.object_]]:
    """Texts of slides in columns of the manifest; empty where there is no slide."""
    project = session.project
    if project is None or not slides:
        return [np.full(len(slides), "", dtype=object) for _ in names]
    manifest = project.manifest
    manifest.find(slides[0])  # works out the first row of each id
    first = manifest.known_keys or {}
    ids = np.array([first.get(slide, -1) for slide in slides], np.int64)
    places = manifest.store.positions(ids)
    found = []
    for name in names:
        texts = manifest.texts(name)[places]
        texts[places < 0] = ""
        found.append(texts)
    return found


def known_fractions(manifest: Table) -> int:
    """How many slides have a share of tissue in the manifest."""
    return sum(map(bool, manifest.texts(_FRACTION)))


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")
