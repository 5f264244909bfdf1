"""From a wish (level, mpp, magnification, µm) to the frame that tiles are cut from."""

from collections.abc import Sequence
from math import floor, isfinite
from operator import index
from typing import NoReturn

from pathgui.errors import ResolutionError
from pathgui.tiling.frame import Frame

LEVEL_TOLERANCE = 0.005
"""Relative distance at which a level counts as the one asked for.

Files round mpp to four digits and level sizes to whole pixels, so the same optical
resolution appears some tenths of a percent apart. Taking the level's own pixels then
is better than resampling by 1.002; the frame says the level's true downsample and
mpp, so coordinates do not drift.
"""

FINEST_TOLERANCE = 0.02
"""How much finer than level 0 a request may be and still mean level 0.

Scanners sold as 0.25 µm/px deliver 0.2520 or 0.2527: 0.25 then means level 0 as it
is. Anything finer is refused unless `upsample` is asked for.
"""

_NOMINAL = 10.0  # µm/px times objective power: 40× is 0.25 µm/px, 20× is 0.5
_MPP_RANGE = (0.05, 10.0)
_POWER_RANGE = (0.6, 1.6)


def frame_for(
    level_dimensions: Sequence[tuple[int, int]],
    level_downsamples: Sequence[float],
    *,
    mpp0: float | None = None,
    objective: float | None = None,
    level: int | None = None,
    mpp: float | None = None,
    magnification: float | None = None,
    upsample: bool = False,
) -> Frame:
    """Pixel grid for tiles at a level, an mpp or a magnification.

    A request by `mpp` or `magnification` takes a level's own pixels if one lies
    within 0.5 % of it (:data:`LEVEL_TOLERANCE`), and level 0 if it is up to 2 % finer
    than that (:data:`FINEST_TOLERANCE`). Otherwise the frame is the nearest finer
    level, to be area-resampled. The frame always tells its true downsample and mpp.

    Parameters
    ----------
    level_dimensions : sequence of (int, int)
        ``(width, height)`` of each level, level 0 first.
    level_downsamples : sequence of float
        Level-0 pixels per pixel of each level.
    mpp0 : float, optional
        Micrometres per level-0 pixel.
    objective : float, optional
        Nominal objective power that level 0 was scanned at.
    level, mpp, magnification : optional
        What is wanted; at most one. None of them means level 0.
    upsample : bool
        Allow frames finer than level 0; they are then met exactly.

    Raises
    ------
    ResolutionError
        If more than one is given, the level does not exist, the slide's mpp or
        objective power is not known, or the request is finer than level 0.
    """
    _check_one(level=level, mpp=mpp, magnification=magnification)
    if not level_dimensions or len(level_dimensions) != len(level_downsamples):
        raise ResolutionError("the slide does not say the size of its levels")
    if mpp is not None:
        target = _positive("mpp", mpp) / _known_mpp(mpp0)
        wish = f"{mpp:g} µm/px"
    elif magnification is not None:
        power = _known_power(objective, magnification)
        target = power / _positive("magnification", magnification)
        wish = f"{magnification:g}×"
    else:
        number = _existing(0 if level is None else level, level_downsamples)
        return _native(level_dimensions, level_downsamples, number, mpp0)
    nearest = _matching(level_downsamples, target, upsample)
    if nearest is not None:
        return _native(level_dimensions, level_downsamples, nearest, mpp0)
    if target < min(level_downsamples) and not upsample:
        _refuse_upsampling(wish, mpp0, objective)
    return _resampled(level_dimensions, level_downsamples, target, mpp0)


def mpp_for_tile(tile_um: float, tile_size: int) -> float:
    """Resolution at which `tile_size` pixels cover exactly `tile_um` micrometres.

    Pass the result to :func:`frame_for` as ``mpp`` when a tiling names only the side
    of a tile in µm.

    Raises
    ------
    ResolutionError
        If one of them is not positive.
    """
    if tile_size < 1:
        raise ResolutionError(f"tile_size {tile_size} is not a positive number")
    return _positive("tile_um", tile_um) / tile_size


def tile_size_for(tile_um: float, frame: Frame) -> int:
    """Side of a tile of `tile_um` micrometres in whole pixels of a frame.

    The nearest whole number, at least 1: the tile covers `tile_um` to within half a
    pixel of the frame.

    Raises
    ------
    ResolutionError
        If `tile_um` is not positive or the frame's mpp is unknown.
    """
    side = _positive("tile_um", tile_um) / _known_mpp(frame.mpp)
    return max(1, round(side))


def plausible_mpp(mpp: float, objective: float | None = None) -> str:
    """Why a resolution cannot be right, or an empty text.

    The field's rule of thumb is 10 µm/px divided by the objective power (40× is about
    0.25 µm/px, 20× about 0.5); cameras differ by a third. Further off, a level, a unit
    or a doubling lens was mistaken, which is nearly always a factor of two or more.

    Parameters
    ----------
    mpp : float
        Micrometres per level-0 pixel.
    objective : float, optional
        Nominal objective power.
    """
    low, high = _MPP_RANGE
    if not isfinite(mpp) or mpp <= 0:
        return f"{mpp:g} is not a positive number of micrometres per pixel"
    if not low <= mpp <= high:
        return (
            f"{mpp:g} µm/px lies outside {low:g} to {high:g}, where slide scanners "
            "are; perhaps the unit is not µm"
        )
    if objective is None or not isfinite(objective) or objective <= 0:
        return ""
    usual = _NOMINAL / objective
    low, high = _POWER_RANGE[0] * usual, _POWER_RANGE[1] * usual
    if low <= mpp <= high:
        return ""
    return (
        f"{mpp:g} µm/px does not fit an objective of {objective:g}×, "
        f"which gives about {usual:.3g} µm/px"
    )


def _check_one(**wishes: float | None) -> None:
    given = [name for name, value in wishes.items() if value is not None]
    if len(given) > 1:
        raise ResolutionError(
            f"{' and '.join(given)} are given together",
            "choose one of level, mpp and magnification",
        )


def _positive(name: str, value: float) -> float:
    if not isfinite(value) or value <= 0:
        raise ResolutionError(f"{name} {value:g} is not a positive number")
    return float(value)


def _known_mpp(mpp0: float | None) -> float:
    if mpp0 is None or not isfinite(mpp0) or mpp0 <= 0:
        raise ResolutionError(
            "the slide does not say how many micrometres a pixel measures",
            "set mpp in the manifest, or open the slide with mpp=; "
            "or tile by level instead",
        )
    return float(mpp0)


def _known_power(objective: float | None, wanted: float) -> float:
    if objective is None or not isfinite(objective) or objective <= 0:
        raise ResolutionError(
            "the slide does not say its objective power",
            f"tile by mpp instead: mpp={_NOMINAL / max(wanted, 1e-9):.3g} is about "
            f"{wanted:g}×",
        )
    return float(objective)


def _existing(level: int, downsamples: Sequence[float]) -> int:
    try:
        number = index(level)
    except TypeError:
        raise ResolutionError(f"level {level!r} is not a whole number") from None
    if 0 <= number < len(downsamples):
        return number
    levels = ", ".join(
        f"{k} (downsample {value:.4g})" for k, value in enumerate(downsamples)
    )
    raise ResolutionError(
        f"level {number} does not exist; the slide has level {levels}",
        "choose one of these levels, or tile by mpp",
    )


def _matching(
    downsamples: Sequence[float], target: float, upsample: bool
) -> int | None:
    distances = [abs(value / target - 1.0) for value in downsamples]
    nearest = min(range(len(distances)), key=distances.__getitem__)
    if distances[nearest] <= LEVEL_TOLERANCE:
        return nearest
    finest = min(range(len(downsamples)), key=downsamples.__getitem__)
    if not upsample and 1.0 < downsamples[finest] / target <= 1.0 + FINEST_TOLERANCE:
        return finest
    return None


def _native(
    dimensions: Sequence[tuple[int, int]],
    downsamples: Sequence[float],
    level: int,
    mpp0: float | None,
) -> Frame:
    width, height = dimensions[level]
    downsample = float(downsamples[level])
    return Frame(level, downsample, width, height, 1.0, _scaled(mpp0, downsample))


def _resampled(
    dimensions: Sequence[tuple[int, int]],
    downsamples: Sequence[float],
    target: float,
    mpp0: float | None,
) -> Frame:
    finer = [k for k, value in enumerate(downsamples) if value <= target]
    finest = min(range(len(downsamples)), key=downsamples.__getitem__)
    level = max(finer, key=downsamples.__getitem__) if finer else finest
    scale = target / downsamples[level]
    width, height = (_whole(side / scale) for side in dimensions[level])
    return Frame(level, target, width, height, scale, _scaled(mpp0, target))


def _whole(side: float) -> int:
    # Only pixels that lie wholly in the level; the nudge forgives float rounding.
    return max(1, floor(side + 1e-6))


def _scaled(mpp0: float | None, downsample: float) -> float | None:
    usable = mpp0 is not None and isfinite(mpp0) and mpp0 > 0
    return mpp0 * downsample if usable and mpp0 is not None else None


def _refuse_upsampling(
    wish: str, mpp0: float | None, objective: float | None
) -> NoReturn:
    has = [
        text
        for value, text in ((mpp0, f"{mpp0} µm/px"), (objective, f"{objective}×"))
        if value is not None
    ]
    raise ResolutionError(
        f"{wish} is finer than the slide, which has {' and '.join(has)}",
        "ask for a coarser resolution, for level 0, or set upsample to true",
    )
