"""The tile cache keeps to its budget, forgets the oldest, and cleans up."""

import gc
import pickle
from collections import OrderedDict
from pathlib import Path
from threading import Thread

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathgui.errors import TilingError
from pathgui.tiling import TileCache

KB = 1 / 1024**2


def block(value: int, size: int = 1024) -> np.ndarray:
    return np.full(size, value, np.uint8)


def test_that_an_array_comes_back_as_it_was_given() -> None:
    cache = TileCache(max_size_gb=10)
    image = np.zeros((256, 256, 3), np.uint8)
    assert cache.add("tile_0", image)
    assert cache.get("tile_0") is image
    assert "tile_0" in cache
    assert len(cache) == 1
    assert cache.size_bytes == image.nbytes


def test_that_an_unknown_key_gives_none() -> None:
    cache = TileCache()
    assert cache.get("tile_0") is None
    assert "tile_0" not in cache


def test_that_the_least_recently_used_goes_first() -> None:
    cache = TileCache(max_size_gb=3 * KB)
    for key in "abc":
        cache.add(key, block(1))
    cache.get("a")
    cache.add("d", block(2))
    assert cache.get("b") is None
    assert all(key in cache for key in "acd")
    assert cache.stats.evictions == 1


def test_that_an_array_above_the_budget_is_not_kept_and_displaces_nothing() -> None:
    cache = TileCache(max_size_gb=2 * KB)
    cache.add("a", block(1))
    assert not cache.add("big", block(1, 2049))
    assert cache.get("big") is None
    assert "a" in cache


def test_that_a_key_holds_its_newest_array_or_nothing() -> None:
    cache = TileCache(max_size_gb=2 * KB)
    cache.add("a", block(1))
    cache.add("a", block(2, 100))
    assert cache.size_bytes == 100
    assert cache.get("a")[0] == 2  # type: ignore[index]
    cache.add("a", block(3, 4096))
    assert cache.get("a") is None
    assert cache.size_bytes == 0


def test_that_a_budget_of_nothing_keeps_nothing() -> None:
    cache = TileCache(max_size_gb=0)
    assert not cache.add("a", block(1))
    assert len(cache) == 0


def test_that_hits_and_misses_are_counted() -> None:
    cache = TileCache()
    assert cache.stats.hit_rate == 0
    cache.add("a", block(1))
    for key in "aaab":
        cache.get(key)
    stats = cache.stats
    assert (stats.hits, stats.misses, stats.items) == (3, 1, 1)
    assert stats.hit_rate == 0.75


def test_that_clearing_forgets_arrays() -> None:
    cache = TileCache()
    cache.add("a", block(1))
    cache.clear()
    assert (len(cache), cache.size_bytes, cache.get("a")) == (0, 0, None)


def test_that_a_small_view_does_not_keep_the_picture_behind_it() -> None:
    cache = TileCache()
    picture = np.zeros((1000, 1000), np.uint8)
    cache.add("a", picture[:10, :10])
    kept = cache.get("a")
    assert kept is not None
    assert kept.base is None
    cache.add("b", np.frombuffer(bytes(1000), np.uint8)[:10])
    assert cache.size_bytes == 110


@pytest.mark.parametrize("size", [-1, float("nan"), float("inf")])
def test_that_a_senseless_budget_is_refused(size: float) -> None:
    with pytest.raises(TilingError, match="max_size_gb"):
        TileCache(max_size_gb=size)


def test_that_python_objects_are_refused() -> None:
    with pytest.raises(TilingError, match="objects"):
        TileCache().add("a", np.array([{}]))


def test_that_a_pickled_cache_arrives_empty_with_its_limits() -> None:
    cache = TileCache(max_size_gb=2 * KB)
    cache.add("a", block(1))
    copy = pickle.loads(pickle.dumps(cache))
    assert (len(copy), copy.max_bytes) == (0, cache.max_bytes)


@given(
    st.lists(st.tuples(st.sampled_from("abcdef"), st.integers(0, 1500)), max_size=60)
)
def test_that_a_cache_behaves_like_a_plain_list_of_recent_arrays(
    steps: list[tuple[str, int]],
) -> None:
    cache = TileCache(max_size_gb=2 * KB)
    plain: OrderedDict[str, int] = OrderedDict()
    for key, size in steps:
        if size % 3 == 0:
            found = cache.get(key)
            assert (None if found is None else len(found)) == plain.get(key)
            if key in plain:
                plain.move_to_end(key)
            continue
        cache.add(key, block(0, size))
        plain.pop(key, None)
        plain[key] = size
        while sum(plain.values()) > 2048:
            plain.popitem(last=False)
        assert cache.size_bytes == sum(plain.values()) <= 2048
    assert len(cache) == len(plain)


def test_that_threads_share_a_cache_without_losing_count() -> None:
    cache = TileCache(max_size_gb=20 * KB)
    wrong: list[int] = []

    def work(seed: int) -> None:
        for step in range(2000):
            key = (seed * 7 + step * 13) % 50
            found = cache.get(key)
            if found is None:
                cache.add(key, block(key))
            elif found[0] != key:
                wrong.append(key)

    threads = [Thread(target=work, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    stats = cache.stats
    assert not wrong
    assert stats.hits + stats.misses == 8000
    assert cache.size_bytes == stats.items * 1024 <= 20 * 1024


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_that_nothing_is_written_without_a_spill_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    cache = TileCache(max_size_gb=1 * KB)
    for key in range(10):
        cache.add(key, block(key))
    assert files(tmp_path) == []


def test_that_what_leaves_memory_is_read_back_from_disk(tmp_path: Path) -> None:
    cache = TileCache(max_size_gb=2 * KB, spill_dir=tmp_path / "new" / "spill")
    for key in range(6):
        cache.add(key, block(key))
    assert len(cache) == 6
    for key in range(6):
        found = cache.get(key)
        assert found is not None
        assert found[0] == key
    assert cache.stats.disk_hits > 0
    assert cache.size_bytes <= 2048
    cache.close()
    assert files(tmp_path) == []


def test_that_names_on_disk_are_safe_whatever_the_key(tmp_path: Path) -> None:
    spill = tmp_path / "spill"
    with TileCache(max_size_gb=1 * KB, spill_dir=spill) as cache:
        keys = ["../../evil", "a/b\\c:\0*", ("slide.svs", 3), "x" * 5000, "\ud800"]
        for key in keys:
            cache.add(key, block(1))
        cache.add("last", block(1))
        written = files(tmp_path)
        assert len(written) == len(keys)
        assert all(spill in path.parents for path in written)
        assert all(len(path.name) < 40 for path in written)
        assert all(cache.get(key) is not None for key in keys)
    assert list(spill.iterdir()) == []


def test_that_disk_space_is_bounded(tmp_path: Path) -> None:
    cache = TileCache(max_size_gb=1 * KB, spill_dir=tmp_path, spill_gb=4 * KB)
    for key in range(20):
        cache.add(key, block(key))
    assert sum(path.stat().st_size for path in files(tmp_path)) <= 4096
    assert cache.stats.disk_bytes <= 4096
    assert 17 in cache
    assert 0 not in cache


def test_that_a_replaced_array_is_never_read_back(tmp_path: Path) -> None:
    cache = TileCache(max_size_gb=1 * KB, spill_dir=tmp_path)
    cache.add("a", block(1))
    cache.add("b", block(2))
    cache.add("a", block(3))
    cache.add("c", block(4))
    found = cache.get("a")
    assert found is not None
    assert found[0] == 3
    cache.add("a", block(5, 9999))
    assert cache.get("a") is None


def test_that_a_damaged_or_removed_file_is_a_miss(tmp_path: Path) -> None:
    cache = TileCache(max_size_gb=1 * KB, spill_dir=tmp_path)
    for key in "abc":
        cache.add(key, block(1))
    first, second = sorted(files(tmp_path))
    first.write_bytes(b"\x93NUMPY\x01")
    second.unlink()
    assert cache.get("a") is None
    assert cache.get("b") is None
    assert cache.get("c") is not None


def test_that_a_folder_that_cannot_be_made_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(TilingError, match="file"):
        TileCache(spill_dir=tmp_path / "file")


def test_that_files_go_with_the_cache(tmp_path: Path) -> None:
    cache = TileCache(max_size_gb=1 * KB, spill_dir=tmp_path)
    for key in range(3):
        cache.add(key, block(key))
    assert files(tmp_path)
    del cache
    gc.collect()
    assert list(tmp_path.iterdir()) == []
