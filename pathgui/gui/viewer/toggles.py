"""The switches of the view bar, kept true to what is on the canvas."""

from PySide6.QtCore import QObject

from pathgui.gui.viewer.bar import ViewBar
from pathgui.gui.viewer.control import LayerControl
from pathgui.gui.viewer.tools import SlideTools


class Toggles(QObject):
    """Switches parts and layers, and shows which are on and why some cannot be."""

    def __init__(
        self, bar: ViewBar, layers: LayerControl, tools: SlideTools, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._bar, self._layers, self._tools = bar, layers, tools
        bar.toggled.connect(self._switch)
        layers.changed.connect(self.write)
        tools.changed.connect(self.write)

    def write(self) -> None:
        """Show how things stand now."""
        kinds = [overlay.kind for overlay in self._layers.overlays]
        for key in self._bar.toggles:
            if key == "after":
                on, why = self._tools.preview.after_shown, ""
            else:
                missing = key in ("grid", "mask") and key not in kinds
                why = "the slide has no result" if missing else ""
                on = not missing and self._layers.part_shown(key)
            why = why if kinds else "no slide is shown"
            self._bar.set_checked(key, on and not why)
            self._bar.set_available(key, why)
        self._bar.save_button.setEnabled(bool(kinds))
        if "mask" in kinds:
            self._bar.set_key("mask", f"Shift+{kinds.index('mask') + 1}")

    def _switch(self, key: str, on: bool) -> None:
        if key == "after":
            self._tools.preview.toggle_compare()
        else:
            self._layers.show_part(key, on)
