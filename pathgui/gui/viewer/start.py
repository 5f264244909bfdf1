"""Getting napari ready without holding up the window."""

from threading import Thread

from PySide6.QtCore import QObject, Signal

from pathgui.errors import PathguiError
from pathgui.gui.viewer.embed import preload
from pathgui.gui.viewer.opengl import check_opengl


class Starter(QObject):
    """Imports napari in a thread once, and asks whether slides can be drawn.

    Signals
    -------
    ready(object)
        A canvas can be made now; or the `PathguiError` that says why not.
    """

    ready = Signal(object)
    _imported = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread: Thread | None = None
        self._done = False
        self._trouble: PathguiError | None = None
        self._imported.connect(self._on_imported)

    def start(self) -> None:
        """Begin, or say again how it ended."""
        if self._done:
            self.ready.emit(self._trouble)
        elif self._thread is None:
            try:
                check_opengl()
            except PathguiError as error:
                self._trouble = error
                self._on_imported()
                return
            self._thread = Thread(target=self._import, name="viewer-start")
            self._thread.start()

    def join(self) -> None:
        """Wait for the thread, if it runs."""
        if self._thread is not None:
            self._thread.join()

    def _import(self) -> None:
        preload()
        self._imported.emit()

    def _on_imported(self) -> None:
        if not self._done:
            self._done = True
            self.ready.emit(self._trouble)
