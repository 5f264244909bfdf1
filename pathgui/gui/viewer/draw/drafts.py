"""Drafts of what is being drawn, written a moment after each change."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from pathgui import log
from pathgui.errors import PathguiError
from pathgui.gui.viewer.draw.errand import Errands
from pathgui.gui.viewer.host import ViewerHost
from pathgui.workflows import drafts
from pathgui.workflows.drafts import Corner
from pathgui.workflows.mask_edit import MaskEditor

_log = log.get(__name__)
_PATIENCE_MS = 1000

Work = Callable[[], None]
Snapshot = Callable[[], Work]


class Drafts(QObject):
    """Writes drafts in the background, at most once a second.

    A project that is open for reading keeps none.

    Signals
    -------
    failed(PathguiError)
        Drafts cannot be written; told once.
    """

    failed = Signal(object)

    def __init__(
        self, session: ViewerHost, errands: Errands, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._session, self._errands = session, errands
        self._waiting: dict[Path, Snapshot] = {}
        self._told = False
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_PATIENCE_MS)
        self._later.timeout.connect(self.flush)

    def mask(self, slide_id: str, editor: MaskEditor) -> None:
        """A mask in hand has changed."""
        project = self._session.project
        if project is not None and project.writable:
            file = drafts.mask_file(project, slide_id)
            self._soon(file, partial(_mask_work, file, editor))

    def shape(self, slide_id: str, corners: tuple[Corner, ...]) -> None:
        """A shape in hand has changed; without corners there is none."""
        project = self._session.project
        if project is not None and project.writable:
            file = drafts.shape_file(project, slide_id)
            self._soon(file, partial(_shape_work, file, corners))

    def flush(self) -> None:
        """Write what waits."""
        self._later.stop()
        waiting, self._waiting = self._waiting, {}
        for snapshot in waiting.values():
            self._errands.run(partial(_tried, snapshot()), self._note)

    def _soon(self, file: Path, snapshot: Snapshot) -> None:
        self._waiting[file] = snapshot
        if not self._later.isActive():
            self._later.start()

    def _note(self, error: PathguiError | None) -> None:
        if error is not None and not self._told:
            self._told = True
            self.failed.emit(error)


def _mask_work(file: Path, editor: MaskEditor) -> Work:
    """Writing the mask as it is now."""
    if not editor.changed:
        return partial(drafts.drop, file)
    return partial(drafts.keep_mask, file, editor.mask.copy(), editor.downsample)


def _shape_work(file: Path, corners: tuple[Corner, ...]) -> Work:
    """Writing the corners there are."""
    if not corners:
        return partial(drafts.drop, file)
    return partial(drafts.keep_shape, file, corners)


def _tried(work: Work) -> PathguiError | None:
    try:
        work()
    except PathguiError as error:
        _log.warning("%s", error)
        return error
    return None
