"""Stitched maps equal the plain loop over tiles, whatever the tiles."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pathgui.errors import TilingError
from pathgui.tiling import Frame, TileGrid, TileList, stitch_tiles

METHODS = ("average", "max", "first", "weighted")


@dataclass
class Spot:
    """A tile as a script might make it: a corner and a prediction."""

    coords: tuple[float, float]
    prediction: Any


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


def plain(
    spots: list[Spot], size: tuple[int, int], side: int, method: str
) -> np.ndarray:
    """The loop everybody writes, pixel by pixel, on a map with a margin."""
    width, height = size
    first = np.asarray(spots[0].prediction)
    channels = first.shape[2 if first.ndim > 1 else 0 :]
    total = np.zeros((height + 2 * side, width + 2 * side, *channels), np.float32)
    norm = np.zeros_like(total)
    chosen = np.full_like(total, np.nan)
    line = 1 - np.abs(2 * (np.arange(side) + 0.5) / side - 1)
    tent = np.outer(line, line).astype(np.float32)
    for spot in spots:
        value = np.asarray(spot.prediction, np.float32)
        if value.ndim < 2:
            value = np.broadcast_to(value, (side, side, *channels))
        x, y = (int(corner) + side for corner in spot.coords)
        for inner in np.ndindex(value.shape):
            v = value[inner]
            if np.isnan(v):
                continue
            at = (y + inner[0], x + inner[1], *inner[2:])
            weight = tent[inner[:2]] if method == "weighted" else np.float32(1)
            total[at] += v * weight
            norm[at] += weight
            if np.isnan(chosen[at]) or (method == "max" and v > chosen[at]):
                chosen[at] = v
    with np.errstate(invalid="ignore"):
        found = chosen if method in ("max", "first") else total / norm
    return found[side : side + height, side : side + width]


def same(found: np.ndarray, expected: np.ndarray, method: str) -> None:
    assert found.dtype == np.float32
    assert found.shape == expected.shape
    if method == "weighted":
        np.testing.assert_allclose(found, expected, rtol=2e-6, atol=1e-7)
    else:
        np.testing.assert_array_equal(found, expected)


@st.composite
def cases(draw: st.DrawFn) -> tuple[list[Spot], tuple[int, int], int]:
    """Tiles on a grid of any stride or anywhere, thinned out and shuffled."""
    side = draw(st.integers(1, 9))
    size = draw(st.integers(1, 30)), draw(st.integers(1, 30))
    if draw(st.booleans()):
        stride = draw(st.integers(max(1, side // 3), 2 * side))
        origin = draw(st.integers(1 - side, 0))
        corners = [
            (x, y)
            for y in range(origin, size[1], stride)
            for x in range(origin, size[0], stride)
        ]
        corners = draw(st.permutations(corners))[: draw(st.integers(1, 40))]
    else:
        one = st.tuples(
            st.integers(1 - side, size[0] - 1), st.integers(1 - side, size[1] - 1)
        )
        corners = draw(st.lists(one, min_size=1, max_size=12))
    channels = draw(st.sampled_from([(), (1,), (3,)]))
    kind = draw(st.sampled_from([channels, (side, side, *channels)]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    gaps = draw(st.sampled_from([0.0, 0.2, 1.0]))
    spots = []
    for corner in corners:
        value = rng.normal(size=kind).astype(np.float32)
        value = np.where(rng.random(kind) < gaps * rng.integers(2), np.nan, value)
        spots.append(Spot(corner, value if kind else float(value)))
    return spots, size, side


@settings(max_examples=150, deadline=None)
@given(cases(), st.sampled_from(METHODS))
def test_that_a_map_equals_the_loop_over_all_pixels_of_all_tiles(
    case: tuple[list[Spot], tuple[int, int], int], method: str
) -> None:
    spots, size, side = case
    same(stitch_tiles(spots, size, side, 1, method), plain(*case, method), method)


@settings(max_examples=40, deadline=None)
@given(cases(), st.sampled_from(METHODS), st.integers(1, 7), st.integers(1, 9))
def test_that_the_size_of_blocks_does_not_change_the_map(
    case: tuple[list[Spot], tuple[int, int], int], method: str, small: int, large: int
) -> None:
    from pathgui.tiling import placement

    spots, size, side = case
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(placement, "_SMALLEST", small)
        patch.setattr(placement, "_USUAL", large)
        patch.setattr(placement, "_LARGEST", large)
        same(stitch_tiles(spots, size, side, 1, method), plain(*case, method), method)


@settings(max_examples=30, deadline=None)
@given(cases(), st.sampled_from(METHODS))
def test_that_rows_written_to_a_sink_are_the_map(
    case: tuple[list[Spot], tuple[int, int], int], method: str
) -> None:
    spots, size, side = case
    sink = Rows()
    assert stitch_tiles(spots, size, side, 1, method, out=sink) is sink
    same(sink.map, stitch_tiles(spots, size, side, 1, method), method)


@pytest.mark.parametrize("stride", [64, 100, 128, 192, 256, 300])
@pytest.mark.parametrize("method", ["average", "max", "first"])
def test_that_large_tiles_equal_the_loop_bit_for_bit(stride: int, method: str) -> None:
    rng = np.random.default_rng(stride)
    width, height, side = 1000, 700, 256
    spots = [
        Spot((x, y), rng.random((side, side), np.float32))
        for y in range(0, height, stride)
        for x in range(0, width, stride)
    ]
    total, count = np.zeros((2, height + side, width + side), np.float32)
    best = np.full_like(total, np.nan)
    early = np.full_like(total, np.nan)
    for spot in spots:
        x, y = map(int, spot.coords)
        area = np.s_[y : y + side, x : x + side]
        total[area] += spot.prediction
        count[area] += 1
        best[area] = np.fmax(best[area], spot.prediction)
        early[area] = np.where(np.isnan(early[area]), spot.prediction, early[area])
    with np.errstate(invalid="ignore"):
        expected = {"average": total / count, "max": best, "first": early}[method]
    found = stitch_tiles(spots, (width, height), side, stride, method)
    np.testing.assert_array_equal(found, expected[:height, :width])


def test_that_first_means_first_in_the_order_given() -> None:
    spots = [Spot((0, 0), 1.0), Spot((2, 2), 2.0)]
    assert stitch_tiles(spots, (6, 6), 4, 2, "first")[3, 3] == 1
    assert stitch_tiles(spots[::-1], (6, 6), 4, 2, "first")[3, 3] == 2


def test_that_the_shape_is_height_by_width_and_empty_places_are_nan() -> None:
    found = stitch_tiles([Spot((0, 0), 0.5)], (7, 5), 4, 4)
    assert found.shape == (5, 7)
    assert np.isnan(found[4:]).all()
    assert np.isnan(found[:, 4:]).all()
    assert (found[:4, :4] == 0.5).all()
    assert stitch_tiles([Spot((0, 0), [0.5, 1])], (7, 5), 4).shape == (5, 7, 2)


def test_that_no_tiles_give_a_map_of_nan() -> None:
    found = stitch_tiles([], (5, 3), 256, 256)
    assert found.shape == (3, 5)
    assert np.isnan(found).all()


def test_that_weighted_is_interpolation_between_centres_at_half_a_tile() -> None:
    spots = [Spot((x, 0), float(x)) for x in (0, 4, 8)]
    line = stitch_tiles(spots, (16, 8), 8, 4, "weighted")[3]
    np.testing.assert_allclose(line[4:12], np.arange(0.5, 8.5), rtol=1e-6)


def test_that_weighted_keeps_a_constant() -> None:
    spots = [Spot((x, y), 0.3) for y in range(0, 60, 7) for x in range(0, 60, 7)]
    np.testing.assert_allclose(
        stitch_tiles(spots, (60, 60), 16, 7, "weighted"), 0.3, rtol=1e-6
    )


def test_that_nan_means_that_a_tile_says_nothing() -> None:
    spots = [Spot((0, 0), np.full((2, 2), np.nan)), Spot((1, 0), np.ones((2, 2)))]
    for method in METHODS:
        found = stitch_tiles(spots, (3, 2), 2, 1, method)
        assert np.isnan(found[:, 0]).all()
        assert (found[:, 1:] == 1).all()


class Source:
    """Pixels are not needed for stitching."""

    path = Path("slide.svs")

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"stitching asked for {name}")


def listed(downsample: float = 4.0, level: int = 1) -> TileList:
    grid = TileGrid.regular(Frame(level, downsample, 50, 40), 16, 8)
    return TileList(grid, Source())


def test_that_tiles_lie_at_their_corner_in_the_level() -> None:
    tiles = listed()
    for tile in tiles:
        tile.prediction = tile.index
    found = stitch_tiles(tiles, (50, 40), 16, 8, method="max", level=1)
    assert found[0, 0] == 0
    assert found[39, 47] == len(tiles) - 1
    assert np.isnan(found[:, 48:]).all()


def test_that_a_filtered_list_leaves_holes() -> None:
    tiles = listed()
    for tile in tiles:
        tile.prediction = 1
    inside = ~np.isnan(stitch_tiles([tiles[7], tiles[0]], (50, 40), 16, 8))
    expected = np.zeros((40, 50), bool)
    for x, y in (tiles[0].level_coords, tiles[7].level_coords):
        expected[y : y + 16, x : x + 16] = True
    np.testing.assert_array_equal(inside, expected)


def test_that_objects_with_only_coords_are_placed_through_the_downsample() -> None:
    found = stitch_tiles([Spot((64.0, 31.9), 1)], (40, 20), 4, downsample=4.0)
    assert np.argwhere(found == 1)[0].tolist() == [8, 16]


def test_that_a_function_can_name_the_prediction() -> None:
    spots = [Spot((0, 0), {"tumour": np.eye(4, dtype=bool)})]
    found = stitch_tiles(spots, (4, 4), 4, attribute=lambda t: t.prediction["tumour"])
    np.testing.assert_array_equal(found, np.eye(4))


def test_that_each_prediction_is_asked_for_once() -> None:
    asked: list[int] = []

    def predict(spot: Spot) -> Any:
        asked.append(spot.prediction)
        return np.zeros((64, 64))

    corners = [(x, y) for y in range(0, 448, 32) for x in range(0, 448, 32)]
    spots = [Spot(corner, k) for k, corner in enumerate(corners)]
    stitch_tiles(spots, (512, 512), 64, 32, attribute=predict)
    assert sorted(asked) == list(range(len(spots)))


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.float16])
def test_that_a_memory_map_or_array_is_filled_and_returned(
    tmp_path: Path, dtype: type
) -> None:
    out = np.memmap(tmp_path / "map", dtype, "w+", shape=(8, 8, 2))
    found = stitch_tiles([Spot((0, 0), [1, 2])], (8, 8), 4, out=out)
    assert found is out
    assert out[3, 3].tolist() == [1, 2]
    assert np.isnan(out[4, 4]).all()


class Dataset:
    """An array in a file: it can be assigned to but is no numpy array."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        self.shape, self.dtype = shape, np.dtype(np.float32)
        self.values = np.zeros(shape, np.float32)

    def __setitem__(self, key: Any, value: Any) -> None:
        self.values[key] = value


def test_that_a_dataset_in_a_file_can_be_filled() -> None:
    out = Dataset((6, 6))
    stitch_tiles([Spot((0, 0), 3)], (6, 6), 6, out=out)
    assert (out.values == 3).all()


@pytest.mark.parametrize(
    "out",
    [
        np.zeros((5, 7), np.float32),
        np.zeros((7, 5), np.uint8),
        [1],
        np.zeros((7, 5, 1)),
    ],
)
def test_that_an_output_that_does_not_fit_is_refused(out: Any) -> None:
    with pytest.raises(TilingError, match="out "):
        stitch_tiles([Spot((0, 0), 3)], (5, 7), 4, out=out)


def test_that_a_tile_without_the_attribute_is_named() -> None:
    tiles = listed()
    for tile in tiles:
        if tile.index != 3:
            tile.score = 1
    with pytest.raises(TilingError, match=r"tile 3 at \(24, 0\) has no score"):
        stitch_tiles(tiles, (50, 40), 16, 8, attribute="score")
    with pytest.raises(TilingError, match=r"tile 0 .* has no prediction"):
        stitch_tiles([Spot((0, 0), None)], (5, 5), 4)


@pytest.mark.parametrize("method", METHODS)
def test_that_a_tile_hidden_by_others_is_checked_too(method: str) -> None:
    spots = [Spot((0, 0), 1), Spot((0, 0), None)]
    with pytest.raises(TilingError, match="tile 1"):
        stitch_tiles(spots, (4, 4), 4, method=method)


@pytest.mark.parametrize(
    "value", [np.zeros((3, 4)), np.zeros((4, 4, 1, 1)), [], "high", [[1], [2, 3]], {}]
)
def test_that_a_prediction_of_another_shape_is_refused(value: Any) -> None:
    with pytest.raises(TilingError, match="tile 0 at"):
        stitch_tiles([Spot((0, 0), value)], (5, 5), 4)


@pytest.mark.parametrize("value", [[1, 2], np.zeros((4, 4)), [1]])
def test_that_predictions_of_different_kinds_are_refused(value: Any) -> None:
    spots = [Spot((0, 0), 1.0), Spot((1, 1), value)]
    with pytest.raises(TilingError, match="tile 1 at"):
        stitch_tiles(spots, (5, 5), 4)


@pytest.mark.parametrize("corner", [(5, 0), (0, 7), (-4, 0), (0, -4), (1e6, 1e6)])
def test_that_a_tile_outside_the_map_is_refused(corner: tuple[int, int]) -> None:
    with pytest.raises(TilingError, match="outside") as caught:
        stitch_tiles([Spot(corner, 1)], (5, 7), 4)
    assert "output_shape" in caught.value.hint


def test_that_tiles_of_another_level_are_refused() -> None:
    tiles = listed()
    with pytest.raises(TilingError, match=r"level 1.* level 0"):
        stitch_tiles(tiles, (50, 40), 16, 8, level=0)


@pytest.mark.parametrize("coords", [None, (1,), ("a", "b"), 5, (float("nan"), 0)])
def test_that_a_tile_without_a_position_is_refused(coords: Any) -> None:
    with pytest.raises(TilingError, match="no position"):
        stitch_tiles([Spot(coords, 1)], (5, 5), 4)


@pytest.mark.parametrize(
    "wrong",
    [
        {"tile_size": 0},
        {"tile_size": 2.5},
        {"stride": 0},
        {"stride": -1},
        {"method": "median"},
        {"method": None},
        {"output_shape": (0, 5)},
        {"output_shape": (5,)},
        {"output_shape": 5},
        {"downsample": 0.0},
        {"downsample": float("nan")},
    ],
)
def test_that_senseless_arguments_are_refused(wrong: dict[str, Any]) -> None:
    good = {"output_shape": (5, 5), "tile_size": 4, "stride": 4}
    with pytest.raises(TilingError):
        stitch_tiles([Spot((0, 0), 1)], **(good | wrong))


def test_that_a_map_too_large_for_memory_says_what_to_do() -> None:
    with pytest.raises(TilingError, match="GB") as caught:
        stitch_tiles([Spot((0, 0), 1)], (2**24, 2**24), 256)
    assert "out=" in caught.value.hint
    with pytest.raises(TilingError, match="larger than any slide"):
        stitch_tiles([Spot((0, 0), 1)], (2**40, 5), 256, out=Rows())


def test_that_what_a_sink_raises_ends_stitching() -> None:
    class Full:
        def write_rows(self, y: int, rows: np.ndarray) -> None:
            raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        stitch_tiles([Spot((0, 0), 1)], (5, 5), 4, out=Full())


def test_that_memory_is_bounded_by_a_band_and_not_by_the_map() -> None:
    import tracemalloc

    class Nowhere:
        def write_rows(self, y: int, rows: np.ndarray) -> None:
            pass

    width, height, side, stride = 4096, 8192, 256, 128
    spots = [
        Spot((x, y), None)
        for y in range(0, height - side + 1, stride)
        for x in range(0, width - side + 1, stride)
    ]
    ones = lambda _: np.ones((side, side), np.float32)  # noqa: E731
    tracemalloc.start()
    stitch_tiles(spots, (width, height), side, stride, attribute=ones, out=Nowhere())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 24e6 < 4 * width * height / 4
