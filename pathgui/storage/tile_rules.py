"""The rules of the format for the tiles of one slide."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from pathgui.storage.arrays import Stored, inspect, read_all
from pathgui.storage.links import child_names, has, open_dataset, open_group
from pathgui.storage.metadata import attribute, attribute_names
from pathgui.storage.schema import (
    MAX_COLUMN_BYTES,
    MAX_MEMBERS,
    MAX_SLIDES,
    MAX_TILE_BYTES,
    visible,
)
from pathgui.storage.slide import StoredSlide
from pathgui.storage.tree import mask_share
from pathgui.storage.walk import Problem, Visited, attributes, guarded, walk

Tick = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class _Tiles:
    """What the checks of one slide's tiles have in common."""

    slide: StoredSlide
    group: Any
    at: dict[str, npt.NDArray[Any]]
    visited: Visited
    tick: Tick
    shares: dict[str, npt.NDArray[Any]]

    @property
    def path(self) -> str:
        return f"/slide_{self.slide.number}/tiles"

    @property
    def side(self) -> int:
        return self.slide.meta.tile_size

    def __len__(self) -> int:
        return len(self.slide)


def check_tiles(
    slide: StoredSlide, group: Any, visited: Visited, tick: Tick
) -> Iterator[Problem]:
    """All problems of a slide's tiles; `tick` hears of each tile."""
    tiles = _Tiles(slide, group, slide.index, visited, tick, _shares(slide))
    yield from attributes(group, tiles.path)
    if slide.layout == "stacked":
        yield from _stack(tiles)
        return
    wanted = {f"tile_{k}" for k in range(len(tiles))}
    for name in child_names(group, MAX_MEMBERS):
        if name not in wanted:
            yield Problem(f"{tiles.path}/{name}", "is no tile that tile_index lists")
    for k in range(len(tiles)):
        tick(slide.meta.name, k, len(tiles))
        where = f"{tiles.path}/tile_{k}"
        if not has(group, f"tile_{k}"):
            yield Problem(where, "is missing")
        else:
            yield from guarded(where, _tile, tiles, k)


def _shares(slide: StoredSlide) -> dict[str, npt.NDArray[Any]]:
    if not has(slide.group, "mask_fractions"):
        return {}
    folder = open_group(slide.group, "mask_fractions")
    names = child_names(folder, MAX_SLIDES)
    return {name: slide.mask_fraction(name) for name in names}


def _tile(tiles: _Tiles, k: int) -> Iterator[Problem]:
    path = f"{tiles.path}/tile_{k}"
    tile = open_group(tiles.group, f"tile_{k}")
    yield from walk(tile, path, tiles.visited)
    for name in child_names(tile, MAX_SLIDES):
        if name not in ("image", "coords", "masks"):
            yield Problem(f"{path}/{name}", "is not part of the format")
    if has(tile, "image") and tiles.slide.images != "pixels":
        said = tiles.slide.images
        yield Problem(f"{path}/image", f"is there, though tiles has images = {said!r}")
    if has(tile, "image"):
        yield from _check_image(tiles, _stored(tile, "image"), f"{path}/image", ())
    elif tiles.slide.images == "pixels":
        yield Problem(path, "has no image")
    if not has(tile, "coords"):
        yield Problem(path, "has no coords")
    else:
        coords = read_all(_stored(tile, "coords"), 4096)
        yield from _check_coords(tiles, coords, k, f"{path}/coords")
    yield from _check_labels(tiles, tile, k, path)
    if has(tile, "masks"):
        masks = open_group(tile, "masks")
        for name in child_names(masks, MAX_SLIDES):
            stored = _stored(masks, name)
            where = f"{path}/masks/{name}"
            yield from _check_mask(tiles, stored, where, ())
            yield from _whole(stored, where)
            yield from guarded(where, _check_share, tiles, k, name)


def _check_image(
    tiles: _Tiles, image: Stored, path: str, before: tuple[int, ...]
) -> Iterator[Problem]:
    good = image.dtype == np.uint8 and len(image.shape) == len(before) + 3
    good = good and image.shape[:-1] == (*before, tiles.side, tiles.side)
    if not good or not 1 <= image.shape[-1] <= 4:
        yield Problem(path, f"is {image.dtype} of shape {image.shape}")
    elif not before:
        yield from _whole(image, path)


def _whole(stored: Stored, path: str) -> Iterator[Problem]:
    if stored.chunk is not None and stored.chunk != stored.shape:
        yield Problem(path, f"is cut into chunks of {stored.chunk}, not one chunk")


def _check_share(tiles: _Tiles, k: int, name: str) -> Iterator[Problem]:
    """Recorded shares are what the masks say."""
    shares, slide = tiles.shares.get(name), tiles.slide
    if shares is None or not len(shares):
        return
    at = tiles.at
    corner = int(at["level_x"][k]), int(at["level_y"][k])
    shown = visible(slide.meta.frame.extent, tiles.side, *corner)
    found = mask_share(slide.mask(k, name), shown)
    if not abs(float(shares[k]) - found) < 1e-5:
        path = f"/slide_{slide.number}/mask_fractions/{name}"
        yield Problem(path, f"is {shares[k]:g} at tile {k}, the mask covers {found:g}")


def _check_mask(
    tiles: _Tiles, mask: Stored, path: str, before: tuple[int, ...]
) -> Iterator[Problem]:
    shape = (*before, tiles.side, tiles.side)
    if mask.shape != shape or mask.dtype.kind not in "bui":
        yield Problem(path, f"is {mask.dtype} of shape {mask.shape}")


def _check_coords(
    tiles: _Tiles, coords: npt.NDArray[Any], k: int, path: str
) -> Iterator[Problem]:
    wanted = [int(tiles.at["x"][k]), int(tiles.at["y"][k])]
    if coords.dtype.kind != "i" or coords.tolist() != wanted:
        message = f"is {coords.tolist()} ({coords.dtype}), tile_index says {wanted}"
        yield Problem(path, message)


def _check_labels(tiles: _Tiles, tile: Any, k: int, path: str) -> Iterator[Problem]:
    wanted = tiles.slide.labels(k)
    found = {name: attribute(tile, name) for name in attribute_names(tile)}
    for name in sorted(wanted.keys() | found.keys()):
        one, other = wanted.get(name), found.get(name)
        same = one == other or (one != one and other != other)
        if one is None or other is None or not same:
            yield Problem(
                f"{path}@{name}", f"label is {other!r}, tile_index says {one!r}"
            )


def _stack(tiles: _Tiles) -> Iterator[Problem]:
    slide, group = tiles.slide, tiles.group
    for name in child_names(group, MAX_SLIDES):
        if name not in ("images", "coords", "masks"):
            yield Problem(f"{tiles.path}/{name}", "is not part of the format")
    if has(group, "images") and slide.images != "pixels":
        said = slide.images
        yield Problem(
            f"{tiles.path}/images", f"is there, though tiles has images = {said!r}"
        )
    if slide.images == "pixels":
        images, count = _stored(group, "images"), (len(tiles),)
        yield from _check_image(tiles, images, f"{tiles.path}/images", count)
    coords = read_all(_stored(group, "coords"), MAX_COLUMN_BYTES)
    if coords.shape != (len(tiles), 2):
        yield Problem(f"{tiles.path}/coords", f"has shape {coords.shape}")
        return
    names = []
    if has(group, "masks"):
        masks = open_group(group, "masks")
        names = child_names(masks, MAX_SLIDES)
        for name in names:
            path, count = f"{tiles.path}/masks/{name}", (len(tiles),)
            yield from _check_mask(tiles, _stored(masks, name), path, count)
    for k in range(len(tiles)):
        tiles.tick(slide.meta.name, k, len(tiles))
        yield from _check_coords(tiles, coords[k], k, f"{tiles.path}/coords[{k}]")
        yield from _check_rows(tiles, names, k)


def _check_rows(tiles: _Tiles, names: list[str], k: int) -> Iterator[Problem]:
    slide = tiles.slide
    if slide.images == "pixels":
        path = f"{tiles.path}/images[{k}]"
        yield from guarded(path, _image_row, slide, k)
    for name in names:
        path = f"{tiles.path}/masks/{name}[{k}]"
        yield from guarded(path, _mask_row, tiles, k, name)


def _image_row(slide: StoredSlide, k: int) -> Iterator[Problem]:
    slide.image(k)
    return iter(())


def _mask_row(tiles: _Tiles, k: int, name: str) -> Iterator[Problem]:
    if name not in tiles.slide.mask_names_of(k):
        return
    tiles.slide.mask(k, name)
    yield from _check_share(tiles, k, name)


def _stored(group: Any, name: str) -> Stored:
    return inspect(open_dataset(group, name), MAX_TILE_BYTES)
