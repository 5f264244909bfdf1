"""Stitch a label or mask of a result file to one map of the slide."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from pathgui.errors import StorageError
from pathgui.storage import StoredSlide, open_file
from pathgui.storage.atomic import spare
from pathgui.storage.map_writer import MapWriter
from pathgui.tiling import Box, RowSink, stitch_tiles
from pathgui.workflows.features.places import whole
from pathgui.workflows.progress import Progress, silent
from pathgui.workflows.qc.tiles import kept_tiles

METHODS = ("average", "max", "first", "weighted")
TARGETS = ("h5", "png", "tiff")
_PNG_SIDE = 4096
# Viridis (van der Walt & Smith 2015), at ninths of its range.
_VIRIDIS = np.array(
    [
        (68, 1, 84), (72, 36, 117), (65, 68, 135), (53, 95, 141), (42, 120, 142),
        (33, 145, 140), (34, 168, 132), (94, 201, 98), (189, 223, 38), (253, 231, 37),
    ],
    float,
)  # fmt: skip
FloatArray = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Placed:
    """A stored tile as stitching wants it: where it lies, and its number."""

    number: int
    level_coords: tuple[int, int]


class _Shrink:
    """A sink that keeps a map small: the mean of `factor` × `factor` pixels."""

    def __init__(self, size: tuple[int, int], factor: int) -> None:
        width, height = size
        self.factor = factor
        self.out = np.full((-(-height // factor), -(-width // factor)), np.nan)
        self._waiting: list[FloatArray] = []
        self._height, self._next = height, 0

    def write_rows(self, y: int, rows: FloatArray) -> None:
        """Take the next rows; see `RowSink`."""
        for number, row in enumerate(rows, y + 1):
            self._waiting.append(row.copy())
            if len(self._waiting) == self.factor or number == self._height:
                self._reduce()

    def _reduce(self) -> None:
        band = np.stack(self._waiting)
        width = band.shape[1]
        short = -width % self.factor
        band = np.pad(band, ((0, 0), (0, short)), constant_values=np.nan)
        parts = band.reshape(len(band), -1, self.factor)
        known = ~np.isnan(parts)
        count = known.sum(axis=(0, 2))
        total = np.where(known, parts, 0).sum(axis=(0, 2))
        mean = np.divide(total, count, out=np.full(len(count), np.nan), where=count > 0)
        self.out[self._next] = mean
        self._next += 1
        self._waiting = []


def stitch_file(
    path: Path,
    name: str,
    *,
    method: str = "average",
    to: str = "h5",
    number: int = 0,
    out: Path | None = None,
    excluded: Iterable[Box] = (),
    progress: Progress = silent,
) -> Path:
    """Stitch a label column or a mask of a result file.

    Parameters
    ----------
    path : Path
        Result file.
    name : str
        A label (one value per tile) or a mask (a value per pixel).
    method : {"average", "max", "first", "weighted"}
        What to do where tiles overlap.
    to : {"h5", "png", "tiff"}
        Into the file as ``maps/<name>``, or beside it as a picture: PNG in colours
        at most 4096 px long, or TIFF of float32 at full size.
    number : int
        Which slide of a file that holds several.
    out : Path, optional
        Where to; for ``"h5"`` a copy of the file that holds the map too.
    excluded : iterable of (x, y, width, height)
        Boxes in level-0 pixels: tiles with their centre in one are left out, and the
        map has no value there. A map in the file tells their number.
    progress : callable
        Told of tiles.

    Returns
    -------
    Path
        The file that holds the map.

    Raises
    ------
    StorageError
        If the file or the name is no good, or the map cannot be written.
    TilingError
        If the method is unknown.
    """
    if to not in TARGETS:
        raise StorageError(f"{to!r} is no target", "use " + ", ".join(TARGETS))
    if out is not None and to != "h5":
        _spare(out, to)
    with open_file(path) as file:
        slide = file.slide(number)
        value = _values(slide, name)
        meta, kept = slide.meta, kept_tiles(slide, excluded)

        def told(k: int, done: int) -> Any:
            progress(meta.name, min(done, len(kept)), len(kept))
            return value(k)

        def fill(sink: RowSink | npt.NDArray[Any]) -> None:
            xs, ys = (slide.index[name][kept] for name in ("level_x", "level_y"))
            places = zip(kept.tolist(), xs.tolist(), ys.tolist(), strict=True)
            tiles = [_Placed(k, (x, y)) for k, x, y in places]
            done = count()
            stitch_tiles(
                tiles,
                meta.level_size,
                meta.tile_size,
                meta.stride,
                method,
                lambda tile: told(tile.number, next(done)),
                out=sink,
            )
            progress(meta.name, len(tiles), len(tiles))

        if to == "png":
            return _png(fill, meta.level_size, out or _beside(path, name, "png"))
        if to == "tiff":
            return _tiff(fill, meta.level_size, out or _beside(path, name, "tiff"))
        with MapWriter(
            path,
            name,
            meta.level_size,
            level=meta.level,
            downsample=meta.downsample,
            method=method,
            number=number,
            out=out,
            excluded=len(slide) - len(kept),
        ) as writer:
            fill(writer)
    return out or path


def slide_name(path: Path, number: int = 0) -> str:
    """Which slide a result file is about; StorageError."""
    with open_file(path) as file:
        return file.slide(number).meta.name


def _values(slide: StoredSlide, name: str) -> Callable[[int], Any]:
    column = slide.index.get(name)
    if column is not None and column.dtype.kind in "biuf":
        numbers = column.astype(np.float32)
        return lambda k: numbers[k]
    if name in slide.mask_names:
        return lambda k: slide.mask(k, name).astype(np.float32)
    numeric = [n for n, c in slide.index.items() if c.dtype.kind in "biuf"]
    raise StorageError(
        f"{slide.path} has no label or mask {name!r} of numbers",
        "it has " + ", ".join([*numeric[5:], *slide.mask_names]),
    )


def _beside(path: Path, name: str, suffix: str) -> Path:
    safe = "".join(c if c.isalnum() or c in "-_" else "_" for c in name)
    return path.with_name(f"{path.stem}.{safe}.{suffix}")


def _spare(out: Path, to: str) -> None:
    """Refuse to write over another kind of file; a TIFF may be a slide."""
    import tifffile

    if to == "png" or not out.is_file():
        spare(out, (".png",) if to == "png" else (".tif", ".tiff"))
        return
    try:
        with tifffile.TiffFile(out) as file:
            ours = len(file.pages) == 1 and file.pages.first.dtype == np.float32
    except (OSError, ValueError):
        ours = False
    if not ours:
        raise StorageError(
            f"{out} is there already and is no stitched map; it stays.",
            "Choose another name.",
        )


Fill = Callable[[Any], None]


def _png(fill: Fill, size: tuple[int, int], out: Path) -> Path:
    from PIL import Image

    sink = _Shrink(size, max(1, -(-max(size) // _PNG_SIDE)))
    fill(sink)
    known = ~np.isnan(sink.out)
    low = float(sink.out[known].min()) if known.any() else 0.0
    high = float(sink.out[known].max()) if known.any() else 1.0
    # Shares and probabilities keep their own range; other values fill it.
    low, high = (0.0, 1.0) if low >= 0 and high <= 1 else (low, max(high, low + 1e-9))
    share = np.where(known, (sink.out - low) / (high - low), 0) * (len(_VIRIDIS) - 1)
    ground = np.minimum(share.astype(int), len(_VIRIDIS) - 2)
    part = (share - ground)[..., None]
    rgb = _VIRIDIS[ground] * (1 - part) + _VIRIDIS[ground + 1] * part
    rgba = np.dstack([np.rint(rgb), known * 255]).astype(np.uint8)
    with whole(out) as part:
        Image.fromarray(rgba).save(part, "PNG")
    return out


def _tiff(fill: Fill, size: tuple[int, int], out: Path) -> Path:
    import tifffile

    width, height = size
    with whole(out) as part:
        pixels = tifffile.memmap(
            part, shape=(height, width), dtype=np.float32, bigtiff=True
        )
        fill(pixels)
        pixels.flush()
        del pixels
    return out
