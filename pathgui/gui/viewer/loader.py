"""One thread that opens the slide asked for, and one that opens the likely next."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from PySide6.QtCore import QObject, Signal, SignalInstance

from pathgui import log
from pathgui.errors import PathguiError, SlideError
from pathgui.gui.viewer.loading import LoadedSlide, Request, load
from pathgui.tiling import TileCache

_log = log.get(__name__)


class Loader(QObject):
    """Opens one slide at a time, and the likely next one ahead.

    A newer request makes an older one void.

    Signals
    -------
    loaded(LoadedSlide)
        The slide asked for last is open.
    failed(str, PathguiError)
        It cannot be opened.
    damaged(str, PathguiError)
        A part of an open slide cannot be read.
    ahead(str)
        The slide that was opened ahead lies ready.
    """

    loaded = Signal(object)
    failed = Signal(str, object)
    damaged = Signal(str, object)
    ahead = Signal(str)
    _finished = Signal(int, object)

    def __init__(self, cache: TileCache, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._cache = cache
        self._pool = ThreadPoolExecutor(1, "viewer-open")
        self._aside = ThreadPoolExecutor(1, "viewer-ahead")
        self._turn = 0
        self._slide_id = ""
        self._pending: dict[int, Future[LoadedSlide]] = {}
        self._ahead: tuple[Request, Future[LoadedSlide]] | None = None
        self._finished.connect(self._on_finished)

    def open(self, request: Request) -> None:
        """Open a slide; `loaded` or `failed` follows."""
        self._turn += 1
        turn, self._slide_id = self._turn, request.slide_id
        future = self._taken(request)
        if future is None:
            future = self._pool.submit(self._load, request, lambda: turn != self._turn)
        self._pending[turn] = future
        future.add_done_callback(lambda done: self._say(self._finished, turn, done))

    def look_ahead(self, request: Request, view: tuple[int, int]) -> None:
        """Open a slide that is likely to be asked for, and read its first view.

        Parameters
        ----------
        request : Request
            The slide.
        view : (int, int)
            Width and height of the canvas in pixels.
        """
        if self._ahead is not None and self._ahead[0] == request:
            return
        self._drop_ahead()
        future = self._aside.submit(self._load_ahead, request, view)
        self._ahead = request, future
        future.add_done_callback(lambda done: self._tell_ahead(request, done))

    def _tell_ahead(self, request: Request, done: Future[LoadedSlide]) -> None:
        if not done.cancelled() and done.exception() is None:
            self._say(self.ahead, request.slide_id)

    def forget(self) -> None:
        """Make the request under way void, and what was opened ahead."""
        self._turn += 1
        self._drop_ahead()

    def shutdown(self) -> None:
        """Wait for what is under way and open nothing any more."""
        self.forget()
        self._pool.shutdown(cancel_futures=True)
        self._aside.shutdown(cancel_futures=True)
        for future in self._pending.values():
            _dispose(future)
        self._pending.clear()
        self._cache.clear()

    def _load(self, request: Request, cancelled: Callable[[], bool]) -> LoadedSlide:
        slide_id = request.slide_id
        return load(
            request,
            self._cache,
            lambda error: self._say(self.damaged, slide_id, error),
            cancelled,
        )

    def _load_ahead(self, request: Request, view: tuple[int, int]) -> LoadedSlide:
        loaded = self._load(request, lambda: False)
        loaded.pixels.warm(*view)
        return loaded

    def _taken(self, request: Request) -> "Future[LoadedSlide] | None":
        """The slide opened ahead, if it is this one and was not replaced since."""
        if self._ahead is None or self._ahead[0] != request:
            return None
        future = self._ahead[1]
        self._ahead = None
        if future.done() and future.exception() is None and future.result().fresh():
            return future
        future.add_done_callback(_dispose)
        return None

    def _drop_ahead(self) -> None:
        if self._ahead is not None:
            future, self._ahead = self._ahead[1], None
            if not future.cancel():
                future.add_done_callback(_dispose)

    def _say(self, signal: SignalInstance, *values: object) -> None:
        try:
            signal.emit(*values)
        except RuntimeError:
            _log.debug("the window was gone before a thread had finished")

    def _on_finished(self, turn: int, future: "Future[LoadedSlide]") -> None:
        self._pending.pop(turn, None)
        if turn != self._turn:
            _dispose(future)
            return
        error = future.exception()
        if error is None:
            self.loaded.emit(future.result())
        elif isinstance(error, PathguiError):
            self.failed.emit(self._slide_id, error)
        else:
            # A fault of ours: the window shows it as a crash, the canvas as words.
            words = f"{self._slide_id} could not be opened: {error}"
            self.failed.emit(self._slide_id, SlideError(words, "See the log."))
            raise error


def _dispose(future: "Future[LoadedSlide]") -> None:
    """Close what a void request has opened."""
    if not future.cancelled() and future.exception() is None:
        future.result().close()
