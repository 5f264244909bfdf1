"""The rules of the format for one slide."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from pathgui.storage.facts import FACTS, check_facts
from pathgui.storage.links import child_names, has, open_dataset, open_group
from pathgui.storage.maps import map_names
from pathgui.storage.metadata import attribute, read_column, read_meta
from pathgui.storage.schema import (
    IMAGES,
    LAYOUTS,
    MAX_SLIDES,
    MAX_TEXT_BYTES,
    POSITION_COLUMNS,
)
from pathgui.storage.slide import StoredSlide
from pathgui.storage.tile_rules import Tick, check_tiles
from pathgui.storage.walk import Problem, Visited, guarded, walk

REQUIRED = ("metadata", "tile_index", "tiles")
KNOWN = (*REQUIRED, "masks", "maps", "features", "provenance", "mask_fractions")
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
    yield from guarded(f"{path}/metadata", check_facts, facts, f"{path}/metadata")
    yield from guarded(f"{path}/tiles", _agreement, slide, group, path)
    yield from guarded(f"{path}/tile_index", _index, slide, path)
    yield from guarded(f"{path}/tile_index", _columns, group, path)
    yield from guarded(f"{path}/mask_fractions", _shares, slide, group, path)
    yield from guarded(f"{path}/masks", _slide_masks, slide, path)
    yield from guarded(f"{path}/maps", _maps, slide, group, path)
    yield from guarded(f"{path}/features", _features, slide, group, path)
    yield from guarded(f"{path}/provenance", _provenance, slide)
    tiles = open_group(group, "tiles")
    where = f"{path}/tiles"
    yield from guarded(where, check_tiles, slide, tiles, visited, tick)


def _agreement(slide: StoredSlide, group: Any, path: str) -> Iterator[Problem]:
    """What `tiles` says of itself, against metadata and tile_index."""
    meta = read_meta(group)
    tiles = open_group(group, "tiles")
    for name, known in (("layout", LAYOUTS), ("images", IMAGES)):
        said = attribute(tiles, name)
        if said is not None and said not in known:
            yield Problem(f"{path}/tiles@{name}", f"is {said!r}, not one of {known}")
        elif name == "layout" and said not in (None, slide.layout):
            yield Problem(f"{path}/tiles@layout", f"is {said!r} of a {slide.layout}")
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
    yield from _places(slide, path)


def _places(slide: StoredSlide, path: str) -> Iterator[Problem]:
    """Tiles lie in the frame; without `pad` to their last pixel."""
    at, meta = slide.index, slide.meta
    reach = 1 if meta.pad else meta.tile_size
    for axis, size in zip("xy", meta.level_size, strict=True):
        column = at[f"level_{axis}"]
        outside = column < 0
        if size > 0:
            outside |= column > size - reach
        wrong = np.flatnonzero(outside)
        if len(wrong):
            yield Problem(
                f"{path}/tile_index/level_{axis}",
                f"leads out of the slide, first at tile {wrong[0]}",
            )


def _columns(group: Any, path: str) -> Iterator[Problem]:
    """Types of positions, and what label columns say of themselves."""
    folder = open_group(group, "tile_index")
    for name in POSITION_COLUMNS:
        dtype = open_dataset(folder, name).dtype
        if dtype != np.int64:
            yield Problem(f"{path}/tile_index/{name}", f"is {dtype} instead of int64")
    for name in child_names(folder, MAX_SLIDES):
        if name not in POSITION_COLUMNS:
            where = f"{path}/tile_index/{name}"
            yield from guarded(where, _label, folder, name, where)


def _label(folder: Any, name: str, path: str) -> Iterator[Problem]:
    column, dataset = read_column(folder, name), open_dataset(folder, name)
    kind, missing = attribute(dataset, "kind"), attribute(dataset, "missing")
    if kind is None or missing is None:
        lost = "kind" if kind is None else "missing"
        yield Problem(f"{path}@{lost}", "is not there")
        return
    empty = column == b"" if column.dtype.kind == "S" else column != column
    found = int(np.count_nonzero(empty))
    # Without missing values an empty text, or NaN, is a value like any other.
    if missing not in (0, found):
        yield Problem(f"{path}@missing", f"is {missing}, but {found} values are empty")
    kinds = {"bool": "bf", "int": "if", "float": "f", "str": "S", "json": "S"}
    if column.dtype.kind not in kinds.get(str(kind), ""):
        yield Problem(f"{path}@kind", f"is {kind!r} of values of type {column.dtype}")


def _shares(slide: StoredSlide, group: Any, path: str) -> Iterator[Problem]:
    if not has(group, "mask_fractions"):
        return
    for name in child_names(open_group(group, "mask_fractions"), MAX_SLIDES):
        shares = slide.mask_fraction(name)
        if shares.shape != (len(slide),):
            yield Problem(f"{path}/mask_fractions/{name}", "has not one value per tile")
        elif ((shares < 0) | (shares > 1)).any():
            yield Problem(f"{path}/mask_fractions/{name}", "lies outside 0 to 1")


def _slide_masks(slide: StoredSlide, path: str) -> Iterator[Problem]:
    for name, (array, downsample) in slide.slide_masks.items():
        if array.ndim != 2 or array.dtype.kind not in "bui" or not downsample > 0:
            yield Problem(f"{path}/masks/{name}", "is no mask with a downsample")


def _maps(slide: StoredSlide, group: Any, path: str) -> Iterator[Problem]:
    for name in map_names(group):
        yield from guarded(f"{path}/maps/{name}", _map, slide, name, path)


def _map(slide: StoredSlide, name: str, path: str) -> Iterator[Problem]:
    found, where = slide.map(name), f"{path}/maps/{name}"
    group = open_group(slide.group, f"maps/{name}")
    for fact in ("level", "downsample", "method"):
        if attribute(group, fact) is None:
            yield Problem(where, f"has no attribute {fact}")
    if not found.downsample > 0:
        yield Problem(f"{where}@downsample", f"is {found.downsample}")
    before: tuple[int, ...] | None = None
    for number, level in enumerate(found.levels):
        here = f"{where}/level_{number}"
        if level.dtype != np.float32:
            yield Problem(here, f"is {level.dtype} instead of float32")
        if before is not None:
            half = (-(-before[0] // 2), -(-before[1] // 2), *before[2:])
            if level.shape != half:
                yield Problem(here, f"has shape {level.shape} instead of {half}")
        before = level.shape


def _features(slide: StoredSlide, group: Any, path: str) -> Iterator[Problem]:
    if not has(group, "features"):
        return
    folder = open_group(group, "features")
    if has(folder, "tile_features"):
        shape = open_dataset(folder, "tile_features").shape
        if len(shape) != 2 or shape[0] != len(slide):
            yield Problem(f"{path}/features/tile_features", f"has shape {shape}")
            return
        if open_dataset(folder, "tile_features").dtype.kind != "f":
            yield Problem(f"{path}/features/tile_features", "holds no floats")
        if has(folder, "feature_names"):
            names = open_dataset(folder, "feature_names").shape
            if names != shape[1:]:
                yield Problem(
                    f"{path}/features/feature_names",
                    f"has shape {names} for {shape[1]} features",
                )
            read_column(folder, "feature_names", MAX_TEXT_BYTES)


def _provenance(slide: StoredSlide) -> Iterator[Problem]:
    _ = slide.provenance
    return iter(())
