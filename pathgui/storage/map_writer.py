"""Adding stitched predictions to a file: a tiled pyramid, written row by row."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import numpy.typing as npt
from h5py import h5d
from typing_extensions import override

from pathgui.errors import StorageError
from pathgui.storage.codec import FAST, Codec, Compression, codec
from pathgui.storage.file_writer import FileWriter
from pathgui.storage.objects import Creator, check_name, new_group
from pathgui.storage.reader import SlideFile
from pathgui.storage.whole import WholeOrAbsent
from pathgui.tiling.pyramid import PyramidSink, pyramid_sizes

FloatArray = npt.NDArray[np.float32]
SIDE = 256
Run = Callable[[Callable[[], Any]], Any]


class LevelSink:
    """Writes one level of a map as rows arrive, in chunks of 256 × 256.

    Chunks without any value are not stored; they read as NaN.
    """

    def __init__(self, dataset: Any, codec: Codec, run: Run) -> None:
        self._dataset, self._codec, self._run = dataset, codec, run
        self._height, self._width = dataset.shape[:2]
        self._chunk = _chunk(dataset.shape)
        self._side = self._chunk[0]
        self._band = np.full((self._side, *dataset.shape[1:]), np.nan, np.float32)

    def write_rows(self, y: int, rows: FloatArray) -> None:
        """Take the next rows, from top to bottom; float32 ``(n, W)`` or with C.

        Raises
        ------
        StorageError
            If writing fails.
        """
        rows = rows.reshape(len(rows), *self._band.shape[1:])
        done = 0
        while done < len(rows):
            at = (y + done) % self._side
            count = min(self._side - at, len(rows) - done)
            self._band[at : at + count] = rows[done : done + count]
            done += count
            if at + count == self._side or y + done == self._height:
                self._write_band((y + done - 1) // self._side * self._side)

    def _write_band(self, top: int) -> None:
        for left in range(0, self._width, self._chunk[1]):
            part = self._band[:, left : left + self._chunk[1]]
            if not np.isnan(part).all():
                self._run(self._writer(top, left, part))
        self._band.fill(np.nan)

    def _writer(self, top: int, left: int, part: FloatArray) -> Callable[[], None]:
        whole = np.full(self._chunk, np.nan, np.float32)
        whole[:, : part.shape[1]] = part
        payload = self._codec.encode(whole)
        corner = (top, left) + (0,) * (whole.ndim - 2)
        return lambda: self._dataset.write_direct_chunk(corner, payload)


class MapWriter(WholeOrAbsent):
    """Adds a map to a finished file, in a copy that then takes its place.

    A context manager and a sink of rows: ``stitch_tiles(..., out=writer)``. Coarser
    levels are made in the same pass. Memory is a band of rows per level. An error
    inside the block leaves the file as it was.

    Parameters
    ----------
    path : Path or str
        A finished file.
    name : str
        Name of the map; a map of that name is replaced.
    size : tuple of int
        ``(width, height)`` of the finest level.
    channels : int
        0 for a map of one value per pixel, else C.
    level : int
        Slide level the map has the size of.
    downsample : float
        Level-0 pixels per map pixel.
    method : str
        How tiles were joined.
    number : int
        The i of the slide's group.
    compression : str or int
        As in `WriteOptions`.
    out : Path or str, optional
        The new file; `path` itself if not given.
    excluded : int
        Tiles left out because they were excluded in review; told if there are any.

    Raises
    ------
    StorageError
        If the file is damaged, being written by someone else, or has no such slide.
    """

    def __init__(  # noqa: PLR0913 - a map has as many facts
        self,
        path: Path | str,
        name: str,
        size: tuple[int, int],
        channels: int = 0,
        *,
        level: int = 0,
        downsample: float = 1.0,
        method: str = "average",
        number: int = 0,
        compression: Compression = FAST,
        out: Path | str | None = None,
        excluded: int = 0,
    ) -> None:
        check_name(name, "map")
        if min(size) < 1 or channels < 0:
            raise StorageError(f"a map of {size} and {channels} channels has no pixels")
        self._codec = replace(codec(compression), shuffle=True)
        with SlideFile(path) as file:
            file.slide(number)  # refuses what is not complete
        facts: dict[str, Any] = {
            "level": level, "downsample": float(downsample), "method": method
        }  # fmt: skip
        if excluded:
            facts["excluded_tiles"] = excluded
        self._file = FileWriter(path if out is None else out, base=path)
        with self.discarding():
            shapes = [
                (height, width, *([channels] if channels else []))
                for width, height in pyramid_sizes(size, SIDE)
            ]
            place = f"slide_{number}", name
            levels = self._file.run(lambda: self._create(place, shapes, facts))
        sinks = [LevelSink(one, self._codec, self._file.run) for one in levels]
        self._sink, self._next, self._height = PyramidSink(sinks, size[1]), 0, size[1]

    def _create(
        self,
        place: tuple[str, str],
        shapes: Sequence[tuple[int, ...]],
        facts: dict[str, Any],
    ) -> list[Any]:
        slide = self._file.file[place[0]]
        maps = slide["maps"] if "maps" in slide else new_group(slide, "maps")
        if place[1] in maps:
            del maps[place[1]]
        group = new_group(maps, place[1])
        group.attrs.update(facts)
        return [
            _level_dataset(group, f"level_{k}", shape, self._codec)
            for k, shape in enumerate(shapes)
        ]

    def write_rows(self, y: int, rows: FloatArray) -> None:
        """Take the next rows of the map, from top to bottom without gaps.

        Raises
        ------
        StorageError
            If rows are missing, too many, or cannot be written.
        """
        if y != self._next or y + len(rows) > self._height:
            raise StorageError(
                f"rows from {y} were given to a map that waits for row {self._next}"
            )
        self._sink.write_rows(y, np.asarray(rows, dtype=np.float32))
        self._next += len(rows)

    @override
    def commit(self) -> None:
        if self._next != self._height:
            raise StorageError(f"the map has {self._next} of {self._height} rows")
        self._file.close()

    @override
    def discard(self) -> None:
        self._file.discard()


def _chunk(shape: tuple[int, ...]) -> tuple[int, ...]:
    return min(SIDE, shape[0]), min(SIDE, shape[1]), *shape[2:]


def _level_dataset(
    group: h5py.Group, name: str, shape: tuple[int, ...], codec_: Codec
) -> Any:
    creator = Creator(codec_)
    plist = creator.plist(_chunk(shape))
    plist.set_fill_value(np.array(np.nan, np.float32))
    plist.set_fill_time(h5d.FILL_TIME_IFSET)
    kind = creator.type(np.dtype(np.float32))
    return h5d.create(group.id, name.encode(), kind, creator.space(shape), plist)
