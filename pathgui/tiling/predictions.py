"""Predictions of tiles, asked for when needed and kept while needed."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from pathgui.errors import TilingError
from pathgui.tiling.placement import Placement

FloatArray = npt.NDArray[np.float32]
Attribute = str | Callable[[Any], npt.ArrayLike]

_HELD_BYTES = 64 * 1024**2


class Predictions:
    """What the tiles of a map predict, as float32 arrays of three axes.

    A prediction is asked for once, when the first row of blocks that needs it is made,
    and let go with the last. What does not fit into 64 MB is asked for again.

    Parameters
    ----------
    tiles : sequence
        The tiles.
    attribute : str or callable
        Name of the attribute, or a function that takes a tile.
    side : int
        Height and width of a prediction that is a map.
    placement : Placement
        Names tiles in errors.

    Attributes
    ----------
    channels : tuple of int
        ``(C,)``, or empty if there is one value per pixel.
    constant : bool
        Whether a prediction is one value, or one vector, for the whole tile.
    uses : list of int
        How often each tile will still be asked for.

    Raises
    ------
    TilingError
        Here and in `get`, if a tile has no such attribute, or one that is not a
        number, a vector or a map of the tile's size, or not like that of others.
    """

    def __init__(
        self,
        tiles: Sequence[Any],
        attribute: Attribute,
        side: int,
        placement: Placement,
    ) -> None:
        self._tiles = tiles
        self._attribute = attribute
        self._side = side
        self._placement = placement
        self.uses = [1] * len(tiles)
        self._held: dict[int, FloatArray] = {}
        self._held_bytes = 0
        self.channels: tuple[int, ...] = ()
        self.constant = True
        if tiles:
            value = self._ask(0)
            self.constant = value.ndim < 2
            self.channels = value.shape[0 if self.constant else 2 :]
            self._hold(0, self._shaped(0, value))

    def get(self, number: int) -> FloatArray:
        """Prediction of a tile, ``(side, side, C)``, or ``(1, 1, C)`` if constant."""
        array = self._held.get(number)
        left = self.uses[number] = self.uses[number] - 1
        if array is None:
            array = self._shaped(number, self._ask(number))
            if left:
                self._hold(number, array)
        elif not left:
            del self._held[number]
            self._held_bytes -= array.nbytes
        return array

    def _hold(self, number: int, array: FloatArray) -> None:
        if self._held_bytes + array.nbytes <= _HELD_BYTES:
            self._held[number] = array
            self._held_bytes += array.nbytes

    def _ask(self, number: int) -> FloatArray:
        tile, attribute = self._tiles[number], self._attribute
        try:
            value = attribute(tile) if callable(attribute) else getattr(tile, attribute)
        except (AttributeError, KeyError) as error:
            raise self._missing(number) from error
        if value is None:
            raise self._missing(number)
        try:
            return np.asarray(value, dtype=np.float32)
        except (TypeError, ValueError) as error:
            raise TilingError(
                f"{self._name(number)} has a {self._word()} that is not made of "
                f"numbers: {error}"
            ) from error

    def _shaped(self, number: int, value: FloatArray) -> FloatArray:
        side = self._side
        allowed = self.channels if self.constant else (side, side, *self.channels)
        if value.shape == allowed and value.size and len(self.channels) < 2:
            return value.reshape(
                (*value.shape[:2], -1) if value.ndim > 1 else (1, 1, -1)
            )
        if number == 0:
            raise TilingError(
                f"{self._name(0)} has a {self._word()} of shape {value.shape}",
                f"it may be one number, a vector, or a map of {side} × {side} px",
            )
        raise TilingError(
            f"{self._name(number)} has a {self._word()} of shape {value.shape}, "
            f"where tile 0 has {allowed}"
        )

    def _missing(self, number: int) -> TilingError:
        return TilingError(
            f"{self._name(number)} has no {self._word()}",
            "set it on every tile, or stitch only the tiles that have it",
        )

    def _name(self, number: int) -> str:
        x, y = self._placement.x[number], self._placement.y[number]
        return f"tile {number} at ({x}, {y})"

    def _word(self) -> str:
        return "prediction" if callable(self._attribute) else self._attribute
