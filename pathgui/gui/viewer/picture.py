"""One slide on the canvas: its pyramid and everything laid over it."""

from typing import Any

import numpy as np

from pathgui.gui.viewer.drawing import OutlineNode, TilesNode
from pathgui.gui.viewer.embed import Embedded
from pathgui.gui.viewer.heat import OPACITY, HeatMap, HeatStyle, style_for
from pathgui.gui.viewer.layers import LayerOverlay, NodeOverlay, Overlay, Swatch
from pathgui.gui.viewer.loading import LoadedSlide
from pathgui.gui.viewer.outline import MaskField
from pathgui.gui.viewer.tilemap import TileMap
from pathgui.gui.viewer.values import Field, label_field

# Line colours of masks; the first is the overlay blue, all keep ≥ 6:1 on white.
MASK_COLORS = ("#0B57A4", "#005C41", "#7A5E06", "#533973", "#8C1720", "#434E59")
GRID_COLOR = "#18212D"
SLIDE_COLOR = "#DDB9C8"
_ABOVE_LAYERS = 1000


class Picture:
    """Builds the layers of an open slide and keeps them by name.

    Attributes
    ----------
    overlays : list of Overlay
        Topmost first; the last one is the slide itself.
    size : (int, int)
        Width and height of level 0.
    unit : float
        World units per level-0 pixel.
    unit_name : str
        ``um``, or ``pixel`` where mpp is unknown.
    """

    def __init__(self, napari: Embedded, loaded: LoadedSlide) -> None:
        self._model = napari.model
        self._scene = napari.scene
        self._ratio = napari.native.devicePixelRatioF()
        self.loaded_slide = loaded
        self.size = loaded.size
        self.unit = loaded.optics.unit
        self.unit_name = "um" if loaded.optics.mpp is not None else "pixel"
        self._nodes: list[Any] = []
        self._slide = self._add_slide()
        self.tiles: NodeOverlay | None = None
        self.overlays: list[Overlay] = []
        result = loaded.result
        if result is not None:
            for number, mask in enumerate(result.masks):
                self.overlays.append(self._mask_overlay(mask, number))
            if result.tiles is not None:
                title = f"Tile grid, {result.tile_size} px"
                self.tiles = self._tiles_overlay(result.tiles, title, "grid")
                self.overlays.insert(0, self.tiles)
        self._add_others(loaded)
        self.overlays.append(self._slide)

    def _add_others(self, loaded: LoadedSlide) -> None:
        """Masks of further recipes, named by them; hidden until they are wanted."""
        number = 0 if loaded.result is None else len(loaded.result.masks)
        for other in loaded.others:
            for mask in other.masks:
                title = f"{_mask_title(mask)}, {other.title}"
                self.overlays.append(self._mask_overlay(mask, number, title, "more"))
                number += 1

    @property
    def loaded(self) -> bool:
        """Whether the pixels of the present view have arrived."""
        return all(layer.loaded for layer in self._slide.layers)

    def overlay(self, kind: str) -> Overlay | None:
        """The first overlay of a kind: ``heat``, ``grid``, ``mask`` or ``slide``."""
        return next((item for item in self.overlays if item.kind == kind), None)

    @property
    def tile_map(self) -> TileMap | None:
        """Tiles of the slide's result."""
        result = self.loaded_slide.result
        return None if result is None else result.tiles

    def add_heat(self, label: str, style: HeatStyle | None = None) -> HeatMap | None:
        """Show a label of the tiles as a heat map; None if the result has none."""
        tiles = self.tile_map
        if tiles is None or label not in tiles.heat_labels():
            return None
        return self.add_field(label_field(label, label, tiles), style)

    def add_field(self, field: Field, style: HeatStyle | None = None) -> HeatMap:
        """Show values over the slide as a heat map."""
        style = style or style_for(field.values, len(field.classes))
        layer = self._image(
            field.values,
            field.name,
            field.step,
            field.origin,
            interpolation2d="nearest",
            contrast_limits=(style.low, style.high),
            colormap=style.colormap,
            opacity=OPACITY,
            blending="translucent_no_depth",
        )
        heat = HeatMap(field, layer, style)
        self.overlays.insert(0, heat)
        return heat

    def add_mask(
        self, mask: MaskField, title: str, kind: str, hue: int = 0
    ) -> NodeOverlay:
        """Draw the edge of a mask above all others, in one of the mask colours."""
        overlay = self._mask_overlay(mask, hue, title, kind)
        self.overlays.insert(0, overlay)
        return overlay

    def add_tiles(self, tiles: TileMap, title: str, kind: str) -> NodeOverlay:
        """Draw tiles that are not those of the result."""
        overlay = self._tiles_overlay(tiles, title, kind)
        self.overlays.insert(0, overlay)
        return overlay

    def add_picture(
        self,
        data: Any,
        title: str,
        kind: str,
        step: tuple[float, float],
        origin: tuple[float, float] = (0.0, 0.0),
        **options: Any,
    ) -> LayerOverlay:
        """Lay pixels over the slide; options as napari takes them."""
        layer = self._image(data, title, step, origin, **options)
        overlay = LayerOverlay(title, kind, Swatch(SLIDE_COLOR), layer)
        self.overlays.insert(0, overlay)
        return overlay

    def add_node(
        self,
        node: Any,
        title: str,
        kind: str,
        swatch: Swatch,
        step: tuple[float, float] = (1.0, 1.0),
        order: int = 20,
        origin: tuple[float, float] = (0.0, 0.0),
    ) -> NodeOverlay:
        """Put a drawing of our own over the slide; `step` is its unit at level 0."""
        self._place(node, step, origin, _ABOVE_LAYERS + order)
        overlay = NodeOverlay(title, kind, swatch, node)
        self.overlays.insert(0, overlay)
        return overlay

    def add_overlay(self, overlay: Overlay) -> None:
        """List what is drawn by others, above all."""
        self.overlays.insert(0, overlay)

    def remove(self, overlay: Overlay) -> None:
        """Take an overlay away again."""
        if overlay not in self.overlays or overlay is self._slide:
            return
        self.overlays.remove(overlay)
        if isinstance(overlay, LayerOverlay):
            for layer in overlay.layers:
                self._model.layers.remove(layer)
        elif isinstance(overlay, NodeOverlay):
            overlay.node.parent = None
            self._nodes.remove(overlay.node)

    def set_tile_state(self) -> None:
        """Draw the states of the tile map as they are now."""
        if self.tiles is not None and self.tile_map is not None:
            self.tiles.node.set_state(self.tile_map.state)

    def ring(self, which: str, box: tuple[float, float, float, float] | None) -> None:
        """Put a ring round a box of level-0 pixels; None takes it away.

        `which` is ``focus`` for the selected tile, ``hover`` for the one under the
        mouse.
        """
        tiles = self.tile_map
        if self.tiles is None or tiles is None:
            return
        place = (0.0, 0.0, 0.0, 0.0)
        if box is not None:
            x = (box[0] - tiles.origin[0]) / tiles.stride
            y = (box[1] - tiles.origin[1]) / tiles.stride
            side_x, side_y = box[2] / tiles.stride, box[3] / tiles.stride
            place = (x, y, x + side_x, y + side_y)
        self.tiles.node.set_uniform(f"u_{which}", place)

    def detach(self) -> None:
        """Take our own drawings out of the scene; layers are napari's to remove."""
        for node in self._nodes:
            node.parent = None
        self._nodes.clear()

    def _add_slide(self) -> LayerOverlay:
        loaded = self.loaded_slide
        picture = loaded.overview
        step = (self.size[0] / picture.shape[1], self.size[1] / picture.shape[0])
        looks: dict[str, Any] = {"rgb": True, "interpolation2d": "linear"}
        base = self._image(np.asarray(picture), "Overview", step, **looks)
        arrays = loaded.pixels.arrays()
        slide = self._image(arrays, "Slide", (1.0, 1.0), multiscale=True, **looks)
        return LayerOverlay("Slide", "slide", Swatch(SLIDE_COLOR), slide, base)

    def _image(
        self,
        data: Any,
        name: str,
        step: tuple[float, float],
        origin: tuple[float, float] = (0.0, 0.0),
        **options: Any,
    ) -> Any:
        """A layer whose corner, not the centre of its first pixel, lies at `origin`."""
        scale = (step[1] * self.unit, step[0] * self.unit)
        corner = (origin[1] * self.unit, origin[0] * self.unit)
        return self._model.add_image(
            data,
            name=name,
            scale=scale,
            translate=(corner[0] + scale[0] / 2, corner[1] + scale[1] / 2),
            units=(self.unit_name,) * 2,
            **options,
        )

    def _mask_overlay(
        self, mask: MaskField, number: int, title: str = "", kind: str = "mask"
    ) -> NodeOverlay:
        color = MASK_COLORS[number % len(MASK_COLORS)]
        rgb = _rgb(color)
        node = OutlineNode(mask.distance, (*rgb, 1.0), (*rgb, 0.0))
        step = (mask.downsample[0], mask.downsample[1])
        self._place(node, step, (0.0, 0.0), _ABOVE_LAYERS + 10 - number)
        return NodeOverlay(title or _mask_title(mask), kind, Swatch(color), node)

    def _tiles_overlay(self, tiles: TileMap, title: str, kind: str) -> NodeOverlay:
        width, height = self.size
        limit = (
            (width - tiles.origin[0]) / tiles.stride,
            (height - tiles.origin[1]) / tiles.stride,
        )
        node = TilesNode(tiles.state, tiles.size / tiles.stride, limit)
        step = (tiles.stride, tiles.stride)
        self._place(node, step, tiles.origin, _ABOVE_LAYERS)
        return NodeOverlay(title, kind, Swatch("#FFFFFF"), node)

    def _place(
        self,
        node: Any,
        step: tuple[float, float],
        origin: tuple[float, float],
        order: int,
    ) -> None:
        from vispy.visuals.transforms import STTransform

        node.transform = STTransform(
            scale=(step[0] * self.unit, step[1] * self.unit, 1.0),
            translate=(origin[0] * self.unit, origin[1] * self.unit, 0.0),
        )
        node.set_uniform("u_scale", self._ratio)
        node.order = order
        node.parent = self._scene
        self._nodes.append(node)


def _mask_title(mask: MaskField) -> str:
    plain = mask.name.replace("_", " ").capitalize()
    return plain if "mask" in plain.lower() else f"{plain} mask"


def _rgb(color: str) -> tuple[float, float, float]:
    red, green, blue = (int(color[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue
