"""Features of one slide: written in blocks, read by rows."""

import pickle
from concurrent.futures import ThreadPoolExecutor

import h5py
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pathgui.errors import FormatVersionError, StorageError
from pathgui.storage import SlideMeta, SlideWriter
from pathgui.storage.features import (
    FeatureMeta,
    FeatureOptions,
    FeatureWriter,
    open_features,
    write_features,
)
from pathgui.storage.features.rows import runs


def test_that_plain_h5py_reads_what_is_written(tmp_path, write, bag):
    path = write(tmp_path, "s1")
    coords, features = bag()
    with h5py.File(path) as file:
        assert file["features"].chunks is None
        assert file["features"].dtype == np.float32
        np.testing.assert_array_equal(file["features"][:], features)
        assert file["coords"].dtype == np.int64
        np.testing.assert_array_equal(file["coords"][:], coords)
        told = dict(file.attrs)
    assert told["feature_dim"] == 8
    assert told["num_tiles"] == 50
    assert told["model"] == "m"
    assert told["model_hash"] == "ab" * 32
    assert told["slide_name"] == "s1"
    assert (told["level"], told["tile_size"], told["mpp"]) == (1, 256, 0.5)
    assert told["complete"]


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.integers(1, 300),
    st.sampled_from([1, 3, 1000]),
    st.sampled_from(["none", "fast", 4]),
    st.sampled_from(["float32", "float16"]),
    st.integers(1, 120),
    st.data(),
)
def test_that_blocks_of_any_size_come_back_row_by_row(
    tmp_path, count, width, compression, dtype, block, data
):
    rng = np.random.default_rng(count)
    features = rng.normal(size=(count, width)).astype(dtype)
    coords = rng.integers(0, 1 << 40, (count, 2))
    path = tmp_path / "f.h5"
    options = FeatureOptions(dtype, compression)
    with FeatureWriter(path, FeatureMeta("s"), count, width, options) as writer:
        for k in range(0, count, block):
            writer.add(coords[k : k + block], features[k : k + block])
    wanted = data.draw(st.lists(st.integers(-count, count - 1), max_size=40))
    with open_features(path) as file:
        slide = file.slide()
        assert slide.dtype == dtype
        np.testing.assert_array_equal(slide.read(), features)
        np.testing.assert_array_equal(slide.coords, coords)
        np.testing.assert_array_equal(slide.read(wanted), features[wanted])
        even = slide.coords[:, 0] % 2 == 0
        np.testing.assert_array_equal(slide.read(even), features[even])
        np.testing.assert_array_equal(slide.read(slice(1, None, 3)), features[1::3])
    with h5py.File(path) as plain:
        np.testing.assert_array_equal(plain["features"][:], features)


@pytest.mark.parametrize("layout", ["guessed", "big endian", "compact"])
def test_that_features_of_other_programs_are_read(tmp_path, bag, layout):
    coords, features = bag(900, 70)
    path = tmp_path / "Case 7.h5"
    with h5py.File(path, "w") as file:
        if layout == "guessed":
            file.create_dataset("features", data=features, compression="gzip")
        elif layout == "compact":
            features, coords = features[:20], coords[:20]
            plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
            plist.set_layout(h5py.h5d.COMPACT)
            file.create_dataset("features", data=features, dcpl=plist)
        else:
            file.create_dataset("features", data=features.astype(">f4"))
        file["coords"] = coords.astype(np.int32)
    wanted = [17, 3, 3, 19, 4, 5]
    with open_features(path) as file:
        assert file.slide_names == ("Case 7",)
        np.testing.assert_array_equal(file.slide().read(wanted), features[wanted])
        np.testing.assert_array_equal(file.slide().coords, coords)


def test_that_names_of_features_are_kept(tmp_path, bag):
    coords, features = bag(4, 3)
    names = ("mean", "std", "µ-p90")
    path = tmp_path / "f.h5"
    write_features(path, FeatureMeta("s", feature_names=names), coords, features)
    with open_features(path) as file:
        assert file.slide().meta.feature_names == names
    with h5py.File(path) as plain:
        assert tuple(plain.attrs["feature_names"]) == names


def test_that_a_slide_without_tiles_has_a_file_too(tmp_path):
    path = tmp_path / "f.h5"
    write_features(path, FeatureMeta("s"), np.empty((0, 2)), np.empty((0, 5)))
    with open_features(path) as file:
        assert file.slide().read().shape == (0, 5)
        assert len(file.slide().coords) == 0


def test_that_missing_rows_and_errors_leave_what_was_there(tmp_path, write):
    path = write(tmp_path, "s1")
    before = path.read_bytes()
    writer = FeatureWriter(path, FeatureMeta("s"), 5, 3)
    writer.add([[0, 0]], np.zeros((1, 3)))
    with pytest.raises(StorageError, match="1 of 5 rows"):
        writer.close()
    writer.discard()
    with pytest.raises(ZeroDivisionError), FeatureWriter(path, FeatureMeta("s"), 5, 3):
        raise ZeroDivisionError
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


def test_that_rows_that_do_not_fit_are_refused(tmp_path):
    with FeatureWriter(tmp_path / "f.h5", FeatureMeta("s"), 1, 3) as writer:
        with pytest.raises(StorageError, match="do not fit"):
            writer.add([[0, 0]], np.zeros((1, 4)))
        with pytest.raises(StorageError, match="more than the 1"):
            writer.add([[0, 0]] * 2, np.zeros((2, 3)))
        writer.add([[0, 0]], np.zeros((1, 3)))
    with pytest.raises(StorageError, match="2 feature names"):
        FeatureWriter(
            tmp_path / "g.h5", FeatureMeta("s", feature_names=("a", "b")), 1, 3
        )


def test_that_features_and_coordinates_that_do_not_fit_are_refused(data):
    with pytest.raises(StorageError, match=r"10 rows of features.*\(7, 2\)"):
        open_features(data / "broken" / "features_coords_mismatch.h5")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("hostile/bomb.h5", "bomb.h5"),
        ("broken/truncated.h5path", "truncated"),
        ("broken/not_a_slide.h5path", "no features"),
        ("broken/zero_bytes.svs", "empty"),
        ("nowhere.h5", "does not exist"),
    ],
)
def test_that_bad_files_are_one_typed_error(data, name, words):
    with pytest.raises(StorageError, match=words):
        open_features(data / name)


def test_that_result_files_and_newer_files_are_told_apart(tmp_path, write):
    result = tmp_path / "r.h5"
    with SlideWriter(result, SlideMeta("s")) as _:
        pass
    with pytest.raises(StorageError, match="holds no features"):
        open_features(result)
    path = write(tmp_path, "s1")
    with h5py.File(path, "a") as file:
        file.attrs["format_version"] = 9
    with pytest.raises(FormatVersionError):
        open_features(path)
    with h5py.File(path, "a") as file:
        file.attrs["format_version"] = 1
        del file.attrs["complete"]
    with pytest.raises(StorageError, match="not complete"):
        open_features(path)


def test_that_links_and_outside_storage_are_refused(tmp_path, bag):
    coords, features = bag()
    secret = tmp_path / "secret.raw"
    secret.write_bytes(features.tobytes())
    for kind in ("soft", "external", "storage"):
        path = tmp_path / f"{kind}.h5"
        with h5py.File(path, "w") as file:
            file["coords"] = coords
            file["real"] = features
            if kind == "soft":
                file["features"] = h5py.SoftLink("/real")
            elif kind == "external":
                file["features"] = h5py.ExternalLink("../x.h5", "/features")
            else:
                file.create_dataset(
                    "features",
                    (50, 8),
                    "f4",
                    external=[(secret, 0, h5py.h5f.UNLIMITED)],
                )
        with pytest.raises(StorageError):
            open_features(path)


def test_that_changed_bytes_are_an_error_or_data_but_never_a_crash(tmp_path, write):
    path = write(tmp_path, "s1", compression="fast")
    good = path.read_bytes()
    rng = np.random.default_rng(5)
    with open_features(path) as file:
        shape = file.slide().read().shape
    read, refused = 0, list[str]()
    for _ in range(60):
        bad = bytearray(good)
        for place in rng.integers(0, len(bad), 4):
            bad[place] ^= 1 << rng.integers(8)
        path.write_bytes(bytes(bad))
        try:
            with open_features(path) as file:
                assert file.slide().read().shape == shape
            read += 1
        except StorageError as error:
            refused.append(error.message)
    assert read > 0
    assert refused
    assert all(str(path) in words for words in refused)


def test_that_threads_and_pickles_read_the_same(tmp_path, write, bag):
    path = write(tmp_path, "s1", 200)
    features = bag(200)[1]
    with open_features(path) as file:
        slide = file.slide()
        copy = pickle.loads(pickle.dumps(slide))
        np.testing.assert_array_equal(copy.read([5]), features[[5]])
        copy.file.close()
        with ThreadPoolExecutor(4) as pool:
            found = list(pool.map(slide.__getitem__, range(200)))
        np.testing.assert_array_equal(found, features)
    with pytest.raises(StorageError, match="closed"):
        slide.read([0])


@pytest.mark.parametrize("rows", [[200], [-201], [0.5], [[1]], np.zeros(3, bool)])
def test_that_rows_that_are_not_there_are_an_index_error(tmp_path, write, rows):
    with open_features(write(tmp_path, "s1", 200)) as file, pytest.raises(IndexError):
        file.slide().read(rows)


def test_that_neighbours_are_read_at_once():
    assert runs(np.array([3, 4, 5, 9, 1, 2])) == [(0, 3, 3), (3, 4, 9), (4, 6, 1)]
    assert runs(np.array([], np.int64)) == []
