"""The map of tiles finds, boxes and marks exactly the stored tiles."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pathgui.gui.viewer.tilemap import CHOSEN, EXCLUDED, STORED, TileMap
from pathgui.tiling import Frame, TileGrid

FRAME = Frame(1, 4.0, 500, 400)


def tile_map(tile=50, stride=50, keep=None, pad=False):
    grid = TileGrid.regular(FRAME, tile, stride, pad)
    keep = np.arange(len(grid)) if keep is None else np.asarray(keep)
    return TileMap.of(
        grid.take(keep), keep, {"score": keep / 100, "name": keep.astype(str)}
    )


@given(
    st.integers(10, 120),
    st.integers(10, 120),
    st.booleans(),
    st.floats(0, 1999),
    st.floats(0, 1599),
    st.integers(0, 1000),
)
def test_that_the_tile_under_a_point_covers_it(tile, stride, pad, x, y, seed):
    grid = TileGrid.regular(FRAME, tile, stride, pad)
    keep = np.flatnonzero(np.random.default_rng(seed).random(len(grid)) < 0.6)
    tiles = tile_map(tile, stride, keep, pad)
    corners = grid.take(keep).coords
    side = tile * FRAME.downsample
    covering = {
        number
        for number, (left, top) in enumerate(corners)
        if left <= x < left + side and top <= y < top + side
    }
    found = tiles.at(x, y)
    assert (found in covering) if covering else (found is None)


def test_that_a_box_takes_the_tiles_whose_centre_it_holds():
    tiles = tile_map()
    assert tiles.inside(0, 0, 399, 199) == [0, 1]
    assert tiles.inside(399, 199, 0, 0) == [0, 1]


def test_that_tiles_that_overlap_by_all_but_a_pixel_fit_a_texture():
    frame = Frame(0, 1.0, 100_000, 300)
    grid = TileGrid.regular(frame, 256, 1).take(np.arange(0, 90_000, 7))
    tiles = TileMap.of(grid)
    assert max(tiles.state.shape) <= 8192
    assert tiles.at(50_000, 100) is not None
    assert tiles.stride == 13


def test_that_tiles_off_the_lattice_are_found_all_the_same():
    grid = TileGrid(FRAME, 50, 50, False, np.array([13, 70, 121]), np.array([7, 9, 58]))
    tiles = TileMap.of(grid)
    assert [tiles.at(*(corner + 1)) for corner in grid.coords] == [0, 1, 2]
    assert np.count_nonzero(tiles.state) == 3


def test_that_only_stored_tiles_have_a_state():
    tiles = tile_map(keep=[0, 11])
    assert tiles.state.shape == (8, 10)
    assert np.count_nonzero(tiles.state) == 2
    assert tiles.state[0, 0] == tiles.state[1, 1] == STORED
    assert tiles.at(300, 100) is None


def test_that_marks_replace_earlier_marks_of_their_kind_alone():
    tiles = tile_map()
    tiles.mark(EXCLUDED, [3])
    tiles.mark(CHOSEN, [3, 4])
    tiles.mark(CHOSEN, [4])
    assert tiles.state[0, 3] == STORED | EXCLUDED
    assert tiles.state[0, 4] == STORED | CHOSEN


def test_that_a_label_becomes_a_picture_with_holes_where_no_tile_is():
    tiles = tile_map(keep=[0, 11, 30])
    picture = tiles.values("score")
    assert picture[0, 0] == 0
    assert np.isclose(picture[1, 1], 0.11)
    assert np.isnan(picture).sum() == picture.size - 3


def test_that_words_that_repeat_are_classes_and_others_no_heat_map():
    tiles = tile_map()
    count = len(tiles)
    kinds = np.array([b"tumour", b"stroma", b""] * count, object)[:count]
    tiles.labels = {
        "score": np.arange(count),
        "kind": kinds,
        "note": np.array([f"tile {k}" for k in range(count)], object),
    }
    assert tiles.heat_labels() == ["score", "kind"]
    assert tiles.classes("kind") == ("stroma", "tumour")
    picture = tiles.values("kind")
    assert picture[0, :2].tolist() == [1.0, 0.0]
    assert np.isnan(picture[0, 2])


def test_that_100_000_tiles_are_mapped_quickly():
    from time import process_time

    frame = Frame(0, 1.0, 256 * 400, 256 * 250)
    grid = TileGrid.regular(frame, 256)
    start = process_time()
    tiles = TileMap.of(grid, labels={"score": np.random.rand(len(grid))})
    tiles.values("score")
    assert len(tiles) == 100_000
    assert process_time() - start < 0.15
