"""Coarser levels of a map are means of what is known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathgui.errors import TilingError
from pathgui.tiling import PyramidSink, halve, pyramid_sizes, stitch_tiles


class Rows:
    """A sink that keeps a copy of what it is given and checks the order."""

    def __init__(self) -> None:
        self.bands: list[np.ndarray] = []

    def write_rows(self, y: int, rows: np.ndarray) -> None:
        assert y == sum(map(len, self.bands))
        self.bands.append(rows.copy())

    @property
    def map(self) -> np.ndarray:
        return np.concatenate(self.bands)


def plain(rows: np.ndarray) -> np.ndarray:
    height, width = -(-rows.shape[0] // 2), -(-rows.shape[1] // 2)
    found = np.full((height, width, *rows.shape[2:]), np.nan)
    for y, x in np.ndindex(height, width):
        for c in np.ndindex(rows.shape[2:]):
            four = rows[(slice(2 * y, 2 * y + 2), slice(2 * x, 2 * x + 2), *c)]
            if not np.isnan(four).all():
                found[(y, x, *c)] = np.nanmean(four.astype(float))
    return found


@st.composite
def maps(draw: st.DrawFn) -> np.ndarray:
    shape = draw(
        st.tuples(st.integers(1, 12), st.integers(1, 12), st.integers(1, 3)).map(
            lambda s: s if s[2] > 1 else s[:2]
        )
    )
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    values = rng.random(shape, np.float32)
    values[rng.random(shape) < draw(st.sampled_from([0, 0.3, 0.9]))] = np.nan
    return values


@given(maps())
def test_that_halving_takes_the_mean_of_what_is_known(rows: np.ndarray) -> None:
    found = halve(rows)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, plain(rows), rtol=1e-6)


@given(maps(), st.lists(st.integers(1, 5), min_size=12, max_size=12))
def test_that_bands_of_any_height_give_the_levels_of_the_whole_map(
    rows: np.ndarray, heights: list[int]
) -> None:
    sinks = [Rows() for _ in range(4)]
    pyramid = PyramidSink(sinks, len(rows))
    y = 0
    for height in heights:
        if y < len(rows):
            band = rows[y : y + height].copy()
            pyramid.write_rows(y, band)
            band[:] = -1
            y += height
    expected = rows
    for sink in sinks:
        np.testing.assert_array_equal(sink.map, expected)
        expected = halve(expected)


def test_that_a_stitched_map_is_written_with_its_levels() -> None:
    class Spot:
        coords = (0, 0)
        prediction = 0.5

    sizes = pyramid_sizes((700, 500), 200)
    sinks = [Rows() for _ in sizes]
    stitch_tiles([Spot()], sizes[0], 300, 300, out=PyramidSink(sinks, 500))
    assert sizes == ((700, 500), (350, 250), (175, 125))
    for sink, (width, height) in zip(sinks, sizes, strict=True):
        assert sink.map.shape == (height, width)
    assert np.isnan(sinks[2].map).sum() == 175 * 125 - 75 * 75


def test_that_a_small_map_is_its_only_level() -> None:
    assert pyramid_sizes((256, 1)) == ((256, 1),)
    assert pyramid_sizes((257, 1)) == ((257, 1), (129, 1))


def test_that_senseless_pyramids_are_refused() -> None:
    with pytest.raises(TilingError):
        pyramid_sizes((0, 5))
    with pytest.raises(TilingError):
        PyramidSink([], 5)
