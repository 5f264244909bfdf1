"""The tree layout: a group for each tile."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

import h5py
import numpy as np
import numpy.typing as npt

from pathgui.storage.codec import Codec
from pathgui.storage.objects import Creator, Encoded, Encoder
from pathgui.tiling import Image, Label, Mask


@dataclass(frozen=True, slots=True)
class TileArrays:
    """What one tile brings to be stored; `number` counts stored tiles from 0."""

    number: int
    image: Image | None
    coords: tuple[int, int]
    masks: Mapping[str, Mask]
    labels: Mapping[str, Label]

    @property
    def nbytes(self) -> int:
        """Bytes of pixels and masks."""
        own = 0 if self.image is None else self.image.nbytes
        return own + sum(mask.nbytes for mask in self.masks.values())


class TileLayout(Protocol):
    """How tiles are laid into a slide's ``tiles`` group."""

    def prepare(self, tile: TileArrays) -> Callable[[], None]:
        """Compress a tile, in any thread; the result writes it, in the writer's."""

    def finish(self) -> None:
        """Write what is still held back."""


class TreeLayout:
    """``tiles/tile_k`` with image, coords, masks and labels."""

    def __init__(self, tiles: h5py.Group, codec: Codec) -> None:
        self._tiles = tiles.id
        self._encoder, self._creator = Encoder(codec), Creator(codec)

    def prepare(self, tile: TileArrays) -> Callable[[], None]:
        encode = self._encoder
        image = None if tile.image is None else encode.whole(tile.image)
        masks = {name: encode.mask(mask) for name, mask in tile.masks.items()}
        # What waits to be written holds the payloads, not the arrays.
        head = tile.number, tile.coords, tile.labels
        return partial(self._write, *head, image, masks)

    def finish(self) -> None:
        """Nothing is held back."""

    def _write(
        self,
        number: int,
        coords: tuple[int, int],
        labels: Mapping[str, Label],
        image: Encoded | None,
        masks: dict[str, Encoded],
    ) -> None:
        create = self._creator
        group = create.group(self._tiles, f"tile_{number}")
        if image is not None:
            create.whole(group, "image", image)
        create.small(group, "coords", np.array(coords, dtype=np.int64))
        if masks:
            folder = create.group(group, "masks")
            for name, mask in masks.items():
                create.whole(folder, name, mask)
        for name, value in labels.items():
            create.attribute(group, name, value)


def mask_share(mask: npt.NDArray[Any], valid: tuple[int, int]) -> float:
    """Share of the part of a tile inside the slide that a mask covers."""
    area = max(1, valid[0] * valid[1])
    return min(1.0, float(np.count_nonzero(mask)) / area)
