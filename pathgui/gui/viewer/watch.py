"""Notices when the files on screen are replaced, or go away."""

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal

from pathgui.gui.viewer.loading import LoadedSlide

_PATIENCE_MS = 400


class Watch(QObject):
    """Watches a slide and its result while they are shown.

    Signals
    -------
    changed()
        A file was replaced, or has come or gone; told once it has been still for a
        moment.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._watcher = QFileSystemWatcher(self)
        self._loaded: LoadedSlide | None = None
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_PATIENCE_MS)
        self._later.timeout.connect(self._look)
        self._watcher.fileChanged.connect(self._later.start)
        self._watcher.directoryChanged.connect(self._later.start)

    def use(self, loaded: LoadedSlide | None) -> None:
        """Watch the files of another slide, or none."""
        self._loaded = loaded
        self._later.stop()
        old = [*self._watcher.files(), *self._watcher.directories()]
        if old:
            self._watcher.removePaths(old)
        if loaded is not None:
            self._watch(loaded)

    def _watch(self, loaded: LoadedSlide) -> None:
        # A file that is replaced by renaming is told by its folder alone.
        folder = loaded.request.result.parent
        paths = [loaded.request.path, folder]
        there = [str(path) for path in paths if path.exists()]
        if there:
            self._watcher.addPaths(there)

    def _look(self) -> None:
        if self._loaded is not None and not self._loaded.current():
            self.changed.emit()
