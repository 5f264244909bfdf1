"""Which levels the viewer offers: those of the file, and halvings between them."""

from collections.abc import Sequence
from dataclasses import dataclass

OVERVIEW = -1
_FINEST_GAP = 1.4
_DEEPEST = 8
_SMALLEST = 512


@dataclass(frozen=True, slots=True)
class ViewLevel:
    """One picture of the pyramid on screen.

    Attributes
    ----------
    source : int
        Slide level it is read from, or ``OVERVIEW`` for the picture in memory.
    factor : int
        Pixels of the source per pixel of this level, along each axis.
    downsample : float
        Level-0 pixels per pixel.
    width, height : int
        Size in pixels.
    """

    source: int
    factor: int
    downsample: float
    width: int
    height: int


def plan_levels(
    dimensions: Sequence[tuple[int, int]],
    downsamples: Sequence[float],
    overview: tuple[int, int] | None = None,
) -> tuple[ViewLevel, ...]:
    """Levels from fine to coarse, about a factor of two apart.

    A viewer reads the coarsest level that still has a pixel per screen pixel, so a
    gap of four makes it read and upload sixteen times the screen.

    Parameters
    ----------
    dimensions : sequence of (int, int)
        ``(width, height)`` of each slide level.
    downsamples : sequence of float
        Level-0 pixels per pixel of each slide level.
    overview : (int, int), optional
        ``(width, height)`` of a picture of the whole slide that is in memory.
    """
    plan: list[ViewLevel] = []
    for level, (size, downsample) in enumerate(
        zip(dimensions, downsamples, strict=True)
    ):
        last = level + 1 == len(dimensions)
        until = float("inf") if last else downsamples[level + 1]
        factor = 1
        while factor <= _DEEPEST and _wanted(size, factor, downsample, until):
            plan.append(_level(level, factor, downsample, size))
            factor *= 2
    if overview is not None:
        coarse = dimensions[0][0] / overview[0]
        if coarse > plan[-1].downsample * _FINEST_GAP:
            plan.append(ViewLevel(OVERVIEW, 1, coarse, *overview))
    return tuple(plan)


def _wanted(
    size: tuple[int, int], factor: int, downsample: float, until: float
) -> bool:
    if factor == 1:
        return True
    room = downsample * factor * _FINEST_GAP < until
    return room and max(size) // factor >= _SMALLEST


def _level(
    source: int, factor: int, downsample: float, size: tuple[int, int]
) -> ViewLevel:
    width, height = (max(1, side // factor) for side in size)
    return ViewLevel(source, factor, downsample * factor, width, height)
