"""Superpixels: patches of one colour that follow the picture."""

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from pathgui.preprocessing import SuperpixelInterpolation
from pathgui.tiling import TileData


def applied(image: np.ndarray, **settings: int) -> np.ndarray:
    tile = TileData(image)
    SuperpixelInterpolation(**settings).apply(tile)
    return tile.image


def test_that_noise_goes_and_edges_stay() -> None:
    rng = np.random.default_rng(0)
    image = np.full((80, 80, 3), 220.0)
    image[:, 40:] = (120, 60, 150)
    noisy = np.clip(image + rng.normal(0, 10, image.shape), 0, 255).astype(np.uint8)
    result = applied(noisy).astype(float)
    assert np.abs(result - image).mean() < 0.4 * np.abs(noisy - image).mean()
    assert np.abs(result[:, 43:] - image[:, 43:]).max() < 20


@pytest.mark.parametrize("side", [5, 10, 20])
def test_that_there_are_about_as_many_as_the_side_says(side: int) -> None:
    noise = np.random.default_rng(1).random((100, 100, 3))
    image = gaussian_filter(noise, (3, 3, 0))
    image = (255 * (image - image.min()) / np.ptp(image)).astype(np.uint8)
    colours = len(np.unique(applied(image, region_size=side).reshape(-1, 3), axis=0))
    assert 0.3 * (100 / side) ** 2 < colours < 1.7 * (100 / side) ** 2


def test_that_the_mean_brightness_stays() -> None:
    image = np.random.default_rng(2).integers(0, 255, (60, 90, 3), np.uint8)
    assert applied(image).mean() == pytest.approx(image.mean(), abs=0.5)
