"""One level of a tiled TIFF: where its compressed tiles lie, and how to decode one."""

from collections.abc import Callable
from dataclasses import dataclass, field
from math import ceil
from typing import Any

import numpy as np
import numpy.typing as npt

from pathgui.slides import jpeg
from pathgui.slides.file_bytes import FileBytes
from pathgui.tiling import Image

JPEG, NONE, JPEG2000 = 7, 1, 34712
LOSSLESS = (NONE, 5, 8, 32946, 50000)  # none, LZW, Deflate twice, Zstandard
CODECS = (JPEG, *LOSSLESS, JPEG2000)
_LARGEST = 1 << 26  # pixels of one tile; beyond this a header is not believed
_YCBCR, _RGB = 6, 2

Decode = Callable[[bytes, int], npt.NDArray[np.uint8]]


class UndecodableError(Exception):
    """A compressed tile cannot be read or decoded here; another way may exist."""


@dataclass(frozen=True, eq=False)
class TiledLevel:
    """The compressed tiles of one level.

    Attributes
    ----------
    file : FileBytes
        Where they are read from.
    width, height : int
        Size of the level in pixels.
    tile_width, tile_height : int
        Size of a compressed tile in pixels.
    offsets, counts : ndarray of int64, shape (planes, rows, columns)
        Place and length of each tile in the file; length 0 means not stored.
    decode : callable
        From bytes and running index to pixels ``(h, w, samples)``.
    codec : int
        TIFF compression number.
    """

    file: FileBytes
    width: int
    height: int
    tile_width: int
    tile_height: int
    offsets: npt.NDArray[np.int64] = field(repr=False)
    counts: npt.NDArray[np.int64] = field(repr=False)
    decode: Decode = field(repr=False)
    codec: int = JPEG

    @property
    def tile_bytes(self) -> int:
        """Bytes of one decoded tile."""
        return self.tile_width * self.tile_height * 3

    def span(self, x: int, y: int, width: int, height: int) -> tuple[range, range]:
        """Columns and rows of the compressed tiles that a rectangle touches."""
        columns = range(x // self.tile_width, -(-(x + width) // self.tile_width))
        rows = range(y // self.tile_height, -(-(y + height) // self.tile_height))
        return columns, rows

    def stored(self, columns: range, rows: range) -> bool:
        """Whether the file holds all of these tiles."""
        if self.counts.shape[0] == len(columns) == len(rows) == 1:
            return bool(self.counts[0, rows.start, columns.start])
        part = self.counts[:, rows.start : rows.stop, columns.start : columns.stop]
        return bool(part.all())

    def tile(self, column: int, row: int) -> Image:
        """One decoded tile, shape ``(tile_height, tile_width, 3)``.

        Raises
        ------
        UndecodableError
            If its bytes cannot be read or decoded, or give another size.
        """
        planes, rows, columns = self.offsets.shape
        pieces = []
        for plane in range(planes):
            index = (plane * rows + row) * columns + column
            piece = self._segment(plane, row, column, index)
            pieces.append(self._whole(piece, row))
        return pieces[0] if planes == 1 else np.concatenate(pieces, axis=2)

    def _segment(
        self, plane: int, row: int, column: int, index: int
    ) -> npt.NDArray[np.uint8]:
        count = int(self.counts[plane, row, column])
        if count == 0:  # not stored
            samples = 3 // self.counts.shape[0]
            return np.zeros((self.tile_height, self.tile_width, samples), np.uint8)
        if not 0 < count <= 2 * self.tile_bytes + 65_536:
            raise UndecodableError(f"compressed tile {index} has {count} bytes")
        try:
            data = self.file.read(int(self.offsets[plane, row, column]), count)
            return self.decode(data, index)
        # imagecodecs' errors are RuntimeErrors, the others' ValueErrors
        except (OSError, RuntimeError, ValueError) as error:
            raise UndecodableError(f"compressed tile {index}: {error}") from error

    def _whole(self, piece: npt.NDArray[np.uint8], row: int) -> npt.NDArray[np.uint8]:
        """A tile that some writers cut at the level's edge, filled up with zeros."""
        height, width = piece.shape[:2]
        if (height, width) == (self.tile_height, self.tile_width):
            return piece
        rest = min(self.tile_height, self.height - row * self.tile_height)
        if height < rest or height > self.tile_height or width > self.tile_width:
            raise UndecodableError(f"a tile has {width} × {height} px")
        right, lower = self.tile_width - width, self.tile_height - height
        return np.pad(piece, ((0, lower), (0, right), (0, 0)))


def from_page(file: FileBytes, page: Any) -> TiledLevel | None:
    """The tiles (or strips) of a TIFF directory, or None if it is not 8-bit RGB.

    Parameters
    ----------
    file : FileBytes
        The TIFF file.
    page : tifffile.TiffPage
        The directory.
    """
    if not _readable(page):
        return None
    width, height = int(page.imagewidth), int(page.imagelength)
    planes = 3 if page.planarconfig == 2 else 1
    offsets = np.asarray(page.dataoffsets, np.int64)
    counts = np.asarray(page.databytecounts, np.int64)
    if page.is_tiled:
        tile_width, tile_height = int(page.tilewidth), int(page.tilelength)
    elif page.compression == NONE and page.is_contiguous:
        return _plain_rows(file, width, height, planes, int(offsets[0]))
    else:
        tile_width, tile_height = width, min(int(page.rowsperstrip), height)
    shape = planes, ceil(height / tile_height), ceil(width / tile_width)
    wrong = len(offsets) != np.prod(shape) or len(counts) != len(offsets)
    if wrong or tile_width * tile_height > _LARGEST:
        return None
    return TiledLevel(
        file,
        width,
        height,
        tile_width,
        tile_height,
        offsets.reshape(shape),
        counts.reshape(shape),
        _jpeg(page, tile_width, tile_height)
        if page.compression == JPEG and planes == 1
        else _general(page, tile_width * tile_height),
        int(page.compression),
    )


def _readable(page: Any) -> bool:
    return (
        page.compression in CODECS
        and page.dtype == np.uint8
        and page.bitspersample == 8
        and page.samplesperpixel == 3
        and page.photometric in (1, _RGB, _YCBCR)
        and page.tiledepth == 1
        and page.imagedepth == 1
        and page.imagewidth > 0
        and page.imagelength > 0
    )


def _jpeg(page: Any, width: int, height: int) -> Decode:
    # Some writers put whole JFIF files into tiles: then the tile itself tells its
    # colour space. Otherwise the directory does.
    rgb: bool | None = page.photometric == _RGB
    if rgb and page.is_jfif:
        rgb = None
    return jpeg.decoder(page.jpegtables, rgb, height, width)


def _general(page: Any, pixels: int) -> Decode:
    decode = page.decode  # bound to the directory's codec, predictor and size
    tables = page.jpegtables

    def run(data: bytes, index: int) -> npt.NDArray[np.uint8]:
        if page.compression == JPEG2000:
            _check_jpeg2000(data, pixels)
        piece, _, _ = decode(data, index, jpegtables=tables)
        return np.asarray(piece[0], np.uint8)

    return run


def _check_jpeg2000(data: bytes, pixels: int) -> None:
    """Believe a JPEG 2000 header only if its picture fits into the tile."""
    at = data.find(b"\xff\x51")
    sizes = np.frombuffer(data[at + 6 : at + 14], ">u4").astype(np.int64)
    if at < 0 or len(sizes) != 2 or int(sizes[0]) * int(sizes[1]) > pixels:
        raise ValueError("its JPEG 2000 header claims another size")


def _plain_rows(
    file: FileBytes, width: int, height: int, planes: int, start: int
) -> TiledLevel:
    """Uncompressed rows one after another: cut into strips of 64, however stored."""
    samples = 3 // planes
    rows = min(64, height)
    first = np.arange(0, height, rows, dtype=np.int64)
    row_bytes = width * samples
    plane = np.arange(planes, dtype=np.int64)[:, None] * (row_bytes * height)
    offsets = start + plane + first[None] * row_bytes
    counts = np.minimum(rows, height - first) * row_bytes
    counts = np.broadcast_to(counts, offsets.shape)

    def run(data: bytes, index: int) -> npt.NDArray[np.uint8]:  # noqa: ARG001
        return np.frombuffer(data, np.uint8).reshape(-1, width, samples)

    shape = (*offsets.shape, 1)
    return TiledLevel(
        file,
        width,
        height,
        width,
        rows,
        offsets.reshape(shape),
        counts.reshape(shape),
        run,
        NONE,
    )
