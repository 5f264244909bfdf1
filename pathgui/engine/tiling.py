"""How a slide is cut into tiles, as frozen data."""

from dataclasses import dataclass
from math import isfinite
from numbers import Real
from operator import index
from typing import Any

import numpy as np

from pathgui.errors import RecipeError

MODES = ("level", "mpp", "magnification", "tile_um")


@dataclass(frozen=True, slots=True)
class Tiling:
    """How a slide is cut into tiles.

    Attributes
    ----------
    level : int or None
        Slide level; 0 where no resolution is named.
    mpp : float or None
        Micrometres per pixel of the tiles.
    magnification : float or None
        Objective magnification of the tiles.
    tile_um : float or None
        Side of a tile in µm; with `tile_size` it fixes the resolution.
    tile_size, stride : int
        In pixels of the tiles; `stride` equals `tile_size` if None.
    pad : bool
        Keep tiles that reach over the right and lower edge, filled with zeros.
    upsample : bool
        Allow a resolution finer than the slide's own.
    min_tissue : float or None
        Smallest share of tissue a tile must have; None keeps all.
    mask : str
        Name of the mask that `min_tissue` looks at.

    Raises
    ------
    RecipeError
        If a value is of another type or out of range, or two resolutions are named.
    """

    level: int | None = None
    mpp: float | None = None
    magnification: float | None = None
    tile_um: float | None = None
    tile_size: int = 256
    stride: int | None = None
    pad: bool = False
    upsample: bool = False
    min_tissue: float | None = None
    mask: str = "tissue"

    def __post_init__(self) -> None:
        named = [mode for mode in MODES if getattr(self, mode) is not None]
        if len(named) > 1:
            raise RecipeError(
                f"tiling names {' and '.join(named)}, only one of them can hold",
                "keep one of level, mpp, magnification and tile_um",
            )
        if self.tile_size is None:
            raise RecipeError("tiling names no tile_size", "give a number of pixels")
        # Scripts bring numpy's numbers; a recipe holds Python's, which TOML knows.
        for name, least in (("level", 0), ("tile_size", 1), ("stride", 1)):
            object.__setattr__(self, name, _whole(name, getattr(self, name), least))
        for name in ("mpp", "magnification", "tile_um", "min_tissue"):
            object.__setattr__(self, name, _real(name, getattr(self, name)))
        for name in ("mpp", "magnification", "tile_um"):
            value = getattr(self, name)
            if value is not None and value <= 0:
                raise RecipeError(f"{name} is {value:g}, it must be above 0")
        if self.min_tissue is not None and not 0 <= self.min_tissue <= 1:
            raise RecipeError(
                f"min_tissue is {self.min_tissue:g}, it is a share from 0 to 1"
            )
        for name in ("pad", "upsample"):
            object.__setattr__(self, name, _yes_or_no(name, getattr(self, name)))
        if not isinstance(self.mask, str):
            raise RecipeError(f"mask is {self.mask!r}, the name of a mask is needed")

    @property
    def step(self) -> int:
        """Stride in pixels, with its default filled in."""
        return self.tile_size if self.stride is None else self.stride


def _whole(name: str, value: Any, least: int) -> int | None:
    if value is None:
        return None
    try:
        number = None if isinstance(value, bool) else index(value)
    except TypeError:
        number = None
    if number is None:
        raise RecipeError(f"{name} is {value!r}, a whole number is needed")
    if number < least:
        raise RecipeError(f"{name} is {number}, it must be at least {least}")
    return number


def _real(name: str, value: Any) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, Real):
        raise RecipeError(f"{name} is {value!r}, a number is needed")
    if not isfinite(value):
        raise RecipeError(f"{name} is {float(value)}, a finite number is needed")
    return float(value)


def _yes_or_no(name: str, value: Any) -> bool:
    if isinstance(value, bool | np.bool_):
        return bool(value)
    raise RecipeError(f"{name} is {value!r}, it must be true or false")
