"""Writing one slide into an open file: tiles in, a finished group out."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import h5py
import numpy as np
import numpy.typing as npt

from pathgui.errors import StorageError
from pathgui.storage.batches import Batches
from pathgui.storage.codec import Codec, codec
from pathgui.storage.index import IndexBuilder, clean_labels
from pathgui.storage.objects import check_name, new_group, put, text
from pathgui.storage.options import WriteOptions
from pathgui.storage.schema import (
    MAX_JSON_BYTES,
    MAX_MASK_BYTES,
    MAX_TILE_BYTES,
    WHOLE_NUMBERS,
    SlideMeta,
    visible,
)
from pathgui.storage.stacked import StackedLayout
from pathgui.storage.thread import Calls
from pathgui.storage.tree import TileArrays, TileLayout, TreeLayout, mask_share
from pathgui.tiling import Image, Mask


class SlideGroup:
    """The group ``slide_i`` while it is written; its tiles go through `Batches`."""

    def __init__(
        self,
        parent: h5py.Group,
        name: str,
        meta: SlideMeta,
        options: WriteOptions,
        calls: Calls,
    ) -> None:
        self.meta, self.options, self._calls = meta, options, calls
        self._codec = codec(options.compression, fletcher32=options.fletcher32)
        self._index = IndexBuilder()
        self._extent = meta.frame.extent
        self._masks: h5py.Group | None = None
        self._mask_bytes = 0
        self._provenance: dict[str, Any] = {}
        self._features: tuple[npt.NDArray[Any], tuple[str, ...]] | None = None
        self._layout = calls.run(lambda: self._begin(parent, name))
        self._batches = Batches(self._layout, calls, options.threads)

    def _begin(self, parent: h5py.Group, name: str) -> TileLayout:
        self.group = new_group(parent, name)
        write_meta(self.group, self.meta)
        self._tiles = new_group(self.group, "tiles")
        return _layout(self._tiles, self.meta, self.options, self._codec)

    def add(
        self,
        index: int,
        image: Image | None,
        coords: tuple[int, int],
        level_coords: tuple[int, int],
        masks: Mapping[str, Mask],
        labels: Mapping[str, Any],
    ) -> None:
        """Store one tile; see `SlideWriter.add`."""
        pixels = self._image(index, image)
        kept = {name: self._mask(index, name, mask) for name, mask in masks.items()}
        plain = clean_labels(labels)
        x, y = (int(value) for value in coords)
        level_x, level_y = (int(value) for value in level_coords)
        valid = visible(self._extent, self.meta.tile_size, level_x, level_y)
        shares = {name: mask_share(mask, valid) for name, mask in kept.items()}
        tile = TileArrays(len(self._index), pixels, (x, y), kept, plain)
        self._batches.add(tile)
        self._index.add((int(index), x, y, level_x, level_y), plain, shares)

    def add_slide_mask(
        self, name: str, array: npt.NDArray[Any], downsample: float
    ) -> None:
        """Store a whole-slide mask at low resolution."""
        array = np.asarray(array)
        check_name(name, "mask")
        if array.ndim != 2 or array.dtype.kind not in "bui":
            raise StorageError(
                f"slide mask {name!r} has shape {array.shape} and type {array.dtype}",
                "a slide mask is two-dimensional, of booleans or whole numbers",
            )
        if not downsample > 0:
            raise StorageError(f"slide mask {name!r} has downsample {downsample}")
        self._mask_bytes += array.nbytes
        if self._mask_bytes > MAX_MASK_BYTES:
            raise StorageError(
                f"slide mask {name!r} has {array.shape[1]} × {array.shape[0]} pixels, "
                f"and a slide's masks hold {MAX_MASK_BYTES >> 20} MiB at most",
                "store it at a lower resolution, or stitch it to a map",
            )
        self._calls.run(lambda: self._put_mask(name, array, float(downsample)))

    def _put_mask(self, name: str, array: npt.NDArray[Any], downsample: float) -> None:
        if self._masks is None:
            self._masks = new_group(self.group, "masks")
        put(self._masks, name, array, self._codec)
        self._masks[name].attrs["downsample"] = downsample

    def set_provenance(self, provenance: Mapping[str, Any]) -> None:
        """Store how the tiles came about, as JSON."""
        try:
            words = json.dumps(provenance)
        except (TypeError, ValueError) as error:
            raise StorageError(f"provenance is not JSON: {error}") from error
        if len(words) > MAX_JSON_BYTES // 2:
            raise StorageError(
                f"provenance of {self.meta.name} has {len(words):,} characters",
                "record how the tiles came about, not what they hold",
            )
        self._provenance = dict(provenance)

    def set_features(
        self, features: npt.NDArray[Any], names: Sequence[str] = ()
    ) -> None:
        """Store one row of numbers per tile, see `SlideWriter.set_features`."""
        table = np.ascontiguousarray(features)
        if table.ndim != 2 or table.dtype.kind != "f":
            raise StorageError(
                f"features of {self.meta.name} are {table.dtype} {table.shape}",
                "give floats of shape (tiles, features)",
            )
        if names and len(names) != table.shape[1]:
            raise StorageError(
                f"{len(names)} names for {table.shape[1]} features of {self.meta.name}"
            )
        self._features = table, tuple(names)

    def _put_features(self) -> None:
        if self._features is None:
            return
        table, names = self._features
        if len(table) != len(self._index):
            raise StorageError(
                f"{len(table)} rows of features for {len(self._index)} tiles of "
                f"{self.meta.name}"
            )
        folder = new_group(self.group, "features")
        # Floats hardly compress, and rows are read singly: contiguous is best.
        folder.create_dataset("tile_features", data=table)
        if names:
            longest = max(len(name.encode()) for name in names)
            kind = h5py.string_dtype("utf-8", longest)
            encoded = np.array([name.encode() for name in names], dtype=kind)
            folder.create_dataset("feature_names", data=encoded)

    def finish(self) -> int:
        """Write what waits, then the index; returns the number of tiles."""
        self._batches.finish()
        self._calls.check()
        self._calls.run(self._end)
        self.close()
        return len(self._index)

    def _end(self) -> None:
        self._calls.check()  # of the tiles that were still waiting
        self._layout.finish()
        self._index.write(self.group, self._codec)
        self._put_features()
        words = json.dumps(self._provenance, ensure_ascii=False, sort_keys=True)
        self.group.create_dataset("provenance", data=text(words))
        self._tiles.attrs["count"] = len(self._index)

    def close(self) -> None:
        """Stop the threads; what waits is dropped."""
        self._batches.close()

    def _image(self, index: int, image: Image | None) -> Image | None:
        if self.options.images != "pixels":
            return None
        if image is None:
            raise StorageError(
                f"tile {index} of {self.meta.name} has no pixels",
                'give them, or store images="reference" or "none"',
            )
        side = self.meta.tile_size
        good = image.ndim == 3 and image.shape[:2] == (side, side)
        if not good or not 1 <= image.shape[2] <= 4 or image.nbytes > MAX_TILE_BYTES:
            raise StorageError(
                f"tile {index} of {self.meta.name} has shape {image.shape}",
                f"an image is ({side}, {side}, channels)",
            )
        if image.dtype != np.uint8:
            raise StorageError(
                f"tile {index} of {self.meta.name} has pixels of type {image.dtype}",
                "scale them to 0–255 and store uint8; float pixels are four times "
                "as large and hardly compress",
            )
        return self._own(image)

    def _mask(self, index: int, name: str, mask: Mask) -> Mask:
        check_name(name, "mask")
        mask = np.asarray(mask)
        side = self.meta.tile_size
        if mask.shape != (side, side) or mask.dtype.kind not in "bui":
            raise StorageError(
                f"mask {name!r} of tile {index} of {self.meta.name} has shape "
                f"{mask.shape} and type {mask.dtype}",
                f"a mask is ({side}, {side}), of booleans or whole numbers",
            )
        return np.asarray(self._own(mask))

    def _own(self, array: npt.NDArray[Any]) -> npt.NDArray[Any]:
        # The caller may reuse its array while a thread still compresses.
        return array.copy("C") if self._batches.shared else np.ascontiguousarray(array)


def _layout(
    tiles: h5py.Group, meta: SlideMeta, options: WriteOptions, codec_: Codec
) -> TileLayout:
    frame = {"level": meta.level, "downsample": float(meta.downsample)}
    grid = {"tile_size": meta.tile_size, "stride": meta.stride}
    tiles.attrs.update({"count": 0, **grid, **frame})
    tiles.attrs.update(layout=options.layout, images=options.images)
    if options.layout == "stacked":
        # A stack has so few other bytes that its pixels may take more of them.
        fast = replace(codec_, large=True)
        return StackedLayout(tiles, meta.tile_size, options, fast)
    return TreeLayout(tiles, codec_)


def write_meta(group: h5py.Group, meta: SlideMeta) -> None:
    """Write a slide's facts as scalar datasets; unknown numbers are NaN."""
    folder = new_group(group, "metadata")
    for name in SlideMeta.__dataclass_fields__:
        value = getattr(meta, name)
        if isinstance(value, str):
            folder.create_dataset(name, data=text(value))
        elif value is None and name in WHOLE_NUMBERS:
            continue
        elif name in WHOLE_NUMBERS:
            folder.create_dataset(name, data=np.array(value, dtype=np.int64))
        elif isinstance(value, bool | np.bool_):
            folder.create_dataset(name, data=bool(value))
        elif name in ("level", "tile_size", "stride", "source_size"):
            folder.create_dataset(name, data=np.int64(value))
        else:
            number = float("nan") if value is None else value
            folder.create_dataset(name, data=np.float64(number))
