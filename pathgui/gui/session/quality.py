"""Quality of the open project: metrics, outliers, decisions of everybody."""

from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, QTimer, Signal

from pathgui import log
from pathgui.errors import PathguiError
from pathgui.gui.background import Asked, Progress
from pathgui.gui.session.decisions import Decided, Decisions
from pathgui.gui.session.session import Session
from pathgui.project import Project, Table
from pathgui.workflows.qc import metrics as qc_metrics
from pathgui.workflows.qc.catch_up import is_news, news, remember
from pathgui.workflows.qc.log import log_file
from pathgui.workflows.qc.outliers import Outlier, by_slide, find_outliers
from pathgui.workflows.review import reviewer

_log = log.get(__name__)
# How often the log is looked at for decisions of others.
_LOOK_MS = 3000
Values = npt.NDArray[np.float64]


class Quality(QObject):
    """What is known of the slides' quality; read in the background.

    Attributes
    ----------
    table : Table or None
        ``results/metrics.csv`` as columns beside the manifest.
    columns : dict of str to ndarray of float64
        Metrics in the order of `slides`; NaN where a slide was not measured.
    slides : list of str
        Slides of the manifest.
    outliers : dict of str to list of Outlier
        By slide.
    changed : Signal()
        Metrics were read again.
    heard : Signal(tuple)
        Others logged decisions.
    """

    changed = Signal()
    heard = Signal(tuple)

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self.decisions = Decisions()
        self.table: Table | None = None
        self.columns: dict[str, Values] = {}
        self.slides: list[str] = []
        self.outliers: dict[str, list[Outlier]] = {}
        self._place: dict[str, int] = {}
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self._look)
        self._looking = False
        session.project_opened.connect(self._opened)
        session.project_closed.connect(self._forget)

    def refresh(self, *, gather: bool = False) -> None:
        """Read the metrics again; `gather` looks into new results first."""
        project = self._session.project
        if project is None:
            return

        def work(progress: Progress, asked: Asked) -> Any:
            if gather and project.writable:
                qc_metrics.gather(project, progress=progress, cancelled=asked)
            return _read(project)

        task = self._session.background.start("Quality metrics", work)
        task.done.connect(self._take)
        task.failed.connect(self._refused)

    def value(self, slide_id: str, name: str) -> float | None:
        """A metric of a slide, or None."""
        place = self._place.get(slide_id, -1)
        if place < 0 or name not in self.columns:
            return None
        value = float(self.columns[name][place])
        return value if np.isfinite(value) else None

    @property
    def measured(self) -> int:
        """How many slides have any metric."""
        known = [np.isfinite(values) for values in self.columns.values()]
        return int(np.any(known, axis=0).sum()) if known else 0

    def why(self, slide_id: str, name: str = "") -> str:
        """Why a slide is an outlier, in one metric or in any."""
        found = self.outliers.get(slide_id, ())
        return "\n".join(item.why for item in found if name in ("", item.metric))

    def _take(self, found: tuple[Table, list[str], dict[str, Values], Any]) -> None:
        if self._session.project is None:
            return
        self.table, self.slides, self.columns, self.outliers = found
        self._place = dict(zip(self.slides, range(len(self.slides)), strict=True))
        self.changed.emit()

    def _refused(self, error: Exception) -> None:
        if isinstance(error, PathguiError):
            self._session.told.emit(error.message, "warning")
        else:
            self._session.trouble.emit(error)

    def _look(self) -> None:
        """Look for decisions of others; the log may be on a disk that hangs."""
        project = self._session.project
        if project is None or self._looking:
            return
        self._looking = True
        task = self._session.background.start(
            "Looking at decisions",
            lambda _progress, _asked: is_news(project),
            pictures=True,
        )
        task.done.connect(self._looked)
        task.failed.connect(self._refused)
        task.finished.connect(self._look_ended)

    def _looked(self, found: bool) -> None:
        if found:
            self.listen()

    def _look_ended(self) -> None:
        self._looking = False

    def listen(self) -> None:
        """Bring decisions that others logged into the manifest."""
        project = self._session.project
        if project is None:
            return
        found = news(project)
        edit = found.edit
        if edit is not None and project.writable:
            self._session.attempt(partial(self._session.record, edit))
        if found.entries and project.writable:
            try:
                remember(project, found.offset)
            except OSError as error:
                _log.warning("how far the log was followed is not kept: %s", error)
        mine = reviewer() if found.entries else ""
        others = tuple(e for e in found.entries if e.reviewer != mine)
        if others:
            self.heard.emit(others)

    def last(self, slide_id: str) -> Any:
        """The latest decision about a slide, by anybody; None without."""
        project = self._session.project
        if project is None:
            return None
        return self.decisions.last(log_file(project), slide_id)

    def all_of(self, name: str) -> dict[str, Decided]:
        """The latest decisions of a reviewer, by slide."""
        project = self._session.project
        return {} if project is None else self.decisions.by(log_file(project), name)

    def mine(self, slide_id: str, name: str) -> Any:
        """The latest decision of a reviewer about a slide; None without."""
        project = self._session.project
        if project is None:
            return None
        return self.decisions.by(log_file(project), name).get(slide_id)

    def _opened(self) -> None:
        project = self._session.project
        assert project is not None
        try:
            # Columns must be there before the table is laid out as it was.
            self.table = qc_metrics.metrics_table(project)
        except PathguiError as error:
            self._session.told.emit(error.message, "warning")
        self.listen()
        if project.writable:
            self._session.attempt(lambda: remember(project, news(project).offset))
        self._timer.start()
        self.refresh(gather=True)

    def _forget(self) -> None:
        self._timer.stop()
        self.table, self.columns, self.outliers = None, {}, {}
        self.slides, self._place = [], {}
        self.changed.emit()


def _read(project: Project) -> tuple[Table, list[str], dict[str, Values], Any]:
    rows = qc_metrics.read_metrics(project)
    manifest = project.manifest
    slides = manifest.texts("slide_id").tolist()
    columns = qc_metrics.columns_of(rows, slides)
    cohorts = manifest.texts("cohort").tolist()
    outliers = by_slide(find_outliers(slides, cohorts, columns))
    return qc_metrics.metrics_table(project), slides, columns, outliers
