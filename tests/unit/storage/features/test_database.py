"""Databases of features: raw copies or links, changed slide by slide."""

import pickle
import shutil

import h5py
import numpy as np
import pytest

from pathgui.errors import Cancelled, StorageError
from pathgui.storage.features import FeatureFile, consolidate, open_features


@pytest.fixture
def three(tmp_path, write):
    """Files of three slides, one of them compressed."""
    return [
        write(tmp_path, "b", seed=1),
        write(tmp_path, "a", 20, seed=2, compression="fast"),
        write(tmp_path, "c", seed=3, dtype="float16"),
    ]


@pytest.mark.parametrize("links", [False, True])
def test_that_slides_are_found_by_name_in_plain_h5py_too(tmp_path, three, links, bag):
    out = tmp_path / "all_features.h5"
    report = consolidate(three, out, links=links)
    assert report.added == ("b", "a", "c")
    with h5py.File(out) as file:
        assert sorted(file) == ["slide_0", "slide_1", "slide_2"]
        by_name = {group.attrs["slide_name"]: group for group in file.values()}
        np.testing.assert_array_equal(by_name["a"]["features"][:], bag(20, seed=2)[1])
        np.testing.assert_array_equal(by_name["a"]["coords"][:], bag(20, seed=2)[0])
        assert by_name["a"].attrs["feature_dim"] == 8
    with open_features(out) as file:
        assert file.slide_names == ("b", "a", "c")
        assert "a" in file
        assert file.is_linked("a") == links
        np.testing.assert_array_equal(file.slide("b").read([7]), bag(seed=1)[1][[7]])
        assert file.slide("a").meta.model == "m"
        with pytest.raises(StorageError, match="no features of 'x'"):
            file.slide("x")
        with pytest.raises(StorageError, match="holds 3 slides"):
            file.slide()
        copy = pickle.loads(pickle.dumps(file.slide("c")))
        np.testing.assert_array_equal(copy.read(), file.slide("c").read())
        copy.file.close()


def test_that_copied_chunks_are_the_same_bytes(tmp_path, three):
    out = tmp_path / "all.h5"
    consolidate(three, out)

    def chunk(file, name):
        return file[name].id.read_direct_chunk((0, 0))

    with h5py.File(three[1]) as one, h5py.File(out) as all_slides:
        assert chunk(one, "features") == chunk(all_slides, "slide_1/features")


def test_that_only_changes_are_written(tmp_path, three, write, bag):
    out = tmp_path / "all.h5"
    consolidate(three[:2], out)
    before = out.stat()
    report = consolidate(three[:2], out)
    assert not report.changed
    assert report.kept == ("b", "a")
    assert out.stat().st_mtime_ns == before.st_mtime_ns

    write(tmp_path, "a", 33, seed=9)
    three[0].unlink()  # the database keeps what it has
    report = consolidate(three[1:], out)
    assert report.replaced == ("a",)
    assert report.added == ("c",)
    assert report.kept == ("b",)
    with open_features(out) as file:
        assert file.slide_names == ("b", "a", "c")
        np.testing.assert_array_equal(file.slide("a").read(), bag(33, seed=9)[1])
        np.testing.assert_array_equal(file.slide("b").read(), bag(seed=1)[1])
    assert out.stat().st_ino != before.st_ino

    report = consolidate([], out, drop=["a", "nobody"])
    assert report.dropped == ("a",)
    with open_features(out) as file:
        assert file.slide_names == ("b", "c")


def test_that_links_become_copies_and_back(tmp_path, three, bag, write):
    out = tmp_path / "all.h5"
    consolidate(three, out, links=True)
    assert not consolidate(three, out, links=True).changed
    assert consolidate([write(tmp_path, "d")], out, links=True).kept == ("b", "a", "c")
    with FeatureFile(out) as file:
        assert file.is_linked("a")
    assert consolidate([], out, drop=["d"], links=True).dropped == ("d",)
    assert consolidate(three, out).replaced == ("b", "a", "c")
    with h5py.File(out) as file:
        assert isinstance(file["slide_0"].get("features", getlink=True), h5py.HardLink)
    assert consolidate(three[:1], out, links=True).replaced == ("b",)
    for path in three:
        path.unlink()
    with FeatureFile(out) as file:
        np.testing.assert_array_equal(file.slide("a").read(), bag(20, seed=2)[1])
        with pytest.raises(StorageError, match=r"b_features\.h5 does not exist"):
            file.slide("b")


def test_that_links_never_lead_out_of_the_folder(tmp_path, three, write):
    inside, outside = tmp_path / "in", tmp_path / "out"
    inside.mkdir()
    outside.mkdir()
    far = write(outside, "far")
    with pytest.raises(StorageError, match="lies outside"):
        consolidate([far], inside / "all.h5", links=True)
    assert not list(inside.iterdir())
    out = inside / "all.h5"
    consolidate([write(inside, "near")], out, links=True)
    shutil.copy(inside / "near_features.h5", far)
    for target in ("../out/far_features.h5", str(far), "near_features.h5"):
        with h5py.File(out, "a") as file:
            for key in ("features", "coords"):
                del file["slide_0"][key]
                inner = "/features" if target.startswith("near") else f"/{key}"
                file["slide_0"][key] = h5py.ExternalLink(target, inner)
        with FeatureFile(out) as file, pytest.raises(StorageError, match="refused"):
            file.slide("near")
    (inside / "sly.h5").symlink_to(far)
    with h5py.File(out, "a") as file:
        for key in ("features", "coords"):
            del file["slide_0"][key]
            file["slide_0"][key] = h5py.ExternalLink("sly.h5", f"/{key}")
    with FeatureFile(out) as file, pytest.raises(StorageError, match="outside"):
        file.slide("near")


def test_that_a_database_that_links_to_itself_ends(tmp_path, write):
    out = tmp_path / "all.h5"
    consolidate([write(tmp_path, "s")], out, links=True)
    shutil.copy(out, tmp_path / "s_features.h5")
    with FeatureFile(out) as file, pytest.raises(StorageError, match="alone"):
        file.slide("s")


def test_that_a_failure_leaves_the_database_as_it_was(tmp_path, three, data):
    out = tmp_path / "all.h5"
    consolidate(three[:1], out)
    before = out.read_bytes()
    bad = data / "broken" / "features_coords_mismatch.h5"
    with pytest.raises(StorageError, match="mismatch"):
        consolidate([*three, bad], out)
    with pytest.raises(Cancelled):
        consolidate(three, out, cancelled=lambda: True)
    with pytest.raises(StorageError, match="same slide"):
        consolidate([three[0], three[0]], out)
    assert out.read_bytes() == before
    assert not list(tmp_path.glob("*.part"))


def test_that_another_file_is_never_replaced_by_a_database(tmp_path, three):
    with pytest.raises(StorageError, match="no database"):
        consolidate(three[1:], three[0])
    text = tmp_path / "notes.h5"
    text.write_text("mine")
    with pytest.raises(StorageError, match="not an HDF5"):
        consolidate(three, text)
    assert text.read_text() == "mine"


def test_that_a_slide_with_missing_blocks_is_not_taken_in(tmp_path):
    path, out = tmp_path / "s_features.h5", tmp_path / "all.h5"
    with h5py.File(path, "w") as file:
        data = file.create_dataset("features", (40, 4), "f4", chunks=(10, 4))
        data[:25] = 1
        file["coords"] = np.zeros((40, 2), np.int64)
    with pytest.raises(StorageError, match="3 of 4 blocks"):
        consolidate([path], out)
    assert not out.exists()


def test_that_two_groups_of_one_name_are_refused(tmp_path, three):
    out = tmp_path / "all.h5"
    consolidate(three, out)
    with h5py.File(out, "a") as file:
        file["slide_1"].attrs["slide_name"] = "b"
    with pytest.raises(StorageError, match="two slides called 'b'"):
        open_features(out)
