"""The stacked layout: all tiles of a slide in one array."""

from array import array
from collections.abc import Callable
from functools import partial
from typing import Any

import h5py
import numpy as np
import numpy.typing as npt
from h5py import h5d, h5s

from pathgui.errors import StorageError
from pathgui.storage.codec import Codec
from pathgui.storage.objects import Creator, Encoded, Encoder, new_group, put
from pathgui.storage.options import WriteOptions
from pathgui.storage.tree import TileArrays
from pathgui.tiling import Image

_GROWTH = 1024
_BLOCK_BYTES = 1 << 20


class Stack:
    """A dataset that grows along its first axis, written chunk by chunk."""

    def __init__(
        self,
        parent: h5py.Group,
        name: str,
        chunk: tuple[int, ...],
        row: tuple[int, ...],
        data: tuple[np.dtype[Any], Codec],
    ) -> None:
        dtype, codec = data
        creator = Creator(codec)
        unlimited = (h5s.UNLIMITED, *row)
        space = h5s.create_simple((_GROWTH, *row), unlimited)
        plist = creator.plist(chunk)
        # A tile without this mask has no chunk: it must read as zero.
        plist.set_fill_time(h5d.FILL_TIME_IFSET)
        kind = creator.type(dtype)
        self.dataset = h5d.create(parent.id, name.encode(), kind, space, plist)
        self.dtype = dtype
        self._row, self._size = row, _GROWTH

    def write(self, corner: tuple[int, ...], payload: bytes) -> None:
        """Write a chunk at its corner."""
        while corner[0] >= self._size:
            self._size *= 2
            self.dataset.set_extent((self._size, *self._row))
        self.dataset.write_direct_chunk(corner, payload)

    def finish(self, count: int) -> None:
        """Cut to `count` tiles."""
        self._size = count
        self.dataset.set_extent((count, *self._row))


class StackedLayout:
    """``tiles/images`` ``(n, H, W, C)``, ``coords`` ``(n, 2)``, ``masks/<name>``.

    Chunks hold one tile, or one channel of a block of tiles.
    """

    def __init__(
        self, tiles: h5py.Group, side: int, options: WriteOptions, codec: Codec
    ) -> None:
        self._tiles, self._side, self._codec = tiles, side, codec
        self._encoder = Encoder(codec)
        self._by_channel = options.chunks == "channel"
        self._pixels = options.images == "pixels"
        self._images: Stack | None = None
        self._block: list[npt.NDArray[np.uint8]] = []
        self._masks: dict[str, Stack] = {}
        self._mask_group: h5py.Group | None = None
        self._coords = array("q")
        self._count = 0
        self._channels = 0

    @property
    def block(self) -> int:
        """Tiles of one chunk."""
        area = self._side * self._side
        return max(1, _BLOCK_BYTES // area) if self._by_channel else 1

    def prepare(self, tile: TileArrays) -> Callable[[], None]:
        encode, image = self._encoder, tile.image
        pixels: Encoded | Image | None = None
        if image is not None:
            # By channel it waits for its block, while the caller may reuse its array.
            pixels = image.copy() if self._by_channel else encode.whole(image)
        masks = {name: encode.mask(mask) for name, mask in tile.masks.items()}
        return partial(self._write, tile.number, tile.coords, pixels, masks)

    def _write(
        self,
        number: int,
        coords: tuple[int, int],
        pixels: Encoded | Image | None,
        masks: dict[str, Encoded],
    ) -> None:
        self._coords.extend(coords)
        self._count += 1
        if pixels is not None:
            stack = self._image_stack(pixels.shape[2], number)
            if isinstance(pixels, Encoded):
                stack.write((number, 0, 0, 0), pixels.payload)
            else:
                self._collect(pixels)
        for name, mask in masks.items():
            self._mask_stack(name, mask.dtype).write((number, 0, 0), mask.payload)

    def _image_stack(self, channels: int, number: int) -> Stack:
        if self._images is None:
            side = self._side
            chunk = (self.block, side, side, 1 if self._by_channel else channels)
            row = (side, side, channels)
            data = np.dtype(np.uint8), self._codec
            self._images = Stack(self._tiles, "images", chunk, row, data)
            self._channels = channels
        if channels != self._channels:
            raise StorageError(
                f"tile {number} has {channels} channels, those before it have "
                f"{self._channels}",
                'use layout="tree" for tiles that differ',
            )
        return self._images

    def _collect(self, image: npt.NDArray[np.uint8]) -> None:
        self._block.append(image)
        if len(self._block) == self.block:
            self._write_block(self._count - self.block)

    def _write_block(self, start: int) -> None:
        assert self._images is not None
        whole = np.zeros((self.block, *self._block[0].shape), np.uint8)
        whole[: len(self._block)] = self._block
        for channel in range(self._channels):
            payload = self._codec.encode(whole[..., channel])
            self._images.write((start, 0, 0, channel), payload)
        self._block = []

    def _mask_stack(self, name: str, dtype: np.dtype[Any]) -> Stack:
        if self._mask_group is None:
            self._mask_group = new_group(self._tiles, "masks")
        if name not in self._masks:
            row, data = (self._side, self._side), (dtype, self._codec)
            stack = Stack(self._mask_group, name, (1, *row), row, data)
            self._masks[name] = stack
        if self._masks[name].dtype != dtype:
            raise StorageError(
                f"mask {name!r} is {dtype} here and {self._masks[name].dtype} before",
                'use one type, or layout="tree"',
            )
        return self._masks[name]

    def finish(self) -> None:
        """Write the last block and the coordinates, and cut arrays to length."""
        count = self._count
        if self._pixels and self._images is None:
            self._image_stack(3, 0)
        if self._images is not None:
            # Cut before the last block is written, or the library would inflate it.
            self._images.finish(count)
        if self._block:
            self._write_block(count - len(self._block))
        for stack in self._masks.values():
            stack.finish(count)
        coords = np.array(self._coords, dtype=np.int64).reshape(-1, 2)
        put(self._tiles, "coords", coords, self._codec)
