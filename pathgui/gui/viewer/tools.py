"""All that can be done on the slide beyond looking: tried out, drawn, excluded."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent

from pathgui.gui.viewer.control import LayerControl
from pathgui.gui.viewer.draw.annotate import Annotating
from pathgui.gui.viewer.draw.drafts import Drafts
from pathgui.gui.viewer.draw.errand import Errands
from pathgui.gui.viewer.draw.review import MaskReview
from pathgui.gui.viewer.exclude import Excluding
from pathgui.gui.viewer.fields import Fields
from pathgui.gui.viewer.host import ViewerHost
from pathgui.gui.viewer.imports import Imports
from pathgui.gui.viewer.loading import LoadedSlide
from pathgui.gui.viewer.preview.control import PreviewControl
from pathgui.gui.viewer.stage import Stage
from pathgui.workflows import keep_recipe

_PLAIN = (
    Qt.Key.Key_B,
    Qt.Key.Key_E,
    Qt.Key.Key_F,
    Qt.Key.Key_Y,
    Qt.Key.Key_S,
    Qt.Key.Key_D,
    Qt.Key.Key_BracketLeft,
    Qt.Key.Key_BracketRight,
    Qt.Key.Key_Escape,
    Qt.Key.Key_Delete,
    Qt.Key.Key_Backspace,
    Qt.Key.Key_Return,
    Qt.Key.Key_Enter,
)


class SlideTools(QObject):
    """Preview, mask review, annotations and excluded tiles of the slide on screen.

    Attributes
    ----------
    preview : PreviewControl
        Parameters tried out.
    masks : MaskReview
        The mask corrected by hand.
    drawing : Annotating
        Annotations.
    excluding : Excluding
        Tiles taken out.
    fields : Fields
        Stitched maps and features.
    imports : Imports
        Masks and annotations of other programs.

    Signals
    -------
    changed()
        A tool came or went.
    kept(str, object, object, str)
        Label, what does and undoes a change of the project's files, and the slide.
    run_wanted(object)
        A recipe file to run on the cohort, a `Path`.
    tiles_wanted(str, object)
        The tiles of this slide shall be made anew by this recipe file.
    edit_wanted(object)
        An `Edit` of the manifest.
    troubled(object)
        A `PathguiError` that a person should read.
    """

    changed = Signal()
    kept = Signal(str, object, object, str)
    run_wanted = Signal(object)
    tiles_wanted = Signal(str, object)
    edit_wanted = Signal(object)
    troubled = Signal(object)

    def __init__(
        self, session: ViewerHost, layers: LayerControl, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._errands = Errands(self)
        self.preview = PreviewControl(session, layers, self)
        self._drafts = Drafts(session, self._errands, self)
        self.masks = MaskReview(session, layers, self._errands, self._drafts, self)
        self.drawing = Annotating(session, layers, self._errands, self._drafts, self)
        self.excluding = Excluding(session, self._errands, self)
        self.fields = Fields(session, self._errands, self)
        layers.fields = self.fields
        self.imports = Imports(layers, self.drawing, self._errands, self)
        self._stage: Stage | None = None
        self._shown: LoadedSlide | None = None
        self._session = session
        self._errands.failed.connect(self.troubled)
        self._drafts.failed.connect(self.troubled)
        self.preview.run_wanted.connect(self.run_wanted)
        self.preview.edit_wanted.connect(self.edit_wanted)
        self.preview.troubled.connect(self.troubled)
        for kept in (self.masks.kept, self.drawing.kept, self.excluding.kept):
            kept.connect(self.kept)
        for signal in (
            self.preview.changed,
            self.masks.changed,
            self.drawing.changed,
        ):
            signal.connect(self.changed)
        self.changed.connect(self._show_hand)
        self.masks.saved.connect(self._on_mask)
        self.drawing.changed.connect(self.preview.look_again)
        self.excluding.written.connect(self.preview.look_again)
        self.excluding.troubled.connect(self.troubled)

    def attach(self, stage: Stage) -> None:
        """Work on a canvas, once it exists."""
        self._stage = stage
        self.imports.attach(stage)
        self.preview.attach(stage)
        self.masks.attach(stage)
        self.drawing.attach(stage)
        self.excluding.attach(stage)
        stage.pointer.tool_changed.connect(self._on_tool)
        stage.pointer.moved.connect(self._on_mouse)

    def before_change(self) -> None:
        """The slide goes: put everything out of hand while its layers still exist."""
        self.masks.before_change()
        self.drawing.before_change()

    def prepare(self, loaded: LoadedSlide) -> None:
        """A slide comes: its values can be asked for while it is dressed."""
        self.fields.use(loaded)

    def use(self, loaded: LoadedSlide | None) -> None:
        """Speak about another slide, or none."""
        self._shown = loaded
        self.fields.use(loaded)
        self.imports.use(loaded)
        self.masks.use(loaded)
        self.drawing.use(loaded)
        self.excluding.use(loaded)
        self.preview.use(loaded)
        if loaded is not None and loaded.drawn.problem is not None:
            self.troubled.emit(loaded.drawn.problem)

    def offer(self) -> None:
        """Say that something on the slide was not saved, with the way back to it."""
        stage, shown = self._stage, self._shown
        if stage is None or shown is None:
            return
        if shown.slide_id in self.masks.unsaved:
            words = "The mask of this slide was changed and is not saved."
            stage.say(words, "edit_draft", "Go on", bad=True)
        elif shown.slide_id in self.drawing.in_hand.unfinished:
            words = "A shape was drawn on this slide and is not kept."
            stage.say(words, "draw_draft", "Go on", bad=True)
        elif self.masks.left and self.masks.left != shown.slide_id:
            words = f"The mask of {self.masks.left} was changed and is not saved."
            stage.say(words, "draft_back", "Go back to it", bad=True)

    @property
    def unsaved(self) -> list[str]:
        """What was drawn and not saved, in words."""
        masks = [f"the mask of {slide}" for slide in self.masks.unsaved]
        return masks + [
            f"a shape drawn on {s}" for s in self.drawing.in_hand.unfinished
        ]

    def save_drafts(self, done: Callable[[], None]) -> None:
        """Save all that was drawn, then call `done`; what failed stays unsaved."""
        self.masks.save_all()
        self.drawing.leave()
        self.drawing.in_hand.keep_all()
        self._drafts.flush()
        self._errands.run(lambda: None, lambda _: done())

    def discard_drafts(self) -> None:
        """Give up all that was drawn and not saved."""
        self.masks.discard_all()
        self.drawing.leave()
        self.drawing.in_hand.discard_all()
        self._drafts.flush()

    def forget(self) -> None:
        """The project goes: nothing of it stays in hand."""
        self.masks.forget()
        self.drawing.in_hand.forget()

    def shutdown(self) -> None:
        """Wait until everything is written."""
        self._drafts.flush()
        self.preview.shutdown()
        self._errands.shutdown()

    @property
    def busy(self) -> bool:
        """Whether something is being drawn, which then has the keys."""
        return self.masks.on or self.drawing.on

    def do(self, deed: str) -> None:
        """Do what a letter, or a button, stands for."""
        deeds: dict[str, Callable[[], None]] = {
            "preview": self.preview.toggle,
            "compare": self.preview.toggle_compare,
            "exclude": self.excluding.toggle,
            "restore_tiles": self.excluding.restore_all,
            "edit": self._edit,
            "annotate": self._annotate,
        }
        if deed in deeds and self._shown is not None:
            deeds[deed]()

    def act(self, action: str) -> bool:
        """Do what a button over the slide asks for; False if it is not ours."""
        if action == "save_mask":
            self.masks.save()
        elif action == "draft_back":
            self._session.select((self.masks.left,))
        elif action == "edit_draft":
            self._edit()
        elif action == "draw_draft":
            self._annotate()
        elif action == "edit_import":
            self.masks.begin(self.imports.editor())
        elif action == "tiles" and (file := self._recipe_file()) is not None:
            assert self._shown is not None
            self.tiles_wanted.emit(self._shown.slide_id, file)
        else:
            return False
        return True

    def _recipe_file(self) -> Path | None:
        """The recipe that made the tiles on screen."""
        project, shown = self._session.project, self._shown
        result = None if shown is None else shown.result
        if project is None or result is None:
            return None
        return keep_recipe.recipe_behind(project, result.recipe, result.digest)

    def press_key(self, event: QKeyEvent) -> bool:
        """Give a key to what is being drawn; False if it wants none of it."""
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Space and self.busy:
            if not event.isAutoRepeat():
                self._rest(True)
            return True
        if self.masks.on and self.masks.tool is not None:
            return self.masks.tool.press_key(event)
        if self.drawing.on:
            return self.drawing.press_key(event)
        area = None if self._stage is None else self._stage.area
        if (
            area is not None
            and area.on
            and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        ):
            area.close()
            return True
        return False

    def release_key(self, event: QKeyEvent) -> bool:
        """The end of a key that lasts while it is held."""
        if event.key() != Qt.Key.Key_Space or not self.busy:
            return False
        if not event.isAutoRepeat():
            self._rest(False)
        return True

    def _rest(self, rest: bool) -> None:
        if self.masks.tool is not None:
            self.masks.tool.rest(rest)
        self.drawing.rest(rest)

    def _edit(self) -> None:
        self.drawing.leave()
        self.masks.toggle()

    def _annotate(self) -> None:
        if self.masks.on:
            self.masks.leave()
        self.drawing.toggle()

    def _on_tool(self, tool: str) -> None:
        if tool != "pan":
            self.drawing.leave()
            if self.masks.on:
                self.masks.leave()

    def _show_hand(self) -> None:
        """Mark in the tool strip what the mouse does now."""
        if self._stage is not None:
            hand = "annotate" if self.drawing.on else self._stage.pointer.tool
            self._stage.strip.set_current("edit" if self.masks.on else hand)

    def _on_mask(self, _: str) -> None:
        self.preview.look_again()

    def _on_mouse(self) -> None:
        """Say which annotation is under the mouse."""
        if self._stage is not None:
            mouse = self._stage.pointer.mouse
            words = "" if mouse is None else self.drawing.layers.name_at(*mouse)
            self._stage.set_note(words)


def wants(event: QKeyEvent) -> bool:
    """Whether a key is one of those that drawing uses."""
    control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
    key = Qt.Key(event.key())
    with_control = (Qt.Key.Key_Z, Qt.Key.Key_Y, Qt.Key.Key_Return, Qt.Key.Key_Enter)
    return key in (with_control if control else _PLAIN)
