"""Contrast is stretched to where it was asked to go."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra.numpy import array_shapes, arrays
from skimage import exposure

from pathgui.errors import TransformError
from pathgui.preprocessing import (
    AdaptiveHistogramEqualization,
    HistogramEqualization,
    RescaleIntensity,
    Transform,
)
from pathgui.tiling import TileData

images = arrays(
    np.uint8, array_shapes(min_dims=2, max_dims=2, max_side=12).map(lambda s: (*s, 3))
)


def applied(transform: Transform, image: np.ndarray) -> np.ndarray:
    tile = TileData(image)
    transform.apply(tile)
    return tile.image


@given(images)
def test_that_the_whole_range_is_used_unless_there_is_one_value(
    image: np.ndarray,
) -> None:
    result = applied(RescaleIntensity(), image)
    if image.min() == image.max():
        assert np.array_equal(result, image)
    else:
        assert (result.min(), result.max()) == (0, 255)
    order = np.argsort(image, axis=None, kind="stable")
    assert (np.diff(result.ravel()[order].astype(int)) >= 0).all()


def test_that_ranges_may_be_numbers_in_any_writing() -> None:
    image = np.array([[[10, 100, 200]]], np.uint8)
    for given_range in ((0, 200), [0, 200], "0,200", " 0 , 200 "):
        result = applied(RescaleIntensity(given_range, (0, 100)), image)
        assert result.tolist() == [[[5, 50, 100]]]
    assert RescaleIntensity((0, 200)) == RescaleIntensity([0.0, 200.0])


@pytest.mark.parametrize("wrong", ["", "word", "5", "9,2", "0,300", "-1,5", "nan,5"])
def test_that_a_range_that_is_none_is_refused(wrong: str) -> None:
    with pytest.raises(TransformError):
        RescaleIntensity(in_range=wrong)


@given(images)
def test_that_equalising_is_that_of_scikit_image_in_eight_bits(
    image: np.ndarray,
) -> None:
    result = applied(HistogramEqualization(), image)
    if image.min() == image.max():
        assert np.array_equal(result, image)
    else:
        expected = np.rint(exposure.equalize_hist(image.ravel()) * 255)
        assert np.array_equal(result.ravel(), expected)


def test_that_only_the_mask_is_counted() -> None:
    image = np.zeros((4, 4, 3), np.uint8)
    image[:2, :2] = np.arange(12).reshape(2, 2, 3) + 100
    tile = TileData(image, masks={"tissue": image[..., 0] > 0})
    HistogramEqualization(mask="tissue").apply(tile)
    assert tile.image[:2, :2].max() == 255
    assert tile.image[:2, :2].min() < 30


def test_that_local_equalising_adds_contrast_and_keeps_hue() -> None:
    rng = np.random.default_rng(0)
    grey = rng.normal(150, 4, (64, 64))
    image = np.clip(np.stack([grey, 0.6 * grey, 0.8 * grey], -1), 0, 255)
    image = image.astype(np.uint8)
    result = applied(AdaptiveHistogramEqualization(), image)
    assert result.std(axis=(0, 1))[0] > 1.5 * image.std(axis=(0, 1))[0]
    ratio = result[..., 1].mean() / result[..., 0].mean()
    assert ratio == pytest.approx(0.6, abs=0.02)
