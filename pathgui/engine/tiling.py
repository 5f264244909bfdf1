"""How a slide is cut into tiles, as frozen data."""

from dataclasses import dataclass
from math import isfinite
from numbers import Real
from operator import index
from typing import Any

import numpy as np

from pathgui.errors import RecipeError

ANY = "*"
_SHARES = ("min_tissue", "min_inside")
_HALF = 0.5
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
    include, exclude : tuple of str or None
        Classes of annotations: tiles are made inside of those included and outside
        of those excluded. ``*`` is any class, an empty word those without one. Text
        is taken as classes with commas between. None does not look at annotations.
    min_inside : float or None
        Smallest share of a tile's area that must lie where it is wanted; 0 is "some
        of it", and 0.5 holds where None is given.

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
    include: tuple[str, ...] | None = None
    exclude: tuple[str, ...] | None = None
    min_inside: float | None = None

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
        for name in ("mpp", "magnification", "tile_um", *_SHARES):
            object.__setattr__(self, name, _real(name, getattr(self, name)))
        self._check_ranges()
        for name in ("include", "exclude"):
            object.__setattr__(self, name, _classes(name, getattr(self, name)))
        for name in ("pad", "upsample"):
            object.__setattr__(self, name, _yes_or_no(name, getattr(self, name)))
        if not isinstance(self.mask, str):
            raise RecipeError(f"mask is {self.mask!r}, the name of a mask is needed")

    def _check_ranges(self) -> None:
        for name in ("mpp", "magnification", "tile_um"):
            value = getattr(self, name)
            if value is not None and value <= 0:
                raise RecipeError(f"{name} is {value:g}, it must be above 0")
        for name in _SHARES:
            value = getattr(self, name)
            if value is not None and not 0 <= value <= 1:
                raise RecipeError(f"{name} is {value:g}, it is a share from 0 to 1")

    @property
    def step(self) -> int:
        """Stride in pixels, with its default filled in."""
        return self.tile_size if self.stride is None else self.stride

    @property
    def least_inside(self) -> float:
        """Share of a tile that must lie where annotations want it."""
        return _HALF if self.min_inside is None else self.min_inside


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


def _classes(name: str, value: Any) -> tuple[str, ...] | None:
    if value is None:
        return None
    words = value.split(",") if isinstance(value, str) else value
    if not isinstance(words, list | tuple) or any(
        not isinstance(word, str) for word in words
    ):
        raise RecipeError(
            f"{name} is {value!r}, classes of annotations are needed",
            'write them as ["Tumour", "Stroma"]; "*" is any class',
        )
    return tuple(dict.fromkeys(word.strip() for word in words)) or None


def _yes_or_no(name: str, value: Any) -> bool:
    if isinstance(value, bool | np.bool_):
        return bool(value)
    raise RecipeError(f"{name} is {value!r}, it must be true or false")
