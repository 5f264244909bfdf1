"""Thumbnails of slides, made in the background and kept as pixmaps."""

from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPixmap

from pathgui import log
from pathgui.errors import PathguiError
from pathgui.gui.background import Asked, Progress
from pathgui.gui.session.session import Session
from pathgui.project import Project

_log = log.get(__name__)
Ensure = Callable[[Project, str], Path]

_KEPT = 2000
_BATCH = 4
SMALL = QSize(34, 21)


class Thumbnails(QObject):
    """Gives a slide's picture at once if it is known, and else sees to it.

    Parameters
    ----------
    session : Session
        The open project.
    ensure : callable
        Makes or finds the picture file of a slide; called in the background.

    Attributes
    ----------
    ready : Signal(str)
        The picture of this slide is there.
    idle : Signal()
        All that was asked for is there, or cannot be had.
    """

    ready = Signal(str)
    idle = Signal()

    def __init__(self, session: Session, ensure: Ensure) -> None:
        super().__init__(session)
        self._session = session
        self._ensure = ensure
        self._large: OrderedDict[str, QPixmap] = OrderedDict()
        self._small: OrderedDict[str, QPixmap] = OrderedDict()
        self._wanted: OrderedDict[str, None] = OrderedDict()
        self._working = False
        self._void: set[str] = set()
        session.project_closed.connect(self._forget)

    def get(self, slide_id: str, *, small: bool = False) -> QPixmap | None:
        """The picture, or None while it is not there; it is asked for then."""
        kept = self._small if small else self._large
        if slide_id in kept:
            kept.move_to_end(slide_id)
            return kept[slide_id]
        if slide_id and slide_id not in self._large:
            self._wanted[slide_id] = None
            self._wanted.move_to_end(slide_id)
            self._next()
        return None

    @property
    def busy(self) -> bool:
        """Whether pictures are still to come."""
        return self._working or bool(self._wanted)

    def forget(self, slide_id: str) -> None:
        """Ask anew for the picture of a slide whose file changed."""
        self._large.pop(slide_id, None)
        self._small.pop(slide_id, None)
        # One that is being made may be of the file that was there before.
        self._void.add(slide_id)

    def _next(self) -> None:
        project = self._session.project
        if self._working or not self._wanted or project is None:
            return
        # The latest asked for come first: they are on screen now.
        batch = [self._wanted.popitem()[0] for _ in range(_take(self._wanted))]
        self._working = True
        self._void.clear()

        def work(_progress: Progress, asked: Asked) -> list[tuple[str, QImage]]:
            return [(s, self._load(project, s)) for s in batch if not asked()]

        task = self._session.background.start("Thumbnails", work, pictures=True)
        task.done.connect(self._keep)
        task.finished.connect(self._again)

    def _load(self, project: Project, slide_id: str) -> QImage:
        try:
            return QImage(str(self._ensure(project, slide_id)))
        except (PathguiError, OSError) as error:
            _log.info("no thumbnail of %s: %s", slide_id, error)
            return QImage()

    def _keep(self, images: list[tuple[str, QImage]]) -> None:
        for slide_id, image in images:
            if slide_id in self._void:
                self._wanted[slide_id] = None
                continue
            picture = QPixmap.fromImage(image)
            self._large[slide_id] = picture
            self._small[slide_id] = _shrunk(image)
            self.ready.emit(slide_id)
        for kept in (self._large, self._small):
            while len(kept) > _KEPT:
                kept.popitem(last=False)

    def _again(self) -> None:
        self._working = False
        if self._wanted:
            self._next()
        else:
            self.idle.emit()

    def _forget(self) -> None:
        self._large.clear()
        self._small.clear()
        self._wanted.clear()


def _take(wanted: OrderedDict[str, None]) -> int:
    return min(_BATCH, len(wanted))


def _shrunk(image: QImage) -> QPixmap:
    if image.isNull():
        return QPixmap()
    small = image.scaled(
        SMALL * 2,
        Qt.AspectRatioMode.KeepAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )
    picture = QPixmap.fromImage(small)
    picture.setDevicePixelRatio(2)
    return picture
