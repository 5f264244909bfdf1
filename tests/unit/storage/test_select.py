"""Tiles by place, label and mask."""

import h5py
import numpy as np
import pytest

from pathgui.errors import StorageError
from pathgui.storage import open_file


@pytest.fixture
def slide(tmp_path, write):
    with open_file(write(tmp_path / "a.h5", 45)) as file:
        yield file.slide(0)


def test_that_a_tile_is_found_by_its_corner(slide, tile):
    for k in (0, 7, 44):
        assert slide.number_at(*tile(k)["coords"]) == k
    assert slide.number_at(1, 1) is None


def test_that_a_region_gives_the_tiles_it_touches(slide):
    side = 32 * 4.0003
    assert slide.select(region=(0, 0, 1, 1)).tolist() == [0]
    assert slide.select(region=(side + 1, side + 1, 1, 1)).tolist() == [16]
    four = slide.select(region=(side - 2, side - 2, 4, 4))
    assert four.tolist() == [0, 1, 15, 16]
    assert slide.select(region=(1e6, 0, 9, 9)).tolist() == []


def test_that_labels_choose_by_value_or_by_test(slide):
    assert slide.select(labels={"white": True}).tolist() == list(range(0, 45, 3))
    assert slide.select(labels={"site": "s9"}).tolist() == [9]
    bright = slide.select(labels={"mean": lambda v: v > 179.5, "white": False})
    assert all(slide.labels(k)["mean"] > 179.5 for k in bright)
    assert 0 < len(bright) < 30


def test_that_a_mask_fraction_chooses(slide, tile):
    shares = slide.mask_fraction("tissue")
    want = [tile(k)["masks"]["tissue"].mean() for k in range(45)]
    assert np.allclose(shares, want, atol=1e-6)
    chosen = slide.select(min_fraction=0.5)
    assert chosen.tolist() == [k for k in range(45) if np.float32(want[k]) >= 0.5]
    both = slide.select(min_fraction=0.5, labels={"white": True}, region=(0, 0, 9e9, 1))
    assert set(both) <= set(chosen)


def test_that_names_that_are_not_there_are_told_with_those_that_are(slide):
    with pytest.raises(StorageError, match="no label 'stain'") as caught:
        slide.select(labels={"stain": 1})
    assert "mean" in caught.value.hint
    with pytest.raises(StorageError, match="no mask 'pen'") as caught:
        slide.select(mask="pen", min_fraction=0.1)
    assert "tissue" in caught.value.hint


def test_that_fractions_come_from_the_masks_where_none_were_recorded(
    tmp_path, write, tile
):
    path = write(tmp_path / "b.h5", 9)
    with h5py.File(path, "r+") as f:
        del f["slide_0/mask_fractions"]
    with open_file(path) as file:
        slide = file.slide(0)
        from_slide_mask = slide.mask_fraction("tissue")
        assert np.allclose(from_slide_mask, 1.0)
    with h5py.File(path, "r+") as f:
        del f["slide_0/masks"]
    with open_file(path) as file:
        want = [tile(k)["masks"]["tissue"].mean() for k in range(9)]
        assert file.slide(0).mask_fraction("tissue").tolist() == want
