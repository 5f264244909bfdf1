"""Switching layers: used by the view bar, the keys and the layers panel alike."""

from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from pathgui.gui.viewer.fields import Fields
from pathgui.gui.viewer.heat import HeatMap, HeatStyle
from pathgui.gui.viewer.layers import Overlay
from pathgui.gui.viewer.picture import Picture
from pathgui.gui.viewer.stage import Stage
from pathgui.gui.viewer.values import Field
from pathgui.gui.viewer.wishes import Wishes


class LayerControl(QObject):
    """The layers of the slide on screen.

    Signals
    -------
    changed()
        Layers came, went, or were switched by whatever means.
    chosen(object)
        Another layer is the one that opacity keys and properties speak about.
    """

    changed = Signal()
    chosen = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.wishes = Wishes()
        self.fields: Fields | None = None
        self._stage: Stage | None = None
        self._current: Overlay | None = None
        # How layers stood when a key that hides them went down.
        self._before: list[tuple[Overlay, bool]] | None = None

    def attach(self, stage: Stage) -> None:
        """Work on a canvas, once it exists."""
        self._stage = stage

    @property
    def overlays(self) -> list[Overlay]:
        """What lies on the canvas, topmost first."""
        return [] if self._stage is None else self._stage.canvas.overlays

    @property
    def current(self) -> Overlay | None:
        """The layer that was chosen, or the topmost."""
        items = self.overlays
        return self._current if self._current in items else next(iter(items), None)

    def choose(self, overlay: Overlay) -> None:
        """Make a layer the current one."""
        self._current = overlay
        self.chosen.emit(overlay)

    def dress(self) -> None:
        """Draw the layers of a new slide as the person wants them."""
        self._before = None
        for label in self.wishes.heats:
            if self._make_heat(label) is None and self.fields is not None:
                self.fields.load(label, self._add_field)
        for overlay in self.overlays:
            self.wishes.apply(overlay)
        self.refresh()

    def part_shown(self, key: str) -> bool:
        """Whether a part, or any layer of that kind, is shown."""
        same = [item for item in self.overlays if item.kind == key]
        return any(i.visible for i in same) if same else self.wishes.parts[key]

    def show_part(self, key: str, on: bool) -> None:
        """Switch ``minimap``, ``scale``, ``legend``, or all of ``grid`` or ``mask``."""
        self.wishes.parts[key] = on
        for overlay in self.overlays:
            if overlay.kind == key:
                overlay.visible = on
                self.wishes.note(overlay)
        self.refresh()

    def toggle_part(self, key: str) -> None:
        """Switch a part to the other state."""
        self.show_part(key, not self.part_shown(key))

    def show(self, overlay: Overlay, on: bool) -> None:
        """Switch one layer."""
        overlay.visible = on
        self.wishes.note(overlay)
        self.refresh()

    def toggle_number(self, number: int) -> bool:
        """Switch the layer in a row of the panel, counted from 1."""
        items = self.overlays
        if not 0 < number <= len(items):
            return False
        self.show(items[number - 1], not items[number - 1].visible)
        return True

    def hide_all(self, hide: bool) -> None:
        """Show the bare slide while a key is held, then all as it was."""
        if hide and self._before is None:
            self._before = [
                (item, item.visible) for item in self.overlays if item.kind != "slide"
            ]
            for item, _ in self._before:
                item.visible = False
        elif not hide and self._before is not None:
            for item, was in self._before:
                item.visible = was
            self._before = None
        else:
            return
        self._redraw()
        self.changed.emit()

    @property
    def hidden(self) -> bool:
        """Whether a key that hides all layers is held."""
        return self._before is not None

    def show_wished(self) -> None:
        """Show every layer as it was last switched by a person."""
        self._before = None
        for overlay in self.overlays:
            if overlay.kind != "slide":
                overlay.visible = self.wishes.visible(overlay)
        self._redraw()

    def set_opacity(self, overlay: Overlay, opacity: float) -> None:
        """How strongly a layer is drawn, 0 to 1."""
        overlay.opacity = min(max(opacity, 0.0), 1.0)
        self.wishes.note(overlay)
        self._redraw()
        self.changed.emit()

    def strengthen(self, by: float) -> None:
        """Change the opacity of the current layer."""
        if self.current is not None:
            self.set_opacity(self.current, self.current.opacity + by)

    def heat_labels(self) -> list[str]:
        """Labels of the tiles that could be shown and are not."""
        picture = self.picture
        tiles = None if picture is None else picture.tile_map
        shown = {item.label for item in self.overlays if isinstance(item, HeatMap)}
        names = [] if tiles is None else tiles.heat_labels()
        names += [] if self.fields is None else self.fields.names()
        return [name for name in names if name not in shown]

    def add_heat(self, label: str) -> HeatMap | None:
        """Show a label of the tiles as a heat map, on this slide and the next ones."""
        heat = self._make_heat(label)
        if heat is not None:
            self.wishes.add_heat(label)
            self.choose(heat)
            self.refresh()
        elif self.fields is not None and self.fields.load(label, self._add_field):
            self.wishes.add_heat(label)
        return heat

    def _add_field(self, field: Field) -> None:
        """Show what was read in the background."""
        shown = any(getattr(item, "label", "") == field.name for item in self.overlays)
        if self.picture is not None and not shown:
            style = self.wishes.styles.get(field.name)
            heat = self.picture.add_field(field, style)
            self.wishes.apply(heat)
            self.choose(heat)
            self.refresh()

    def remove_heat(self, heat: HeatMap) -> None:
        """Take a heat map away."""
        if self.picture is not None:
            self.picture.remove(heat)
            self.wishes.drop_heat(heat)
            self.refresh()

    def restyle_heat(self, heat: HeatMap, **changes: str | float | None) -> None:
        """Change colours or range of a heat map; names as in `HeatStyle`."""
        style: HeatStyle = replace(heat.style, **changes)  # type: ignore[arg-type]
        heat.style = style
        self.wishes.note(heat)
        self.refresh()

    @property
    def picture(self) -> Picture | None:
        """The slide on the canvas with its layers."""
        return None if self._stage is None else self._stage.canvas.picture

    def _make_heat(self, label: str) -> HeatMap | None:
        if self.picture is None:
            return None
        return self.picture.add_heat(label, self.wishes.styles.get(label))

    def refresh(self) -> None:
        """Draw again and tell that layers changed."""
        stage = self._stage
        if stage is not None:
            parts = self.wishes.parts
            stage.set_parts(parts["minimap"], parts["scale"], parts["legend"])
        self._redraw()
        self.changed.emit()

    def redraw(self) -> None:
        """Draw the canvas again."""
        self._redraw()

    def _redraw(self) -> None:
        if self._stage is not None:
            self._stage.canvas.redraw()
