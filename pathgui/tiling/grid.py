"""Which tiles there are: geometry of a grid over one frame, no pixels."""

from dataclasses import dataclass, replace
from math import ceil
from typing import Any

import numpy as np
import numpy.typing as npt

from pathgui.errors import TilingError
from pathgui.tiling.frame import Frame

IntArray = npt.NDArray[np.int64]


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
        xs = _starts(frame.width, tile_size, stride, pad)
        ys = _starts(frame.height, tile_size, stride, pad)
        return cls(
            frame, tile_size, stride, pad, np.tile(xs, len(ys)), np.repeat(ys, len(xs))
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

    def valid_size(self, index: int) -> tuple[int, int]:
        """``(width, height)`` of tile `index` that lies inside the frame."""
        width = min(self.tile_size, self.frame.width - int(self.level_x[index]))
        height = min(self.tile_size, self.frame.height - int(self.level_y[index]))
        return width, height

    def take(self, which: npt.NDArray[Any]) -> "TileGrid":
        """The tiles chosen by a boolean mask or by indices, in that order."""
        return replace(self, level_x=self.level_x[which], level_y=self.level_y[which])

    def mask_fraction(
        self, mask: npt.NDArray[np.bool_], mask_downsample: float
    ) -> npt.NDArray[np.float64]:
        """Share of each tile that a low-resolution mask covers.

        Parameters
        ----------
        mask : ndarray of bool, shape (height, width)
            True where there is tissue.
        mask_downsample : float
            Level-0 pixels per mask pixel.

        Returns
        -------
        ndarray of float64, shape (n,)
            Share of the tile's valid area, 0 to 1, from an integral image with
            fractional corners: exact for the mask as a piecewise constant picture.
        """
        factor = self.frame.downsample / mask_downsample
        x0, y0 = self.level_x * factor, self.level_y * factor
        right = np.minimum(self.level_x + self.tile_size, self.frame.width)
        lower = np.minimum(self.level_y + self.tile_size, self.frame.height)
        x1, y1 = right * factor, lower * factor
        total = _box_sums(mask, x0, y0, x1, y1)
        area = np.maximum((x1 - x0) * (y1 - y0), np.finfo(float).tiny)
        return np.asarray(np.clip(total / area, 0.0, 1.0))


def _check(frame: Frame, tile_size: int, stride: int, pad: bool) -> None:
    if tile_size < 1:
        raise TilingError(f"tile_size {tile_size} is not a positive number of pixels")
    if stride < 1:
        raise TilingError(f"stride {stride} is not a positive number of pixels")
    if not pad and (tile_size > frame.width or tile_size > frame.height):
        raise TilingError(
            f"a tile of {tile_size} px does not fit into level {frame.level} of "
            f"{frame.width} × {frame.height} px",
            "choose a smaller tile_size, a finer level, or pad=True",
        )


def _starts(length: int, tile: int, stride: int, pad: bool) -> IntArray:
    if pad:
        count = min(max(ceil((length - tile) / stride) + 1, 1), ceil(length / stride))
    else:
        count = (length - tile) // stride + 1
    return np.arange(count, dtype=np.int64) * stride


def _box_sums(
    mask: npt.NDArray[np.bool_],
    x0: npt.NDArray[Any],
    y0: npt.NDArray[Any],
    x1: npt.NDArray[Any],
    y1: npt.NDArray[Any],
) -> npt.NDArray[np.float64]:
    height, width = mask.shape
    table = np.zeros((height + 1, width + 1))
    np.cumsum(np.cumsum(mask, axis=0, dtype=np.float64), axis=1, out=table[1:, 1:])

    def corner(x: npt.NDArray[np.float64], y: npt.NDArray[np.float64]) -> Any:
        x, y = np.clip(x, 0, width), np.clip(y, 0, height)
        column = np.minimum(x.astype(np.int64), width - 1)
        row = np.minimum(y.astype(np.int64), height - 1)
        fx, fy = x - column, y - row
        top = table[row, column] * (1 - fx) + table[row, column + 1] * fx
        low = table[row + 1, column] * (1 - fx) + table[row + 1, column + 1] * fx
        return top * (1 - fy) + low * fy

    sums = corner(x1, y1) - corner(x0, y1) - corner(x1, y0) + corner(x0, y0)
    return np.asarray(sums, dtype=np.float64)
