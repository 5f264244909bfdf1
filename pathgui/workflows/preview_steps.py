"""A region of a slide as each step of a recipe leaves it, for before and after."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from pathgui.engine import Recipe
from pathgui.errors import Cancelled
from pathgui.preprocessing import DrawnRegions, ReviewedMask, TileStep
from pathgui.tiling import TileData

Asked = Callable[[], bool]
_GIVEN = (DrawnRegions, ReviewedMask)


def steps_to_show(recipe: Recipe) -> tuple[int, ...]:
    """Places of the steps of a recipe that can be seen on a region.

    What people drew comes into a slide's recipe as steps of its own. They are left
    out: so the first step to show of a recipe is that of the slide's recipe, too.
    """
    return tuple(
        place
        for place, step in enumerate(recipe.pipeline.transforms)
        if not isinstance(step, _GIVEN)
    )


class StepChain:
    """Carries a region of a slide through the steps of a recipe, each of them once.

    Parameters
    ----------
    count : int
        Number of steps.
    fit : callable
        Gives the step at a place, fitted on the slide; asked in order, and only as
        far as somebody wants to see.
    region : TileData
        The pixels as the file has them, at any resolution.
    """

    def __init__(
        self, count: int, fit: Callable[[int], TileStep], region: TileData
    ) -> None:
        self._count, self._fit = count, fit
        self._states = [region]

    def state(self, done: int, asked: Asked = lambda: False) -> TileData:
        """The region once this many steps are done.

        Parameters
        ----------
        done : int
            Number of steps; 0 is the region as the file has it.
        asked : callable
            Whether to give up; looked at between steps. What is done is kept.

        Raises
        ------
        Cancelled
            If `asked` said so.
        IndexError
            If there are fewer steps.
        TransformError
            If a step cannot be carried out.
        """
        if not 0 <= done <= self._count:
            raise IndexError(f"there are {self._count} steps, not {done}")
        while len(self._states) <= done:
            if asked():
                raise Cancelled("another step was asked for")
            step = self._fit(len(self._states) - 1)
            tile = _copied(self._states[-1], pixels=step.changes_image)
            step.apply(tile)
            self._states.append(tile)
        return self._states[done]


def _copied(tile: TileData, *, pixels: bool) -> TileData:
    """A tile that a step may change while the one before it stays as it is."""
    return replace(
        tile,
        image=tile.image.copy() if pixels else tile.image,
        masks={name: np.array(mask) for name, mask in tile.masks.items()},
        labels=dict(tile.labels),
    )
