"""What the writer puts on disk, seen through plain h5py and other tools."""

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import h5py
import numpy as np
import pytest

from pathgui.errors import StorageError
from pathgui.storage import SlideWriter, open_file, stale_parts


def test_that_plain_h5py_reads_every_part_of_a_tile(tmp_path, write, tile):
    path = write(tmp_path / "a.h5", 12)
    with h5py.File(path) as f:
        for k in range(12):
            group, want = f[f"slide_0/tiles/tile_{k}"], tile(k)
            assert np.array_equal(group["image"][:], want["image"])
            assert group["coords"].dtype == np.int64
            assert tuple(group["coords"][:]) == want["coords"]
            mask = group["masks/tissue"][:]
            assert mask.dtype == bool
            assert np.array_equal(mask, want["masks"]["tissue"])
            assert dict(group.attrs) == want["labels"]


def test_that_the_root_and_the_tiles_group_say_what_they_hold(tmp_path, write):
    with h5py.File(write(tmp_path / "a.h5", 12)) as f:
        assert f.attrs["format"] == "pathgui"
        assert int(f.attrs["format_version"]) == 1
        assert f.attrs["created_by"].startswith("pathgui ")
        assert bool(f.attrs["complete"]) is True
        assert list(f) == ["slide_0"]
        tiles = f["slide_0/tiles"]
        assert sorted(tiles) == sorted(f"tile_{k}" for k in range(12))
        assert tiles.attrs["count"] == 12
        assert tiles.attrs["tile_size"] == tiles.attrs["stride"] == 32
        assert tiles.attrs["level"] == 1
        assert tiles.attrs["downsample"] == 4.0003
        assert f["slide_0/masks/tissue"].attrs["downsample"] == 40.0


def test_that_images_are_one_chunk_of_ordinary_gzip(tmp_path, write):
    with h5py.File(write(tmp_path / "a.h5", 1)) as f:
        image = f["slide_0/tiles/tile_0/image"]
        assert image.chunks == image.shape
        assert image.compression == "gzip"


@pytest.mark.skipif(shutil.which("h5dump") is None, reason="h5dump is not installed")
def test_that_hdf5_tools_of_version_1_10_read_the_file(tmp_path, write, tile):
    path = write(tmp_path / "a.h5", 2, fletcher32=True)
    done = subprocess.run(
        ["h5dump", "-d", "/slide_0/tiles/tile_1/image", "-y", "-w", "0", str(path)],
        capture_output=True,
        text=True,
        check=True,
    )
    block = done.stdout.split("DATA {")[1].replace("}", " ").replace(",", " ")
    numbers = np.array(block.split(), dtype=np.uint8)
    assert np.array_equal(numbers, tile(1)["image"].reshape(-1))


def test_that_two_runs_of_the_same_work_write_the_same_bytes(tmp_path, write):
    one = write(tmp_path / "a.h5").read_bytes()
    two = write(tmp_path / "b.h5", threads=2).read_bytes()
    assert one == two


def test_that_threads_may_work_while_the_caller_reuses_its_array(tmp_path, meta):
    buffer = np.empty((32, 32, 3), np.uint8)
    with SlideWriter(tmp_path / "a.h5", meta, threads=2) as writer:
        for k in range(50):
            buffer[:] = k
            writer.add(k, buffer, (k, 0), (k, 0), {}, {})
    with open_file(tmp_path / "a.h5") as file:
        assert [int(file.slide(0).image(k)[0, 0, 0]) for k in range(50)] == list(
            range(50)
        )


@pytest.mark.parametrize("images", ["reference", "none"])
def test_that_pixels_stay_away_where_they_are_not_wanted(tmp_path, write, images):
    path = write(tmp_path / "a.h5", 3, images=images)
    with h5py.File(path) as f:
        assert sorted(f["slide_0/tiles/tile_0"]) == ["coords", "masks"]
    with open_file(path) as file:
        assert file.slide(0).images == images
        with pytest.raises(StorageError, match="holds no pixels"):
            file.slide(0).image(0)


def test_that_a_slide_without_tiles_is_a_whole_file(tmp_path, write):
    with open_file(write(tmp_path / "a.h5", 0)) as file:
        slide = file.slide(0)
        assert len(slide) == 0
        assert len(slide.grid()) == 0
        assert slide.images == "pixels"
        assert list(slide.index) == ["index", "x", "y", "level_x", "level_y"]


def test_that_nothing_appears_under_the_final_name_before_the_end(
    tmp_path, meta, tile, names
):
    path = tmp_path / "deep" / "er" / "a.h5"
    with SlideWriter(path, meta) as writer:
        writer.add(**tile(0))
        assert not path.exists()
        assert names(path.parent) == ["a.h5.part"]
    assert names(path.parent) == ["a.h5"]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_that_an_error_removes_the_part_and_keeps_the_old_file(
    tmp_path, write, meta, tile, error, names
):
    path = write(tmp_path / "a.h5", 2)
    before = path.read_bytes()
    with pytest.raises(error), SlideWriter(path, meta, threads=2) as writer:  # noqa: PT012
        for k in range(30):
            writer.add(**tile(k))
        raise error
    assert names(tmp_path) == ["a.h5"]
    assert path.read_bytes() == before


def test_that_a_second_writer_of_the_same_file_is_refused(tmp_path, meta, tile):
    path = tmp_path / "a.h5"
    with SlideWriter(path, meta) as writer:
        with pytest.raises(StorageError, match="another process"):
            SlideWriter(path, meta)
        assert list(stale_parts(tmp_path)) == []
        writer.add(**tile(0))
    with open_file(path) as file:
        assert len(file.slide(0)) == 1


def test_that_an_open_reader_keeps_the_old_file_while_it_is_replaced(tmp_path, write):
    path = write(tmp_path / "a.h5", 2)
    with open_file(path) as old:
        write(path, 5)
        assert len(old.slide(0)) == 2
        old.slide(0).image(1)
        with open_file(path) as new:
            assert len(new.slide(0)) == 5


def test_that_a_link_is_followed_and_not_replaced(tmp_path, write):
    (tmp_path / "real").mkdir()
    (tmp_path / "a.h5").symlink_to(tmp_path / "real" / "b.h5")
    write(tmp_path / "a.h5", 1)
    assert (tmp_path / "a.h5").is_symlink()
    assert (tmp_path / "real" / "b.h5").is_file()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"image": np.zeros((32, 32, 3), np.float32)}, "float32"),
        ({"image": np.zeros((16, 32, 3), np.uint8)}, "shape"),
        ({"image": None}, "no pixels"),
        ({"masks": {"a/b": np.zeros((32, 32), bool)}}, "name of a mask"),
        ({"masks": {"m": np.zeros((32, 32), float)}}, "mask 'm'"),
        ({"labels": {"x": 1}}, "name of a label"),
        ({"labels": {"": 1}}, "name of a label"),
        ({"labels": {"v": [1, 2]}}, "label 'v'"),
        ({"labels": {"v": 1 << 70}}, "64 bits"),
        ({"labels": {"v": "a\0b"}}, "cannot be stored"),
        ({"labels": {"v": "\udc80"}}, "cannot be stored"),
    ],
)
def test_that_what_cannot_be_stored_is_refused(
    tmp_path, meta, tile, change, words, names
):
    writer = SlideWriter(tmp_path / "a.h5", meta)
    with pytest.raises(StorageError, match=words):
        writer.add(**{**tile(0), **change})
    writer.discard()
    assert names(tmp_path) == []


@pytest.mark.parametrize(
    "options",
    [
        {"layout": "heap"},
        {"images": "some"},
        {"compression": "11"},
        {"compression": "gzip"},
        {"threads": 0},
        {"chunks": "channel"},
    ],
)
def test_that_unknown_options_are_refused_before_anything_is_written(
    tmp_path, meta, options, names
):
    with pytest.raises(StorageError):
        SlideWriter(tmp_path / "a.h5", meta, **options)
    assert names(tmp_path) == []


def test_that_a_provenance_that_is_no_json_is_refused(tmp_path, meta):
    writer = SlideWriter(tmp_path / "a.h5", meta)
    with pytest.raises(StorageError, match="not JSON"):
        writer.set_provenance({"a": Path})
    writer.discard()


@pytest.mark.parametrize("compression", ["none", "fast", *range(1, 10), "5"])
@pytest.mark.parametrize("fletcher32", [False, True])
def test_that_every_compression_reads_back_the_same(
    tmp_path, write, tile, compression, fletcher32
):
    path = write(tmp_path / "a.h5", 2, compression=compression, fletcher32=fletcher32)
    with h5py.File(path) as f, open_file(path) as file:
        dataset = f["slide_0/tiles/tile_1/image"]
        assert dataset.fletcher32 is fletcher32
        assert np.array_equal(dataset[:], tile(1)["image"])
        assert np.array_equal(file.slide(0).image(1), tile(1)["image"])


def test_that_a_mask_may_hold_labels_of_any_whole_number_type(tmp_path, meta, tile):
    kinds = ["u1", "i1", "u2", ">u2", "i4", "i8", "u8"]
    wide = {k: np.arange(1024).reshape(32, 32).astype(k) for k in kinds}
    with SlideWriter(tmp_path / "a.h5", meta) as writer:
        writer.add(**{**tile(0), "masks": wide})
    with open_file(tmp_path / "a.h5") as file:
        masks = file.slide(0).masks(0)
    assert sorted(masks) == sorted(wide)
    assert all(np.array_equal(masks[k], wide[k]) for k in wide)


def test_that_mask_fractions_count_only_what_lies_inside_the_slide(tmp_path, meta):
    padded = replace(meta, pad=True)
    mask = np.zeros((32, 32), bool)
    mask[:12, :20] = True
    image = np.zeros((32, 32, 3), np.uint8)
    with SlideWriter(tmp_path / "a.h5", padded) as writer:
        writer.add(0, image, (0, 0), (480, 288), {"tissue": mask}, {})
    with h5py.File(tmp_path / "a.h5") as f:
        assert f["slide_0/mask_fractions/tissue"][0] == 1.0
