"""A label as a heat map: one pixel per tile, in the colours and range one chooses."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QColor
from typing_extensions import override

from pathgui.gui.viewer.layers import LayerOverlay, Swatch

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


def style_for(values: npt.NDArray[np.float32]) -> HeatStyle:
    """A range that fits: 0 to 1 for shares, else what the values span."""
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
        The column of tile labels it shows.
    """

    def __init__(
        self, label: str, values: npt.NDArray[np.float32], layer: Any, style: HeatStyle
    ) -> None:
        title = label.replace("_", " ").capitalize()
        super().__init__(title, "heat", Swatch(colormap=style.colormap), layer)
        self.label = label
        self.values = values
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

    @override
    def __repr__(self) -> str:
        return f"HeatMap({self.label})"


def colors_of(colormap: str, steps: int = 16) -> list[QColor]:
    """Colours along a map, for swatches and legends."""
    from napari.utils.colormaps import ensure_colormap

    rows = ensure_colormap(colormap).map(np.linspace(0, 1, steps))
    return [QColor.fromRgbF(*(float(part) for part in row[:3])) for row in rows]
