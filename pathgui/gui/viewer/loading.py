"""Opening a slide and its result away from the window's thread."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Signal, SignalInstance

from pathgui import log
from pathgui.errors import PathguiError, SlideError
from pathgui.gui.viewer.colour import to_screen
from pathgui.gui.viewer.drawn import Drawn, read_drawn
from pathgui.gui.viewer.levels import plan_levels
from pathgui.gui.viewer.overview import overview
from pathgui.gui.viewer.pixels import SlidePixels
from pathgui.gui.viewer.results import (
    Result,
    Stamp,
    find_result,
    read_result,
    results_of,
    stamp_of,
)
from pathgui.gui.viewer.scale import Optics
from pathgui.gui.viewer.values import feature_titles
from pathgui.tiling import TileCache

_log = log.get(__name__)


class MissingSlideError(SlideError):
    """The slide's file is not where the project says."""


@dataclass(frozen=True)
class Request:
    """What to open.

    Attributes
    ----------
    slide_id : str
        Name of the slide in the project.
    path : Path
        The slide's file.
    result : Path
        Its result file, which may not exist.
    cache : Path or None
        Folder for pictures that may be made again.
    mpp : float or None
        Overrides what the file says.
    mask, annotations : Path or None
        What people drew on the slide; the files may not exist.
    features : Path or None
        Its feature file, which may not exist.
    journal : Path or None
        The journal of the project's runs, which says what files they made.
    """

    slide_id: str
    path: Path
    result: Path
    cache: Path | None = None
    mpp: float | None = None
    mask: Path | None = None
    annotations: Path | None = None
    features: Path | None = None
    journal: Path | None = None


@dataclass(frozen=True, eq=False)
class LoadedSlide:
    """An open slide, ready to draw."""

    request: Request
    pixels: SlidePixels
    overview: npt.NDArray[np.uint8]
    optics: Optics
    size: tuple[int, int]
    result: Result | None
    stamps: tuple[Stamp, ...]
    drawn: Drawn = field(default_factory=Drawn)
    drawn_stamps: tuple[Stamp, Stamp] = (None, None)
    features: tuple[str, ...] = ()
    bounds: tuple[int, int, int, int] | None = None

    @property
    def slide_id(self) -> str:
        """Name of the slide in the project."""
        return self.request.slide_id

    def current(self) -> bool:
        """Whether the files are still those that were read."""
        return self.stamps == stamps_of(self.request)

    def fresh(self) -> bool:
        """Whether that is so of what people drew on it, too."""
        return self.current() and self.drawn_stamps == drawn_stamps_of(self.request)

    def close(self) -> None:
        """Close the slide once nobody reads it."""
        self.pixels.close()


def load(
    request: Request,
    cache: TileCache,
    failed: Callable[[PathguiError], None],
    cancelled: Callable[[], bool],
) -> LoadedSlide:
    """Open a slide, its overview and its result.

    Raises
    ------
    SlideError
        If the slide is missing or cannot be read. A result that cannot be read is
        no error: it is noted in ``result.problem``.
    """
    from pathgui.jobs.known_files import known_files

    if not request.path.exists():
        raise MissingSlideError(
            f"The slide file {request.path} is not there.",
            "Relink missing slides, or plug in the disk it lies on.",
        )
    stamps, drawn_stamps = stamps_of(request), drawn_stamps_of(request)
    known = known_files(request.journal)
    with ThreadPoolExecutor(1, "viewer-look") as aside:
        # A first look at files nobody knows takes as long as opening the slide.
        aside.submit(known.prepare, _files_of(request))
        pixels, picture = _opened(request, cache, failed, cancelled)
    properties = pixels.slide.properties
    file = find_result(request.result, request.slide_id, known)
    return LoadedSlide(
        request,
        pixels,
        picture,
        Optics(properties.mpp, properties.objective),
        properties.dimensions,
        None if file is None else read_result(file, known),
        stamps,
        read_drawn(request.mask, request.annotations, properties.bounds),
        drawn_stamps,
        feature_titles(request.features, known),
        properties.bounds,
    )


def _files_of(request: Request) -> list[Path]:
    files = results_of(request.result, request.slide_id)
    return files if request.features is None else [*files, request.features]


def _opened(
    request: Request,
    cache: TileCache,
    failed: Callable[[PathguiError], None],
    cancelled: Callable[[], bool],
) -> tuple[SlidePixels, npt.NDArray[np.uint8]]:
    from pathgui.slides import open_slide

    slide = open_slide(request.path, mpp=request.mpp)
    try:
        picture = overview(slide, request.cache, cancelled)
        properties = slide.properties
        levels = plan_levels(
            properties.level_dimensions,
            properties.level_downsamples,
            (picture.shape[1], picture.shape[0]),
        )
        colour = to_screen(slide.icc_profile)
        picture = picture if colour is None else colour(picture)
        pixels = SlidePixels(slide, levels, picture, cache, failed, colour)
    except PathguiError:
        slide.close()
        raise
    return pixels, picture


def stamps_of(request: Request) -> tuple[Stamp, ...]:
    """What tells whether the slide or its result was replaced; opens nothing."""
    files = results_of(request.result, request.slide_id)
    return tuple(stamp_of(file) for file in (request.path, *files))


def drawn_stamps_of(request: Request) -> tuple[Stamp, Stamp]:
    """What tells whether somebody drew on the slide meanwhile."""
    return stamp_of(request.mask), stamp_of(request.annotations)


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
