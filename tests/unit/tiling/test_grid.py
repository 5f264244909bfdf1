"""Grids hold the tiles they should, and know what masks and annotations cover."""

import pickle
import time
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pathgui.errors import TilingError
from pathgui.tiling import Frame, TileGrid

sizes = st.integers(1, 60)


def frame(width: int = 100, height: int = 80, downsample: float = 1.0) -> Frame:
    return Frame(0, downsample, width, height)


def plain_starts(length: int, tile: int, stride: int, pad: bool) -> list[int]:
    """Walk along a side until it is covered, or until no tile fits any more."""
    starts = []
    at = 0
    while at < length and (at + tile <= length or pad):
        starts.append(at)
        if at + tile >= length:
            break
        at += stride
    return starts


@given(sizes, sizes, st.integers(1, 30), st.integers(1, 40), st.booleans())
def test_that_a_grid_has_the_tiles_of_a_walk_along_both_sides(
    width: int, height: int, tile: int, stride: int, pad: bool
) -> None:
    if not pad and tile > min(width, height):
        with pytest.raises(TilingError, match="does not fit"):
            TileGrid.regular(frame(width, height), tile, stride, pad)
        return
    grid = TileGrid.regular(frame(width, height), tile, stride, pad)
    xs = plain_starts(width, tile, stride, pad)
    ys = plain_starts(height, tile, stride, pad)
    assert grid.level_coords.tolist() == [[x, y] for y in ys for x in xs]
    assert TileGrid.count(frame(width, height), tile, stride, pad) == len(grid)


@given(sizes, sizes, st.integers(1, 30), st.integers(1, 30))
def test_that_padded_tiles_cover_every_pixel_if_they_meet(
    width: int, height: int, tile: int, stride: int
) -> None:
    stride = min(stride, tile)
    grid = TileGrid.regular(frame(width, height), tile, stride, pad=True)
    seen = np.zeros((height, width), bool)
    for index, (x, y) in enumerate(grid.level_coords.tolist()):
        w, h = grid.valid_size(index)
        assert 0 < w <= tile
        assert 0 < h <= tile
        seen[y : y + h, x : x + w] = True
    assert seen.all()


def test_that_a_slide_of_one_pixel_has_one_tile_when_padded() -> None:
    grid = TileGrid.regular(frame(1, 1), 256, pad=True)
    assert len(grid) == 1
    assert grid.valid_size(0) == (1, 1)
    with pytest.raises(TilingError, match="1 × 1") as caught:
        TileGrid.regular(frame(1, 1), 256)
    assert "pad" in caught.value.hint


@pytest.mark.parametrize(("tile", "stride"), [(0, 1), (-1, 1), (4, 0), (4, -4)])
def test_that_sizes_must_be_positive(tile: int, stride: int) -> None:
    with pytest.raises(TilingError, match="positive"):
        TileGrid.regular(frame(), tile, stride)
    with pytest.raises(TilingError, match="positive"):
        TileGrid.count(frame(), tile, stride)


@given(
    st.tuples(*[st.integers(-20, 200)] * 2, *[st.integers(-5, 200)] * 2),
    st.sampled_from([1.0, 2.0003, 4.0]),
    st.integers(1, 30),
    st.integers(1, 40),
    st.booleans(),
)
def test_that_a_grid_lies_where_the_slide_was_scanned(
    bounds: tuple[int, int, int, int], factor: float, tile: int, step: int, pad: bool
) -> None:
    plain = Frame(0, factor, int(150 / factor), int(120 / factor))
    frame = plain.scanned(bounds)
    x0, y0, x1, y1 = frame.extent
    assert 0 <= x0 < x1 <= frame.width
    assert 0 <= y0 < y1 <= frame.height
    if frame.area is not None:
        x, y, width, height = (value / factor for value in bounds)
        assert x0 >= x - 0.01
        assert y0 >= y - 0.01
        assert x1 <= x + width + 0.01
        assert y1 <= y + height + 0.01
    if not pad and tile > min(x1 - x0, y1 - y0):
        with pytest.raises(TilingError, match="does not fit"):
            TileGrid.regular(frame, tile, step, pad)
        return
    grid = TileGrid.regular(frame, tile, step, pad)
    assert len(grid) == TileGrid.count(frame, tile, step, pad)
    assert (int(grid.level_x[0]), int(grid.level_y[0])) == (x0, y0)
    for k in range(0, len(grid), 7):
        wide, high = grid.valid_size(k)
        assert 0 < wide <= tile
        assert 0 < high <= tile
        assert pad or (wide, high) == (tile, tile)
        assert grid.level_x[k] + wide <= x1


def test_that_a_tile_too_large_for_memory_is_refused() -> None:
    with pytest.raises(TilingError, match="GB of memory"):
        TileGrid.regular(Frame(0, 1.0, 100, 100), 99_999, pad=True)


def test_that_level_0_corners_are_rounded_and_level_corners_exact() -> None:
    grid = TileGrid.regular(frame(downsample=4.000121536), 30)
    assert grid.level_coords[1].tolist() == [30, 0]
    assert grid.coords[1].tolist() == [120, 0]
    assert grid.coords.dtype == np.int64
    far = TileGrid.regular(Frame(1, 4.000121536, 100_000, 10), 10, 99_990)
    assert far.coords[1, 0] == round(99_990 * 4.000121536) != 99_990 * 4


def test_that_chosen_tiles_keep_their_order() -> None:
    grid = TileGrid.regular(frame(), 20)
    some = grid.take(np.array([5, 2, 9]))
    assert some.level_x.tolist() == grid.level_x[[5, 2, 9]].tolist()
    assert len(grid.take(grid.level_x > 40)) == np.sum(grid.level_x > 40)


def test_that_a_grid_does_not_change_under_its_owner() -> None:
    xs = np.array([0, 8], np.int32)
    grid = TileGrid(frame(), 8, 8, False, xs, [0, 0])  # type: ignore[arg-type]
    xs[0] = 99
    assert grid.level_coords.tolist() == [[0, 0], [8, 0]]
    with pytest.raises(ValueError, match="read-only"):
        grid.level_x[0] = 5
    with pytest.raises(TilingError, match="2 corners in x"):
        TileGrid(frame(), 8, 8, False, xs, np.zeros(3, np.int64))


def test_that_a_grid_survives_pickling() -> None:
    grid = TileGrid.regular(frame(), 20)
    again = pickle.loads(pickle.dumps(grid))
    assert again.level_coords.tolist() == grid.level_coords.tolist()
    assert again.frame == grid.frame


def overlap(start: float, stop: float, count: int) -> np.ndarray:
    """How much of each of `count` pixels lies between two positions."""
    at = np.arange(count)
    return np.clip(np.minimum(stop, at + 1) - np.maximum(start, at), 0, None)


@settings(max_examples=200)
@given(
    size=st.tuples(st.integers(3, 40), st.integers(3, 40)),
    tile=st.integers(1, 20),
    stride=st.integers(1, 20),
    downsample=st.sampled_from([1.0, 2.0, 4.000121536, 1.7]),
    mask_downsample=st.floats(1.0, 20.0),
    seed=st.integers(0, 2**32),
)
def test_that_the_share_of_a_mask_is_exact_with_fractional_corners(
    size: tuple[int, int],
    tile: int,
    stride: int,
    downsample: float,
    mask_downsample: float,
    seed: int,
) -> None:
    own = frame(*size, downsample)
    shape = tuple(
        max(1, round(side * downsample / mask_downsample)) for side in size[::-1]
    )
    mask = np.random.default_rng(seed).random(shape) < 0.5
    grid = TileGrid.regular(own, tile, stride, pad=True)
    found = grid.mask_fraction(mask, mask_downsample)
    for share, box in zip(found, grid.boxes / mask_downsample, strict=True):
        across = overlap(box[0], box[2], mask.shape[1])
        down = overlap(box[1], box[3], mask.shape[0])
        area = across.sum() * down.sum()
        expected = down @ mask @ across / area if area > 1e-9 else 0
        if area > 1e-9 or area == 0:
            assert share == pytest.approx(expected, abs=1e-6)


def test_that_a_mask_of_tissue_everywhere_covers_every_tile_wholly() -> None:
    grid = TileGrid.regular(frame(1000, 777, 2.0), 64, pad=True)
    mask = np.ones((49, 62), bool)  # a little smaller than the slide
    assert grid.mask_fraction(mask, 32.0).tolist() == [1.0] * len(grid)
    assert grid.mask_fraction(~mask, 32.0).tolist() == [0.0] * len(grid)


def test_that_a_label_mask_counts_as_what_is_not_zero() -> None:
    grid = TileGrid.regular(frame(4, 4), 2)
    mask = np.array([[0, 7, 0, 0]] * 4, np.uint8)
    assert grid.mask_fraction(mask, 1.0).tolist() == [0.5, 0.0, 0.5, 0.0]


@pytest.mark.parametrize(
    ("shape", "downsample"),
    [((10, 10), 4.0), ((80, 100), 2.0), ((100, 80), 1.0), ((80,), 1.0), ((80, 100), 0)],
)
def test_that_a_mask_of_another_slide_is_refused(
    shape: tuple[int, ...], downsample: float
) -> None:
    grid = TileGrid.regular(frame(), 20)
    with pytest.raises(TilingError, match="mask"):
        grid.mask_fraction(np.ones(shape, bool), downsample)


def test_that_the_mask_of_a_large_slide_is_looked_up_quickly() -> None:
    grid = TileGrid.regular(frame(40_000, 40_000), 256)
    mask = np.random.default_rng(0).random((2500, 2500)) < 0.5
    start = time.process_time()
    grid.mask_fraction(mask, 16.0)
    assert time.process_time() - start < 0.6  # 0.2 on a machine with nothing else


def square(x0: float, y0: float, x1: float, y1: float) -> np.ndarray:
    return np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1)])


GRID = TileGrid.regular(frame(), 20)  # 5 × 4 tiles


def chosen(polygons: Any, rule: Any = "centre") -> list[int]:
    return np.flatnonzero(GRID.inside(polygons, rule)).tolist()


def test_that_tiles_are_chosen_by_centre_area_or_whole() -> None:
    around = [square(15, 15, 45, 45)]
    assert chosen(around, "centre") == [6]
    assert chosen(around, "within") == [6]
    assert chosen(around, "touch") == [0, 1, 2, 5, 6, 7, 10, 11, 12]
    assert chosen([square(15, 15, 50, 40)], "centre") == [6, 7]


def test_that_neighbours_along_a_grid_line_do_not_touch() -> None:
    assert chosen([square(20, 20, 40, 40)], "touch") == [6]
    assert chosen([square(20, 20, 40, 40)], "within") == [6]


def test_that_a_tile_may_lie_within_several_polygons_together() -> None:
    halves = [square(20, 20, 30, 40), square(30, 20, 40, 40)]
    assert chosen(halves, "within") == [6]


def test_that_a_hole_is_outside() -> None:
    ring = (square(0, 0, 100, 80), [square(20, 20, 40, 40)])
    assert chosen([ring]) == [k for k in range(20) if k != 6]
    assert 6 not in chosen([ring], "touch")


def test_that_polygons_are_in_level_0_pixels() -> None:
    grid = TileGrid.regular(frame(downsample=4.0), 20)
    found = np.flatnonzero(grid.inside([square(80, 80, 160, 160)]))
    assert found.tolist() == [6]


def test_that_a_ring_that_crosses_itself_is_mended() -> None:
    bow = np.array([(0, 0), (40, 40), (40, 0), (0, 40)])
    assert chosen([bow], "touch") == [0, 1, 5, 6]


def test_that_no_annotations_hold_no_tiles() -> None:
    for rule in ("centre", "touch", "within"):
        assert chosen([], rule) == []
        none = GRID.take(np.zeros(20, bool))
        assert none.inside([square(0, 0, 9, 9)], rule).tolist() == []


@pytest.mark.parametrize(
    "polygon",
    [[(0, 0), (1, 1)], [(0, 0, 0)] * 3, "abc", [(0, 0), (1, 1), (np.nan, 2)]],
)
def test_that_what_is_no_polygon_is_refused(polygon: Any) -> None:
    with pytest.raises(TilingError, match="polygon 0"):
        GRID.inside([polygon])


def test_that_an_unknown_rule_is_refused() -> None:
    with pytest.raises(TilingError, match="overlap"):
        GRID.inside([], "overlap")  # type: ignore[arg-type]


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.floats(0, 100), st.floats(0, 80)), min_size=3, max_size=3),
)
def test_that_rules_are_ever_stricter_and_centres_are_those_of_a_half_plane_test(
    corners: list[tuple[float, float]],
) -> None:
    triangle = np.array(corners)
    a, b, c = triangle
    area = np.cross(np.append(b - a, 0), np.append(c - a, 0))[2]
    if abs(area) < 1:
        return
    within, centre, touch = (
        GRID.inside([triangle], rule) for rule in ("within", "centre", "touch")
    )
    assert not (within & ~centre).any()
    assert not (centre & ~touch).any()
    centres = GRID.level_coords + 10.0
    sides = [
        np.sign(area)
        * ((q - p)[0] * (centres - p)[:, 1] - (q - p)[1] * (centres - p)[:, 0])
        for p, q in ((a, b), (b, c), (c, a))
    ]
    nearest = np.min(sides, axis=0)
    clear = np.abs(nearest) > 1e-6
    np.testing.assert_array_equal(centre[clear], (nearest > 0)[clear])
