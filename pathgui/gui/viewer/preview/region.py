"""The part of the slide that is on screen, as a step of a recipe gets it."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QRectF

from pathgui.engine import Recipe
from pathgui.gui.viewer.loading import LoadedSlide
from pathgui.tiling import Image, Mask, TileData
from pathgui.workflows.preview_steps import steps_to_show

_SIDE = 1600
_EDGE = (11, 87, 164)


@dataclass(frozen=True, eq=False, slots=True)
class Stepped:
    """A step of a recipe on a region of the slide.

    Attributes
    ----------
    recipe : Recipe
        The recipe, with what was drawn on the slide.
    step : int
        Place among the steps that can be seen, counted from 0.
    before, after : TileData
        The region as all earlier steps leave it, and with this one carried out.
    pictures : tuple of ndarray of uint8, shape (H, W, 3)
        Both as they are shown: in the colours of the screen, masks by their edges.
    """

    recipe: Recipe
    step: int
    before: TileData
    after: TileData
    pictures: tuple[Image, Image]


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

    def shown(self, tile: TileData) -> Image:
        """What people see of a tile made of this region; takes a moment."""
        colour = self.loaded.pixels.colour
        image = tile.image if colour is None else colour(tile.image)
        for mask in tile.masks.values():
            image = _tinted(image, mask)
        return image

    def read(self) -> TileData:
        """The pixels as a step of a recipe gets them."""
        step = self.loaded.pixels.levels[self.number].downsample
        image = self.loaded.pixels.raw(self.number, *self.box)
        mpp = self.loaded.optics.mpp
        corner = round(self.box[0] * step), round(self.box[1] * step)
        return TileData(image, corner, step, None if mpp is None else mpp * step)


def step_name(recipe: Recipe, step: int) -> str:
    """What people call a step; counted among those that can be seen."""
    transform = recipe.pipeline.transforms[steps_to_show(recipe)[step]]
    return transform.title or type(transform).__name__


def numbered(recipe: Recipe) -> list[str]:
    """Each step that can be seen, as ``2 of 5: Gaussian blur``."""
    count = len(steps_to_show(recipe))
    return [f"{k + 1} of {count}: {step_name(recipe, k)}" for k in range(count)]


def words_for(made: Stepped, *, after: bool) -> str:
    """What is shown of a step on the region, in one sentence."""
    name, count = step_name(made.recipe, made.step), len(steps_to_show(made.recipe))
    side = "after" if after else "before"
    parts = [f"Step {made.step + 1} of {count}, {side}: {name}"]
    if after:
        parts += _found(made)
    tile = made.after
    if tile.downsample > 1.01:
        parts.append(f"seen at 1/{tile.downsample:.3g} of full size")
    return " · ".join(parts) + ". C switches it."


def _found(made: Stepped) -> Iterator[str]:
    """Labels and masks that came with the step."""
    old, new = made.before, made.after
    for name, value in new.labels.items():
        if name not in old.labels or old.labels[name] != value:
            yield f"{name} {_value(value)}"
    for name, mask in new.masks.items():
        if name not in old.masks or not np.array_equal(old.masks[name], mask):
            yield f"{name} covers {(mask > 0).mean():.0%}".replace("%", " %")


def _value(value: object) -> str:
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    return f"{value:.3g}" if isinstance(value, float | np.floating) else str(value)


def _tinted(image: Image, mask: Mask) -> Image:
    """The edge of what a step found, drawn into the picture."""
    found = np.asarray(mask)
    edge = np.zeros(found.shape, bool)
    edge[1:] |= found[1:] != found[:-1]
    edge[:, 1:] |= found[:, 1:] != found[:, :-1]
    out = image.copy()
    out[edge] = _EDGE
    return out
