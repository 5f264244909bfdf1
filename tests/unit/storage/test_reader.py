"""Reading: lazily, exactly, from threads and other processes."""

import multiprocessing
import pickle
import threading
from concurrent.futures import ThreadPoolExecutor

import h5py
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pathgui.errors import StorageError
from pathgui.storage import SlideMeta, SlideWriter, open_file


def test_that_a_slide_comes_back_as_it_went_in(tmp_path, write, tile, meta):
    with open_file(write(tmp_path / "a.h5", 31)) as file:
        (slide,) = file.slides
        assert slide.meta == meta
        assert len(slide) == 31
        assert slide.mask_names == ("tissue",)
        assert slide.provenance == {"recipe": "r", "versions": {"pathgui": "1"}}
        array, downsample = slide.slide_masks["tissue"]
        assert downsample == 40.0
        assert array.dtype == bool
        assert array[:15].all()
        assert not array[15:].any()
        for k in range(31):
            want = tile(k)
            assert np.array_equal(slide.image(k), want["image"])
            assert np.array_equal(slide.mask(k, "tissue"), want["masks"]["tissue"])
            assert slide.labels(k) == want["labels"]


def test_that_listing_a_slide_opens_no_tile(tmp_path, write):
    path = write(tmp_path / "a.h5", 20)
    with h5py.File(path, "r+") as f:
        for k in range(20):
            del f[f"slide_0/tiles/tile_{k}"]
    with open_file(path) as file:
        index = file.slide(0).index
    assert index["index"].tolist() == list(range(0, 40, 2))
    assert index["site"].tolist() == [f"s{k}" for k in range(20)]
    assert index["white"].dtype == bool


def test_that_the_grid_gives_the_coordinates_that_are_stored(tmp_path, write, tile):
    with open_file(write(tmp_path / "a.h5", 31)) as file:
        slide = file.slide(0)
        grid = slide.grid()
        index = slide.index
    assert grid.level_coords.tolist() == [
        list(tile(k)["level_coords"]) for k in range(31)
    ]
    assert grid.coords[:, 0].tolist() == index["x"].tolist()
    assert grid.coords[:, 1].tolist() == index["y"].tolist()
    assert grid.frame.mpp == 0.25 * 4.0003


def test_that_a_pixel_array_belongs_to_the_caller(tmp_path, write):
    with open_file(write(tmp_path / "a.h5", 1)) as file:
        slide = file.slide(0)
        slide.image(0)[:] = 0
        assert slide.image(0).any()


@pytest.mark.parametrize("number", [3, -4, 1 << 40])
def test_that_a_tile_that_is_not_there_is_an_index_error(tmp_path, write, number):
    with open_file(write(tmp_path / "a.h5", 3)) as file:
        slide = file.slide(0)
        assert np.array_equal(slide.image(-1), slide.image(2))
        for read in (slide.image, slide.masks, slide.labels):
            with pytest.raises(IndexError):
                read(number)


def test_that_masks_and_slides_of_other_names_are_said_to_be_absent(tmp_path, write):
    with open_file(write(tmp_path / "a.h5", 1)) as file:
        with pytest.raises(KeyError):
            file.slide(0).mask(0, "pen")
        with pytest.raises(StorageError, match="slide_1"):
            file.slide(1)


def test_that_many_threads_read_the_same_slide(tmp_path, write, tile):
    want = [tile(k)["image"] for k in range(20)]
    with open_file(write(tmp_path / "a.h5")) as file, ThreadPoolExecutor(8) as pool:
        slide, start = file.slide(0), threading.Barrier(8)

        def read(seed: int) -> bool:
            start.wait()
            order = np.random.default_rng(seed).permutation(20)
            return all(np.array_equal(slide.image(k), want[k]) for k in order)

        assert all(pool.map(read, range(8)))


def test_that_a_pickled_slide_opens_its_own_file(tmp_path, write, tile):
    with open_file(write(tmp_path / "a.h5", 3)) as file:
        copy = pickle.loads(pickle.dumps(file.slide(0)))
        other = pickle.loads(pickle.dumps(file))
    assert np.array_equal(copy.image(2), tile(2)["image"])
    assert len(other.slide(0)) == 3


def _read_in_child(slide, number, queue) -> None:
    queue.put(slide.image(number).sum())


@pytest.mark.skipif(
    "fork" not in multiprocessing.get_all_start_methods(), reason="no fork here"
)
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_that_a_forked_child_opens_the_file_anew(tmp_path, write, tile):
    context = multiprocessing.get_context("fork")
    with open_file(write(tmp_path / "a.h5", 3)) as file:
        slide, queue = file.slide(0), context.Queue()
        slide.image(0)
        child = context.Process(target=_read_in_child, args=(slide, 1, queue))
        child.start()
        assert queue.get(timeout=30) == tile(1)["image"].sum()
        child.join(30)
        assert np.array_equal(slide.image(2), tile(2)["image"])


def test_that_a_closed_file_says_so(tmp_path, write):
    file = open_file(write(tmp_path / "a.h5", 3))
    slide = file.slide(0)
    file.close()
    with pytest.raises(StorageError, match="has been closed"):
        slide.image(0)


def test_that_a_file_made_with_plain_h5py_after_the_documented_schema_is_read(
    tmp_path,
):
    path = tmp_path / "plain.h5"
    rng = np.random.default_rng(0)
    image = rng.integers(0, 255, (3, 64, 64, 3), dtype=np.uint8)
    with h5py.File(path, "w") as f:
        f.attrs.update(format="pathgui", format_version="1", complete=True)
        slide = f.create_group("slide_0")
        meta = {"name": "s", "level": 0, "tile_size": 64, "stride": 64}
        for key, value in {**meta, "dimensions": (640, 480)}.items():
            slide[f"metadata/{key}"] = value
        columns = {"index": 1, "x": 64, "y": 0, "level_x": 64, "level_y": 0}
        for key, step in columns.items():
            slide[f"tile_index/{key}"] = np.arange(3) * step
        slide["tile_index/site"] = ["a", "b", "é"]
        slide["tile_index/score"] = np.arange(3, dtype=np.float32)
        for k in range(3):
            tile = slide.create_group(f"tiles/tile_{k}")
            tile.create_dataset("image", data=image[k], compression="gzip")
            tile["coords"] = np.array([64 * k, 0])
            tile.create_dataset(
                "masks/m", data=image[k, ..., 0] > 99, compression=4, shuffle=True
            )
    with open_file(path) as file:
        slide = file.slide(0)
        assert slide.meta == SlideMeta(
            name="s", dimensions=(640, 480), tile_size=64, stride=64
        )
        assert np.array_equal(slide.image(2), image[2])
        assert np.array_equal(slide.mask(1, "m"), image[1, ..., 0] > 99)
        assert slide.labels(2) == {"site": "é", "score": 2.0}
        assert slide.index["site"].tolist() == ["a", "b", "é"]
        assert (slide.layout, slide.images) == ("tree", "pixels")


_scalar = st.one_of(
    st.booleans(),
    st.integers(-(1 << 63), (1 << 63) - 1),
    st.floats(),
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
)
_one_kind = st.one_of(
    *(
        st.lists(st.one_of(st.none(), kind), min_size=1, max_size=8)
        for kind in (
            st.booleans(),
            st.integers(-(1 << 63), (1 << 63) - 1),
            st.floats(),
            st.text(max_size=5).filter(lambda s: "\0" not in s and s.isprintable()),
            _scalar,
        )
    )
)


@settings(max_examples=60, deadline=None)
@given(values=_one_kind)
def test_that_any_label_comes_back_with_its_type_also_where_some_are_missing(
    tmp_path_factory, values
):
    path = tmp_path_factory.mktemp("labels") / "a.h5"
    image = np.zeros((8, 8, 3), np.uint8)
    meta = SlideMeta("s", tile_size=8, stride=8)
    with SlideWriter(path, meta) as writer:
        for k, value in enumerate(values):
            writer.add(k, image, (k, 0), (k, 0), {}, {"v": value})
    with open_file(path) as file:
        slide = file.slide(0)
        for k, value in enumerate(values):
            found = slide.labels(k).get("v")
            assert type(found) is type(value)
            assert found == value or (found != found and value != value)
        if any(value is not None for value in values):
            assert slide.index["v"].shape == (len(values),)


@pytest.mark.parametrize(
    ("values", "dtype", "column"),
    [
        ([True, None], np.float64, [1.0, np.nan]),
        ([3, 4], np.int64, [3, 4]),
        ([3, None, 4], np.float64, [3.0, np.nan, 4.0]),
        ([0.5, None], np.float64, [0.5, np.nan]),
    ],
)
def test_that_a_column_with_gaps_is_still_well_typed(
    tmp_path, meta, tile, values, dtype, column
):
    with SlideWriter(tmp_path / "a.h5", meta) as writer:
        for k, value in enumerate(values):
            writer.add(**{**tile(k), "labels": {"v": value}})
    with h5py.File(tmp_path / "a.h5") as f:
        stored = f["slide_0/tile_index/v"]
        assert stored.dtype == dtype
        assert np.array_equal(stored[:], column, equal_nan=True)
        assert stored.attrs["missing"] == sum(v is None for v in values)
