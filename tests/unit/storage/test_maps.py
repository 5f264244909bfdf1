"""Maps of stitched predictions: pyramids written row by row into a finished file."""

from types import SimpleNamespace

import h5py
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pathgui.errors import StorageError
from pathgui.storage import MapWriter, merge, open_file, repack, validate
from pathgui.tiling import stitch_tiles


def _noise(height: int, width: int, channels: int = 0) -> np.ndarray:
    shape = (height, width, channels) if channels else (height, width)
    values = np.random.default_rng(0).random(shape, dtype=np.float32)
    values[: height // 2, : width // 3] = np.nan
    return values


def _put(path, name, values, step=100, **options) -> None:
    height, width = values.shape[:2]
    channels = values.shape[2] if values.ndim == 3 else 0
    with MapWriter(path, name, (width, height), channels, **options) as writer:
        for y in range(0, height, step):
            writer.write_rows(y, values[y : y + step])


@pytest.mark.parametrize("channels", [0, 1, 4])
@pytest.mark.parametrize("size", [(1, 1), (700, 300), (256, 512), (257, 1025)])
def test_that_a_map_comes_back_exactly_and_the_tiles_with_it(
    tmp_path, write, tile, channels, size
):
    path = write(tmp_path / "a.h5", 5)
    values = _noise(size[1], size[0], channels)
    _put(path, "tumour", values, level=1, downsample=4.0003, method="max")
    assert validate(path) == []
    with open_file(path) as file:
        slide = file.slide(0)
        assert slide.map_names == ("tumour",)
        found = slide.map("tumour")
        assert (found.level, found.downsample, found.method) == (1, 4.0003, "max")
        assert found.shapes[0] == values.shape
        assert max(found.shapes[-1][:2]) <= 256
        whole = found.read(0, 0, 0, *size)
        assert np.array_equal(whole, values, equal_nan=True)
        assert np.array_equal(slide.image(4), tile(4)["image"])
    with h5py.File(path) as f:
        level = f["slide_0/maps/tumour/level_0"]
        assert level.compression == "gzip"
        assert level.chunks[:2] == (min(256, size[1]), min(256, size[0]))
        assert np.array_equal(level[:], values, equal_nan=True)
        assert f["slide_0/maps/tumour"].attrs["method"] == "max"


def test_that_coarser_levels_are_means_that_leave_out_nothing(tmp_path, write):
    path = write(tmp_path / "a.h5", 1)
    values = _noise(600, 600)
    _put(path, "m", values, step=77)
    with open_file(path) as file:
        found = file.slide(0).map("m")
        assert found.shapes == ((600, 600), (300, 300), (150, 150))
        blocks = (
            values.reshape(300, 2, 300, 2).transpose(0, 2, 1, 3).reshape(300, 300, 4)
        )
        want = np.nanmean(blocks[150:], axis=2)
        assert np.allclose(found.read(1, 0, 150, 300, 150), want, atol=1e-6)
        assert np.isnan(found.read(1, 0, 0, 100, 150)).all()


_numbers = st.integers(-60, 700)


@settings(max_examples=40, deadline=None)
@given(x=_numbers, y=_numbers, width=st.integers(1, 400), height=st.integers(1, 400))
def test_that_any_part_of_a_map_can_be_read(map_file, x, y, width, height):
    path, values = map_file
    want = np.full((height, width), np.nan, np.float32)
    x0, y0 = max(x, 0), max(y, 0)
    part = values[y0 : max(y + height, 0), x0 : max(x + width, 0)]
    want[y0 - y : y0 - y + part.shape[0], x0 - x : x0 - x + part.shape[1]] = part
    with open_file(path) as file:
        found = file.slide(0).map("m").read(0, x, y, width, height)
    assert np.array_equal(found, want, equal_nan=True)


@pytest.fixture(scope="module")
def map_file(tmp_path_factory):
    from pathgui.storage import SlideMeta, SlideWriter

    path = tmp_path_factory.mktemp("maps") / "a.h5"
    with SlideWriter(path, SlideMeta("s")):
        pass
    values = _noise(520, 640)
    _put(path, "m", values)
    return path, values


def test_that_the_stitcher_writes_straight_into_a_file(tmp_path, write):
    path = write(tmp_path / "a.h5", 1)
    tiles = [
        SimpleNamespace(level_coords=(x, y), prediction=float(x + y))
        for y in range(0, 480, 32)
        for x in range(0, 480, 32)
    ]
    options = {"output_shape": (512, 512), "tile_size": 64, "stride": 32}
    want = stitch_tiles(tiles, **options)
    with MapWriter(path, "p", (512, 512)) as writer:
        stitch_tiles(tiles, **options, out=writer)
    with open_file(path) as file:
        found = file.slide(0).map("p").read(0, 0, 0, 512, 512)
    assert np.array_equal(found, want, equal_nan=True)


def test_that_empty_parts_take_no_space(tmp_path, write):
    path = write(tmp_path / "a.h5", 1)
    size = path.stat().st_size
    values = np.full((3000, 3000), np.nan, np.float32)
    values[100:110, 100:110] = 1
    _put(path, "m", values)
    assert path.stat().st_size < size + 60_000


def test_that_a_map_of_the_same_name_is_replaced(tmp_path, write):
    path = write(tmp_path / "a.h5", 1)
    _put(path, "m", np.zeros((300, 300), np.float32))
    _put(path, "m", np.ones((20, 30), np.float32))
    _put(path, "n", np.ones((20, 30), np.float32))
    with open_file(path) as file:
        assert file.slide(0).map_names == ("m", "n")
        assert file.slide(0).map("m").shapes == ((20, 30),)
        with pytest.raises(KeyError):
            file.slide(0).map("o")


def test_that_maps_survive_merge_and_repack(tmp_path, write):
    path = write(tmp_path / "a.h5", 3)
    values = _noise(300, 300)
    _put(path, "m", values)
    both = merge([path, path], tmp_path / "all.h5")
    repack(both, layout="stacked")
    assert validate(both) == []
    with open_file(both) as file:
        found = file.slide(1).map("m").read(0, 0, 0, 300, 300)
    assert np.array_equal(found, values, equal_nan=True)


def test_that_a_broken_off_map_leaves_the_file_as_it_was(tmp_path, write, names):
    path = write(tmp_path / "a.h5", 3)
    before = path.read_bytes()
    writer = MapWriter(path, "m", (300, 300))
    writer.write_rows(0, np.zeros((10, 300), np.float32))
    with pytest.raises(StorageError, match="10 of 300 rows"):
        writer.close()
    with pytest.raises(KeyboardInterrupt), MapWriter(path, "m", (300, 300)):
        raise KeyboardInterrupt
    writer = MapWriter(path, "m", (300, 300))
    with pytest.raises(StorageError, match="waits for row 0"):
        writer.write_rows(5, np.zeros((10, 300), np.float32))
    writer.discard()
    assert path.read_bytes() == before
    assert names(tmp_path) == ["a.h5"]


@pytest.mark.parametrize("name", ["", "a/b", "."])
def test_that_a_map_needs_a_name_and_a_finished_file(tmp_path, write, name):
    path = write(tmp_path / "a.h5", 1)
    with pytest.raises(StorageError, match="name of a map"):
        MapWriter(path, name, (10, 10))
    with pytest.raises(StorageError, match="does not exist"):
        MapWriter(tmp_path / "no.h5", "m", (10, 10))
    with pytest.raises(StorageError, match="slide_7"):
        MapWriter(path, "m", (10, 10), number=7)
    with pytest.raises(StorageError, match="no pixels"):
        MapWriter(path, "m", (0, 10))
