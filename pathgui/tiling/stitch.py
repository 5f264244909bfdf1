"""Predictions of tiles joined to one map."""

from collections.abc import Iterable
from math import isnan, prod
from operator import index
from typing import Any, TypeVar, overload

import numpy as np
import numpy.typing as npt

from pathgui.errors import TilingError
from pathgui.tiling.blend import Blend, Part, blend_for
from pathgui.tiling.placement import BlockRow, Blocks, Placement, place
from pathgui.tiling.predictions import Attribute, Predictions
from pathgui.tiling.sink import Target

FloatArray = npt.NDArray[np.float32]
Out = TypeVar("Out")
Strip = tuple[FloatArray, bool]

_BAND_BYTES = 16 * 1024**2
_LARGEST_SIDE = 2**24


@overload
def stitch_tiles(
    tiles: Iterable[Any],
    output_shape: tuple[int, int],
    tile_size: int,
    stride: int | None = None,
    method: str = "average",
    attribute: Attribute = "prediction",
    *,
    out: None = None,
    level: int | None = None,
    downsample: float = 1.0,
) -> FloatArray: ...


@overload
def stitch_tiles(
    tiles: Iterable[Any],
    output_shape: tuple[int, int],
    tile_size: int,
    stride: int | None = None,
    method: str = "average",
    attribute: Attribute = "prediction",
    *,
    out: Out,
    level: int | None = None,
    downsample: float = 1.0,
) -> Out: ...


def stitch_tiles(  # noqa: PLR0913 - names that scripts in the field use
    tiles: Iterable[Any],
    output_shape: tuple[int, int],
    tile_size: int,
    stride: int | None = None,
    method: str = "average",
    attribute: Attribute = "prediction",
    *,
    out: Any = None,
    level: int | None = None,
    downsample: float = 1.0,
) -> Any:
    """Join the predictions of tiles to one map.

    The map is made block by block and row of blocks by row of blocks, so that memory
    is bounded by a band of tiles and not by the slide. In each pixel the tiles are
    taken in the order given; sums are float32, so that ``average`` equals, bit for
    bit, adding every tile to a float32 map and dividing by a map of counts.

    Parameters
    ----------
    tiles : iterable
        Tiles in any order, all or some, at any stride. A tile is placed at its
        ``level_coords``; objects without that at ``coords / downsample``. What
        reaches over the edges of the map is cut off.
    output_shape : tuple of int
        ``(width, height)`` of the map, as in ``slide.level_dimensions[level]``.
    tile_size : int
        Side of a tile in pixels of the map.
    stride : int, optional
        Distance between tiles. Positions come from the tiles; this is only checked
        to be positive.
    method : {"average", "max", "first", "weighted"}
        What to do where tiles overlap: the mean, the largest value, the value of
        the first tile in the order given, or the mean weighted by nearness to the
        centre of a tile.
    attribute : str or callable
        Attribute of a tile that holds its prediction, or a function of the tile,
        such as ``lambda tile: tile.masks["tumour"]``. A prediction is a number, a
        vector of C, or a map ``(tile_size, tile_size)`` or ``(tile_size, tile_size,
        C)``; all tiles have the same kind.
    out : ndarray, memory map, dataset or RowSink, optional
        Where to write. A :class:`RowSink` gets bands of rows from top to bottom.
    level : int, optional
        If given, tiles that know their level must be of this one.
    downsample : float
        Level-0 pixels per pixel of the map, for objects that have only ``coords``.

    Returns
    -------
    ndarray of float32, shape (height, width) or (height, width, C)
        NaN where no tile lies; `out` if that was given. No tiles at all give NaN
        everywhere.

    Raises
    ------
    TilingError
        If a size or the method makes no sense, a tile lacks the attribute or a
        position, has a prediction of another shape, or lies wholly outside the map,
        or `out` does not fit.

    Notes
    -----
    NaN in a prediction means that the tile says nothing there: it counts neither in
    a mean nor in a maximum, and ``first`` goes on to the next tile. Where no tile
    says anything the map is NaN.

    ``weighted`` multiplies by a tent, ``w(i) = 1 - |2 (i + 1/2) / tile_size - 1|``
    per axis, and divides by the sum of the weights: the feathering of image mosaics,
    where weight falls towards the edge of a picture (R. Szeliski and H.-Y. Shum,
    Creating full view panoramic image mosaics and environment maps, SIGGRAPH 1997).
    At a stride of half a tile this is bilinear interpolation between the centres of
    tiles.
    """
    size = _size(output_shape)
    side = _positive("tile_size", tile_size)
    if stride is not None:
        _positive("stride", stride)
    if not downsample > 0:
        raise TilingError(f"downsample {downsample} is not a positive number")
    listed = list(tiles)
    placement = place(listed, side, size, level, downsample)
    predictions = Predictions(listed, attribute, side, placement)
    blend = blend_for(method, side, prod(predictions.channels))
    target = Target(out, size, predictions.channels)
    values = size[0] * prod(predictions.channels)
    blocks = Blocks(placement, size, max(16, _BAND_BYTES // (4 * values)))
    predictions.uses = blocks.uses()
    # Without weights it does not matter where in a tile a whole block lies.
    short = blocks.aligned and method != "weighted"
    mason = _Mason(placement, blocks, predictions, blend, short)
    for row in blocks.rows():
        mason.lay(row, target.rows(row.y0, row.y1))
        target.done(row.y0, row.y1)
    return target.out


class _Mason:
    """Makes the rows of a map, block by block."""

    def __init__(
        self,
        placement: Placement,
        blocks: Blocks,
        predictions: Predictions,
        blend: Blend,
        short: bool,
    ) -> None:
        self._columns: list[int] = blocks.columns.tolist()
        self._last: list[int] = (blocks.after - 1).tolist()
        self._predictions = predictions
        self._blend = blend
        self._short = short
        self._x, self._y = placement.x.tolist(), placement.y.tolist()
        boxes = (placement.x0, placement.y0, placement.x1, placement.y1)
        self._boxes = list(zip(*(side.tolist() for side in boxes), strict=True))

    def lay(self, row: BlockRow, rows: FloatArray) -> None:
        """Fill a row of blocks."""
        strips: dict[int, Strip] = {}
        part = self._whole if self._short else self._piece
        with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
            for number, tiles in enumerate(row.tiles):
                left, right = self._columns[number], self._columns[number + 1]
                block = rows[:, left:right]
                if not tiles:
                    block.fill(np.nan)
                    continue
                gaps = False
                parts = []
                for tile in tiles:
                    strip = strips.get(tile)
                    if strip is None:
                        strip = strips[tile] = self._strip(tile, row)
                    gaps |= strip[1]
                    parts.append(part(tile, strip[0], left, right, row))
                    if self._last[tile] == number:
                        del strips[tile]
                self._blend(block, parts, gaps)

    def _strip(self, tile: int, row: BlockRow) -> Strip:
        """The rows of a prediction that lie in a row of blocks, and if NaN is there."""
        values = self._predictions.get(tile)
        if not self._predictions.constant:
            _, y0, _, y1 = self._boxes[tile]
            y = self._y[tile]
            values = values[max(y0, row.y0) - y : min(y1, row.y1) - y]
        # This also brings rows into the processor's cache at the speed of the
        # memory; blocks then read them in pieces.
        return values, isnan(values.min())

    def _whole(
        self, tile: int, values: FloatArray, left: int, right: int, _: BlockRow
    ) -> Part:
        if self._predictions.constant:
            return values, None
        x = self._x[tile]
        return values[:, left - x : right - x], None

    def _piece(
        self, tile: int, values: FloatArray, left: int, right: int, row: BlockRow
    ) -> Part:
        x, y = self._x[tile], self._y[tile]
        x0, y0, x1, y1 = self._boxes[tile]
        x0, y0, x1, y1 = max(x0, left), max(y0, row.y0), min(x1, right), min(y1, row.y1)
        if not self._predictions.constant:
            values = values[:, x0 - x : x1 - x]
        box = y0 - row.y0, y1 - row.y0, x0 - left, x1 - left, y0 - y, x0 - x
        return values, box


def _size(shape: Any) -> tuple[int, int]:
    try:
        width, height = shape
    except (TypeError, ValueError) as error:
        raise TilingError(f"output_shape {shape!r} is not (width, height)") from error
    size = _positive("output_shape", width), _positive("output_shape", height)
    if max(size) > _LARGEST_SIDE:
        raise TilingError(
            f"a map of {width} × {height} px is larger than any slide",
            "stitch a coarser level",
        )
    return size


def _positive(name: str, value: Any) -> int:
    try:
        number = index(value)
    except TypeError:
        number = 0
    if number < 1:
        raise TilingError(f"{name} {value!r} is not a positive number of pixels")
    return number
