"""Writing the tiles of one slide."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy.typing as npt
from typing_extensions import override

from pathgui.storage.codec import FAST, Compression
from pathgui.storage.file_writer import FileWriter
from pathgui.storage.options import Chunks, WriteOptions
from pathgui.storage.schema import Images, Layout, SlideMeta
from pathgui.storage.whole import WholeOrAbsent
from pathgui.tiling import Image, Mask


class SlideWriter(WholeOrAbsent):
    """Writes the tiles of one slide; a context manager.

    The file is written as ``<path>.part`` and takes its name when it is whole and
    verified. An error inside the block, also Ctrl-C, removes the part. Memory stays
    bounded however large the slide is.

    Parameters
    ----------
    path : Path or str
        Final name; folders are created, an existing file is replaced at the end.
    meta : SlideMeta
        The slide's facts.
    layout, images, compression, chunks, threads, fletcher32
        See `WriteOptions`.

    Raises
    ------
    StorageError
        If an option is unknown, the file is being written by someone else, or
        cannot be written; with the cause ("the disk is full").
    MissingExtraError
        If the compression needs a package that is not installed.
    """

    def __init__(
        self,
        path: Path | str,
        meta: SlideMeta,
        *,
        layout: Layout = "tree",
        images: Images = "pixels",
        compression: Compression = FAST,
        chunks: Chunks = "tile",
        threads: int = 1,
        fletcher32: bool = False,
    ) -> None:
        options = WriteOptions(layout, images, compression, chunks, threads, fletcher32)
        self.path, self.meta = Path(path), meta
        self._file = FileWriter(path, 4 * options.threads)
        with self.discarding():
            self._slide = self._file.slide(meta, options)

    def add(
        self,
        index: int,
        image: Image | None,
        coords: tuple[int, int],
        level_coords: tuple[int, int],
        masks: Mapping[str, Mask],
        labels: Mapping[str, Any],
    ) -> None:
        """Store one tile; tiles are numbered in the order they come.

        Parameters
        ----------
        index : int
            Number of the tile in the grid it was made from.
        image : ndarray of uint8, shape (tile_size, tile_size, C), or None
            Pixels; ignored unless images are stored.
        coords : tuple of int
            ``(x, y)`` of the corner in level-0 pixels.
        level_coords : tuple of int
            The same corner in pixels of the tiled frame.
        masks : mapping of str to ndarray, shape (tile_size, tile_size)
            Booleans or whole numbers.
        labels : mapping of str to bool, int, float or str
            None means no value.

        Raises
        ------
        StorageError
            If an array or label does not fit, or writing fails.
        """
        self._slide.add(index, image, coords, level_coords, masks, labels)

    def add_slide_mask(
        self, name: str, array: npt.NDArray[Any], downsample: float
    ) -> None:
        """Store a whole-slide mask.

        Parameters
        ----------
        name : str
            For example ``"tissue"``.
        array : ndarray of bool, shape (height, width)
            True inside.
        downsample : float
            Level-0 pixels per mask pixel.
        """
        self._slide.add_slide_mask(name, array, downsample)

    def set_provenance(self, provenance: Mapping[str, Any]) -> None:
        """Store how the tiles came about; must be JSON."""
        self._slide.set_provenance(provenance)

    def set_features(
        self, features: npt.NDArray[Any], names: Sequence[str] = ()
    ) -> None:
        """Store one row of features per tile, in the order of the tiles.

        Parameters
        ----------
        features : ndarray of float, shape (tiles, features)
            Checked against the number of tiles when the file is finished.
        names : sequence of str
            Names of the features; may be empty.
        """
        self._slide.set_features(features, names)

    @override
    def commit(self) -> None:
        self._slide.finish()
        self._file.close()

    @override
    def discard(self) -> None:
        self._file.discard()
