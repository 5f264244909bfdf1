"""A tile as scripts see it, and the arrays that transforms work on."""

from dataclasses import dataclass, field
from typing import Any, Protocol, Self

import numpy as np
import numpy.typing as npt
from typing_extensions import override

from pathgui.tiling.grid import TileGrid

Image = npt.NDArray[np.uint8]
Mask = npt.NDArray[Any]
Label = bool | int | float | str


@dataclass(slots=True)
class TileData:
    """The arrays of one tile while transforms work on it.

    Attributes
    ----------
    image : ndarray of uint8, shape (H, W, 3)
        Pixels; RGB.
    coords : tuple of int
        ``(x, y)`` of the corner in level-0 pixels.
    downsample : float
        Level-0 pixels per pixel of `image`.
    mpp : float or None
        Micrometres per pixel of `image`.
    valid_size : tuple of int
        ``(width, height)`` that lies inside the slide; the rest is padding.
    masks : dict of str to ndarray, shape (H, W)
        Boolean masks or integer labels.
    labels : dict
        Values that describe the tile.
    """

    image: Image
    coords: tuple[int, int] = (0, 0)
    downsample: float = 1.0
    mpp: float | None = None
    valid_size: tuple[int, int] | None = None
    masks: dict[str, Mask] = field(default_factory=dict)
    labels: dict[str, Label] = field(default_factory=dict)


class TileSource(Protocol):
    """Where a tile's pixels come from when they are asked for."""

    def image(self, index: int) -> Image: ...

    def masks(self, index: int) -> dict[str, Mask]: ...

    def labels(self, index: int) -> dict[str, Label]: ...


class _Kept(dict[str, Any]):
    """A dict that stays with its tile as soon as a script writes into it."""

    __slots__ = ("_name", "_tile")

    def __init__(self, tile: "Tile", name: str, values: dict[str, Any]) -> None:
        super().__init__(values)
        self._tile, self._name = tile, name

    def _keep(self) -> None:
        setattr(self._tile, self._name, self)

    @override
    def __setitem__(self, key: str, value: Any) -> None:
        super().__setitem__(key, value)
        self._keep()

    @override
    def __delitem__(self, key: str) -> None:
        super().__delitem__(key)
        self._keep()

    @override
    def __ior__(self, other: Any) -> Self:  # type: ignore[override]
        self.update(other)
        return self

    @override
    def update(self, *args: Any, **kwargs: Any) -> None:
        super().update(*args, **kwargs)
        self._keep()

    @override
    def __reduce__(self) -> Any:
        return dict, (dict(self),)

    @override
    def pop(self, *args: Any) -> Any:
        value = super().pop(*args)
        self._keep()
        return value

    @override
    def popitem(self) -> tuple[str, Any]:
        item = super().popitem()
        self._keep()
        return item

    @override
    def setdefault(self, key: str, default: Any = None) -> Any:
        value = super().setdefault(key, default)
        self._keep()
        return value

    @override
    def clear(self) -> None:
        super().clear()
        self._keep()


class Tile:
    """One tile of a slide; reads its pixels when asked, holds none by itself.

    Scripts may set any attribute (``tile.prediction = 0.7``); it stays.

    Attributes
    ----------
    index : int
        Number of the tile in the grid it was made from.
    """

    __slots__ = (
        "__dict__",
        "__weakref__",
        "_grid",
        "_image",
        "_labels",
        "_masks",
        "_source",
        "index",
    )

    def __init__(self, index: int, grid: TileGrid, source: TileSource) -> None:
        self.index = index
        self._grid = grid
        self._source = source
        self._image: Image | None = None
        self._masks: dict[str, Mask] | None = None
        self._labels: dict[str, Label] | None = None

    @property
    def level_coords(self) -> tuple[int, int]:
        """``(x, y)`` of the top-left corner, exact, in the tiled level's pixels."""
        grid = self._grid
        return int(grid.level_x[self.index]), int(grid.level_y[self.index])

    @property
    def coords(self) -> tuple[int, int]:
        """``(x, y)`` of the top-left corner in level-0 pixels, rounded to nearest."""
        x, y = self.level_coords
        downsample = self._grid.frame.downsample
        return round(x * downsample), round(y * downsample)

    @property
    def level(self) -> int:
        """Slide level the pixels are read from."""
        return self._grid.frame.level

    @property
    def downsample(self) -> float:
        """Level-0 pixels per pixel of this tile."""
        return self._grid.frame.downsample

    @property
    def mpp(self) -> float | None:
        """Micrometres per pixel of this tile, where known."""
        return self._grid.frame.mpp

    @property
    def tile_size(self) -> int:
        """Side in pixels."""
        return self._grid.tile_size

    @property
    def valid_size(self) -> tuple[int, int]:
        """``(width, height)`` that lies inside the slide; the rest is padding."""
        return self._grid.valid_size(self.index)

    @property
    def image(self) -> Image:
        """Pixels as uint8 ``(H, W, 3)``, transforms applied; read when asked for."""
        return self._source.image(self.index) if self._image is None else self._image

    @image.setter
    def image(self, value: Image) -> None:
        self._image = value

    @property
    def masks(self) -> dict[str, Mask]:
        """Name to boolean or integer mask ``(H, W)``."""
        if self._masks is not None:
            return self._masks
        return _Kept(self, "_masks", self._source.masks(self.index))

    @masks.setter
    def masks(self, value: dict[str, Mask]) -> None:
        self._masks = value

    @property
    def labels(self) -> dict[str, Label]:
        """Name to value."""
        if self._labels is not None:
            return self._labels
        return _Kept(self, "_labels", self._source.labels(self.index))

    @labels.setter
    def labels(self, value: dict[str, Label]) -> None:
        self._labels = value

    @property
    def source(self) -> TileSource:
        """Where the pixels come from when they are asked for."""
        return self._source

    @property
    def own(
        self,
    ) -> tuple[Image | None, dict[str, Mask] | None, dict[str, Label] | None]:
        """What a script has set on this tile: image, masks, labels; None if not."""
        return self._image, self._masks, self._labels

    @property
    def changed(self) -> bool:
        """Whether a script has set anything on this tile."""
        return bool(self.__dict__) or any(value is not None for value in self.own)

    @override
    def __repr__(self) -> str:
        return f"Tile({self.index}, coords={self.coords}, size={self.tile_size})"
