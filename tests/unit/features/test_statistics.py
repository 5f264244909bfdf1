"""Hand-crafted features of tiles."""

import numpy as np
import pytest

from pathgui.errors import TransformError
from pathgui.features import ColourStatistics


def test_that_a_uniform_tile_has_no_spread():
    image = np.full((1, 8, 8, 3), (200, 100, 50), np.uint8)
    found = dict(
        zip(
            ColourStatistics.feature_names,
            ColourStatistics().extract(image)[0],
            strict=True,
        )
    )
    assert found["red_mean"] == pytest.approx(200 / 255)
    assert found["blue_p90"] == pytest.approx(50 / 255)
    assert found["saturation_p50"] == pytest.approx(0.75)
    assert max(v for name, v in found.items() if name.endswith("_std")) < 1e-5


def test_that_each_tile_is_measured_alone():
    rng = np.random.default_rng(1)
    images = rng.integers(0, 256, (3, 16, 16, 3), dtype=np.uint8)
    extractor = ColourStatistics()
    together = extractor.extract(images)
    assert together.shape == (3, extractor.dimension)
    for image, row in zip(images, together, strict=True):
        assert np.array_equal(extractor.extract(image[None])[0], row)


def test_that_other_arrays_are_refused():
    with pytest.raises(TransformError, match="float64"):
        ColourStatistics().extract(np.zeros((2, 8, 8, 3)))
