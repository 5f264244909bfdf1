"""Where a slide's tiles come from, with what was recorded for them applied."""

from abc import ABC, abstractmethod
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from threading import Lock
from typing import Any

import numpy as np
from typing_extensions import override

from pathgui.engine import computes, iter_processed, tile_data
from pathgui.preprocessing import FittedPipeline
from pathgui.slides import Slide
from pathgui.storage import StoredSlide
from pathgui.tiling import Image, Label, Mask, TileCache, TileData, TileGrid

# Enough for neighbouring accesses to image, masks and labels of the same tiles.
_KEPT_GB = 64 / 1024
_KEPT_LABELS = 4096


class RecordedSource(ABC):
    """Tiles read when asked for, transformed, and kept only for a short while.

    Pickles as slide or file, grid, and what was recorded: workers of a data loader
    open it for themselves.
    """

    def __init__(self, grid: TileGrid) -> None:
        self.grid = grid
        self.fitted: tuple[FittedPipeline, ...] = ()
        self._keep_nothing()

    def _keep_nothing(self) -> None:
        self._cache = TileCache(max_size_gb=_KEPT_GB)
        self._recent: OrderedDict[int, TileData] = OrderedDict()
        self._lock = Lock()

    @override
    def __getstate__(self) -> dict[str, Any]:
        here = ("_cache", "_recent", "_lock")
        return {name: v for name, v in self.__dict__.items() if name not in here}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._keep_nothing()

    @abstractmethod
    def pixels(self, index: int) -> Image:
        """Pixels of tile `index` before anything recorded is applied."""

    @abstractmethod
    def wrap(self, index: int, image: Image) -> TileData:
        """Those pixels with what is known of the tile."""

    def raw(self, index: int) -> TileData:
        """Tile `index` before anything recorded is applied."""
        return self.wrap(index, self.pixels(index))

    @abstractmethod
    def stream(
        self, indices: Sequence[int], threads: int
    ) -> Iterator[tuple[int, TileData]]:
        """Many tiles in the order given, recorded pipelines applied."""

    def record(self, fitted: FittedPipeline) -> None:
        """Apply a further pipeline to every tile read from now on."""
        with self._lock:
            self.fitted = (*self.fitted, fitted)
            self._cache.clear()
            self._recent.clear()

    def image(self, index: int) -> Image:
        if any(computes(fitted) for fitted in self.fitted):
            return self._load(index).image
        # Nothing has to do with the pixels: masks are cut when they are asked for.
        return self._own_pixels(index)

    def masks(self, index: int) -> dict[str, Mask]:
        return self._load(index).masks

    def labels(self, index: int) -> dict[str, Label]:
        return self._load(index).labels

    def _own_pixels(self, index: int) -> Image:
        image = self._cache.get((index, ""))
        if image is None:
            image = self.pixels(index)
            self._cache.add((index, ""), image)
        return image

    def _load(self, index: int) -> TileData:
        with self._lock:
            found = self._kept(index)
            if found is not None:
                return found
            fitted = self.fitted
        plain = not any(computes(pipeline) for pipeline in fitted)
        pixels = self._own_pixels(index) if plain else self.pixels(index)
        tile = self.wrap(index, pixels)
        for pipeline in fitted:
            pipeline.apply(tile)
        with self._lock:
            # A pipeline recorded meanwhile makes this tile out of date.
            if fitted is self.fitted:
                self._keep(index, tile)
        return tile

    def _kept(self, index: int) -> TileData | None:
        """A tile whose arrays are all still in the cache."""
        facts = self._recent.get(index)
        image = self._cache.get((index, "")) if facts is not None else None
        if facts is None or image is None:
            return None
        masks = {name: self._cache.get((index, name)) for name in facts.masks}
        whole = {name: mask for name, mask in masks.items() if mask is not None}
        if len(whole) < len(masks):
            return None
        return replace(facts, image=image, masks=whole, labels=dict(facts.labels))

    def _keep(self, index: int, tile: TileData) -> None:
        self._cache.add((index, ""), tile.image)
        for name, mask in tile.masks.items():
            self._cache.add((index, name), mask)
        # Of what the cache does not hold only names and labels are kept here.
        empty = np.empty((0, 0, 3), np.uint8)
        names = dict.fromkeys(tile.masks, np.empty((0, 0), bool))
        self._recent[index] = replace(tile, image=empty, masks=names)
        while len(self._recent) > _KEPT_LABELS:
            self._recent.popitem(last=False)


class SlideSource(RecordedSource):
    """Reads tiles from an opened slide."""

    def __init__(self, slide: Slide, grid: TileGrid) -> None:
        super().__init__(grid)
        self._slide = slide

    @override
    def pixels(self, index: int) -> Image:
        return _one(self._slide, self.grid, index)

    @override
    def wrap(self, index: int, image: Image) -> TileData:
        return tile_data(self.grid, index, image)

    @override
    def stream(
        self, indices: Sequence[int], threads: int
    ) -> Iterator[tuple[int, TileData]]:
        steps = tuple(step for fitted in self.fitted for step in fitted.steps)
        whole = FittedPipeline(steps, {})
        return iter_processed(self._slide, self.grid, whole, indices, threads)


class StoredSource(RecordedSource):
    """Reads tiles from a result file; pixels from the slide where it has none."""

    def __init__(self, stored: StoredSlide, pixels: Slide | None) -> None:
        super().__init__(stored.grid())
        self._stored = stored
        self._slide = pixels

    @override
    def pixels(self, index: int) -> Image:
        if self._slide is None:
            return self._stored.image(index)
        return _one(self._slide, self.grid, index)

    @override
    def wrap(self, index: int, image: Image) -> TileData:
        tile = tile_data(self.grid, index, image)
        tile.masks = self._stored.masks(index)
        tile.labels = self._stored.labels(index)
        return tile

    @override
    def stream(
        self, indices: Sequence[int], threads: int
    ) -> Iterator[tuple[int, TileData]]:
        for index in indices:
            tile = self.raw(index)
            for pipeline in self.fitted:
                pipeline.apply(tile)
            yield index, tile


def _one(slide: Slide, grid: TileGrid, index: int) -> Image:
    ((_, image),) = slide.iter_tiles(grid, [index])
    return image


class HeldSource:
    """Pixels that are in memory already; needs no file and can be pickled."""

    def __init__(self, tiles: dict[int, TileData]) -> None:
        self._tiles = tiles

    def image(self, index: int) -> Image:
        return self._tiles[index].image

    def masks(self, index: int) -> dict[str, Mask]:
        return dict(self._tiles[index].masks)

    def labels(self, index: int) -> dict[str, Label]:
        return dict(self._tiles[index].labels)
