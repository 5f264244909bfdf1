"""The part of the slide that is on screen, as a step of a recipe gets it."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QRectF

from pathgui.gui.viewer.loading import LoadedSlide
from pathgui.tiling import TileData

_SIDE = 1600


@dataclass(frozen=True, slots=True)
class Region:
    """A rectangle of one level of a slide on screen; `read` may take a while."""

    loaded: LoadedSlide
    number: int
    box: tuple[int, int, int, int]

    @classmethod
    def of(cls, loaded: LoadedSlide, area: QRectF) -> "Region | None":
        """The visible area at the finest level that fits; None if there is none.

        Parameters
        ----------
        loaded : LoadedSlide
            The slide.
        area : QRectF
            Visible area in level-0 pixels; may reach beyond the slide.
        """
        width, height = loaded.size
        area = area.intersected(QRectF(0, 0, width, height))
        levels = loaded.pixels.levels
        wanted = max(area.width(), area.height()) / _SIDE
        number = next(
            (k for k, level in enumerate(levels) if level.downsample >= wanted),
            len(levels) - 1,
        )
        level = levels[number]
        step = level.downsample
        x0, y0 = int(area.left() / step), int(area.top() / step)
        x1 = min(round(area.right() / step), level.width)
        y1 = min(round(area.bottom() / step), level.height)
        there = x1 - x0 > 1 and y1 - y0 > 1
        return cls(loaded, number, (x0, y0, x1, y1)) if there else None

    def read(self) -> TileData:
        """The pixels as a step of a recipe gets them."""
        step = self.loaded.pixels.levels[self.number].downsample
        image = self.loaded.pixels.raw(self.number, *self.box)
        mpp = self.loaded.optics.mpp
        corner = round(self.box[0] * step), round(self.box[1] * step)
        return TileData(image, corner, step, None if mpp is None else mpp * step)


def words_for(title: str, tile: TileData) -> str:
    """What a step made of the region, in one sentence."""
    parts = [f"After: {title}"]
    parts += [f"{name} {_value(value)}" for name, value in tile.labels.items()]
    for name, mask in tile.masks.items():
        parts.append(f"{name} covers {(mask > 0).mean():.0%}".replace("%", " %"))
    if tile.downsample > 1.01:
        parts.append(f"seen at 1/{tile.downsample:.3g} of full size")
    return " · ".join(parts) + ". C switches it."


def _value(value: object) -> str:
    return f"{value:.3g}" if isinstance(value, float | np.floating) else str(value)
