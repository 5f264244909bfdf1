"""How a file is to be written."""

from dataclasses import dataclass
from typing import Literal

from pathgui.errors import StorageError
from pathgui.storage.arrays import Stored
from pathgui.storage.codec import DEFLATE, FAST, FLETCHER32, LZ4, ZSTD, Compression
from pathgui.storage.schema import IMAGES, LAYOUTS, Images, Layout

Chunks = Literal["tile", "channel"]


@dataclass(frozen=True, slots=True)
class WriteOptions:
    """Layout and compression of a file's tiles.

    Attributes
    ----------
    layout : str
        ``"tree"`` (a group for each tile) or ``"stacked"`` (one array for all).
    images : str
        ``"pixels"``, ``"reference"`` (read from the slide later) or ``"none"``.
    compression : str or int
        ``"fast"``, ``"none"``, 1 to 9, ``"zstd"`` or ``"lz4"``.
    chunks : str
        ``"tile"``, or ``"channel"`` in the stacked layout.
    threads : int
        Threads that compress.
    fletcher32 : bool
        Add a checksum to each chunk.
    """

    layout: Layout = "tree"
    images: Images = "pixels"
    compression: Compression = FAST
    chunks: Chunks = "tile"
    threads: int = 1
    fletcher32: bool = False

    def __post_init__(self) -> None:
        for name, value, known in (
            ("layout", self.layout, LAYOUTS),
            ("images", self.images, IMAGES),
            ("chunks", self.chunks, ("tile", "channel")),
        ):
            if value not in known:
                raise StorageError(
                    f"{name} {value!r} is not known", "use one of " + ", ".join(known)
                )
        if self.chunks == "channel" and self.layout != "stacked":
            raise StorageError(
                "chunks by channel need the stacked layout", 'use layout="stacked"'
            )
        if self.threads < 1:
            raise StorageError(f"threads {self.threads} is not a positive number")


def options_found(
    stored: Stored | None, layout: Layout, images: Images
) -> WriteOptions:
    """The options that a stored array was written with."""
    if stored is None:
        return WriteOptions(layout, images)
    compression: Compression = "none"
    for number, _, values in stored.filters:
        if number == DEFLATE:
            compression = FAST if values[:1] == (1,) else max(1, int(values[0]))
        elif number in (ZSTD, LZ4):
            compression = "zstd" if number == ZSTD else "lz4"
    by_channel = (
        layout == "stacked"
        and stored.chunk is not None
        and len(stored.shape) == 4
        and stored.chunk[3] < stored.shape[3]
    )
    checked = any(number == FLETCHER32 for number, _, _ in stored.filters)
    chunks: Chunks = "channel" if by_channel else "tile"
    return WriteOptions(layout, images, compression, chunks, 1, checked)
