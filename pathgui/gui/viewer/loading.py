"""Opening a slide and its result away from the window's thread."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Signal, SignalInstance

from pathgui import log
from pathgui.errors import PathguiError, SlideError
from pathgui.gui.viewer.levels import plan_levels
from pathgui.gui.viewer.outline import MaskField, mask_field
from pathgui.gui.viewer.overview import overview
from pathgui.gui.viewer.pixels import SlidePixels
from pathgui.gui.viewer.scale import Optics
from pathgui.gui.viewer.tilemap import TileMap
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
    """

    slide_id: str
    path: Path
    result: Path
    cache: Path | None = None
    mpp: float | None = None


@dataclass(frozen=True)
class Result:
    """What a result file shows on its slide."""

    tiles: TileMap | None = None
    masks: tuple[MaskField, ...] = ()
    tile_size: int = 0
    problem: PathguiError | None = None


@dataclass(frozen=True, eq=False)
class LoadedSlide:
    """An open slide, ready to draw."""

    slide_id: str
    pixels: SlidePixels
    overview: npt.NDArray[np.uint8]
    optics: Optics
    size: tuple[int, int]
    result: Result | None

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
    from pathgui.slides import open_slide

    if not request.path.exists():
        raise MissingSlideError(
            f"The slide file {request.path} is not there.",
            "Relink missing slides, or plug in the disk it lies on.",
        )
    slide = open_slide(request.path, mpp=request.mpp)
    try:
        picture = overview(slide, request.cache, cancelled)
        properties = slide.properties
        levels = plan_levels(
            properties.level_dimensions,
            properties.level_downsamples,
            (picture.shape[1], picture.shape[0]),
        )
        pixels = SlidePixels(slide, levels, picture, cache, failed)
    except PathguiError:
        slide.close()
        raise
    optics = Optics(properties.mpp, properties.objective)
    result = read_result(request.result)
    return LoadedSlide(
        request.slide_id, pixels, picture, optics, properties.dimensions, result
    )


def read_result(path: Path) -> Result | None:
    """Tiles and masks of a result file; None if there is no file."""
    from pathgui.storage import open_file

    if not path.exists():
        return None
    try:
        with open_file(path) as file:
            stored = file.slide(0)
            columns = dict(stored.index)
            index = columns.pop("index", None)
            for name in ("x", "y", "level_x", "level_y"):
                columns.pop(name, None)
            grid = stored.grid()
            tiles = TileMap.of(grid, index, columns) if len(grid) else None
            masks = tuple(
                mask_field(name, np.asarray(mask, bool), downsample)
                for name, (mask, downsample) in stored.slide_masks.items()
            )
            return Result(tiles, masks, grid.tile_size)
    except PathguiError as error:
        return Result(problem=error)


class Loader(QObject):
    """Opens one slide at a time; a newer request makes an older one void.

    Signals
    -------
    loaded(LoadedSlide)
        The slide asked for last is open.
    failed(str, PathguiError)
        It cannot be opened.
    damaged(str, PathguiError)
        A part of an open slide cannot be read.
    """

    loaded = Signal(object)
    failed = Signal(str, object)
    damaged = Signal(str, object)
    _finished = Signal(int, object)

    def __init__(self, cache: TileCache, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._cache = cache
        self._pool = ThreadPoolExecutor(1, "viewer-open")
        self._turn = 0
        self._slide_id = ""
        self._pending: dict[int, Future[LoadedSlide]] = {}
        self._finished.connect(self._on_finished)

    def open(self, request: Request) -> None:
        """Open a slide; `loaded` or `failed` follows."""
        self._turn += 1
        turn, slide_id = self._turn, request.slide_id
        self._slide_id = slide_id
        future = self._pool.submit(
            load,
            request,
            self._cache,
            lambda error: self._say(self.damaged, slide_id, error),
            lambda: turn != self._turn,
        )
        self._pending[turn] = future
        future.add_done_callback(lambda done: self._say(self._finished, turn, done))

    def forget(self) -> None:
        """Make the request under way void."""
        self._turn += 1

    def shutdown(self) -> None:
        """Wait for the request under way and open nothing any more."""
        self.forget()
        self._pool.shutdown(cancel_futures=True)
        for future in self._pending.values():
            _dispose(future)
        self._pending.clear()

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


def _dispose(value: object) -> None:
    """Close what a void request has opened."""
    done = isinstance(value, Future) and not value.cancelled()
    if isinstance(value, Future) and done and value.exception() is None:
        value.result().close()
