"""Grey, saturation, glass and thresholds, against their definitions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from skimage.filters import threshold_otsu

from pathgui.preprocessing.colour import (
    background_colour,
    balanced,
    grey,
    otsu,
    saturation,
)

images = arrays(
    np.uint8, array_shapes(min_dims=2, max_dims=2, max_side=12).map(lambda s: (*s, 3))
)


@given(images)
def test_that_grey_is_bt601_rounded(image: np.ndarray) -> None:
    exact = image @ np.array([0.299, 0.587, 0.114])
    assert np.abs(grey(image) - exact).max() <= 0.5 + 1e-2


@given(images)
def test_that_saturation_is_that_of_hsv_unless_nearly_black(image: np.ndarray) -> None:
    most, least = image.max(axis=2).astype(int), image.min(axis=2).astype(int)
    found = saturation(image)
    light = most >= 48
    expected = (most - least) * 255 // np.maximum(most, 1)
    assert np.array_equal(found[light], expected[light])
    assert (found <= expected).all()


@given(st.lists(st.integers(0, 255), min_size=2, max_size=200))
def test_that_otsu_divides_as_scikit_image_does(values: list[int]) -> None:
    array = np.array(values, dtype=np.uint8)
    threshold = otsu(np.bincount(array, minlength=256))
    if array.min() == array.max():
        assert not (array > threshold).any()
        return

    def between(limit: float) -> float:
        low, high = array[array <= limit], array[array > limit]
        if not (len(low) and len(high)):
            return 0.0
        return len(low) * len(high) * (low.mean() - high.mean()) ** 2

    assert between(threshold) >= between(threshold_otsu(array)) * (1 - 1e-9)


def test_that_the_colour_of_the_glass_is_found_beside_white_filling() -> None:
    rng = np.random.default_rng(0)
    image = np.clip(rng.normal((240, 236, 228), 2, (200, 200, 3)), 0, 255)
    image = image.astype(np.uint8)
    image[:60] = 255
    image[100:180, 50:150] = (200, 120, 170)
    colour = background_colour(image)
    assert colour == pytest.approx((240, 236, 228), abs=1)
    glass = balanced(image, colour)[60:100]
    assert glass.mean() == pytest.approx(254, abs=1)
    assert saturation(glass).mean() < 3


@pytest.mark.parametrize("colour", [(0, 0, 0), (200, 120, 170), (120, 120, 120)])
def test_that_there_is_no_glass_where_nothing_is_bright(
    colour: tuple[int, int, int],
) -> None:
    assert background_colour(np.full((30, 30, 3), colour, np.uint8)) is None
