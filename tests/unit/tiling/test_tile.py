"""Tiles keep their identity and what scripts set on them, and hold no pixels."""

import pickle
import tracemalloc
from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

import numpy as np
import pytest

from pathgui.tiling import Frame, Tile, TileGrid, TileList


class Source:
    """Makes pixels from the index, and counts how often it is asked."""

    path = None

    def __init__(self) -> None:
        self.asked = 0

    def image(self, index: int) -> np.ndarray:
        self.asked += 1
        return np.full((8, 8, 3), index, np.uint8)

    def masks(self, index: int) -> dict[str, np.ndarray]:
        return {"tissue": np.ones((8, 8), bool)}

    def labels(self, index: int) -> dict[str, Any]:
        return {"white": index % 2 == 0}


GRID = TileGrid.regular(Frame(1, 4.5, 50, 30, 1.0, 2.0), 8, 7, pad=True)


def tiles() -> TileList:
    return TileList(GRID, Source())


def test_that_a_tile_knows_where_it_is() -> None:
    tile = tiles()[8]
    assert tile.level_coords == (7, 7)
    assert tile.coords == (32, 32)  # 31.5, rounded to even as numpy does
    assert (tile.level, tile.downsample, tile.mpp, tile.tile_size) == (1, 4.5, 2.0, 8)
    last = tiles()[-1]
    assert last.level_coords == (42, 28)
    assert last.valid_size == (8, 2)
    assert "coords=(32, 32)" in repr(tile)


def test_that_tile_and_grid_agree_on_level_0_coordinates() -> None:
    assert [list(tile.coords) for tile in tiles()] == GRID.coords.tolist()


def test_that_a_list_is_a_sequence() -> None:
    found = tiles()
    assert len(found) == len(GRID)
    assert found[np.int64(3)] is found[3]
    assert found[-1] is found[len(found) - 1]
    assert [tile.index for tile in found[2:8:3]] == [2, 5]
    assert [tile.index for tile in found] == list(range(len(found)))
    assert next(reversed(found)) is found[-1]
    assert found[4] in found
    with pytest.raises(IndexError):
        found[len(found)]


def test_that_a_tile_stays_the_same_object_with_its_attributes() -> None:
    found = tiles()
    found[3].prediction = 0.7
    for tile in found:
        tile.seen = True
    assert found[3].prediction == 0.7
    assert all(tile.seen for tile in found)
    kept = [tile for tile in found if tile.index % 2]
    assert kept[1] is found[3]


def test_that_only_tiles_asked_for_are_made() -> None:
    found = tiles()
    found[2], found[5]
    assert [tile.index for tile in found.made()] == [2, 5]


def test_that_pixels_are_read_each_time_and_not_held() -> None:
    source = Source()
    tile = TileList(GRID, source)[2]
    assert (tile.image == 2).all()
    assert tile.image is not tile.image
    assert source.asked == 3
    tile.image = np.zeros((8, 8, 3), np.uint8)
    assert (tile.image == 0).all()
    assert source.asked == 3


CHANGES: dict[str, Callable[[dict[str, Any]], Any]] = {
    "set": lambda d: d.__setitem__("a", 1),
    "delete": lambda d: d.__delitem__(next(iter(d))),
    "update": lambda d: d.update(a=1),
    "join": lambda d: d.__ior__({"a": 1}),
    "pop": lambda d: d.pop(next(iter(d))),
    "pop nothing": lambda d: d.pop("not there", None),
    "popitem": lambda d: d.popitem(),
    "setdefault": lambda d: d.setdefault("a", 1),
    "clear": lambda d: d.clear(),
}


@pytest.mark.parametrize("name", ["masks", "labels"])
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_that_a_change_of_masks_or_labels_stays(
    name: str, change: Callable[[dict[str, Any]], Any]
) -> None:
    tile = tiles()[2]
    plain = dict(getattr(tile, name))
    change(plain)
    change(getattr(tile, name))
    assert getattr(tile, name).keys() == plain.keys()
    assert getattr(tile, name) is getattr(tile, name)


def test_that_a_dict_keeps_changing_its_tile_after_the_first_change() -> None:
    tile = tiles()[2]
    masks = tile.masks
    masks["a"] = np.zeros((8, 8), bool)
    masks["b"] = np.ones((8, 8), bool)
    assert set(tile.masks) == {"tissue", "a", "b"}
    tile.labels |= {"score": 0.5}
    assert tile.labels == {"white": True, "score": 0.5}


def test_that_looking_at_masks_changes_nothing() -> None:
    tile = tiles()[2]
    assert tile.masks["tissue"].all()
    assert list(tile.labels) == ["white"]
    assert "a" not in tile.masks
    assert tile.own == (None, None, None)
    assert not tile.changed


def test_that_masks_and_labels_can_be_replaced() -> None:
    tile = tiles()[2]
    tile.masks = {"nuclei": np.zeros((8, 8), np.int32)}
    tile.labels = {}
    assert list(tile.masks) == ["nuclei"]
    assert tile.own[2] == {}
    assert tile.changed


def test_that_a_tile_survives_pickling_with_what_was_set() -> None:
    tile = tiles()[8]
    tile.prediction = 0.7
    tile.masks["a"] = np.zeros((8, 8), bool)
    again = pickle.loads(pickle.dumps(tile))
    assert isinstance(again, Tile)
    assert (again.prediction, again.coords) == (0.7, tile.coords)
    assert set(again.masks) == {"tissue", "a"}
    assert (again.image == 8).all()


def test_that_pickled_tiles_share_one_grid() -> None:
    some = tiles()[:30]
    one, many = (len(pickle.dumps(some[:n])) for n in (1, 30))
    assert many < one + 30 * 100


def test_that_a_list_survives_pickling_with_what_was_set() -> None:
    found = tiles()
    found[3].prediction = 0.7
    found[4].labels["a"] = 1
    for tile in found:
        assert tile.index >= 0
    again = pickle.loads(pickle.dumps(found))
    assert len(again) == len(found)
    assert again[3].prediction == 0.7
    assert again[4].labels == {"white": True, "a": 1}
    assert [tile.index for tile in again.made()] == [3, 4]
    assert again[3].source is again[5].source


def look_at_all(found: TileList, barrier: Barrier, seen: list[list[int]]) -> None:
    barrier.wait()
    seen.append([id(tile) for tile in found])


def test_that_threads_get_the_same_tile() -> None:
    for _ in range(20):
        found = tiles()
        barrier = Barrier(4)
        seen: list[list[int]] = []

        work = (found, barrier, seen)
        threads = [Thread(target=look_at_all, args=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert all(ids == seen[0] for ids in seen)


def test_that_many_tiles_can_be_listed_in_little_memory() -> None:
    frame = Frame(0, 1.0, 25_600, 128_000)
    tracemalloc.start()
    found = TileList(TileGrid.regular(frame, 256), Source())
    listed = list(found)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(listed) == 50_000
    assert peak < 15e6  # 150 MB for half a million
