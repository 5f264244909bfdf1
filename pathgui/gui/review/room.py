"""The review in the window: its bars, strip and panel round the viewer."""

from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from typing_extensions import override

from pathgui.gui.desks.reviews import ReviewDesk
from pathgui.gui.review.bar import SlideBar
from pathgui.gui.review.head import ReviewHead
from pathgui.gui.review.panel import DecisionPanel
from pathgui.gui.review.strip import QueueStrip
from pathgui.gui.review.tiles import TileReview
from pathgui.gui.session import Session
from pathgui.gui.session.thumbnails import Thumbnails
from pathgui.gui.shell.workspace import Workspace

# Keys of the viewer that would show what a blinded review hides.
_TELLING = (Qt.Key.Key_I,)
# What has no room in a review: it would put something else in place of the result.
_RESTING = frozenset({"preview", "compare"})
# Keys of tools that mean a reason here, and the one that another key stands for.
_KEYS = {"ruler": "", "area": "", "edit": "", "annotate": "", "tiles": "X"}


class ReviewRoom(QObject):
    """Puts the review round the viewer, and takes it away again.

    Attributes
    ----------
    head : ReviewHead
        In place of the toolbar.
    asked : Signal(str)
        A button asks for an action by its key.
    """

    asked = Signal(str)

    def __init__(
        self,
        session: Session,
        desk: ReviewDesk,
        workspace: Workspace,
        thumbnails: Thumbnails,
    ) -> None:
        super().__init__(workspace)
        self._session, self._desk, self._workspace = session, desk, workspace
        state = self._state = desk.state
        self.head = ReviewHead(session.theme, state)
        self.bar = SlideBar(session, state)
        self.strip = QueueStrip(session.theme, state, thumbnails)
        self.panel = DecisionPanel(session, state, desk.quality)
        self.tiles: TileReview | None = None
        self.mask_only = False
        self._tab = "slides"
        self._viewer: Any = None
        self._previewed = False
        self._keys: dict[str, str] = {}
        workspace.add_review(self.bar, self.strip, self.panel)
        session.selection_changed.connect(self._follow)
        desk.on_screen = self._on_screen
        state.moved.connect(self._moved)
        state.changed.connect(self._veil)
        self.strip.picked.connect(state.go)
        self.panel.reason.connect(desk.reason)
        self.panel.noted.connect(desk.note)
        self.panel.asked.connect(self._on_asked)
        for part in (self.head, self.bar):
            part.asked.connect(self.asked)
        self.bar.toggled.connect(self._toggle_overlay)
        self.head.hide()

    def enter(self) -> None:
        """Put the review round the viewer."""
        self._tab = self._workspace.tab
        self._workspace.set_reviewing(True)
        viewer = self._workspace.viewer
        if viewer is not self._viewer:
            self._take(viewer)
        self._viewer.bar.hide()
        self._viewer.order = lambda: list(self._state.queue)
        self._previewed = self._viewer.preview.on
        if self._previewed:
            self._viewer.preview.switch(False)
        self._set_rest(_RESTING, _KEYS)
        self.head.show()
        self.mask_only = False
        self._moved()
        # The slide in turn may be on screen already: nothing will tell of its layers.
        self._overlays()
        self._state.changed.emit()
        self.take_keyboard()

    def leave(self) -> None:
        """Put the window back as it was."""
        self.head.hide()
        if self._viewer is not None:
            self._viewer.bar.show()
            self._viewer.order = lambda: list(self._session.slides)
            self._viewer.set_veil(None)
            if self.tiles is not None:
                self.tiles.put_away()
            self._viewer.layers.show_wished()
            self._set_rest(frozenset(), {})
        self._workspace.set_reviewing(False)
        self._workspace.show_tab(self._tab)
        if self._previewed and self._tab == "viewer":
            self._viewer.preview.switch(True)

    def _set_rest(self, deeds: frozenset[str], keys: dict[str, str]) -> None:
        """Let deeds of the viewer rest, and its tools name the keys they have now."""
        self._viewer.resting, self._keys = deeds, keys
        if self._viewer.stage is not None:
            self._viewer.stage.strip.show_keys(keys)

    def take_keyboard(self) -> None:
        """Give the keyboard to the slide."""
        if self._viewer is not None:
            self._viewer.setFocus(Qt.FocusReason.OtherFocusReason)

    def _take(self, viewer: Any) -> None:
        """Work with the viewer, the first time there is one."""
        self._viewer = viewer
        self.tiles = TileReview(self._state, viewer)
        tiles = self.tiles
        self.panel.count_tiles = lambda: (tiles.count, tiles.left_out)
        viewer.layers.changed.connect(self._overlays)
        viewer.prefetched.connect(self.strip.set_loaded)
        viewer.installEventFilter(self)

    def write_note(self) -> None:
        """Go to the note."""
        self.panel.write_note()

    def start_box(self) -> None:
        """Take the tool for boxes of tiles in hand."""
        if self.tiles is not None:
            self.tiles.start_box()

    def escape(self) -> None:
        """Put the tool away, or else leave the review."""
        if self.tiles is None or not self.tiles.put_away():
            self._desk.leave()

    def toggle_mask_only(self) -> None:
        """Show the masks alone, or all overlays again."""
        self.mask_only = not self.mask_only
        self._viewer.layers.show_wished()
        self._overlays()

    def _toggle_overlay(self, number: int) -> None:
        self._viewer.layers.toggle_number(number)

    def _moved(self) -> None:
        if self._state.active and self._viewer is not None:
            self._veil()
            self._session.select(self._state.current)

    def _follow(self, chosen: tuple[str, ...]) -> None:
        """Another slide came on screen by whatever means: it is in turn, or goes."""
        state = self._state
        if not state.active or not chosen or chosen[0] == state.current:
            return
        if chosen[0] in state.queue:
            state.go_to(chosen[0])
        else:
            self._session.select(state.current)
            self._session.told.emit("That slide is not in this review", "note")

    def _on_screen(self) -> str:
        return self._viewer.slide_id if self._viewer is not None else ""

    def _overlays(self) -> None:
        if not self._state.active:
            return
        if self._viewer.stage is not None:
            # The canvas may have come after the review began.
            self._viewer.stage.strip.show_keys(self._keys)
        overlays = self._viewer.layers.overlays
        if self.mask_only and not self._viewer.layers.hidden:
            kinds = {item.kind for item in overlays}
            mask = "reviewed" if "reviewed" in kinds else "mask"
            for item in overlays:
                if item.kind != "slide":
                    item.visible = item.kind == mask
            self._viewer.layers.redraw()
        self.bar.show_overlays(overlays, self.mask_only)

    def _veil(self) -> None:
        if self._viewer is None or not self._state.active:
            return
        blinded = self._state.blinded
        alias = f"slide {self._state.place + 1}"
        self._viewer.set_veil(self._state.veil if blinded else None, alias)

    def _on_asked(self, action: str) -> None:
        if action:
            self.asked.emit(action)
        else:
            self.take_keyboard()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        telling = (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() in _TELLING
        )
        return telling and self._state.active and self._state.blinded
