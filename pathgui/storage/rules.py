"""The rules of the format for one slide."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from pathgui.storage.links import child_names, has, open_dataset, open_group
from pathgui.storage.metadata import attribute, read_meta
from pathgui.storage.schema import MAX_SLIDES
from pathgui.storage.slide import StoredSlide
from pathgui.storage.tile_rules import Tick, check_tiles
from pathgui.storage.walk import Problem, Visited, guarded, walk

REQUIRED = ("metadata", "tile_index", "tiles")
KNOWN = (*REQUIRED, "masks", "maps", "features", "provenance", "mask_fractions")
FACTS = (
    *("name", "level", "dimensions", "mpp", "magnification", "tile_size", "stride"),
    *("pad", "source_path", "source_quickhash"),
)
ATTRIBUTES = ("count", "tile_size", "stride", "level", "downsample")


def check_slide(
    slide: StoredSlide, group: Any, visited: Visited, tick: Tick
) -> Iterator[Problem]:
    """All problems of one slide; `tick` hears of each tile checked."""
    path = f"/slide_{slide.number}"
    yield from walk(group, path, visited, frozenset(["tiles"]))
    missing = [name for name in REQUIRED if not has(group, name)]
    for name in missing:
        yield Problem(path, f"has no {name}")
    for name in child_names(group, MAX_SLIDES):
        if name not in KNOWN:
            yield Problem(f"{path}/{name}", "is not part of the format")
    if missing:
        return
    facts = open_group(group, "metadata")
    lost = [name for name in FACTS if not has(facts, name)]
    for name in lost:
        yield Problem(f"{path}/metadata", f"has no {name}")
    if "name" in lost or "tile_size" in lost:
        return
    yield from guarded(f"{path}/metadata", _facts, slide, group, path)
    yield from guarded(f"{path}/tile_index", _index, slide, path)
    yield from guarded(f"{path}/mask_fractions", _shares, slide, group, path)
    yield from guarded(f"{path}/masks", _slide_masks, slide, path)
    yield from guarded(f"{path}/features", _features, slide, group, path)
    yield from guarded(f"{path}/provenance", _provenance, slide)
    tiles = open_group(group, "tiles")
    where = f"{path}/tiles"
    yield from guarded(where, check_tiles, slide, tiles, visited, tick)


def _facts(slide: StoredSlide, group: Any, path: str) -> Iterator[Problem]:
    meta = read_meta(group)
    tiles = open_group(group, "tiles")
    for name in ATTRIBUTES:
        found = attribute(tiles, name)
        wanted = len(slide) if name == "count" else getattr(meta, name)
        if found is None:
            yield Problem(f"{path}/tiles", f"has no attribute {name}")
        elif found != wanted:
            yield Problem(f"{path}/tiles", f"{name} is {found} instead of {wanted}")
    stored = slide.stored_tiles()
    if stored != len(slide):
        yield Problem(
            f"{path}/tiles", f"holds {stored} tiles, tile_index lists {len(slide)}"
        )


def _index(slide: StoredSlide, path: str) -> Iterator[Problem]:
    at, meta = slide.index, slide.meta
    if len(np.unique(at["index"])) != len(at["index"]):
        yield Problem(f"{path}/tile_index/index", "names a tile twice")
    for axis in ("x", "y"):
        exact = at[f"level_{axis}"] * meta.downsample
        wrong = np.flatnonzero(np.abs(exact - at[axis]) > 0.5 + 1e-6 * np.abs(exact))
        if len(wrong):
            yield Problem(
                f"{path}/tile_index/{axis}",
                f"is not level_{axis} × downsample, first at tile {wrong[0]}",
            )


def _shares(slide: StoredSlide, group: Any, path: str) -> Iterator[Problem]:
    if not has(group, "mask_fractions"):
        return
    for name in slide.mask_names:
        shares = slide.mask_fraction(name)
        if shares.shape != (len(slide),):
            yield Problem(f"{path}/mask_fractions/{name}", "has not one value per tile")
        elif ((shares < 0) | (shares > 1)).any():
            yield Problem(f"{path}/mask_fractions/{name}", "lies outside 0 to 1")


def _slide_masks(slide: StoredSlide, path: str) -> Iterator[Problem]:
    for name, (array, downsample) in slide.slide_masks.items():
        if array.ndim != 2 or array.dtype.kind not in "bui" or not downsample > 0:
            yield Problem(f"{path}/masks/{name}", "is no mask with a downsample")


def _features(slide: StoredSlide, group: Any, path: str) -> Iterator[Problem]:
    if not has(group, "features"):
        return
    folder = open_group(group, "features")
    if has(folder, "tile_features"):
        shape = open_dataset(folder, "tile_features").shape
        if len(shape) != 2 or shape[0] != len(slide):
            yield Problem(f"{path}/features/tile_features", f"has shape {shape}")


def _provenance(slide: StoredSlide) -> Iterator[Problem]:
    _ = slide.provenance
    return iter(())
