"""Keys of the viewer, as the keyboard map has them."""

from collections.abc import Callable
from functools import partial
from typing import Protocol

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from pathgui.gui.viewer.control import LayerControl
from pathgui.gui.viewer.scale import PRESETS
from pathgui.gui.viewer.stage import Stage


class Keyed(Protocol):
    """What keys act on: the panel."""

    layers: LayerControl
    stage: Stage | None

    def step(self, by: int) -> None:
        """Show the next or previous slide."""
        ...

    def save_view(self) -> None:
        """Save the view as a picture."""
        ...

    def do(self, deed: str) -> None:
        """Do what a letter stands for."""
        ...


Key = Qt.Key
_NONE = Qt.KeyboardModifier.NoModifier
_SHIFT, _ALT = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier
_CONTROL = Qt.KeyboardModifier.ControlModifier
_DIGITS = {Key(Key.Key_0 + digit): digit for digit in range(1, 10)}

STEPS: dict[Key, int] = {Key.Key_PageUp: -1, Key.Key_PageDown: 1}
PARTS = {
    Key.Key_G: "grid",
    Key.Key_M: "minimap",
    Key.Key_B: "scale",
    Key.Key_L: "legend",
}
TOOLS = {Key.Key_R: "ruler", Key.Key_A: "area", Key.Key_T: "tiles", Key.Key_Z: "zoom"}
DEEDS = {
    Key.Key_P: "preview",
    Key.Key_C: "compare",
    Key.Key_X: "exclude",
    Key.Key_D: "annotate",
    Key.Key_E: "edit",
}
SHIFTED = {
    Key.Key_X: "restore_tiles",
    Key.Key_I: "import_mask",
    Key.Key_D: "import_annotations",
    Key.Key_C: "profile",
}
STRENGTH = {Key.Key_Comma: -0.1, Key.Key_Period: 0.1}
VIEW: dict[Key, Callable[[Stage], object]] = {
    Key.Key_Plus: lambda stage: stage.zoom_by(1.25),
    Key.Key_Equal: lambda stage: stage.zoom_by(1.25),
    Key.Key_Minus: lambda stage: stage.zoom_by(0.8),
    Key.Key_0: lambda stage: stage.canvas.fit(),
    Key.Key_I: lambda stage: stage.extras.toggle_associated(),
    Key.Key_Escape: lambda stage: stage.escape(),
}


def press(panel: Keyed, event: QKeyEvent) -> bool:
    """Do what a pressed key stands for; False if it stands for nothing here."""
    key = Key(event.key())
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    digit = _DIGITS.get(key)
    if modifiers == _ALT:
        return _preset(panel, digit)
    # On some keyboards a digit is typed with Shift.
    if digit is not None and modifiers in (_NONE, _SHIFT):
        return panel.layers.toggle_number(digit)
    if modifiers == _CONTROL and key == Key.Key_G and panel.stage is not None:
        panel.stage.extras.ask_place()
        return True
    if modifiers == _SHIFT and key in SHIFTED:
        panel.do(SHIFTED[key])
        return True
    if modifiers == _NONE or (modifiers == _SHIFT and key == Key.Key_Plus):
        return _plain(panel, key, event.isAutoRepeat())
    return False


def release(panel: Keyed, event: QKeyEvent) -> bool:
    """End what lasts while a key is held."""
    key = Key(event.key())
    return _hold(panel, key, False, event.isAutoRepeat())


def _plain(panel: Keyed, key: Key, repeated: bool) -> bool:
    if key in STEPS:
        panel.step(STEPS[key])
    elif key in PARTS:
        panel.layers.toggle_part(PARTS[key])
    elif key in STRENGTH:
        panel.layers.strengthen(STRENGTH[key])
    elif key in DEEDS:
        panel.do(DEEDS[key])
    elif key == Key.Key_F12:
        panel.save_view()
    elif panel.stage is not None and key in TOOLS:
        panel.stage.pointer.set_tool(TOOLS[key])
    elif panel.stage is not None and key in VIEW:
        VIEW[key](panel.stage)
    else:
        return _hold(panel, key, True, repeated)
    return True


def _hold(panel: Keyed, key: Key, down: bool, repeated: bool) -> bool:
    if key not in (Key.Key_H, Key.Key_Space):
        return False
    if not repeated and key == Key.Key_H:
        panel.layers.hide_all(down)
    elif not repeated and panel.stage is not None:
        panel.stage.pointer.rest(down)
    return True


def add_shortcuts(widget: QWidget, layers: LayerControl) -> None:
    """Shift and a digit switch a layer, also while plain digits mean a decision.

    Shortcuts, because only Qt knows which sign a keyboard has above a digit.
    """
    for digit in range(1, 10):
        shortcut = QShortcut(QKeySequence(f"Shift+{digit}"), widget)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(partial(layers.toggle_number, digit))


def _preset(panel: Keyed, digit: int | None) -> bool:
    if digit is None or digit > len(PRESETS):
        return False
    if panel.stage is not None:
        panel.stage.show_magnification(PRESETS[digit - 1])
    return True
