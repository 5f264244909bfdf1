"""Small files read and written away from the window's thread."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal

from pathgui import log
from pathgui.errors import PathguiError

_log = log.get(__name__)


class Errands(QObject):
    """Runs one function after the other; results come back on this thread.

    Signals
    -------
    failed(PathguiError)
        What a function could not do.
    """

    failed = Signal(object)
    _ended = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(1, "viewer-files")
        self._closed = False
        self._ended.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def run(self, work: Callable[[], Any], done: Callable[[Any], None]) -> None:
        """Call ``work()`` in the background, then ``done(result)`` here."""
        if self._closed:
            return
        self._pool.submit(work).add_done_callback(lambda f: self._tell(done, f))

    def shutdown(self) -> None:
        """Finish what was begun: nothing that was to be written is lost."""
        self._closed = True
        self._pool.shutdown(wait=True)

    def _tell(self, done: Callable[[Any], None], future: "Future[Any]") -> None:
        try:
            self._ended.emit(done, future)
        except RuntimeError:
            _log.debug("the window was gone before a file was written")

    def _deliver(self, done: Callable[[Any], None], future: "Future[Any]") -> None:
        error = future.exception()
        if self._closed:
            # What would be told of it is gone, and so is whom it would be told.
            if error is not None:
                _log.warning("not done before the viewer closed", exc_info=error)
        elif error is None:
            done(future.result())
        elif isinstance(error, PathguiError):
            self.failed.emit(error)
        else:
            raise error
