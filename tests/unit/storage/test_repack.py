"""Repacking changes how tiles are stored and nothing else; migration likewise."""

import os

import h5py
import numpy as np
import pytest

from pathgui.errors import Cancelled, FormatVersionError, StorageError
from pathgui.storage import merge, migrate, open_file, repack, schema, validate
from pathgui.storage.repacking import RepackOptions


def _same(one, other) -> None:
    assert one.meta == other.meta
    assert one.provenance == other.provenance
    assert list(one.index) == list(other.index)
    for name in one.index:
        assert np.array_equal(one.index[name], other.index[name])
    for name, (array, downsample) in one.slide_masks.items():
        assert np.array_equal(array, other.slide_masks[name][0])
        assert downsample == other.slide_masks[name][1]
    for k in range(len(one)):
        assert one.labels(k) == other.labels(k)
        masks = other.masks(k)
        assert all(np.array_equal(m, masks[n]) for n, m in one.masks(k).items())


_CHANGES = [
    {"compression": "none"},
    {"compression": 9},
    {"compression": "zstd", "threads": 2},
    {"layout": "stacked"},
    {"layout": "stacked", "chunks": "channel"},
    {"layout": "tree", "fletcher32": True},
]


@pytest.mark.parametrize("before", [{}, {"layout": "stacked"}])
@pytest.mark.parametrize("change", _CHANGES)
def test_that_repacking_keeps_every_value(tmp_path, write, change, before):
    old = write(tmp_path / "old.h5", 12, **before)
    new = tmp_path / "new.h5"
    report = repack(old, new, **change)
    assert (report.before, report.after) == (old.stat().st_size, new.stat().st_size)
    assert validate(new) == []
    with open_file(old) as one, open_file(new) as other:
        _same(one.slide(0), other.slide(0))
        for k in range(12):
            assert np.array_equal(one.slide(0).image(k), other.slide(0).image(k))
        found = other.slide(0).storage()
        for name, value in change.items():
            if name != "threads":
                assert getattr(found, name) == value


def test_that_what_is_not_named_stays_as_it_was(tmp_path, write):
    path = write(
        tmp_path / "a.h5", 5, layout="stacked", chunks="channel", compression=6
    )
    repack(path, fletcher32=True)
    with open_file(path) as file:
        found = file.slide(0).storage()
    assert (found.layout, found.chunks) == ("stacked", "channel")
    assert (found.compression, found.fletcher32) == (6, True)


def test_that_space_of_deleted_data_comes_back(tmp_path, write, names):
    path = write(tmp_path / "a.h5", 10)
    size = path.stat().st_size
    with h5py.File(path, "r+") as f:
        f["slide_0/metadata/big"] = np.random.default_rng(0).random(50_000)
        f["slide_0/metadata/small"] = np.zeros(9)  # so that the file cannot shrink
    with h5py.File(path, "r+") as f:
        del f["slide_0/metadata/big"]
    assert path.stat().st_size > size + 300_000
    report = repack(path)
    assert report.after <= size * 1.02 + 4096
    assert validate(path) == []
    assert names(tmp_path) == ["a.h5"]


def test_that_pixels_can_be_left_out_but_not_invented(tmp_path, write):
    path = write(tmp_path / "a.h5", 5)
    with open_file(path) as file:
        want = [file.slide(0).image(k) for k in range(5)]
    repack(path, images="reference")
    with open_file(path) as file:
        assert file.slide(0).images == "reference"
    with pytest.raises(StorageError, match="holds no pixels"):
        repack(path, images="pixels")
    repack(path, images="pixels", read_image=lambda _, k: want[k])
    with open_file(path) as file:
        assert np.array_equal(file.slide(0).image(3), want[3])
    assert validate(path) == []


def test_that_maps_features_and_unknown_facts_come_along(tmp_path, write):
    path = write(tmp_path / "a.h5", 5)
    with h5py.File(path, "r+") as f:
        f["slide_0/features/tile_features"] = np.ones((5, 3), np.float32)
        f["slide_0/maps/m/level_0"] = np.ones((4, 4), np.float32)
        f["slide_0/metadata/stain"] = "HE"
    repack(path, compression=3, options=RepackOptions(layout="stacked"))
    with h5py.File(path) as f:
        assert f["slide_0/features/tile_features"].shape == (5, 3)
        assert f["slide_0/maps/m/level_0"].shape == (4, 4)
        assert f["slide_0/metadata/stain"].asstr()[()] == "HE"
        assert "images" in f["slide_0/tiles"]


def test_that_all_slides_of_a_dataset_file_are_repacked(tmp_path, write):
    one = write(tmp_path / "a.h5", 3)
    both = merge([one, one], tmp_path / "all.h5")
    seen = []
    repack(both, compression=5, progress=lambda *step: seen.append(step))
    assert seen[-1] == ("slide a", 6, 6)
    with open_file(both) as file:
        assert [s.storage().compression for s in file] == [5, 5]


def test_that_a_stopped_repack_leaves_the_file_as_it_was(tmp_path, write, names):
    path = write(tmp_path / "a.h5", 5)
    before = path.read_bytes()
    with pytest.raises(Cancelled):
        repack(path, compression=9, cancelled=lambda: True)
    assert path.read_bytes() == before
    assert names(tmp_path) == ["a.h5"]


def test_that_a_damaged_file_is_refused_and_left_alone(tmp_path, write, names):
    path = write(tmp_path / "a.h5", 5)
    with h5py.File(path, "r+") as f:
        f["slide_0/tiles/tile_3/image"].id.write_direct_chunk((0, 0, 0), b"no" * 30)
    before = path.read_bytes()
    with pytest.raises(StorageError, match="damaged"):
        repack(path, compression=9)
    assert path.read_bytes() == before
    with pytest.raises(StorageError, match="cannot be read"):
        repack(tmp_path / "none.h5")
    assert names(tmp_path) == ["a.h5"]


def test_that_an_older_file_is_brought_up_to_date(tmp_path, write, monkeypatch):
    path = write(tmp_path / "a.h5", 3)
    monkeypatch.setattr(schema, "FORMAT_VERSION", 3)
    for module in ("handle", "file_writer", "validation"):
        monkeypatch.setattr(f"pathgui.storage.{module}.FORMAT_VERSION", 3)
    steps = {
        1: lambda f: f["slide_0"].attrs.__setitem__("one", 1),
        2: lambda f: f["slide_0"].attrs.__setitem__("two", 2),
    }
    monkeypatch.setattr(migrate, "STEPS", steps)
    with pytest.raises(FormatVersionError, match="older") as caught:
        open_file(path)
    assert "repack" in caught.value.hint
    assert migrate.migrate(path) is True
    assert migrate.migrate(path) is False
    with h5py.File(path) as f:
        assert f.attrs["format_version"] == 3
        assert dict(f["slide_0"].attrs) == {"one": 1, "two": 2}
    assert validate(path) == []
    os.utime(path)


def test_that_a_version_without_a_way_forward_is_refused(tmp_path, write):
    path = write(tmp_path / "a.h5", 3)
    with h5py.File(path, "r+") as f:
        f.attrs["format_version"] = 0
    with pytest.raises(StorageError, match="cannot be brought up to date"):
        repack(path)
