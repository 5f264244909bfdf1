"""A picture of the window once everything on it is drawn."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from pathgui import log

if TYPE_CHECKING:
    from pathgui.gui.shell.window import MainWindow

_log = log.get(__name__)
_PATIENCE_MS = 120_000


class Shot(QObject):
    """Waits until nothing is to come, grabs the window, writes a PNG.

    Attributes
    ----------
    done : Signal(int)
        0 if the picture was written, 2 if not.
    """

    done = Signal(int)

    def __init__(self, window: "MainWindow", target: Path) -> None:
        super().__init__(window)
        self._window, self._target = window, target
        self._taken = False
        self._viewer: Any = None
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        # Timers of the panels gather changes for up to 250 ms.
        self._settle.setInterval(400)
        self._settle.timeout.connect(self._take)
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.timeout.connect(self._give_up)

    def start(self) -> None:
        """Begin to wait."""
        window = self._window
        window.session.background.idle.connect(self.look)
        window.session.background.started.connect(self._more)
        window.thumbnails.idle.connect(self.look)
        self._meet_viewer()
        window.workspace.tab_shown.connect(self._meet_viewer)
        self._patience.start(_PATIENCE_MS)
        # Painting is what asks for thumbnails.
        window.grab()
        self.look()

    def look(self) -> None:
        """Take the picture soon if nothing is to come."""
        if not self._busy():
            self._settle.start()

    def _busy(self) -> bool:
        window = self._window
        viewer: Any = window.workspace.viewer
        viewing = viewer is not None and window.workspace.tab == "viewer"
        if viewing and not viewer.settled:
            return True
        return window.session.background.busy or window.thumbnails.busy

    def _more(self) -> None:
        self._settle.stop()

    def _meet_viewer(self, *_what: str) -> None:
        """Hear of the viewer, which is made when it is first wanted."""
        viewer: Any = self._window.workspace.viewer
        if viewer is not None and viewer is not self._viewer:
            self._viewer = viewer
            viewer.ready.connect(self._viewer_told)
            viewer.failed.connect(self._viewer_told)
        self.look()

    def _viewer_told(self, *_what: str) -> None:
        self.look()

    def _take(self) -> None:
        if self._taken or self._busy():
            return
        self._window.toasts.clear()
        picture = self._window.grab()
        if not self._busy():
            self._finish(picture.save(str(self._make_folder()), "PNG"))

    def _make_folder(self) -> Path:
        self._target.parent.mkdir(parents=True, exist_ok=True)
        return self._target

    def _give_up(self) -> None:
        _log.error("the window was not drawn within %s s", _PATIENCE_MS // 1000)
        self._finish(self._window.grab().save(str(self._make_folder()), "PNG"))

    def _finish(self, good: bool) -> None:
        self._taken = True
        self._patience.stop()
        self.done.emit(0 if good else 2)
