"""Tissue is found on real pictures, and not invented on empty ones."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

from pathgui.preprocessing import Overview, SlideMask, TissueDetectionHE

GLASS, PINK, PURPLE = (243, 243, 242), (215, 140, 185), (110, 70, 150)


def overview_of(
    image: np.ndarray, mpp: float | None = 4.0, downsample: float = 1.0
) -> Overview:
    level0 = None if mpp is None else mpp / downsample
    return Overview(image, downsample, level0, lambda n: image.reshape(-1, 3)[:n])


def detected(
    image: np.ndarray, mpp: float | None = 4.0, **settings: object
) -> np.ndarray:
    mask = TissueDetectionHE(**settings).detect(overview_of(image, mpp))
    large = mask.array.repeat(int(mask.downsample), 0).repeat(int(mask.downsample), 1)
    return large[: image.shape[0], : image.shape[1]]


def slide(seed: int = 0, size: int = 600) -> tuple[np.ndarray, np.ndarray]:
    """Noisy glass with a blob of tissue, and where that is."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:size, :size] / size - 0.5
    truth = (x / 0.3) ** 2 + (y / 0.2) ** 2 < 1
    image = np.where(truth[..., None], PINK, GLASS).astype(float)
    nuclei = truth & (ndimage.gaussian_filter(rng.random((size, size)), 1.5) > 0.52)
    image[nuclei] = PURPLE
    image += rng.normal(0, 3, image.shape)
    return np.clip(image, 0, 255).astype(np.uint8), truth


def overlap(one: np.ndarray, other: np.ndarray) -> float:
    return float((one & other).sum() / (one | other).sum())


@pytest.mark.parametrize("use_saturation", [True, False])
def test_that_a_blob_on_glass_is_found_to_its_edge(use_saturation: bool) -> None:
    image, truth = slide()
    found = detected(image, use_saturation=use_saturation)
    assert overlap(found, truth) > 0.97


@pytest.mark.parametrize("use_saturation", [True, False])
@pytest.mark.parametrize("noise", [0, 1, 4])
@pytest.mark.parametrize("glass", [(255, 255, 255), (243, 243, 242), (235, 230, 215)])
def test_that_nothing_is_found_on_an_empty_slide(
    glass: tuple[int, int, int], noise: float, use_saturation: bool
) -> None:
    rng = np.random.default_rng(3)
    image = np.full((300, 400, 3), glass) + rng.normal(0, noise, (300, 400, 3))
    overview = overview_of(np.clip(image, 0, 255).astype(np.uint8))
    mask = TissueDetectionHE(use_saturation=use_saturation).detect(overview)
    assert not mask.array.any()
    assert "no tissue" in overview.warnings[-1]


def test_that_a_picture_full_of_tissue_is_all_tissue() -> None:
    rng = np.random.default_rng(4)
    nuclei = ndimage.gaussian_filter(rng.random((300, 300)), 2) > 0.51
    image = np.where(nuclei[..., None], PURPLE, PINK).astype(np.uint8)
    assert detected(image, 0.5).mean() > 0.99


def test_that_the_empty_and_black_outside_of_a_scan_is_not_tissue() -> None:
    image, truth = slide()
    image[:80], image[-60:] = 0, 255
    assert overlap(detected(image), truth) > 0.97


@pytest.mark.parametrize("factor", [2, 4])
def test_that_the_result_does_not_depend_on_the_level(factor: int) -> None:
    image, _ = slide(5, 2048)
    blocks = image.reshape(2048 // factor, factor, 2048 // factor, factor, 3)
    small = blocks.mean((1, 3)).round().astype(np.uint8)
    fine = TissueDetectionHE().detect(overview_of(image, 4.0))
    coarse = TissueDetectionHE().detect(overview_of(small, 4.0 * factor, factor))
    area = [mask.array.sum() * mask.downsample**2 for mask in (fine, coarse)]
    assert area[0] == pytest.approx(area[1], rel=0.02)


def test_that_areas_are_square_micrometres() -> None:
    image = np.full((400, 400, 3), GLASS, np.uint8)
    image[100:140, 100:140] = PINK  # 40 px: 160 µm at 4 µm, 25 600 µm²
    assert detected(image, 4.0, min_region_size=24_000).any()
    assert not detected(image, 4.0, min_region_size=27_000).any()


def test_that_small_holes_are_filled_and_large_ones_stay() -> None:
    image = np.full((400, 400, 3), PINK, np.uint8)
    image[50:350, 50:350] = PURPLE
    image[100:120, 100:120] = GLASS  # 80 µm: 6 400 µm²
    image[200:240, 200:240] = GLASS  # 160 µm: 25 600 µm²
    found = detected(image, 4.0, max_hole_size=10_000)
    assert found[110, 110]
    assert not found[220, 220]
    assert detected(image, 4.0, outer_contours_only=True)[220, 220]


def test_that_an_unknown_resolution_is_guessed_and_said() -> None:
    overview = overview_of(slide()[0], None)
    assert TissueDetectionHE().detect(overview).array.any()
    assert "0.5 µm" in overview.warnings[0]


def test_that_a_given_threshold_is_used() -> None:
    image = np.full((300, 300, 3), GLASS, np.uint8)
    image[100:200, 100:200] = (225, 210, 220)  # saturation 17
    assert not detected(image, threshold=30).any()
    assert detected(image, threshold=10).any()
    assert not detected(image, use_saturation=False, threshold=150).any()
    assert detected(image, use_saturation=False, threshold=235).any()


@pytest.mark.parametrize(
    "ink", [(30, 110, 60), (40, 60, 150), (25, 25, 28), (60, 150, 140)]
)
def test_that_pen_is_left_out(ink: tuple[int, int, int]) -> None:
    image, truth = slide()
    image[20:80, 50:550] = ink
    found = detected(image)
    assert overlap(found, truth) > 0.95
    assert not found[:90].any()
    assert detected(image, reject_pen=False)[30:70, 60:540].any() or max(ink) < 30


def test_that_the_mask_is_kept_for_the_other_steps() -> None:
    overview = overview_of(slide()[0])
    TissueDetectionHE(mask_name="mine").fit(overview)
    assert isinstance(overview.masks["mine"], SlideMask)


@pytest.mark.parametrize(
    ("name", "mpp", "least", "most"),
    [
        ("images/histoprep_slide_with_ink.jpeg", 2.0, 0.24, 0.32),
        ("images/tcga-green-pen.png", 2.0, 0.74, 0.86),
        ("images/tile_almost-white-2.png", 0.5, 0.01, 0.05),
        ("images/stardist_histo.jpg", 0.5, 0.99, 1.0),
        ("histolytics/hgsc_nest.jpg", 0.5, 0.95, 1.0),
    ],
)
def test_that_real_pictures_have_about_as_much_tissue_as_people_see(
    data: Path, name: str, mpp: float, least: float, most: float
) -> None:
    image = np.asarray(Image.open(data / "annotated" / name).convert("RGB"))
    assert least <= detected(image, mpp).mean() <= most


def test_that_blue_ink_on_a_real_slide_is_not_tissue(data: Path) -> None:
    file = data / "annotated/images/histoprep_slide_with_ink.jpeg"
    found = detected(np.asarray(Image.open(file).convert("RGB")), 2.0)
    assert not found[830:900, 3780:3900].any()
    assert found[350:400, 2600:2800].mean() > 0.9


def test_that_green_ink_on_real_tissue_is_not_tissue(data: Path) -> None:
    file = data / "annotated/images/tcga-green-pen.png"
    found = detected(np.asarray(Image.open(file).convert("RGB")), 2.0)
    assert found[100:300, 260:330].mean() < 0.4
    assert found[300:600, 500:700].mean() > 0.95
