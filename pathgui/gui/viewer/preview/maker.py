"""Previews made away from the window's thread: the latest wish counts."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, SignalInstance

from pathgui import log
from pathgui.engine import Recipe
from pathgui.errors import Cancelled, PathguiError
from pathgui.gui.viewer.outline import MaskField, mask_field
from pathgui.gui.viewer.preview.region import Region, Stepped
from pathgui.gui.viewer.tilemap import TileMap
from pathgui.slides import Slide, open_slide
from pathgui.workflows.preview import Look, Previewer
from pathgui.workflows.preview_steps import StepChain, steps_to_show

_log = log.get(__name__)
_PATIENCE_MS = 120


@dataclass(frozen=True, eq=False, slots=True)
class Drawing:
    """A look at a recipe, ready to be drawn.

    Attributes
    ----------
    look : Look
        Numbers and masks.
    tiles : TileMap or None
        The tiles; None if there are none.
    masks : tuple of MaskField
        Edges of the masks.
    milliseconds : float
        How long it took.
    """

    look: Look
    tiles: TileMap | None
    masks: tuple[MaskField, ...]
    milliseconds: float


@dataclass(frozen=True, slots=True)
class Subject:
    """The slide that is looked at."""

    path: Path
    mpp: float | None
    objective: float | None = None


class Maker(QObject):
    """Looks at one slide under the recipe that was asked for last.

    It opens the slide for itself, so that the canvas never waits for it.

    Signals
    -------
    looked(Drawing)
        Mask and tiles of the latest recipe.
    paced(float)
        Seconds for the slide, measured on a few tiles.
    applied(Stepped)
        What a step makes of the visible region.
    failed(PathguiError)
        The recipe cannot be carried out on this slide.
    """

    looked = Signal(object)
    paced = Signal(float)
    applied = Signal(object)
    failed = Signal(object)
    _drawn = Signal(int, object)
    _timed = Signal(int, float)
    _broke = Signal(int, object)
    _shown = Signal(int, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(1, "viewer-preview")
        self._turn = self._region = 0
        self._closed = False
        self._subject: Subject | None = None
        self._recipe: Callable[[], Recipe] | None = None
        self._open: tuple[Subject, Slide, Previewer] | None = None
        self._chain: tuple[Look, Region, StepChain] | None = None
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_PATIENCE_MS)
        self._later.timeout.connect(self._start)
        self._drawn.connect(self._on_drawn)
        self._timed.connect(self._on_timed)
        self._broke.connect(self._on_broke)
        self._shown.connect(self._on_shown)

    def ask(self, subject: Subject, recipe: Callable[[], Recipe]) -> None:
        """Look at a slide under a recipe soon; what was asked before is void.

        The recipe is called for in the background: files may have to be read for it.
        """
        self._turn += 1
        self._subject, self._recipe = subject, recipe
        self._later.start()

    def apply(self, look: Look, step: int, region: Region) -> None:
        """Carry the steps out on a region of the slide; `applied` follows.

        `step` counts those that can be seen. On one region each step runs once,
        whichever are asked for one after the other.
        """
        subject = self._subject
        if subject is None:
            return
        self._region += 1
        turn = self._region

        def asked() -> bool:
            return turn != self._region

        def work() -> None:
            chain = self._chain_of(subject, look, region, asked)
            place = steps_to_show(look.recipe)[step]
            before, after = chain.state(place, asked), chain.state(place + 1, asked)
            pictures = region.shown(before), region.shown(after)
            made = Stepped(look.recipe, step, before, after, pictures)
            self._say(self._shown, turn, made)

        self._submit(work, self._turn)

    def stop(self) -> None:
        """Make void what is under way."""
        self._turn += 1
        self._region += 1
        self._later.stop()
        self._submit(self._let_go, self._turn)

    def shutdown(self) -> None:
        """Wait for the thread and let go of the slide."""
        self._turn += 1
        self._region += 1
        self._later.stop()
        self._closed = True
        self._pool.shutdown(cancel_futures=True)
        self._let_go()

    def _start(self) -> None:
        subject, recipe, turn = self._subject, self._recipe, self._turn
        if subject is None or recipe is None:
            return

        def work() -> None:
            self._work(subject, recipe, turn)

        self._submit(work, turn)

    def _work(self, subject: Subject, recipe: Callable[[], Recipe], turn: int) -> None:
        def asked() -> bool:
            return turn != self._turn

        begin = time.perf_counter()
        previewer = self._previewer(subject)
        look = previewer.look(recipe(), asked)
        tiles = TileMap.of(look.grid) if len(look.grid) else None
        masks = tuple(
            mask_field(name, mask.array, mask.downsample)
            for name, mask in look.masks.items()
        )
        spent = (time.perf_counter() - begin) * 1000
        self._say(self._drawn, turn, Drawing(look, tiles, masks, spent))
        self._say(self._timed, turn, previewer.pace(look, asked))

    def _chain_of(
        self, subject: Subject, look: Look, region: Region, asked: Callable[[], bool]
    ) -> StepChain:
        if asked():
            raise Cancelled("another region was asked for")
        known = self._chain
        if known is None or known[0] is not look or known[1] != region:
            chain = self._previewer(subject).chain(look, region.read())
            known = self._chain = look, region, chain
        return known[2]

    def _previewer(self, subject: Subject) -> Previewer:
        if self._open is None or self._open[0] != subject:
            self._let_go()
            slide = open_slide(
                subject.path, mpp=subject.mpp, objective=subject.objective
            )
            self._open = subject, slide, Previewer(slide)
        return self._open[2]

    def _let_go(self) -> None:
        self._chain = None
        if self._open is not None:
            self._open[1].close()
            self._open = None

    def _submit(self, work: Callable[[], None], turn: int) -> None:
        if self._closed:
            return
        future = self._pool.submit(work)

        def ended(done: "Future[None]") -> None:
            error = None if done.cancelled() else done.exception()
            if error is not None and not isinstance(error, Cancelled):
                self._say(self._broke, turn, error)

        future.add_done_callback(ended)

    def _say(self, signal: SignalInstance, *values: object) -> None:
        try:
            signal.emit(*values)
        except RuntimeError:
            _log.debug("the window was gone before a preview was made")

    def _on_drawn(self, turn: int, drawing: Drawing) -> None:
        if turn == self._turn:
            self.looked.emit(drawing)

    def _on_timed(self, turn: int, seconds: float) -> None:
        if turn == self._turn:
            self.paced.emit(seconds)

    def _on_shown(self, turn: int, made: Stepped) -> None:
        if turn == self._region:
            self.applied.emit(made)

    def _on_broke(self, turn: int, error: BaseException) -> None:
        if not isinstance(error, PathguiError):
            raise error
        if turn == self._turn:
            self.failed.emit(error)
