"""Annotations on the canvas: outlines by class, names, and what is under the mouse."""

from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QColor

from pathgui.gui.viewer.control import LayerControl
from pathgui.gui.viewer.draw.errand import Errands
from pathgui.gui.viewer.draw.names import Color, NamesOverlay
from pathgui.gui.viewer.draw.outlines import (
    OutlinesNode,
    by_class,
    color_of,
    rings_of,
)
from pathgui.gui.viewer.draw.places import Places
from pathgui.gui.viewer.layers import Overlay, Swatch
from pathgui.gui.viewer.stage import Stage
from pathgui.interop import Annotation

UNNAMED = "Annotations"


class AnnotationLayers(QObject):
    """Draws annotations as one layer per class, and their names as one more.

    Attributes
    ----------
    annotations : tuple of Annotation
        Those that are drawn.
    veiled : bool
        Whether names and classes are hidden: all shapes then are of one colour.
    """

    def __init__(self, layers: LayerControl, errands: Errands, parent: QObject) -> None:
        super().__init__(parent)
        self._layers, self._errands = layers, errands
        self._stage: Stage | None = None
        # By number of their class.
        self._drawn: dict[int, Overlay] = {}
        self._names: tuple[Overlay, ...] = ()
        self._tree: Any = None
        self.annotations: tuple[Annotation, ...] = ()
        self.veiled = False
        layers.changed.connect(self._on_layers)

    def attach(self, stage: Stage) -> None:
        """Work on a canvas, once it exists."""
        self._stage = stage

    def forget(self) -> None:
        """The slide goes, and all layers with it."""
        self._drawn, self._names = {}, ()
        self.annotations, self._tree = (), None

    def veil(self, on: bool) -> None:
        """Hide what names and classes tell, or show it again."""
        if on != self.veiled:
            self.veiled = on
            self.show(self.annotations)

    def show(self, annotations: tuple[Annotation, ...]) -> None:
        """Draw these: one drawing per class, however many shapes there are."""
        self.annotations, self._tree = annotations, None
        picture = self._layers.picture
        if picture is None:
            return
        for overlay in (*self._drawn.values(), *self._names):
            picture.remove(overlay)
        self._drawn, self._names = {}, ()
        classes = {"": list(annotations)} if self.veiled else by_class(annotations)
        # The colour that a class brings tells it as well.
        colors = tuple(
            color_of(() if self.veiled else own, k)
            for k, own in enumerate(classes.values())
        )
        for number, (name, members) in enumerate(classes.items()):
            rings = [ring for item in members for ring in rings_of(item)]
            if not rings:
                continue
            color = colors[number]
            swatch = Swatch(QColor(*color).name())
            node = OutlinesNode(rings, color)
            overlay = picture.add_node(node, name or UNNAMED, "annotation", swatch)
            self._layers.wishes.apply(overlay)
            self._drawn[number] = overlay
        self._write(tuple(classes), colors)
        self._layers.refresh()

    def _write(self, classes: tuple[str, ...], colors: tuple[Color, ...]) -> None:
        """Find out in the background where the names go, and write them."""
        stage, picture = self._stage, self._layers.picture
        annotations = self.annotations
        if stage is None or picture is None:
            return
        named = any(item.name or item.classification for item in annotations)
        if self.veiled or not named:
            stage.names.use(None)
            return
        overlay = NamesOverlay(stage.names)
        self._names = (overlay,)
        picture.add_overlay(overlay)
        self._layers.wishes.apply(overlay)

        def done(places: Places) -> None:
            if annotations is self.annotations and overlay in self._layers.overlays:
                stage.names.use(places, colors)
                self._on_layers()

        self._errands.run(lambda: Places.of(annotations, classes), done)

    def _on_layers(self) -> None:
        """Names of a class go and come with its outlines."""
        if self._stage is not None:
            shown = {number for number, item in self._drawn.items() if item.visible}
            self._stage.names.set_kinds(shown)

    def at(self, x: float, y: float) -> int:
        """Number of the smallest annotation at a level-0 point, or -1."""
        import shapely

        if not self.annotations:
            return -1
        if self._tree is None:
            self._tree = shapely.STRtree([item.geometry for item in self.annotations])
        hits = self._tree.query(shapely.Point(x, y), predicate="intersects")
        areas = [(self.annotations[k].geometry.area, int(k)) for k in hits]
        return min(areas)[1] if areas else -1

    def name_at(self, x: float, y: float) -> str:
        """Class and name of the annotation at a level-0 point, where it is shown."""
        if not any(overlay.visible for overlay in self._drawn.values()):
            return ""
        number = self.at(x, y)
        if number < 0:
            return ""
        if self.veiled:
            return "Annotation"
        item = self.annotations[number]
        parts = (item.classification, item.name)
        return ": ".join(part for part in parts if part) or "Annotation"
