"""What the viewer can be asked to do, by name: for menus, palette, keys and buttons."""

from collections.abc import Callable
from typing import Protocol

from pathgui.gui.viewer.control import LayerControl
from pathgui.gui.viewer.stage import Stage
from pathgui.gui.viewer.tools import SlideTools

PARTS = ("grid", "minimap", "scale", "legend")
TOOLS = ("ruler", "area", "tiles", "zoom")


class Doing(Protocol):
    """What deeds act on: the panel."""

    layers: LayerControl
    tools: SlideTools
    stage: Stage | None

    def save_view(self) -> None:
        """Save the view as a picture."""
        ...

    def switch_profile(self) -> None:
        """Apply colour profiles, or do not."""
        ...


def do(panel: Doing, deed: str) -> None:
    """Do something on the slide that is shown; nothing where none is."""
    stage = panel.stage
    if stage is None or stage.canvas.picture is None:
        return
    on_stage: dict[str, Callable[[], object]] = {
        "fit": stage.canvas.fit,
        "go_to": stage.extras.ask_place,
        "associated": stage.extras.toggle_associated,
        "save": panel.save_view,
        "profile": panel.switch_profile,
        "import_mask": panel.tools.imports.ask_mask,
        "import_annotations": panel.tools.imports.ask_annotations,
    }
    if deed in PARTS:
        panel.layers.toggle_part(deed)
    elif deed in TOOLS:
        stage.pointer.set_tool(deed)
    elif deed in on_stage:
        on_stage[deed]()
    else:
        panel.tools.do(deed)
