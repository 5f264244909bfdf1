"""What a preview lays over the slide, and the result's layers that give way to it."""

from pathgui.gui.viewer.control import LayerControl
from pathgui.gui.viewer.drawing import PictureNode
from pathgui.gui.viewer.layers import Overlay, Swatch
from pathgui.gui.viewer.picture import SLIDE_COLOR
from pathgui.gui.viewer.preview.maker import Drawing
from pathgui.gui.viewer.preview.region import Stepped

_REPLACED, _OLD = ("grid", "mask"), "old "


class PreviewLayers:
    """Mask, grid and region of a preview on the canvas.

    Parameters
    ----------
    layers : LayerControl
        The layers of the slide.
    """

    def __init__(self, layers: LayerControl) -> None:
        self._layers = layers
        self._drawn: list[Overlay] = []
        self._region: tuple[Overlay, ...] = ()

    def forget(self) -> None:
        """The slide was replaced, and all layers with it."""
        self._drawn, self._region = [], ()

    def show(self, drawing: Drawing | None) -> None:
        """Draw a preview in place of the result; None brings the result back."""
        layers = self._layers
        picture = layers.picture
        if picture is None:
            return
        shown = {overlay.name: overlay.visible for overlay in self._drawn}
        for overlay in self._drawn:
            picture.remove(overlay)
        self._drawn = []
        for overlay in picture.overlays:
            # The keys of grid and mask speak about those of the preview meanwhile.
            kind = overlay.kind.removeprefix(_OLD)
            if kind in _REPLACED:
                overlay.kind = kind if drawing is None else _OLD + kind
                overlay.visible = drawing is None and layers.wishes.visible(overlay)
        if drawing is not None:
            for mask in reversed(drawing.masks):
                title = f"Preview {mask.name.replace('_', ' ')}"
                self._drawn.append(picture.add_mask(mask, title, "mask"))
            if drawing.tiles is not None:
                tiles = picture.add_tiles(drawing.tiles, "Preview tiles", "grid")
                self._drawn.append(tiles)
            for overlay in self._drawn:
                overlay.visible = shown.get(overlay.name, True)
        layers.refresh()

    def show_region(self, made: Stepped | None, title: str = "") -> None:
        """Lay a region before and after a step over the slide; None takes it away.

        The one after it lies above and covers the one before.
        """
        picture = self._layers.picture
        if picture is None:
            return
        for overlay in self._region:
            picture.remove(overlay)
        self._region = ()
        if made is not None:
            step = (made.after.downsample,) * 2
            origin = (float(made.after.coords[0]), float(made.after.coords[1]))
            # Under the lines of grid and masks, above all that has pixels.
            self._region = tuple(
                picture.add_node(
                    PictureNode(image), f"{side}: {title}", side.lower(),
                    Swatch(SLIDE_COLOR), step, order, origin,
                )
                for side, image, order in zip(
                    ("Before", "After"), made.pictures, (-20, -19), strict=True
                )
            )  # fmt: skip
        self._layers.refresh()

    @property
    def after_shown(self) -> bool:
        """Whether the region is shown as it is afterwards."""
        return bool(self._region) and self._region[-1].visible

    def show_after(self, on: bool) -> None:
        """Show the region as it is after the step, or as it was before."""
        if self._region:
            self._layers.show(self._region[-1], on)
