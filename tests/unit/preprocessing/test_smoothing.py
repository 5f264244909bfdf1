"""Our filters give what scipy's give, to the pixel where no rounding is involved."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from scipy import ndimage

from pathgui.preprocessing.smoothing import (
    box_any,
    box_count,
    box_mean,
    gaussian,
    median,
)

images = arrays(np.uint8, array_shapes(min_dims=3, max_dims=3, max_side=24))
sides = st.integers(0, 8).map(lambda n: 2 * n + 1)


def size_of(image: np.ndarray, side: int) -> tuple[int, ...]:
    return (side, side) + (1,) * (image.ndim - 2)


@settings(max_examples=60, deadline=None)
@given(images, sides)
def test_that_the_median_is_that_of_scipy(image: np.ndarray, side: int) -> None:
    expected = ndimage.median_filter(image, size=size_of(image, side), mode="nearest")
    assert np.array_equal(median(image, side), expected)


@settings(max_examples=60, deadline=None)
@given(images, sides)
def test_that_the_box_mean_is_exact_and_rounded(image: np.ndarray, side: int) -> None:
    padded = np.pad(image, [(side // 2,) * 2] * 2 + [(0, 0)], mode="edge").astype(int)
    windows = np.lib.stride_tricks.sliding_window_view(padded, (side, side), (0, 1))
    total = windows.sum(axis=(-1, -2))
    assert np.array_equal(box_mean(image, side), (total + side**2 // 2) // side**2)


@settings(max_examples=40, deadline=None)
@given(images, sides, st.floats(0.3, 20))
def test_that_the_gaussian_is_within_rounding_of_scipy(
    image: np.ndarray, side: int, sigma: float
) -> None:
    offsets = np.arange(side) - side // 2
    weights = np.exp(-0.5 * (offsets / sigma) ** 2)
    expected = image.astype(float)
    for axis in (0, 1):
        expected = ndimage.correlate1d(
            expected, weights / weights.sum(), axis, mode="nearest"
        )
    assert np.abs(gaussian(image, side, sigma) - expected).max() <= 0.5 + 1e-3


@settings(max_examples=60, deadline=None)
@given(arrays(bool, array_shapes(min_dims=2, max_dims=2, max_side=30)), sides)
def test_that_windows_of_masks_are_counted_right(mask: np.ndarray, side: int) -> None:
    padded = np.pad(mask, side // 2, mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, (side, side))
    assert np.array_equal(box_count(mask, side), windows.sum(axis=(-1, -2)))
    assert np.array_equal(box_any(mask, side), windows.any(axis=(-1, -2)))


@pytest.mark.parametrize("side", [1, 3, 9, 11, 33])
def test_that_one_colour_stays_one_colour(side: int) -> None:
    image = np.full((20, 30, 3), (3, 128, 255), np.uint8)
    for blurred in (
        median(image, side),
        box_mean(image, side),
        gaussian(image, side, 2),
    ):
        assert np.array_equal(blurred, image)


def test_that_a_mask_wider_than_a_byte_is_counted() -> None:
    assert box_count(np.ones((3, 3), bool), 301).tolist() == [[301**2] * 3] * 3
