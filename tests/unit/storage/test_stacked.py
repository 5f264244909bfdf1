"""The stacked layout, other compressions, and what both layouts share."""

import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import h5py
import numpy as np
import pytest

from pathgui.errors import MissingExtraError, StorageError
from pathgui.storage import SlideMeta, SlideWriter, codec, open_file, stacked

_CHOICES = [
    {"layout": "tree"},
    {"layout": "stacked"},
    {"layout": "stacked", "chunks": "channel"},
]


@pytest.mark.parametrize("options", _CHOICES)
@pytest.mark.parametrize("compression", ["fast", "none", 6, "zstd", "lz4"])
@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize("fletcher32", [False, True])
def test_that_every_layout_and_compression_reads_back_the_same(
    tmp_path, write, tile, options, compression, threads, fletcher32
):
    more = {"compression": compression, "threads": threads, "fletcher32": fletcher32}
    with open_file(write(tmp_path / "a.h5", 40, **options, **more)) as file:
        slide = file.slide(0)
        assert slide.layout == options["layout"]
        assert len(slide) == slide.stored_tiles() == 40
        for k in (0, 1, 17, 38, 39):
            want = tile(k)
            assert np.array_equal(slide.image(k), want["image"])
            assert np.array_equal(slide.mask(k, "tissue"), want["masks"]["tissue"])
            assert slide.labels(k) == want["labels"]


@pytest.mark.parametrize("chunks", ["tile", "channel"])
def test_that_plain_h5py_reads_the_stack(tmp_path, write, tile, chunks):
    path = write(tmp_path / "a.h5", 37, layout="stacked", chunks=chunks)
    with h5py.File(path) as f:
        tiles = f["slide_0/tiles"]
        assert sorted(tiles) == ["coords", "images", "masks"]
        images, masks = tiles["images"][:], tiles["masks/tissue"][:]
        assert images.shape == (37, 32, 32, 3)
        assert masks.shape == (37, 32, 32)
        assert masks.dtype == bool
        for k in range(37):
            assert np.array_equal(images[k], tile(k)["image"])
            assert np.array_equal(masks[k], tile(k)["masks"]["tissue"])
            assert tuple(tiles["coords"][k]) == tile(k)["coords"]
        chunk = tiles["images"].chunks
    assert chunk == ((1, 32, 32, 3) if chunks == "tile" else (1024, 32, 32, 1))


@pytest.mark.skipif(shutil.which("h5dump") is None, reason="h5dump is not installed")
def test_that_hdf5_tools_of_version_1_10_read_the_stack(tmp_path, write):
    path = write(tmp_path / "a.h5", 3, layout="stacked")
    done = subprocess.run(
        ["h5dump", "-d", "/slide_0/tiles/coords", "-d", "/slide_0/tiles/images", path],
        capture_output=True,
        check=True,
    )
    assert done.stderr == b""


@pytest.mark.parametrize("count", [0, 1, 1024, 1025, 2100])
@pytest.mark.parametrize("chunks", ["tile", "channel"])
def test_that_a_stack_grows_to_any_length(tmp_path, count, chunks, monkeypatch):
    monkeypatch.setattr(stacked, "_BLOCK_BYTES", 1000)
    meta = SlideMeta("s", tile_size=8, stride=8)
    image = np.zeros((8, 8, 3), np.uint8)
    path = tmp_path / "a.h5"
    with SlideWriter(path, meta, layout="stacked", chunks=chunks) as writer:
        for k in range(count):
            image[:] = k % 251
            writer.add(k, image, (k, 0), (k, 0), {}, {})
    with h5py.File(path) as f:
        found = f["slide_0/tiles/images"][:, 0, 0, 0]
        assert np.array_equal(found, np.arange(count) % 251)
        assert f["slide_0/tiles/coords"].shape == (count, 2)
    with open_file(path) as file:
        slide = file.slide(0)
        assert len(slide) == count
        for k in range(0, count, 7):
            assert (slide.image(k) == k % 251).all()


def test_that_a_stack_knows_which_tiles_lack_a_mask(tmp_path, meta, tile):
    with SlideWriter(tmp_path / "a.h5", meta, layout="stacked") as writer:
        for k in range(5):
            parts = tile(k)
            extra = {"pen": np.ones((32, 32), bool)} if k == 3 else {}
            masks = {**parts["masks"], **extra} if k else {}
            writer.add(**{**parts, "masks": masks})
    with open_file(tmp_path / "a.h5") as file:
        slide = file.slide(0)
        assert [sorted(slide.masks(k)) for k in range(5)] == [
            [],
            ["tissue"],
            ["tissue"],
            ["pen", "tissue"],
            ["tissue"],
        ]
        with pytest.raises(KeyError):
            slide.mask(0, "tissue")
    with h5py.File(tmp_path / "a.h5") as f:
        assert not f["slide_0/tiles/masks/tissue"][0].any()


@pytest.mark.parametrize(
    "change",
    [
        {"image": np.zeros((32, 32, 4), np.uint8)},
        {"masks": {"tissue": np.zeros((32, 32), np.uint8)}},
    ],
)
def test_that_a_stack_refuses_tiles_that_differ_in_kind(
    tmp_path, meta, tile, change, names
):
    writer = SlideWriter(tmp_path / "a.h5", meta, layout="stacked")
    writer.add(**tile(0))
    writer.add(**{**tile(1), **change})
    with pytest.raises(StorageError) as caught:
        writer.close()
    assert 'layout="tree"' in caught.value.hint
    assert names(tmp_path) == []


def test_that_a_stack_without_pixels_keeps_coordinates(tmp_path, write, tile):
    path = write(tmp_path / "a.h5", 4, layout="stacked", images="none")
    with open_file(path) as file:
        slide = file.slide(0)
        assert (slide.layout, slide.images) == ("stacked", "none")
        assert slide.stored_tiles() == 4
        assert slide.masks(3).keys() == {"tissue"}


def test_that_many_threads_read_blocks_by_channel(tmp_path, write, tile):
    path = write(tmp_path / "a.h5", 30, layout="stacked", chunks="channel")
    want = [tile(k)["image"] for k in range(30)]
    with open_file(path) as file, ThreadPoolExecutor(4) as pool:
        slide = file.slide(0)
        found = list(pool.map(slide.image, list(range(30)) * 3))
    assert all(np.array_equal(found[k], want[k % 30]) for k in range(90))


def test_that_a_stack_made_with_plain_h5py_is_read(tmp_path):
    rng = np.random.default_rng(0)
    images = rng.integers(0, 255, (5, 16, 16, 3), dtype=np.uint8)
    with h5py.File(tmp_path / "a.h5", "w") as f:
        f.attrs.update(format="pathgui", format_version=1, complete=True)
        f["slide_0/metadata/name"] = "s"
        f["slide_0/metadata/tile_size"] = f["slide_0/metadata/stride"] = 16
        for key in ("index", "x", "y", "level_x", "level_y"):
            f[f"slide_0/tile_index/{key}"] = np.arange(5)
        f["slide_0/tiles/coords"] = np.zeros((5, 2), np.int64)
        f["slide_0/tiles"].create_dataset(
            "images", data=images, chunks=(2, 7, 16, 2), compression="gzip"
        )
        f["slide_0/tiles/masks/m"] = images[..., 0] > 9
    with open_file(tmp_path / "a.h5") as file:
        slide = file.slide(0)
        assert slide.layout == "stacked"
        for k in range(5):
            assert np.array_equal(slide.image(k), images[k])
            assert np.array_equal(slide.mask(k, "m"), images[k, ..., 0] > 9)


@pytest.mark.parametrize("name", ["zstd", "lz4"])
def test_that_plain_h5py_with_the_plugin_reads_the_other_compressions(
    tmp_path, write, tile, name
):
    pytest.importorskip("hdf5plugin")
    path = write(tmp_path / "a.h5", 2, compression=name)
    code = (
        "import sys, h5py, hdf5plugin\n"
        "f = h5py.File(sys.argv[1])\n"
        "print(f['slide_0/tiles/tile_1/image'][:].sum())"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code, str(path)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(done.stdout) == tile(1)["image"].sum()
    assert "hdf5plugin" in codec.plugin_warning(name)
    assert codec.plugin_warning("fast") == codec.plugin_warning(4) == ""


def test_that_a_missing_plugin_is_named_with_the_way_to_get_it(
    tmp_path, meta, monkeypatch, names
):
    monkeypatch.setattr("importlib.util.find_spec", lambda *_: None)
    with pytest.raises(MissingExtraError, match="hdf5plugin") as caught:
        SlideWriter(tmp_path / "a.h5", meta, compression="zstd")
    assert "pathgui[filters]" in caught.value.hint
    assert names(tmp_path) == []
