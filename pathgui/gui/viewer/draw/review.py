"""From the tissue mask on screen to a reviewed one in the project, and back."""

import numpy as np
from PySide6.QtCore import QObject, Signal

from pathgui.gui.viewer.control import LayerControl
from pathgui.gui.viewer.draw.drafts import Drafts
from pathgui.gui.viewer.draw.errand import Errands
from pathgui.gui.viewer.draw.masktool import MaskTool
from pathgui.gui.viewer.drawn import edge_of, read_mask
from pathgui.gui.viewer.host import ViewerHost
from pathgui.gui.viewer.layers import Overlay
from pathgui.gui.viewer.loading import LoadedSlide
from pathgui.gui.viewer.outline import MaskField
from pathgui.gui.viewer.stage import Stage
from pathgui.project import Project
from pathgui.workflows import reviewed_masks
from pathgui.workflows.mask_edit import MaskEditor
from pathgui.workflows.reviewed_masks import Reviewed

NAME = "tissue"
_SIDE = 2048


class MaskReview(QObject):
    """Begins, keeps and undoes the review of the mask of the slide on screen.

    A mask that was changed and not saved is kept in hand, and as a draft on disk.

    Attributes
    ----------
    left : str
        The slide that was left last while its mask was in hand and not saved.

    Signals
    -------
    changed()
        Editing began or ended.
    saved(str)
        The mask of this slide was reviewed, or its review taken back.
    kept(str, object, object, str)
        Label, what does and undoes a change of files, and the slide.
    """

    changed = Signal()
    saved = Signal(str)
    kept = Signal(str, object, object, str)

    def __init__(
        self,
        session: ViewerHost,
        layers: LayerControl,
        errands: Errands,
        kept: Drafts,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session, self._layers, self._errands = session, layers, errands
        self._kept = kept
        self._stage: Stage | None = None
        self._shown: LoadedSlide | None = None
        self._drafts: dict[str, MaskEditor] = {}
        self._reviewed: Reviewed | None = None
        self._drawn: Overlay | None = None
        self._hidden: list[Overlay] = []
        self.tool: MaskTool | None = None
        self.left = ""

    def attach(self, stage: Stage) -> None:
        """Work on a canvas, once it exists."""
        self._stage = stage
        self.tool = MaskTool(
            self._session.theme, stage.canvas, self._layers, stage.draw_sheet
        )
        stage.add_bar(self.tool.bar)
        self.tool.save_wanted.connect(self.save)
        self.tool.leave_wanted.connect(self.leave)
        self.tool.edited.connect(self._on_edit)

    @property
    def on(self) -> bool:
        """Whether a mask is being edited."""
        return self.tool is not None and self.tool.on

    @property
    def unsaved(self) -> list[str]:
        """Slides with a mask that was changed and not saved."""
        return [name for name, editor in self._drafts.items() if editor.changed]

    def before_change(self) -> None:
        """Another slide comes: put the mask out of hand first."""
        self.left = ""
        if self.on and self._shown is not None:
            slide_id = self._shown.slide_id
            self.leave()
            self.left = slide_id if slide_id in self.unsaved else ""
        self._drawn, self._hidden = None, []

    def use(self, loaded: LoadedSlide | None) -> None:
        """Speak about another slide, or none."""
        self._shown, self._drawn = loaded, None
        self._reviewed = None if loaded is None else loaded.drawn.reviewed
        if loaded is not None:
            self._take_draft(loaded)
            self._draw(loaded.drawn.edge)

    def forget(self) -> None:
        """The project goes, and with it what was in hand."""
        self._drafts.clear()

    def save_all(self) -> None:
        """Keep every mask that was changed as reviewed, whichever slide it is of."""
        for slide_id in self.unsaved:
            self._save(slide_id)

    def discard_all(self) -> None:
        """Give up every mask that was changed and not saved."""
        if self.on:
            self.leave()
        for slide_id in self.unsaved:
            editor = self._drafts.pop(slide_id)
            editor.mark_saved()
            self._kept.mask(slide_id, editor)

    def _on_edit(self) -> None:
        if self._shown is not None and self.tool is not None:
            editor = self._drafts.get(self._shown.slide_id)
            if editor is not None:
                self._kept.mask(self._shown.slide_id, editor)

    def _take_draft(self, loaded: LoadedSlide) -> None:
        """Take a mask in hand that an earlier window has left unsaved."""
        draft, slide_id = loaded.drawn.draft, loaded.slide_id
        if draft is None or slide_id in self._drafts:
            return
        height, width = draft.mask.shape
        off = max(
            abs(width * draft.downsample - loaded.size[0]),
            abs(height * draft.downsample - loaded.size[1]),
        )
        if off <= 2 * draft.downsample:  # else the slide was replaced since
            editor = MaskEditor(draft.mask.copy(), draft.downsample)
            self._drafts[slide_id] = editor.as_new()

    def toggle(self) -> None:
        """Begin to edit, or leave."""
        if self.on:
            self.leave()
        else:
            self.begin()

    def begin(self, given: MaskEditor | None = None) -> None:
        """Take the mask of the slide on screen in hand, or one that was imported."""
        if self.tool is None or self._shown is None or self._stage is None:
            return
        slide_id = self._shown.slide_id
        editor = given or self._drafts.get(slide_id) or self._start(self._shown)
        self._drafts[slide_id] = editor
        self._stage.pointer.set_tool("pan")
        self._hidden = [
            overlay
            for overlay in self._layers.overlays
            if overlay.kind in ("mask", "reviewed") and overlay.visible
        ]
        for overlay in self._hidden:
            overlay.visible = False
        self.tool.begin(editor, self._shown.bounds)
        self._stage.place()
        self.changed.emit()

    def leave(self) -> None:
        """Stop editing; say so if something is not saved."""
        if self.tool is None or self._shown is None or not self.on:
            return
        self.tool.end()
        for overlay in self._hidden:
            if overlay in self._layers.overlays:
                overlay.visible = True
        self._hidden = []
        self._layers.refresh()
        slide_id = self._shown.slide_id
        if slide_id in self.unsaved and self._stage is not None:
            self._stage.say(
                f"The mask of {slide_id} was changed and is not saved.",
                "save_mask",
                "Save as reviewed",
                bad=True,
            )
        elif slide_id not in self.unsaved:
            self._drafts.pop(slide_id, None)
        self.changed.emit()

    def save(self) -> None:
        """Keep the mask as reviewed, beside the automatic one."""
        if self._shown is not None and self._shown.slide_id in self._drafts:
            self._save(self._shown.slide_id)

    def _save(self, slide_id: str) -> None:
        project, editor = self._session.project, self._drafts[slide_id]
        if project is None:
            return
        editor.end()
        mask, step = editor.mask.copy(), editor.downsample

        def work() -> tuple[bytes | None, Reviewed, MaskField]:
            before = reviewed_masks.stored(project, slide_id, NAME)
            made = reviewed_masks.save(project, slide_id, NAME, mask, step)
            return before, made, edge_of(made)

        def done(result: tuple[bytes | None, Reviewed, MaskField]) -> None:
            before, made, edge = result
            editor.mark_saved()
            self._kept.mask(slide_id, editor)
            self._on_saved(project, slide_id, before, made)
            self._take(slide_id, made, edge)

        self._errands.run(work, done)

    def _start(self, loaded: LoadedSlide) -> MaskEditor:
        """The reviewed mask, else the automatic one, else an empty one."""
        if self._reviewed is not None:
            return MaskEditor(self._reviewed.mask.copy(), self._reviewed.downsample)
        field = self._automatic(loaded)
        if field is not None:
            return MaskEditor(field.distance > 0, field.downsample[0])
        width, height = loaded.size
        step = max(1.0, max(width, height) / _SIDE)
        shape = (max(1, round(height / step)), max(1, round(width / step)))
        return MaskEditor(np.zeros(shape, bool), step)

    def _automatic(self, loaded: LoadedSlide) -> MaskField | None:
        masks = () if loaded.result is None else loaded.result.masks
        return next((mask for mask in masks if mask.name == NAME), None)

    def _on_saved(
        self,
        project: Project,
        slide_id: str,
        before: bytes | None,
        reviewed: Reviewed,
    ) -> None:
        after = reviewed_masks.encoded(reviewed)

        def put(data: bytes | None) -> None:
            self._errands.run(
                lambda: self._restored(project, slide_id, data),
                lambda found: self._take(slide_id, *found),
            )

        self.kept.emit(
            f"Review mask of {slide_id}",
            lambda: put(after),
            lambda: put(before),
            slide_id,
        )
        shown = self._shown
        if shown is not None and shown.slide_id == slide_id and self._stage is not None:
            self.leave()
            words = f"Saved as reviewed by {reviewed.reviewer}. Runs use it."
            self._stage.say(words, "tiles", "Make its tiles now")

    def _restored(
        self, project: Project, slide_id: str, data: bytes | None
    ) -> tuple[Reviewed | None, MaskField | None]:
        reviewed_masks.restore(project, slide_id, NAME, data)
        return read_mask(reviewed_masks.path_of(project, slide_id, NAME))

    def _take(
        self, slide_id: str, reviewed: Reviewed | None, edge: MaskField | None
    ) -> None:
        """Draw the reviewed mask as it is on disk now."""
        if self._shown is not None and self._shown.slide_id == slide_id:
            self._reviewed = reviewed
            if not self.on:
                self._drafts.pop(slide_id, None)
            self._draw(edge)
        self.saved.emit(slide_id)

    def _hide_automatic(self) -> None:
        """What was found gives way to what a person says, unless it is wanted."""
        for overlay in self._layers.overlays:
            if overlay.kind == "mask" and overlay.name not in self._layers.wishes.shown:
                overlay.visible = overlay.name.casefold() != f"{NAME} mask"

    def _show_automatic(self) -> None:
        """Where no reviewed mask is left, what was found is shown again."""
        for overlay in self._layers.overlays:
            if overlay.kind == "mask":
                overlay.visible = self._layers.wishes.visible(overlay)

    def _draw(self, edge: MaskField | None) -> None:
        picture = self._layers.picture
        if picture is None:
            return
        if self._drawn is not None:
            picture.remove(self._drawn)
            self._drawn = None
            self._show_automatic()
        if edge is not None and self._reviewed is not None:
            self._drawn = picture.add_mask(edge, "Reviewed mask", "reviewed", 1)
            self._layers.wishes.apply(self._drawn)
            self._hide_automatic()
        self._layers.refresh()
