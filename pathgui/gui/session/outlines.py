"""Outlines of tissue for the gallery, made in the background."""

from collections import OrderedDict

from PySide6.QtCore import QObject, QPointF, Signal
from PySide6.QtGui import QPainterPath, QPolygonF

from pathgui import log
from pathgui.errors import PathguiError
from pathgui.gui.background import Asked, Progress
from pathgui.gui.session.session import Session
from pathgui.project import Edit, Project
from pathgui.workflows.outlines import Outline, outline

_log = log.get(__name__)
_KEPT, _BATCH = 4000, 8
_RESULT = frozenset({"status", "n_tiles", "tissue_fraction"})


class Outlines(QObject):
    """Gives a slide's outline at once if it is known, and else sees to it.

    A path is in shares of the slide's width and height; it is empty where the slide
    has no mask.

    Attributes
    ----------
    ready : Signal(str)
        The outline of this slide is there.
    """

    ready = Signal(str)

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._kept: OrderedDict[str, QPainterPath] = OrderedDict()
        self._wanted: OrderedDict[str, None] = OrderedDict()
        self._working = False
        self._void: set[str] = set()
        session.project_closed.connect(self._forget)
        session.changed.connect(self._on_edit)

    def get(self, slide_id: str) -> QPainterPath | None:
        """The outline, or None while it is not there; it is asked for then."""
        if slide_id in self._kept:
            self._kept.move_to_end(slide_id)
            return self._kept[slide_id]
        if slide_id:
            self._wanted[slide_id] = None
            self._wanted.move_to_end(slide_id)
            self._next()
        return None

    @property
    def busy(self) -> bool:
        """Whether outlines are still to come."""
        return self._working or bool(self._wanted)

    def _next(self) -> None:
        project = self._session.project
        if self._working or not self._wanted or project is None:
            return
        count = min(_BATCH, len(self._wanted))
        batch = [self._wanted.popitem()[0] for _ in range(count)]
        self._working = True
        self._void.clear()

        def work(_progress: Progress, asked: Asked) -> list[tuple[str, list[Outline]]]:
            return [(s, _lines(project, s)) for s in batch if not asked()]

        task = self._session.background.start("Outlines", work, pictures=True)
        task.done.connect(self._keep)
        task.finished.connect(self._again)

    def _keep(self, found: list[tuple[str, list[Outline]]]) -> None:
        for slide_id, lines in found:
            if slide_id in self._void:
                self._wanted[slide_id] = None
                continue
            self._kept[slide_id] = _path(lines)
            self.ready.emit(slide_id)
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)

    def _again(self) -> None:
        self._working = False
        self._next()

    def _on_edit(self, edit: Edit) -> None:
        """A run has written another result."""
        project = self._session.project
        if project is None:
            return
        manifest = project.manifest
        if not any(t == "manifest" and name in _RESULT for t, name in edit.places):
            return
        for cell in edit.cells:
            ours = cell.table == "manifest" and cell.column in _RESULT
            if ours and manifest.store.has_row(cell.row):
                self.renew(manifest.text(cell.row, "slide_id"))

    def renew(self, slide_id: str) -> None:
        """A mask was reviewed, or its review taken back: look again."""
        self._kept.pop(slide_id, None)
        # One that is being traced may be of what was there before.
        self._void.add(slide_id)

    def _forget(self) -> None:
        self._kept.clear()
        self._wanted.clear()


def _lines(project: Project, slide_id: str) -> list[Outline]:
    try:
        return list(outline(project, slide_id))
    except (PathguiError, OSError) as error:
        _log.info("no outline of %s: %s", slide_id, error)
        return []


def _path(lines: list[Outline]) -> QPainterPath:
    path = QPainterPath()
    for line in lines:
        path.addPolygon(QPolygonF([QPointF(x, y) for x, y in line.tolist()]))
    return path
