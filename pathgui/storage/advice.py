"""Which layout and compression suit a file, measured on its own tiles."""

import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from pathgui.errors import Cancelled, StorageError
from pathgui.storage.assemble import Progress
from pathgui.storage.codec import Compression
from pathgui.storage.reader import SlideFile
from pathgui.storage.schema import Images, Layout, SlideMeta
from pathgui.storage.slide import StoredSlide
from pathgui.storage.writer import SlideWriter
from pathgui.tiling import Image, Label, Mask

_Way = tuple[Layout, Images, Compression]
_CHOICES: tuple[_Way, ...] = (
    ("tree", "pixels", "none"),
    ("tree", "pixels", "fast"),
    ("tree", "pixels", 1),
    ("tree", "pixels", 4),
    ("tree", "pixels", 9),
    ("tree", "pixels", "lz4"),
    ("tree", "pixels", "zstd"),
    ("stacked", "pixels", "none"),
    ("stacked", "pixels", "fast"),
    ("stacked", "pixels", 4),
    ("tree", "reference", "fast"),
)
# A slower choice must save at least this share, and be at most so much slower.
_WORTH = 0.05
_PATIENCE = 4.0


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to store tiles, measured.

    Attributes
    ----------
    layout, images, compression : str
        The way.
    bytes_per_tile : float
        In the file, bookkeeping included.
    write_ms, read_ms : float
        Processor time to write a tile, and to read its pixels in random order, in
        milliseconds; reading is 0 where no pixels are stored.
    """

    layout: Layout
    images: Images
    compression: str
    bytes_per_tile: float
    write_ms: float
    read_ms: float


@dataclass(frozen=True, slots=True)
class Advice:
    """What was measured, and what follows.

    Attributes
    ----------
    tiles : int
        Tiles in the file.
    sampled : int
        Tiles that were measured.
    choices : tuple of Choice
        All ways, in a fixed order.
    best : Choice
        The recommended way.
    reason : str
        Why, in one sentence.
    """

    tiles: int
    sampled: int
    choices: tuple[Choice, ...]
    best: Choice
    reason: str

    def expected_size(self, choice: Choice) -> int:
        """Bytes of the whole file, stored that way."""
        return round(choice.bytes_per_tile * self.tiles)


@dataclass(frozen=True, slots=True)
class _Sample:
    index: int
    image: Image
    coords: tuple[int, int]
    level_coords: tuple[int, int]
    masks: dict[str, Mask]
    labels: dict[str, Label]


def advise(
    path: Path | str,
    sample: int = 48,
    *,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Advice:
    """Measure ways to store a file on a sample of its own tiles.

    Parameters
    ----------
    path : Path or str
        A finished file with pixels.
    sample : int
        Tiles to measure, spread evenly over all slides.
    progress : callable, optional
        ``progress(what, done, total)``.
    cancelled : callable, optional
        Asked between measurements.

    Raises
    ------
    StorageError
        If the file is damaged or holds no pixels.
    Cancelled
        If `cancelled` said so.
    """
    with SlideFile(path) as file:
        slides = [slide for slide in file if slide.images == "pixels" and len(slide)]
        total = sum(len(slide) for slide in slides)
        if not total:
            raise StorageError(
                f"{path} holds no pixels, so there is nothing to compare",
                "run the recipe with images = 'pixels' on a slide first",
            )
        tiles, meta = _take(slides, sample), slides[0].meta
    ways = [way for way in _CHOICES if way[2] not in ("zstd", "lz4") or _plugin()]
    choices = []
    with tempfile.TemporaryDirectory() as folder:
        for done, way in enumerate(ways):
            if cancelled is not None and cancelled():
                raise Cancelled("the measurement was stopped")
            choices.append(_measure(Path(folder) / "a.h5", meta, way, tiles))
            if progress is not None:
                progress(f"{way[0]}, {way[2]}", done + 1, len(ways))
    best, reason = _recommend(choices)
    return Advice(total, len(tiles), tuple(choices), best, reason)


def _plugin() -> bool:
    return find_spec("hdf5plugin") is not None


def _take(slides: list[StoredSlide], sample: int) -> list[_Sample]:
    side = slides[0].meta.tile_size
    alike = [slide for slide in slides if slide.meta.tile_size == side]
    places = [(slide, k) for slide in alike for k in range(len(slide))]
    count = min(len(places), max(1, sample))
    chosen = np.linspace(0, len(places) - 1, count).round().astype(int)
    return [_read(*places[place]) for place in chosen]


def _read(slide: StoredSlide, k: int) -> _Sample:
    at = slide.index
    coords = int(at["x"][k]), int(at["y"][k])
    level_coords = int(at["level_x"][k]), int(at["level_y"][k])
    masks, labels = slide.masks(k), slide.labels(k)
    return _Sample(k, slide.image(k), coords, level_coords, masks, labels)


def _measure(path: Path, meta: SlideMeta, way: _Way, tiles: list[_Sample]) -> Choice:
    layout, images, compression = way
    empty = _write(path, meta, way, [])
    start = time.process_time()
    size = _write(path, meta, way, tiles)
    written = time.process_time() - start
    read = 0.0
    if images == "pixels":
        with SlideFile(path) as file:
            slide = file.slide(0)
            order = np.random.default_rng(0).permutation(len(tiles))
            slide.image(0)
            start = time.process_time()
            for k in order:
                slide.image(int(k))
            read = time.process_time() - start
    count = len(tiles)
    per_tile, to_ms = (size - empty) / count, 1000 / count
    name = str(compression)
    return Choice(layout, images, name, per_tile, written * to_ms, read * to_ms)


def _write(path: Path, meta: SlideMeta, way: _Way, tiles: list[_Sample]) -> int:
    layout, images, compression = way
    with SlideWriter(
        path, meta, layout=layout, images=images, compression=compression
    ) as writer:
        for k, tile in enumerate(tiles):
            pixels = tile.image if images == "pixels" else None
            writer.add(
                k, pixels, tile.coords, tile.level_coords, tile.masks, tile.labels
            )
    return path.stat().st_size


def _recommend(choices: list[Choice]) -> tuple[Choice, str]:
    """The way to take: the quick one, unless another saves much for little time."""
    plain = [
        choice
        for choice in choices
        if choice.images == "pixels" and choice.compression not in ("zstd", "lz4")
    ]
    fast = next(c for c in plain if (c.layout, c.compression) == ("tree", "fast"))
    none = next(c for c in plain if (c.layout, c.compression) == ("tree", "none"))
    slow = next(c for c in plain if (c.layout, c.compression) == ("tree", "9"))
    if fast.bytes_per_tile > none.bytes_per_tile * (1 - _WORTH):
        return none, "compression saves less than 5 % on these tiles"
    best = fast
    for choice in sorted(plain, key=lambda c: c.write_ms):
        smaller = choice.bytes_per_tile < best.bytes_per_tile * (1 - _WORTH)
        if smaller and choice.write_ms < _PATIENCE * fast.write_ms:
            best = choice
    if best.compression == slow.compression:
        saved = 1 - best.bytes_per_tile / fast.bytes_per_tile
        return best, f"level 9 saves {saved:.0%} over fast on these tiles"
    saved = 1 - slow.bytes_per_tile / best.bytes_per_tile
    longer = slow.write_ms / max(best.write_ms, 1e-6)
    verb = "save" if saved > 0 else "add"
    return best, (
        f"level 9 would {verb} {abs(saved):.0%} and take {longer:.0f} times as long"
    )
