"""Writing the features of one slide, block by block, in bounded memory."""

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import numpy.typing as npt
from h5py import h5d, h5p, h5s
from typing_extensions import override

from pathgui.errors import StorageError
from pathgui.storage.codec import Codec, Compression, codec
from pathgui.storage.features.meta import FeatureMeta, check_names, write_meta
from pathgui.storage.features.part import FeaturePart
from pathgui.storage.objects import Creator
from pathgui.storage.whole import WholeOrAbsent

_CHUNK_BYTES = 256 << 10
_DTYPES = ("float32", "float16")
FeatureArray = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class FeatureOptions:
    """How features are stored.

    Attributes
    ----------
    dtype : str
        ``"float32"`` or ``"float16"``.
    compression : str or int
        ``"none"``: in one piece, so that any row is read at once. ``"fast"`` or 1 to
        9 shuffle and deflate blocks of rows: a tenth smaller, many times slower.
    """

    dtype: str = "float32"
    compression: Compression = "none"

    def __post_init__(self) -> None:
        if self.dtype not in _DTYPES:
            raise StorageError(
                f"features cannot be stored as {self.dtype!r}",
                "use " + " or ".join(_DTYPES),
            )
        codec(self.compression)


class FeatureWriter(WholeOrAbsent):
    """A new file of one slide's features; a context manager.

    The file appears under its name only when all rows are there.

    Parameters
    ----------
    path : Path or str
        Final name; replaced if it exists.
    meta : FeatureMeta
        What is known of the features.
    count, dimension : int
        Tiles, and numbers per tile.
    options : FeatureOptions, optional
        Type and compression.

    Raises
    ------
    StorageError
        If the numbers make no sense, or the file cannot be written.
    """

    def __init__(
        self,
        path: Path | str,
        meta: FeatureMeta,
        count: int,
        dimension: int,
        options: FeatureOptions | None = None,
    ) -> None:
        if count < 0 or dimension < 1:
            raise StorageError(f"({count}, {dimension}) is no shape of features")
        check_names(meta.feature_names, dimension)
        self._options = options or FeatureOptions()
        self._dtype = np.dtype(self._options.dtype)
        self._shape = count, dimension
        self._coords = np.empty((count, 2), np.int64)
        self._meta, self._added = meta, 0
        self._part = FeaturePart(path)
        with self.discarding():
            self._sink = self._part.run(self._create)

    def _create(self) -> "_Whole | _Chunks":
        compression = self._options.compression
        return new_rows(
            self._part, self._part.file, self._shape, self._dtype, compression
        )

    def add(self, coords: npt.ArrayLike, features: FeatureArray) -> None:
        """Append rows.

        Parameters
        ----------
        coords : array of int, shape (k, 2)
            Upper left corners of the tiles, x and y in level-0 pixels.
        features : array of float, shape (k, d)
            Stored as the type chosen.

        Raises
        ------
        StorageError
            If shapes do not fit, or there are more rows than announced.
        """
        where = np.asarray(coords)
        rows = np.asarray(features)
        stop = self._added + len(rows)
        if rows.shape != (len(where), self._shape[1]) or where.shape[1:] != (2,):
            raise StorageError(
                f"features of shape {rows.shape} with coords of shape {where.shape} do "
                f"not fit {self._part.path}, which takes {self._shape[1]} per tile"
            )
        if stop > self._shape[0]:
            raise StorageError(
                f"{stop} rows are more than the {self._shape[0]} announced for "
                f"{self._part.path}"
            )
        self._coords[self._added : stop] = where
        self._sink.add(self._added, np.ascontiguousarray(rows, self._dtype))
        self._added = stop

    @override
    def commit(self) -> None:
        if self._added != self._shape[0]:
            raise StorageError(
                f"{self._part.path} got {self._added} of {self._shape[0]} rows"
            )
        self._sink.finish()
        self._part.run(self._write_rest)
        self._part.close()

    def _write_rest(self) -> None:
        file = self._part.file
        file.create_dataset("coords", data=self._coords, track_times=False)
        write_meta(self._part.creator, file, self._meta, self._shape)

    @override
    def discard(self) -> None:
        self._part.discard()


def write_features(
    path: Path | str,
    meta: FeatureMeta,
    coords: npt.ArrayLike,
    features: FeatureArray,
    options: FeatureOptions | None = None,
) -> None:
    """Write a slide's features that are in memory; as `FeatureWriter`."""
    count, width = features.shape
    with FeatureWriter(path, meta, count, width, options) as writer:
        writer.add(coords, features)


def new_rows(
    part: FeaturePart,
    owner: h5py.Group,
    shape: tuple[int, int],
    dtype: np.dtype[Any],
    compression: Compression,
) -> "_Whole | _Chunks":
    """A new dataset ``features`` that takes rows; to be made in the file's thread."""
    if str(compression) == "none" or not shape[0]:
        return _Whole(part, owner, shape, dtype)
    chosen = replace(codec(compression), shuffle=True)
    return _Chunks(part, owner, shape, dtype, chosen)


class _Whole:
    """Rows in one piece, uncompressed."""

    def __init__(
        self,
        part: FeaturePart,
        owner: h5py.Group,
        shape: tuple[int, int],
        dtype: np.dtype[Any],
    ) -> None:
        plist = h5p.create(h5p.DATASET_CREATE)
        plist.set_obj_track_times(False)
        if shape[0]:
            plist.set_alloc_time(h5d.ALLOC_TIME_EARLY)
            plist.set_fill_time(h5d.FILL_TIME_NEVER)
        creator, self._part = part.creator, part
        self._dataset = h5d.create(
            owner.id, b"features", creator.type(dtype), creator.space(shape), plist
        )

    def add(self, start: int, rows: FeatureArray) -> None:
        if len(rows):
            self._part.post(partial(self._write, start, rows.copy()))

    def _write(self, start: int, rows: FeatureArray) -> None:
        space = self._dataset.get_space()
        space.select_hyperslab((start, 0), rows.shape)
        self._dataset.write(h5s.create_simple(rows.shape), space, rows)

    def finish(self) -> None:
        """Nothing is held back here."""


class _Chunks:
    """Rows in compressed blocks; those that fill no block yet wait in memory."""

    def __init__(
        self,
        part: FeaturePart,
        owner: h5py.Group,
        shape: tuple[int, int],
        dtype: np.dtype[Any],
        chosen: Codec,
    ) -> None:
        fits = _CHUNK_BYTES // (shape[1] * dtype.itemsize)
        self._rows = min(shape[0], max(1, fits))
        self._part, self._codec = part, chosen
        self._block = np.zeros((self._rows, shape[1]), dtype)
        self._end = 0
        creator = Creator(chosen)
        self._dataset = h5d.create(
            owner.id,
            b"features",
            creator.type(dtype),
            creator.space(shape),
            creator.plist(self._block.shape),
        )

    def add(self, start: int, rows: FeatureArray) -> None:
        done = 0
        while done < len(rows):
            within = (start + done) % self._rows
            taken = min(len(rows) - done, self._rows - within)
            self._block[within : within + taken] = rows[done : done + taken]
            done += taken
            self._end = start + done
            if within + taken == self._rows:
                self._flush()

    def finish(self) -> None:
        """Write the last block, which may be filled in part."""
        filled = self._end % self._rows
        if filled:
            self._block[filled:] = 0
            self._flush()

    def _flush(self) -> None:
        corner = (self._end - 1) // self._rows * self._rows, 0
        payload = self._codec.encode(self._block)
        self._part.post(partial(self._dataset.write_direct_chunk, corner, payload))
