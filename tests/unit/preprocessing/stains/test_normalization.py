"""Stains are found, slides are made alike, and nothing breaks on pale ones."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pathgui.errors import TransformError
from pathgui.preprocessing import Overview, Pipeline, StainNormalizationHE
from pathgui.preprocessing.stains.density import densities
from pathgui.preprocessing.stains.estimate import Estimation, estimated
from pathgui.tiling import TileData

TARGET = np.array([[0.5626, 0.7201, 0.4062], [0.2159, 0.8012, 0.5581]])
OTHER = np.array([[0.65, 0.70, 0.29], [0.10, 0.95, 0.29]])
METHODS = ["macenko", "vahadane", "reinhard"]


def painted(
    stains: np.ndarray, strength: float = 1.0, seed: int = 0, size: int = 200
) -> np.ndarray:
    """A picture of nuclei and cytoplasm in given stains."""
    rng = np.random.default_rng(seed)
    unit = stains / np.linalg.norm(stains, axis=1, keepdims=True)
    nuclear = rng.random((size, size)) < 0.4
    amounts = np.stack(
        [
            np.where(nuclear, rng.normal(1.5, 0.2, nuclear.shape), 0.03),
            np.where(nuclear, 0.05, rng.normal(0.8, 0.15, nuclear.shape)),
        ],
        axis=-1,
    )
    amounts[: size // 5] = 0
    image = 245 * np.exp(-strength * np.maximum(amounts, 0) @ unit)
    return np.clip(np.rint(image), 0, 255).astype(np.uint8)


def overview_of(image: np.ndarray) -> Overview:
    pixels = image.reshape(-1, 3)
    return Overview(image, 1.0, 0.5, lambda n: pixels[:: max(1, -(-len(pixels) // n))])


def normalised(image: np.ndarray, **settings: object) -> tuple[np.ndarray, list[str]]:
    overview, tile = overview_of(image), TileData(image)
    Pipeline([StainNormalizationHE(**settings)]).fit(overview).apply(tile)
    return tile.image, overview.warnings


@pytest.mark.parametrize("method", ["macenko", "vahadane"])
@pytest.mark.parametrize("stains", [TARGET, OTHER])
def test_that_the_stains_a_picture_was_painted_with_are_found(
    method: str, stains: np.ndarray
) -> None:
    image = painted(stains)
    how = Estimation(method, 0.15, 0.1, 0.01)
    found = estimated(image.reshape(-1, 3), (245.0,) * 3, how).matrix
    unit = stains / np.linalg.norm(stains, axis=1, keepdims=True)
    degrees = np.degrees(np.arccos(np.clip((found * unit).sum(axis=1), -1, 1)))
    assert (degrees < 3).all()


@pytest.mark.parametrize("method", METHODS)
def test_that_slides_of_two_laboratories_become_alike(method: str) -> None:
    one, other = painted(TARGET, 0.8, 1), painted(OTHER, 1.4, 1)
    new_one, new_other = (
        normalised(image, stain_estimation_method=method)[0].astype(float)
        for image in (one, other)
    )
    before = np.abs(one.astype(float) - other).mean()
    assert np.abs(new_one - new_other).mean() < 0.4 * before


@pytest.mark.parametrize("method", METHODS)
def test_that_glass_stays_glass(method: str) -> None:
    image, _ = normalised(painted(OTHER), stain_estimation_method=method)
    assert image.dtype == np.uint8
    assert np.abs(image[:40].astype(int) - 245).max() <= 2


def test_that_all_tiles_of_a_slide_are_changed_alike() -> None:
    image = painted(OTHER)
    fitted = Pipeline([StainNormalizationHE()]).fit(overview_of(image))
    whole, part = TileData(image), TileData(image[100:140, 60:100])
    fitted.apply(whole)
    fitted.apply(part)
    assert np.array_equal(whole.image[100:140, 60:100], part.image)


def test_that_one_stain_alone_can_be_shown() -> None:
    image = painted(OTHER)
    nuclei, _ = normalised(image, target="hematoxylin")
    eosin, _ = normalised(image, target="eosin")
    nuclear = image[..., 0] < 120
    assert nuclei[nuclear].mean() < nuclei[~nuclear].mean() - 60
    assert eosin[nuclear].mean() > eosin[50:][~nuclear[50:]].mean()


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    "image",
    [
        np.full((50, 50, 3), 245, np.uint8),
        np.zeros((50, 50, 3), np.uint8),
        np.full((50, 50, 3), (200, 120, 180), np.uint8),
        np.full((1, 1, 3), (200, 120, 180), np.uint8),
        np.clip(painted(TARGET, 0.08), 0, 255),
    ],
)
def test_that_a_slide_without_two_stains_is_left_alone(
    method: str, image: np.ndarray
) -> None:
    result, warnings = normalised(image, stain_estimation_method=method)
    assert np.array_equal(result, image)
    assert "left as they are" in warnings[0] or "left as they were" in warnings[0]


def test_that_one_stain_alone_is_not_taken_for_two() -> None:
    rng = np.random.default_rng(2)
    amounts = rng.normal(1, 0.2, (100, 100, 1))
    image = np.rint(245 * np.exp(-amounts * TARGET[1])).astype(np.uint8)
    result, warnings = normalised(image)
    assert np.array_equal(result, image)
    assert "apart" in warnings[0]


def test_that_a_pale_slide_is_strengthened_three_times_at_most() -> None:
    image = painted(TARGET, 0.3)
    result, warnings = normalised(image, optical_density_threshold=0.05)
    assert "factor of three" in warnings[0]
    white = (245.0,) * 3
    before, after = (
        densities(picture[60:].reshape(-1, 3), white).mean()
        for picture in (image, result)
    )
    assert after < 3.3 * before


def test_that_a_picture_can_be_the_target() -> None:
    reference, image = painted(OTHER, 1.0, 3), painted(TARGET, 1.2, 4)
    for method in METHODS:
        transform = StainNormalizationHE(stain_estimation_method=method)
        assert transform.fit_to_reference(reference) is transform
        tile = TileData(image)
        transform.fit(overview_of(image)).apply(tile)
        got = np.sort(tile.image[60:].reshape(-1, 3).astype(float), axis=0)
        wanted = np.sort(reference[60:].reshape(-1, 3).astype(float), axis=0)
        assert np.abs(got - wanted).mean() < 12, method
        again = StainNormalizationHE.from_config(transform.config())
        assert again == transform


def test_that_an_empty_reference_is_refused() -> None:
    with pytest.raises(TransformError, match="reference"):
        StainNormalizationHE().fit_to_reference(np.full((99, 99, 3), 240, np.uint8))


def test_that_a_matrix_written_in_columns_is_understood() -> None:
    columns = StainNormalizationHE(stain_matrix_target_od=TARGET.T)
    assert columns == StainNormalizationHE()


@pytest.mark.parametrize(
    "settings",
    [
        {"stain_matrix_target_od": [[1, 2, 3]]},
        {"stain_matrix_target_od": [[1, 1, 1], [1, 1, 1]]},
        {"stain_matrix_target_od": [[1, 1, "x"], [1, 0, 1]]},
        {"stain_matrix_target_od": [[1, 1, float("nan")], [1, 0, 1]]},
        {"max_c_target": [1.0]},
        {"max_c_target": [0.0, -1.0]},
        {"reinhard_mean_target": [1.0, float("inf"), 0.0]},
        {"stain_estimation_method": "reinhard", "target": "eosin"},
        {"stain_estimation_method": "ruifrok"},
    ],
)
def test_that_a_target_that_is_none_is_refused(settings: dict) -> None:
    with pytest.raises(TransformError):
        StainNormalizationHE.from_config(settings)


def test_that_pen_does_not_count_as_a_stain() -> None:
    image = painted(OTHER)
    marked = image.copy()
    marked[45:80] = (30, 110, 60)
    clean, dirty = normalised(image)[0], normalised(marked)[0]
    assert np.abs(clean[90:].astype(int) - dirty[90:]).max() <= 6


@pytest.mark.parametrize("method", METHODS)
def test_that_a_real_slide_is_normalised_without_a_warning(
    data: Path, method: str
) -> None:
    file = data / "annotated/images/stardist_histo.jpg"
    image = np.asarray(Image.open(file).convert("RGB"))
    result, warnings = normalised(image, stain_estimation_method=method)
    assert warnings == []
    assert result.shape == image.shape
    assert result.std() > 20
