"""The part of a slide's mask that a tile covers."""

from math import floor

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pathgui.preprocessing import SlideMask
from pathgui.preprocessing.slide_transform import mask_on_tile
from pathgui.tiling import TileData


@given(
    st.integers(0, 2**20),
    st.tuples(st.integers(-60, 400), st.integers(-60, 400)),
    st.tuples(st.integers(1, 40), st.integers(1, 40)),
    st.floats(0.25, 30),
    st.floats(0.25, 30),
    st.none() | st.tuples(st.integers(0, 40), st.integers(0, 40)),
)
def test_that_each_pixel_asks_the_mask_pixel_under_its_centre(
    seed: int,
    coords: tuple[int, int],
    size: tuple[int, int],
    downsample: float,
    mask_downsample: float,
    valid: tuple[int, int] | None,
) -> None:
    mask = np.random.default_rng(seed).random((13, 17)) < 0.5
    width, height = size
    tile = TileData(
        np.zeros((height, width, 3), np.uint8), coords, downsample, None, valid
    )
    found = mask_on_tile(SlideMask(mask, mask_downsample), tile)
    assert found.shape == (height, width)
    for row in range(height):
        for column in range(width):
            y = floor((coords[1] + (row + 0.5) * downsample) / mask_downsample)
            x = floor((coords[0] + (column + 0.5) * downsample) / mask_downsample)
            inside = valid is None or (column < valid[0] and row < valid[1])
            # A level may be a pixel longer than the overview.
            inside &= 0 <= y <= 13 and 0 <= x <= 17
            expected = inside and mask[min(y, 12), min(x, 16)]
            assert found[row, column] == expected


def test_that_tiles_all_in_or_out_of_tissue_own_their_masks() -> None:
    mask = np.zeros((8, 8), bool)
    mask[:, :4] = True
    inside = TileData(np.zeros((4, 4, 3), np.uint8), (0, 0), 1.0)
    outside = TileData(np.zeros((4, 4, 3), np.uint8), (40, 0), 1.0)
    for tile, value in ((inside, True), (outside, False)):
        found = mask_on_tile(SlideMask(mask, 8.0), tile)
        assert (found == value).all()
        found[0, 0] = not value
    assert mask.sum() == 32
