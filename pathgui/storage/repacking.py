"""Writing a file anew: another layout, another compression, no wasted space."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from h5py import h5o

from pathgui.errors import Cancelled, StorageError
from pathgui.storage.assemble import Progress, copy_slides
from pathgui.storage.file_writer import FileWriter
from pathgui.storage.group import SlideGroup
from pathgui.storage.links import child_names, has, is_hard, open_group
from pathgui.storage.migrate import migrate
from pathgui.storage.options import WriteOptions
from pathgui.storage.problems import reading
from pathgui.storage.reader import SlideFile
from pathgui.storage.schema import MAX_SLIDES, SlideMeta
from pathgui.storage.slide import StoredSlide
from pathgui.tiling import Image

ReadImage = Callable[[StoredSlide, int], Image]
_REWRITTEN = {
    "tiles",
    "tile_index",
    "masks",
    "mask_fractions",
    "metadata",
    "provenance",
}


@dataclass(frozen=True, slots=True)
class RepackReport:
    """Sizes of a file before and after, in bytes."""

    path: Path
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class RepackOptions:
    """What to change; None leaves it as it is in each slide.

    Attributes
    ----------
    layout, compression, chunks, images, fletcher32
        As in `WriteOptions`.
    threads : int
        Threads that compress.
    read_image : callable, optional
        ``read_image(slide, number)`` gives the pixels of a tile from its source
        slide; needed to turn a file without pixels into one with them.
    """

    layout: Any = None
    compression: Any = None
    chunks: Any = None
    images: Any = None
    fletcher32: bool | None = None
    threads: int = 1
    read_image: ReadImage | None = None

    @property
    def changes(self) -> bool:
        """Whether tiles have to be written anew."""
        own = (self.layout, self.compression, self.chunks, self.images)
        return any(value is not None for value in (*own, self.fletcher32))


def repack(
    path: Path | str,
    out: Path | str | None = None,
    options: RepackOptions | None = None,
    *,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
    **changes: Any,
) -> RepackReport:
    """Write a file anew, in its place or elsewhere; atomic.

    Without changes it is copied raw, which gives back the space of deleted data. A
    file of an older format version is brought up to date.

    Parameters
    ----------
    path : Path or str
        A finished file.
    out : Path or str, optional
        The new file; `path` itself if not given.
    options : RepackOptions, optional
        What to change; also given by name (``compression="fast"`` …).
    progress : callable, optional
        ``progress(what, done, total)``, in tiles.
    cancelled : callable, optional
        Asked before each tile.

    Raises
    ------
    StorageError
        If the file is damaged, a choice is unknown, or pixels are asked for that
        the file does not hold and `read_image` is not given.
    Cancelled
        If `cancelled` said so; the file is as it was.
    """
    options = replace(options or RepackOptions(), **changes)
    path, before = Path(path), _size(path)
    target = path if out is None else Path(out)
    if migrate(path, target):
        path = target
    with FileWriter(target, 4 * options.threads) as writer:
        if options.changes:
            _rewrite(writer, path, options, progress, cancelled)
        else:
            copy_slides(writer, path, None, cancelled)
    return RepackReport(target, before, _size(target))


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError as error:
        raise StorageError(f"{path} cannot be read: {error.strerror}") from error


def _rewrite(
    writer: FileWriter,
    path: Path,
    options: RepackOptions,
    progress: Progress | None,
    cancelled: Callable[[], bool] | None,
) -> None:
    with ExitStack() as stack:
        file = stack.enter_context(SlideFile(path))
        total, done = sum(len(slide) for slide in file), 0
        for slide in file:
            choice = options_of(slide, options)
            read = _reader_of(slide, choice, options.read_image)
            group = writer.slide(slide.meta, choice)
            at = slide.index
            for k in range(len(slide)):
                if cancelled is not None and cancelled():
                    raise Cancelled(f"{writer.path} was left as it was")
                add_tile(group, slide, k, at, read)
                done += 1
                if progress is not None:
                    progress(slide.meta.name, done, total)
            _finish(writer, group, file, slide)


def add_tile(
    group: SlideGroup,
    slide: StoredSlide,
    k: int,
    at: dict[str, Any],
    read: Callable[[int], Image | None],
) -> None:
    """Write tile `k` of a stored slide into a new one."""
    coords = int(at["x"][k]), int(at["y"][k])
    level_coords = int(at["level_x"][k]), int(at["level_y"][k])
    index, masks, labels = int(at["index"][k]), slide.masks(k), slide.labels(k)
    group.add(index, read(k), coords, level_coords, masks, labels)


def options_of(slide: StoredSlide, options: RepackOptions) -> WriteOptions:
    """How a slide is to be written: as it is, but for what `options` change."""
    layout = options.layout or slide.layout
    found = slide.storage()
    chunks = options.chunks or (found.chunks if layout == "stacked" else "tile")
    checked = options.fletcher32
    return WriteOptions(
        layout,
        options.images or slide.images,
        found.compression if options.compression is None else options.compression,
        chunks,
        options.threads,
        found.fletcher32 if checked is None else checked,
    )


def _reader_of(
    slide: StoredSlide, choice: WriteOptions, read_image: ReadImage | None
) -> Callable[[int], Image | None]:
    if choice.images != "pixels":
        return lambda _: None
    if slide.images == "pixels":
        return slide.image
    if read_image is None:
        raise StorageError(
            f"{slide.path} holds no pixels of {slide.meta.name}",
            "they can only come from the slide itself",
        )
    return lambda number: np.asarray(read_image(slide, number))


def _finish(
    writer: FileWriter, group: SlideGroup, file: SlideFile, slide: StoredSlide
) -> None:
    for name, (array, downsample) in slide.slide_masks.items():
        group.add_slide_mask(name, array, downsample)
    group.set_provenance(slide.provenance)
    group.finish()
    writer.run(lambda: _copy_rest(file, slide.number, group))


def _copy_rest(file: SlideFile, number: int, group: SlideGroup) -> None:
    """Copy what a slide has besides its tiles: maps, features, further facts."""
    with reading(file.path):
        source = open_group(file.root, f"slide_{number}")
        for name in child_names(source, MAX_SLIDES):
            if name not in _REWRITTEN and is_hard(source, name.encode()):
                h5o.copy(source, name.encode(), group.group.id, name.encode())
        if not has(source, "metadata"):
            return
        facts, known = open_group(source, "metadata"), SlideMeta.__dataclass_fields__
        for name in child_names(facts, MAX_SLIDES):
            if name not in known and is_hard(facts, name.encode()):
                h5o.copy(
                    facts, name.encode(), group.group["metadata"].id, name.encode()
                )
