"""Features inside a result file: one row per tile."""

import h5py
import numpy as np
import pytest

from pathgui.errors import StorageError
from pathgui.storage import SlideWriter, merge, open_file, repack, validate


@pytest.fixture
def with_features(tmp_path, meta, tile):
    table = np.arange(12, dtype=np.float32).reshape(4, 3)
    with SlideWriter(tmp_path / "f.h5", meta) as writer:
        for k in range(4):
            writer.add(**tile(k))
        writer.set_features(table, ["a", "größe", "c"])
    return tmp_path / "f.h5", table


def test_that_features_and_their_names_come_back(with_features):
    path, table = with_features
    assert validate(path) == []
    with open_file(path) as file:
        found = file.slide(0).features
    assert found is not None
    assert np.array_equal(found[0], table)
    assert found[1] == ("a", "größe", "c")


def test_that_plain_h5py_reads_features_contiguous(with_features):
    path, table = with_features
    with h5py.File(path) as file:
        dataset = file["slide_0/features/tile_features"]
        assert dataset.chunks is None
        assert np.array_equal(dataset[:], table)


@pytest.mark.parametrize("change", [{}, {"layout": "stacked"}])
def test_that_features_stay_when_a_file_is_repacked_or_merged(with_features, change):
    path, table = with_features
    repack(path, **change)
    merge([path, path], path.with_name("two.h5"))
    with open_file(path.with_name("two.h5")) as file:
        for slide in file:
            assert slide.features is not None
            assert np.array_equal(slide.features[0], table)


def test_that_rows_must_fit_the_tiles(tmp_path, meta, tile):
    writer = SlideWriter(tmp_path / "f.h5", meta)
    writer.add(**tile(0))
    writer.set_features(np.zeros((2, 3)))
    with pytest.raises(StorageError, match="2 rows"):
        writer.close()
    assert list(tmp_path.iterdir()) == []


def test_that_names_must_fit_the_columns(tmp_path, meta):
    writer = SlideWriter(tmp_path / "f.h5", meta)
    with pytest.raises(StorageError, match="names"):
        writer.set_features(np.zeros((2, 3)), ["a"])
    writer.discard()
    assert list(tmp_path.iterdir()) == []


def test_that_a_file_without_features_says_so(tmp_path, write):
    with open_file(write(tmp_path / "a.h5", 2)) as file:
        assert file.slide(0).features is None
