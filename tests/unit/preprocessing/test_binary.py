"""Masks by threshold, and masks made tidier."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from scipy import ndimage

from pathgui.errors import TransformError
from pathgui.preprocessing import (
    BinaryThreshold,
    ForegroundDetection,
    MorphClose,
    MorphOpen,
    Transform,
)
from pathgui.tiling import TileData

masks = arrays(bool, array_shapes(min_dims=2, max_dims=2, max_side=30))


def cleaned(
    transform: Transform, mask: np.ndarray, mpp: float | None = None
) -> np.ndarray:
    tile = TileData(np.zeros((*mask.shape, 3), np.uint8), mpp=mpp)
    tile.masks["tissue"] = mask
    transform.apply(tile)
    return tile.masks["tissue"]


@given(masks, st.sampled_from([1, 3, 5]), st.integers(1, 3))
def test_that_opening_and_closing_are_those_of_scipy(
    mask: np.ndarray, side: int, times: int
) -> None:
    square, room = np.ones((side, side), bool), 40
    padded = np.pad(mask, room, mode="edge")
    inner = (slice(room, -room),) * 2
    for kind, reference in (
        (MorphOpen, ndimage.binary_opening),
        (MorphClose, ndimage.binary_closing),
    ):
        found = cleaned(kind("tissue", side, times), mask)
        assert found.dtype == bool
        expected = reference(padded, square, iterations=times)[inner]
        # At the rim, the reference sees the edge repeated once, ours at each step.
        rim = times * (side // 2) * 2
        core = tuple(slice(rim, length - rim) for length in mask.shape)
        assert np.array_equal(found[core], expected[core])


@given(masks)
def test_that_opening_only_removes_and_closing_only_adds(mask: np.ndarray) -> None:
    assert not (cleaned(MorphOpen("tissue", 3), mask) & ~mask).any()
    assert not (~cleaned(MorphClose("tissue", 3), mask) & mask).any()


def test_that_labels_become_a_plain_mask() -> None:
    labels = np.zeros((9, 9), np.int32)
    labels[2:7, 2:7] = 7
    found = cleaned(MorphOpen("tissue", 3), labels)
    assert found.dtype == bool
    assert found.sum() == 25


def ring() -> np.ndarray:
    mask = np.zeros((40, 40), bool)
    mask[5:25, 5:25] = True
    mask[10:14, 10:14] = False
    mask[30:33, 30:33] = True
    return mask


def test_that_small_regions_go_and_small_holes_are_filled() -> None:
    found = cleaned(ForegroundDetection("tissue", 10, 16), ring())
    assert not found[30:33, 30:33].any()
    assert found[5:25, 5:25].all()
    kept = cleaned(ForegroundDetection("tissue", 9, 15), ring())
    assert np.array_equal(kept, ring())
    filled = cleaned(ForegroundDetection("tissue", 9, 0, True), ring())
    assert filled[5:25, 5:25].all()


def test_that_areas_may_be_square_micrometres() -> None:
    step = ForegroundDetection("tissue", 2.5, 0, units="um2")
    assert not cleaned(step, ring(), mpp=0.5)[30:33, 30:33].any()
    assert cleaned(step, ring(), mpp=1.0)[30:33, 30:33].all()
    with pytest.raises(TransformError, match="resolution"):
        cleaned(step, ring())


def test_that_a_threshold_divides_bright_from_dark() -> None:
    image = np.full((8, 8, 3), 40, np.uint8)
    image[:3] = 200
    bright = np.arange(8)[:, None].repeat(8, 1) < 3
    for settings, expected in (
        ({}, bright),
        ({"inverse": True}, ~bright),
        ({"use_otsu": False, "threshold": 40}, bright),
        ({"use_otsu": False, "threshold": 39}, np.ones((8, 8), bool)),
        (
            {"use_otsu": False, "threshold": 200, "inverse": True},
            ~np.zeros((8, 8), bool),
        ),
    ):
        tile = TileData(image)
        BinaryThreshold("cells", **settings).apply(tile)
        assert np.array_equal(tile.masks["cells"], expected)
