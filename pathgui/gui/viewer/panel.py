"""The Viewer tab: one slide of the project on screen."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from pathgui.errors import PathguiError
from pathgui.gui.viewer import deeds, keys
from pathgui.gui.viewer.bar import ViewBar
from pathgui.gui.viewer.control import LayerControl
from pathgui.gui.viewer.host import ViewerHost, slide_order
from pathgui.gui.viewer.loader import Loader
from pathgui.gui.viewer.loading import LoadedSlide
from pathgui.gui.viewer.messages import NOTHING, OPENING, Message, message_for
from pathgui.gui.viewer.notice import NoticePage
from pathgui.gui.viewer.requests import request_for
from pathgui.gui.viewer.saving import ask_and_save
from pathgui.gui.viewer.stage import Stage
from pathgui.gui.viewer.start import Starter
from pathgui.gui.viewer.tell import neighbour, states_of, tell_result
from pathgui.gui.viewer.toggles import Toggles
from pathgui.gui.viewer.tools import SlideTools, wants
from pathgui.gui.viewer.watch import Watch
from pathgui.tiling import TileCache

CACHE_GB = 0.25


class ViewerPanel(QWidget):
    """Shows a slide with its tiles and masks, and says what is pointed at.

    Parameters
    ----------
    session : ViewerHost
        The open project, the theme and the selection.

    Attributes
    ----------
    layers : LayerControl
        Switches layers; what a layers panel works on.
    tools : SlideTools
        What can be done on the slide; tells what it wants of the window.
    resting : frozenset of str
        Deeds that another mode of the window has put to rest.
    order : callable
        Gives the slides as previous and next walk through them; the shell may put
        the order of its table here.

    Signals
    -------
    ready(str)
        The first sharp frame of this slide was drawn.
    failed(str, str)
        The slide cannot be shown: message and hint. The canvas says so too.
    tile_hovered(int)
        Stored tile under the mouse, -1 for none.
    tile_selected(int)
        Stored tile that was clicked, -1 for none.
    tiles_selected(list)
        All selected tiles.
    action_wanted(str)
        A button in the canvas: ``run``, ``relink`` or ``retry``.
    prefetched(str)
        This slide, the likely next one, is open and its first view read.
    profiled(bool, bool)
        Whether the slide on screen has a colour profile, and whether profiles are
        applied.
    """

    ready = Signal(str)
    failed = Signal(str, str)
    tile_hovered = Signal(int)
    tile_selected = Signal(int)
    tiles_selected = Signal(list)
    action_wanted = Signal(str)
    prefetched = Signal(str)
    profiled = Signal(bool, bool)

    layers: LayerControl
    stage: Stage | None

    def __init__(self, session: ViewerHost, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._theme = session.theme
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.bar = ViewBar(self._theme, self)
        self.notice = NoticePage(self._theme, self)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.notice)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.bar)
        layout.addWidget(self._stack, 1)
        self.layers = LayerControl(self)
        self.tools = SlideTools(session, self.layers, self)
        self.preview = self.tools.preview
        self._toggles = Toggles(self.bar, self.layers, self.tools, self)
        self.order: Callable[[], list[str]] = lambda: slide_order(session.project)
        self.stage = None
        self.slide_id = self._refused = self._later = ""
        self.profile = True
        self.resting: frozenset[str] = frozenset()
        self._shown: LoadedSlide | None = None
        self._waiting: LoadedSlide | None = None
        self._closed, self._forwards = False, True
        self._veil: Callable[[str], str] = str
        self._alias = ""
        self._loader = Loader(TileCache(CACHE_GB), self)
        self._starter = Starter(self)
        self._watch = Watch(self)
        self._connect()
        keys.add_shortcuts(self, self.layers)
        self._write_bar()

    def _connect(self) -> None:
        self._loader.loaded.connect(self._on_loaded)
        self._loader.failed.connect(self._on_failed)
        self._loader.damaged.connect(self._on_damaged)
        self._loader.ahead.connect(self.prefetched)
        self._starter.ready.connect(self._on_started)
        self._watch.changed.connect(self._on_files)
        self.bar.step.connect(self.step)
        self.bar.save.connect(self.save_view)
        self.notice.acted.connect(self._on_action)
        self._theme.changed.connect(self.restyle)
        self._session.changed.connect(self._on_edit)

    def show_slide(self, slide_id: str) -> None:
        """Open a slide of the project and show it; `ready` or `failed` follows."""
        if self._session.project is None or self._closed:
            return
        self.slide_id, self._refused = slide_id, ""
        self._write_bar()
        if self._shown is None:
            self._say(OPENING)
        try:
            request = request_for(self._session, slide_id, profile=self.profile)
        except PathguiError as error:
            self._loader.forget()
            self._on_failed(slide_id, error)
            return
        self._loader.open(request)
        self._starter.start()

    @property
    def settled(self) -> bool:
        """Whether what is asked for is on screen, and sharp, or cannot be shown."""
        if not self.slide_id or self._refused == self.slide_id:
            return True
        shown = self._shown is not None and self._shown.slide_id == self.slide_id
        return shown and self.stage is not None and not self.stage.canvas.waiting

    def close_slide(self) -> None:
        """Show no slide."""
        self._loader.forget()
        self.slide_id = ""
        self._take_off()
        self._write_bar()
        self._say(NOTHING)

    def shutdown(self) -> None:
        """Close slides, canvas and threads; the panel is of no use afterwards."""
        if self._closed:
            return
        self._closed = True
        self._loader.shutdown()
        self.tools.shutdown()
        self._starter.join()
        if self.stage is not None:
            self.stage.shutdown()
        for loaded in (self._waiting, self._shown):
            if loaded is not None:
                loaded.close()
        self._waiting = self._shown = None

    def step(self, by: int) -> None:
        """Select the next (1) or previous (-1) slide, for all panels."""
        self._forwards = by >= 0
        if slide := neighbour(self.order(), self.slide_id, by):
            self._session.select((slide,))

    def set_veil(self, veil: Callable[[str], str] | None, alias: str = "") -> None:
        """Let what names the slide or its annotations be hidden, for a blinded review.

        Parameters
        ----------
        veil : callable or None
            Takes names out of a text; None hides nothing.
        alias : str
            What the slide is called meanwhile.
        """
        self._veil, self._alias = veil or str, alias if veil is not None else ""
        if self.stage is not None:
            self.stage.veil = self._veil
            if veil is not None:
                self.stage.extras.associated.hide()
        self.tools.drawing.veil(veil is not None)

    def do(self, deed: str) -> None:
        """Do what a key, a button or an action of the window stands for."""
        if deed not in self.resting:
            deeds.do(self, deed)

    def do_when_shown(self, deed: str) -> None:
        """Do it now, or once the slide that is asked for is on screen."""
        if self._shown is not None and self._shown.slide_id == self.slide_id:
            self.do(deed)
        else:
            self._later = deed

    def switch_profile(self) -> None:
        """Apply the colour profiles of scanners, or show pixels as they are stored."""
        self.profile = not self.profile
        if self._shown is not None:
            self.show_slide(self.slide_id)
        self._tell_profile()

    @property
    def has_profile(self) -> bool:
        """Whether the slide on screen has a colour profile."""
        return self._shown is not None and self._shown.profiled

    def _tell_profile(self) -> None:
        self.profiled.emit(self.has_profile, self.profile)

    def save_view(self, _: str = "") -> None:
        """Ask for a file and save the view as a picture."""
        project = self._session.project
        if self.stage is not None and self._shown is not None and project is not None:
            folder = project.folder("visualizations")
            ask_and_save(self.stage, folder, self._alias or self.slide_id)

    def restyle(self) -> None:
        """Take on the colours in force."""
        self.bar.restyle()
        self.notice.restyle()
        if self.stage is not None:
            self.stage.restyle()

    @override
    def event(self, event: QEvent) -> bool:
        # While something is drawn its keys come before those of the window.
        mine = event.type() == QEvent.Type.ShortcutOverride and self.tools.busy
        if mine and isinstance(event, QKeyEvent) and wants(event):
            event.accept()
            return True
        return super().event(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self.tools.press_key(event) and not keys.press(self, event):
            super().keyPressEvent(event)

    @override
    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if not self.tools.release_key(event) and not keys.release(self, event):
            super().keyReleaseEvent(event)

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        # A key that is let go elsewhere is never heard of here.
        self.layers.hide_all(False)
        super().focusOutEvent(event)

    def _on_loaded(self, loaded: LoadedSlide) -> None:
        if self._waiting is not None:
            self._waiting.close()
        self._waiting = loaded
        self._put_on()

    def _on_started(self, trouble: object) -> None:
        if isinstance(trouble, PathguiError):
            self._on_failed(self.slide_id, trouble)
            return
        if self.stage is None:
            self.stage = Stage(self._theme, self)
            self.stage.veil = self._veil
            self._stack.addWidget(self.stage)
            self.layers.attach(self.stage)
            self.tools.attach(self.stage)
            self.stage.canvas.sharp.connect(self._on_sharp)
            self.stage.pointer.tile_hovered.connect(self.tile_hovered)
            self.stage.pointer.tiles_selected.connect(self._on_tiles)
            self.stage.pressed.connect(self.do)
            self.stage.banner.acted.connect(self._on_action)
        self._put_on()

    def _put_on(self) -> None:
        """Show the slide that waits, once there is a canvas."""
        if self.stage is None or self._waiting is None or self._closed:
            return
        loaded, self._waiting = self._waiting, None
        old, self._shown = self._shown, loaded
        self._stack.setCurrentWidget(self.stage)
        self.tools.before_change()
        again = old is not None and old.slide_id == loaded.slide_id
        self.stage.show_slide(loaded, again)
        if old is not None:
            old.close()
        self.tools.prepare(loaded)
        self.layers.dress()
        self.tools.use(loaded)
        self._watch.use(loaded)
        self._tell_profile()
        tell_result(self.stage, loaded, self._session)
        self.tools.offer()
        if self._later:
            self.do(self._later)
            self._later = ""

    def _on_failed(self, slide_id: str, error: PathguiError) -> None:
        self._take_off()
        self._say(message_for(error))
        if slide_id == self.slide_id:
            self._refused = slide_id
            self.failed.emit(error.message, error.hint)

    def _on_damaged(self, slide_id: str, error: PathguiError) -> None:
        if slide_id == self.slide_id and self.stage is not None:
            self.stage.say(error.message, bad=True)

    def _on_sharp(self) -> None:
        if self._shown is not None:
            self.ready.emit(self._shown.slide_id)
            self._look_ahead()

    def _look_ahead(self) -> None:
        """Have the slide ready that the person will probably want next."""
        slide = neighbour(self.order(), self.slide_id, 1 if self._forwards else -1)
        if self.stage is not None and slide and not self._closed:
            canvas = self.stage.canvas
            with suppress(PathguiError):
                request = request_for(self._session, slide, profile=self.profile)
                self._loader.look_ahead(request, (canvas.width(), canvas.height()))

    def _on_edit(self, _: object) -> None:
        self._write_bar()
        if self._shown is not None and not self._shown.current():
            # A run has finished, or the slide's file was replaced.
            self.show_slide(self.slide_id)

    def _on_files(self) -> None:
        shown = self._shown
        if shown is None or self.stage is None:
            return
        if shown.request.path.exists():
            self.show_slide(self.slide_id)
        else:
            # Its pixels may still be readable: what is on screen stays there.
            words = f"The file of {self.slide_id} has gone from its place."
            self.stage.say(self._veil(words), "retry", "Try again", bad=True)

    def _on_tiles(self, numbers: list[int]) -> None:
        self.tiles_selected.emit(numbers)
        self.tile_selected.emit(numbers[0] if numbers else -1)

    def _on_action(self, action: str) -> None:
        if action == "retry" and self.slide_id:
            self.show_slide(self.slide_id)
        if not self.tools.act(action):
            self.action_wanted.emit(action)

    def _take_off(self) -> None:
        if self._waiting is not None:
            self._waiting.close()
        self.tools.before_change()
        if self.stage is not None:
            self.stage.reset()
            self.stage.canvas.clear()
        if self._shown is not None:
            self._shown.close()
        self._waiting = self._shown = None
        self.tools.use(None)
        self._watch.use(None)
        self._tell_profile()
        self.layers.changed.emit()

    def _say(self, message: Message) -> None:
        text, title = self._veil(message.text), self._veil(message.title)
        self.notice.show_message(replace(message, text=text, title=title))
        self._stack.setCurrentWidget(self.notice)

    def _write_bar(self) -> None:
        order = self.order() if self.slide_id else []
        place = order.index(self.slide_id) + 1 if self.slide_id in order else 0
        states = states_of(self._session, self.slide_id)
        self.bar.show_slide(self.slide_id, states, place, len(order))
        self._toggles.write()
