"""Which tiles there are: geometry of a grid over one frame, no pixels."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from pathgui.errors import TilingError
from pathgui.tiling.coverage import box_fractions
from pathgui.tiling.frame import Frame
from pathgui.tiling.polygons import Polygon, Rule, boxes_inside

IntArray = npt.NDArray[np.int64]

_LARGEST = 16_384  # px; a tile is read as a whole, and this one takes 0.75 GB


@dataclass(frozen=True, eq=False, slots=True)
class TileGrid:
    """Positions of equally large tiles in one frame, in reading order.

    Attributes
    ----------
    frame : Frame
        The pixel grid the tiles lie in.
    tile_size, stride : int
        Side of a tile and distance between neighbours, in pixels of the frame.
    pad : bool
        Whether tiles may reach over the right and lower edge.
    level_x, level_y : ndarray of int64, shape (n,)
        Top-left corners in pixels of the frame.
    """

    frame: Frame
    tile_size: int
    stride: int
    pad: bool
    level_x: IntArray
    level_y: IntArray

    @classmethod
    def regular(
        cls, frame: Frame, tile_size: int, stride: int | None = None, pad: bool = False
    ) -> "TileGrid":
        """All tiles of a frame, row by row.

        Where only a part of the frame was scanned (`Frame.area`), the grid begins at
        the corner of that part and ends with it; corners still count from the
        frame's own.

        Parameters
        ----------
        frame : Frame
            The pixel grid to cover.
        tile_size : int
            Side of a tile in pixels of the frame.
        stride : int, optional
            Distance between tiles; equal to ``tile_size`` if not given.
        pad : bool
            True keeps the tiles that reach over the edge; False drops them.

        Raises
        ------
        TilingError
            If a size is not positive, or no tile fits and `pad` is False.
        """
        stride = tile_size if stride is None else stride
        _check(frame, tile_size, stride, pad)
        left, upper, right, lower = frame.extent
        xs = left + _starts(right - left, tile_size, stride, pad)
        ys = upper + _starts(lower - upper, tile_size, stride, pad)
        return cls(
            frame, tile_size, stride, pad, np.tile(xs, len(ys)), np.repeat(ys, len(xs))
        )

    @staticmethod
    def count(
        frame: Frame, tile_size: int, stride: int | None = None, pad: bool = False
    ) -> int:
        """Number of tiles that `regular` gives, without making them.

        Raises
        ------
        TilingError
            As `regular` does.
        """
        stride = tile_size if stride is None else stride
        _check(frame, tile_size, stride, pad)
        left, upper, right, lower = frame.extent
        return _count(right - left, tile_size, stride, pad) * _count(
            lower - upper, tile_size, stride, pad
        )

    def __post_init__(self) -> None:
        # From files and scripts come other integer types, lists, and arrays that
        # their owner goes on writing to.
        for name in ("level_x", "level_y"):
            values = np.array(getattr(self, name), np.int64).reshape(-1)
            values.setflags(write=False)
            object.__setattr__(self, name, values)
        if len(self.level_x) != len(self.level_y):
            raise TilingError(
                f"a grid has {len(self.level_x)} corners in x, "
                f"but {len(self.level_y)} as y"
            )

    def __len__(self) -> int:
        return len(self.level_x)

    @property
    def level_coords(self) -> IntArray:
        """Corners ``(x, y)`` in the frame, shape (n, 2)."""
        return np.stack([self.level_x, self.level_y], axis=1)

    @property
    def coords(self) -> IntArray:
        """Corners ``(x, y)`` in level-0 pixels, rounded to nearest, shape (n, 2)."""
        corners = np.rint(self.level_coords * self.frame.downsample)
        return np.asarray(corners, dtype=np.int64)

    @property
    def boxes(self) -> npt.NDArray[np.float64]:
        """Left, upper, right, lower edge at level 0, unrounded, shape (n, 4).

        Only what lies inside the frame, and in what was scanned of it.
        """
        frame = self.frame
        right = np.minimum(self.level_x + self.tile_size, frame.extent[2])
        lower = np.minimum(self.level_y + self.tile_size, frame.extent[3])
        edges = np.stack([self.level_x, self.level_y, right, lower], axis=1)
        return edges * frame.downsample

    def valid_size(self, index: int) -> tuple[int, int]:
        """``(width, height)`` of tile `index` that lies inside what was scanned."""
        _, _, right, lower = self.frame.extent
        width = min(self.tile_size, right - int(self.level_x[index]))
        height = min(self.tile_size, lower - int(self.level_y[index]))
        return width, height

    def take(self, which: npt.NDArray[Any]) -> "TileGrid":
        """The tiles chosen by a boolean mask or by indices, in that order."""
        return replace(self, level_x=self.level_x[which], level_y=self.level_y[which])

    def mask_fraction(
        self, mask: npt.NDArray[Any], mask_downsample: float
    ) -> npt.NDArray[np.float64]:
        """Share of each tile that a low-resolution mask covers.

        Parameters
        ----------
        mask : ndarray, shape (height, width)
            True, or not zero, where there is tissue; of the whole slide.
        mask_downsample : float
            Level-0 pixels per mask pixel.

        Returns
        -------
        ndarray of float64, shape (n,)
            Share of the part of the tile that lies in slide and mask, 0 to 1, from
            an integral image with fractional corners: exact for the mask as a
            picture of square pixels.

        Raises
        ------
        TilingError
            If the mask is not a picture of the whole slide at that downsample.
        """
        _check_mask(self.frame, mask, mask_downsample)
        left, upper, right, lower = (self.boxes / mask_downsample).T
        return box_fractions(mask, left, upper, right, lower)

    def inside(
        self, polygons: Iterable[Polygon], rule: Rule = "centre"
    ) -> npt.NDArray[np.bool_]:
        """Which tiles lie in annotations; ``~`` of it are those outside.

        Parameters
        ----------
        polygons : iterable
            Each an array of shape (n, 2), corners ``(x, y)`` in level-0 pixels, or a
            tuple of such an array and a list of arrays for its holes.
        rule : {"centre", "touch", "within"}
            What must lie in a polygon: the centre of the tile, some of its area, or
            all of it. Only the part of the tile inside the slide is looked at.

        Returns
        -------
        ndarray of bool, shape (n,)
            For `take`.

        Raises
        ------
        TilingError
            If the rule is unknown or a polygon is none.
        """
        return boxes_inside(polygons, self.boxes, rule)


def _check(frame: Frame, tile_size: int, stride: int, pad: bool) -> None:
    if tile_size < 1:
        raise TilingError(f"tile_size {tile_size} is not a positive number of pixels")
    if stride < 1:
        raise TilingError(f"stride {stride} is not a positive number of pixels")
    left, upper, right, lower = frame.extent
    if not pad and (tile_size > right - left or tile_size > lower - upper):
        where = f"level {frame.level}" if frame.native else "the slide"
        at = "" if frame.native else f" at downsample {frame.downsample:g}"
        raise TilingError(
            f"a tile of {tile_size} px does not fit into {where} of "
            f"{right - left} × {lower - upper} px{at}",
            "choose a smaller tile_size, a finer resolution, or pad=True",
        )
    if tile_size > _LARGEST:
        raise TilingError(
            f"a tile of {tile_size} px would take "
            f"{3 * tile_size**2 / 1024**3:.0f} GB of memory",
            f"tiles have up to {_LARGEST} px a side; choose a smaller tile_size",
        )


def _starts(length: int, tile: int, stride: int, pad: bool) -> IntArray:
    return np.arange(_count(length, tile, stride, pad), dtype=np.int64) * stride


def _count(length: int, tile: int, stride: int, pad: bool) -> int:
    if not pad:
        return (length - tile) // stride + 1
    # As many as cover the side, but none that begins beyond it.
    to_cover = max(-(-(length - tile) // stride) + 1, 1)
    return min(to_cover, -(-length // stride))


def _check_mask(frame: Frame, mask: npt.NDArray[Any], downsample: float) -> None:
    if not downsample > 0 or mask.ndim != 2:
        raise TilingError(
            f"a mask of shape {mask.shape} at downsample {downsample} is not a picture"
        )
    # Levels are rounded to whole pixels, and downsamples are means over both axes.
    slack = 2 * (downsample + frame.downsample)
    for side, own in zip(mask.shape[::-1], frame.size, strict=True):
        covers, needed = side * downsample, own * frame.downsample
        if abs(covers - needed) > slack + 0.02 * needed:
            raise TilingError(
                f"a mask of {mask.shape[1]} × {mask.shape[0]} px at downsample "
                f"{downsample:g} is not of this slide, which has "
                f"{frame.width * frame.downsample:.0f} × "
                f"{frame.height * frame.downsample:.0f} px at level 0",
                "give a mask of the whole slide with its own downsample",
            )
