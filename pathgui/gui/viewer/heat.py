"""A label as a heat map: one pixel per tile, in the colours and range one chooses."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QColor
from typing_extensions import override

from pathgui.gui.viewer.layers import LayerOverlay, Swatch
from pathgui.gui.viewer.values import Field

COLORMAPS = ("viridis", "cividis", "magma", "gray")
OPACITY = 0.52


@dataclass(frozen=True, slots=True)
class HeatStyle:
    """How values become colours.

    Attributes
    ----------
    colormap : str
        One of `COLORMAPS`.
    low, high : float
        Values at the ends of the colour map.
    least : float or None
        Tiles below are not coloured; None colours all.
    """

    colormap: str = "viridis"
    low: float = 0.0
    high: float = 1.0
    least: float | None = None


def style_for(values: npt.NDArray[np.float32], classes: int = 0) -> HeatStyle:
    """A range that fits: 0 to 1 for shares, else what the values or classes span."""
    if classes:
        return HeatStyle(high=float(max(classes - 1, 1)))
    seen = values[np.isfinite(values)]
    if not len(seen) or (seen.min() >= 0.0 and seen.max() <= 1.0):
        return HeatStyle()
    low, high = float(seen.min()), float(seen.max())
    return HeatStyle(low=low, high=high if high > low else low + 1.0)


class HeatMap(LayerOverlay):
    """A heat map on the canvas.

    Attributes
    ----------
    label : str
        What it shows: a label of the tiles, a map or a feature.
    classes : tuple of str
        Words that the values stand for; none where they are numbers.
    """

    def __init__(self, field: Field, layer: Any, style: HeatStyle) -> None:
        title = field.name.replace("_", " ").capitalize()
        super().__init__(title, "heat", Swatch(colormap=style.colormap), layer)
        self.label, self.classes = field.name, field.classes
        self.values = field.values
        self._field = field
        self._style = style
        self.style = style

    @property
    def style(self) -> HeatStyle:
        """Colours and range."""
        return self._style

    @style.setter
    def style(self, style: HeatStyle) -> None:
        high = style.high if style.high > style.low else style.low + 1e-6
        style = replace(style, high=high)
        layer = self.layers[0]
        layer.colormap = style.colormap
        layer.contrast_limits = (style.low, style.high)
        if style.least != self._style.least:
            shown = self.values
            if style.least is not None:
                shown = np.where(shown >= style.least, shown, np.float32(np.nan))
            layer.data = shown
        self.swatch = Swatch(colormap=style.colormap)
        self._style = style

    def at(self, x: float, y: float) -> float | None:
        """The value over a level-0 point, or None."""
        step, origin = self._field.step, self._field.origin
        column, row = int((x - origin[0]) // step[0]), int((y - origin[1]) // step[1])
        height, width = self.values.shape
        if not (0 <= column < width and 0 <= row < height):
            return None
        value = float(self.values[row, column])
        return value if np.isfinite(value) else None

    @override
    def __repr__(self) -> str:
        return f"HeatMap({self.label})"


def colors_of(colormap: str, steps: int = 16) -> list[QColor]:
    """Colours along a map, for swatches and legends."""
    from napari.utils.colormaps import ensure_colormap

    rows = ensure_colormap(colormap).map(np.linspace(0, 1, steps))
    return [QColor.fromRgbF(*(float(part) for part in row[:3])) for row in rows]
