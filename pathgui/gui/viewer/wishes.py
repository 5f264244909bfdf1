"""What a person wants to see, kept from slide to slide."""

from dataclasses import dataclass, field

from pathgui.gui.viewer.heat import HeatMap, HeatStyle
from pathgui.gui.viewer.layers import Overlay


@dataclass
class Wishes:
    """Switches and strengths of layers, by name, and the heat maps in use.

    Attributes
    ----------
    parts : dict of str to bool
        ``minimap``, ``scale``, ``legend`` and the kinds ``grid`` and ``mask``; and
        ``more``, masks of further recipes, which wait until they are wanted.
    shown, strength : dict
        Visibility and opacity of single layers by name.
    heats : list of str
        Labels shown as heat maps, lowest first.
    styles : dict of str to HeatStyle
        Colours and range of heat maps by label.
    """

    parts: dict[str, bool] = field(
        default_factory=lambda: (
            dict.fromkeys(("minimap", "scale", "legend", "grid", "mask"), True)
            | {"more": False}
        )
    )
    shown: dict[str, bool] = field(default_factory=dict)
    strength: dict[str, float] = field(default_factory=dict)
    heats: list[str] = field(default_factory=list)
    styles: dict[str, HeatStyle] = field(default_factory=dict)

    def visible(self, overlay: Overlay) -> bool:
        """Whether a layer should be drawn."""
        return self.shown.get(overlay.name, self.parts.get(overlay.kind, True))

    def note(self, overlay: Overlay) -> None:
        """Remember how a layer is drawn now."""
        self.shown[overlay.name] = overlay.visible
        self.strength[overlay.name] = overlay.opacity
        if isinstance(overlay, HeatMap):
            self.styles[overlay.label] = overlay.style

    def apply(self, overlay: Overlay) -> None:
        """Draw a new layer as layers of its name were drawn before."""
        overlay.visible = self.visible(overlay)
        if overlay.name in self.strength:
            overlay.opacity = self.strength[overlay.name]

    def add_heat(self, label: str) -> None:
        """Show this label on the slides that follow, too."""
        if label not in self.heats:
            self.heats.append(label)

    def drop_heat(self, heat: HeatMap) -> None:
        """Do not show this label any more."""
        if heat.label in self.heats:
            self.heats.remove(heat.label)
        self.shown.pop(heat.name, None)
