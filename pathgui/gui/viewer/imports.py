"""Masks and annotations that other programs made, laid over the slide."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from pathgui.gui.viewer.control import LayerControl
from pathgui.gui.viewer.draw.annotate import Annotating
from pathgui.gui.viewer.draw.errand import Errands
from pathgui.gui.viewer.loading import LoadedSlide
from pathgui.gui.viewer.outline import MaskField, mask_field
from pathgui.gui.viewer.stage import Stage
from pathgui.workflows.imported_mask import read_mask_file
from pathgui.workflows.mask_edit import MaskEditor

PICTURES = "Masks (*.png *.tif *.tiff *.jpg *.jpeg *.bmp)"
GEOJSON = "Annotations (*.geojson *.json *.geojson.gz)"
Mask = npt.NDArray[np.bool_]
_MOST_SLIDES = 50


@dataclass(frozen=True, eq=False, slots=True)
class Imported:
    """A mask of another program: for drawing, and for editing."""

    title: str
    field: MaskField
    mask: Mask
    downsample: float


class Imports(QObject):
    """Asks for files and shows what is in them."""

    def __init__(
        self,
        layers: LayerControl,
        drawing: Annotating,
        errands: Errands,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._layers, self._drawing, self._errands = layers, drawing, errands
        self._stage: Stage | None = None
        self._shown: LoadedSlide | None = None
        # By slide file: what was brought in stays until the window closes.
        self._brought: dict[Path, list[Imported]] = {}

    def attach(self, stage: Stage) -> None:
        """Work on a canvas, once it exists."""
        self._stage = stage

    def use(self, loaded: LoadedSlide | None) -> None:
        """Speak about another slide."""
        self._shown = loaded
        if loaded is not None:
            for item in self._mine:
                self._lay(item)

    @property
    def _mine(self) -> list[Imported]:
        """Masks that were brought in for the slide on screen."""
        shown = self._shown
        return [] if shown is None else self._brought.get(shown.request.path, [])

    def editor(self) -> MaskEditor | None:
        """The mask that was imported last, to be edited and kept as reviewed."""
        if not self._mine:
            return None
        last = self._mine[-1]
        return MaskEditor(last.mask.copy(), last.downsample).as_new()

    def ask_mask(self) -> None:
        """Ask for a mask's file."""
        if self._stage is not None and self._shown is not None:
            title = "Import a mask"
            name, _ = QFileDialog.getOpenFileName(self._stage, title, "", PICTURES)
            if name:
                self.bring_mask(Path(name))

    def ask_annotations(self) -> None:
        """Ask for a GeoJSON file."""
        if self._stage is not None and self._shown is not None:
            title = "Import annotations"
            name, _ = QFileDialog.getOpenFileName(self._stage, title, "", GEOJSON)
            if name:
                self._drawing.bring_in(Path(name))

    def bring_mask(self, file: Path) -> None:
        """Lay a mask over the slide; MaskFileError if it is not of this slide."""
        shown = self._shown
        if shown is None:
            return

        def work() -> Imported:
            mask, downsample = read_mask_file(file, shown.size)
            title = file.stem.replace("_", " ").capitalize()
            drawn = mask_field(file.stem, mask, downsample)
            return Imported(title, drawn, mask, downsample)

        def done(found: Imported) -> None:
            self._keep(shown.request.path, found)
            if self._shown is not shown or self._stage is None:
                return
            self._lay(found)
            words = (
                f"{file.name}: 1 pixel is {found.downsample:.4g} pixels of the slide."
            )
            self._stage.say(words, "edit_import", "Edit and review it")

        self._errands.run(work, done)

    def _keep(self, slide: Path, found: Imported) -> None:
        there = self._brought.pop(slide, [])
        again = [item for item in there if item.title != found.title]
        self._brought[slide] = [*again, found]
        if len(self._brought) > _MOST_SLIDES:
            del self._brought[next(iter(self._brought))]

    def _lay(self, item: Imported) -> None:
        """Draw a mask, if it is of a slide of this size: the file may be another."""
        picture, shown = self._layers.picture, self._shown
        if picture is None or shown is None:
            return
        width = item.mask.shape[1] * item.downsample
        if abs(width - shown.size[0]) <= item.downsample:
            overlay = picture.add_mask(item.field, item.title, "mask", 2)
            self._layers.wishes.apply(overlay)
            self._layers.refresh()
