"""Masks and annotations that other programs made, laid over the slide."""

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
        self._mask: tuple[Mask, float] | None = None

    def attach(self, stage: Stage) -> None:
        """Work on a canvas, once it exists."""
        self._stage = stage

    def use(self, loaded: LoadedSlide | None) -> None:
        """Speak about another slide."""
        self._shown, self._mask = loaded, None

    def editor(self) -> MaskEditor | None:
        """The mask that was imported last, to be edited and kept as reviewed."""
        if self._mask is None:
            return None
        return MaskEditor(self._mask[0].copy(), self._mask[1]).as_new()

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

        def work() -> tuple[Mask, float, MaskField]:
            mask, downsample = read_mask_file(file, shown.size)
            return mask, downsample, mask_field(file.stem, mask, downsample)

        def done(found: tuple[Mask, float, MaskField]) -> None:
            picture = self._layers.picture
            if self._shown is not shown or picture is None or self._stage is None:
                return
            self._mask = found[0], found[1]
            title = file.stem.replace("_", " ").capitalize()
            picture.add_mask(found[2], title, "mask", 2)
            self._layers.refresh()
            words = f"{file.name}: 1 pixel is {found[1]:.4g} pixels of the slide."
            self._stage.say(words, "edit_import", "Edit and review it")

        self._errands.run(work, done)
