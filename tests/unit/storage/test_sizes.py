"""Where bytes are, and which choice suits a file."""

import h5py
import numpy as np
import pytest

from pathgui.errors import Cancelled, StorageError
from pathgui.storage import SlideMeta, SlideWriter, advise, info, merge, open_file


def test_that_every_byte_of_a_file_is_accounted_for(tmp_path, write):
    path = write(tmp_path / "a.h5", 20)
    found = info(path)
    stored = sum(one.stored for one in found.datasets)
    assert found.size == path.stat().st_size
    assert abs(found.size - stored - found.bookkeeping - found.wasted) < 1500
    image = next(one for one in found.datasets if one.path.endswith("tile_*/image"))
    assert (image.count, image.shape, image.dtype) == (20, "32 × 32 × 3", "uint8")
    assert image.raw == 20 * 32 * 32 * 3
    assert image.filters == "gzip 1"
    assert image.ratio == image.stored / image.raw
    assert found.datasets[0].stored == max(one.stored for one in found.datasets)


def test_that_deleted_data_show_as_wasted(tmp_path, write):
    path = write(tmp_path / "a.h5", 5)
    before = info(path).wasted
    with h5py.File(path, "r+") as f:
        f["slide_0/maps/a"] = np.zeros(100_000, np.uint8)
        f["slide_0/maps/b"] = 1
    with h5py.File(path, "r+") as f:
        del f["slide_0/maps/a"]
    assert 90_000 < info(path).wasted - before < 110_000


def test_that_files_of_other_tools_are_measured_too(data):
    found = info(data / "interop" / "cmu1_pathml308.h5path")
    assert len(found.datasets) > 3
    with pytest.raises(StorageError, match="truncated"):
        info(data / "broken" / "truncated.h5path")


@pytest.fixture
def tissue(tmp_path) -> str:
    """Tiles that compress as tissue does: smooth colour under noise."""
    rng, path = np.random.default_rng(0), tmp_path / "t.h5"
    wave = 180 + 40 * np.sin(np.arange(128) / 9)
    base = wave[:, None, None] + wave[None, :, None] / 4 - 40 + np.zeros((1, 1, 3))
    meta = SlideMeta("s", tile_size=128, stride=128, level_size=(9999, 9999))
    with SlideWriter(path, meta) as writer:
        for k in range(30):
            image = np.clip(base + rng.normal(0, 3, base.shape), 0, 255)
            mask = {"tissue": np.ones((128, 128), bool)}
            writer.add(k, image.astype(np.uint8), (k, 0), (k, 0), mask, {"n": k})
    return path


def test_that_advice_measures_the_files_own_tiles(tissue):
    seen = []
    found = advise(tissue, 10, progress=lambda *step: seen.append(step))
    assert (found.tiles, found.sampled) == (30, 10)
    by = {(c.layout, c.images, c.compression): c for c in found.choices}
    none, fast = by["tree", "pixels", "none"], by["tree", "pixels", "fast"]
    assert none.bytes_per_tile > 128 * 128 * 3
    assert fast.bytes_per_tile < 0.9 * none.bytes_per_tile
    assert by["tree", "reference", "fast"].bytes_per_tile < 5000
    assert found.best.images == "pixels"
    assert found.best.compression not in ("zstd", "lz4", "none")
    assert "level 9" in found.reason
    size = tissue.stat().st_size
    assert abs(found.expected_size(fast) - size) < 0.2 * size
    assert seen[-1][1] == seen[-1][2] == len(found.choices)


def test_that_pixels_of_pure_noise_are_better_left_alone(tmp_path):
    rng, path = np.random.default_rng(0), tmp_path / "n.h5"
    with SlideWriter(path, SlideMeta("s", tile_size=64, stride=64)) as writer:
        for k in range(8):
            image = rng.integers(0, 256, (64, 64, 3), dtype=np.uint8)
            writer.add(k, image, (k, 0), (k, 0), {}, {})
    found = advise(path)
    assert found.best.compression == "none"
    assert "less than 5 %" in found.reason


def test_that_advice_covers_all_slides_and_leaves_the_file_alone(tissue, tmp_path):
    both = merge([tissue, tissue], tmp_path / "all.h5")
    before = both.read_bytes()
    assert advise(both, 4).tiles == 60
    assert both.read_bytes() == before


def test_that_advice_needs_pixels_and_can_be_stopped(tmp_path, write, tissue):
    path = write(tmp_path / "a.h5", 3, images="none")
    with pytest.raises(StorageError, match="holds no pixels"):
        advise(path)
    with pytest.raises(Cancelled):
        advise(tissue, cancelled=lambda: True)
    with open_file(tissue) as file:
        assert len(file.slide(0)) == 30
