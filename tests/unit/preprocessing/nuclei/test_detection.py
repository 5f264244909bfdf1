"""Nuclei are found one by one, and not where there are none."""

from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image
from scipy import ndimage

from pathgui.preprocessing import NucleusDetectionHE, Pipeline
from pathgui.preprocessing.nuclei import nuclei
from pathgui.tiling import TileData

CYTOPLASM, NUCLEUS = (225, 170, 205), (100, 60, 140)


def drawn(
    centres: list[tuple[float, float]], radius: float, size: int = 160
) -> np.ndarray:
    """Round nuclei, a little unsharp and noisy."""
    y, x = np.mgrid[:size, :size]
    amount = np.zeros((size, size))
    for row, column in centres:
        distance = np.hypot(y - row, x - column)
        amount = np.maximum(amount, np.clip(radius + 0.5 - distance, 0, 1))
    amount = ndimage.gaussian_filter(amount, 0.8)[..., None]
    image = np.array(CYTOPLASM) * (1 - amount) + np.array(NUCLEUS) * amount
    noise = np.random.default_rng(0).normal(0, 3, image.shape)
    return np.clip(image + noise, 0, 255).astype(np.uint8)


def grid(step: int, size: int = 160) -> list[tuple[float, float]]:
    places = np.arange(step // 2, size - step // 4, step)
    return [(float(y), float(x)) for y in places for x in places]


@pytest.mark.parametrize("radius", [5, 8, 14])
def test_that_nuclei_that_lie_apart_are_each_found_whole(radius: int) -> None:
    centres = grid(3 * radius)
    labels = nuclei(drawn(centres, radius))
    assert labels.max() == len(centres)
    found = {int(labels[round(y), round(x)]) for y, x in centres}
    assert found == set(range(1, len(centres) + 1))
    area = np.bincount(labels.ravel())[1:]
    assert np.median(area) == pytest.approx(np.pi * radius**2, rel=0.2)


def test_that_nuclei_that_touch_are_told_apart() -> None:
    pairs = [(float(y), float(x)) for y in (30, 80, 130) for x in (30, 47, 110, 127)]
    labels = nuclei(drawn(pairs, 9))
    seen = [int(labels[round(y), round(x)]) for y, x in pairs]
    assert 0 not in seen
    assert len(set(seen)) == len(pairs)


@pytest.mark.parametrize("colour", [(255, 255, 255), (0, 0, 0), CYTOPLASM, NUCLEUS])
@pytest.mark.parametrize("noise", [0, 3])
def test_that_no_nuclei_are_invented(colour: tuple[int, int, int], noise: int) -> None:
    image = np.full((100, 120, 3), colour) + np.random.default_rng(1).normal(
        0, noise, (100, 120, 3)
    )
    assert nuclei(np.clip(image, 0, 255).astype(np.uint8)).max() == 0


def test_that_padding_is_not_searched() -> None:
    image = drawn(grid(30), 8)
    image[100:] = 0
    image[:, 120:] = 0
    tile = TileData(image, valid_size=(120, 100))
    Pipeline([NucleusDetectionHE()]).apply(tile)
    labels = tile.masks["nuclei"]
    assert labels.max() > 0
    assert not labels[100:].any()
    assert not labels[:, 120:].any()


def test_that_the_mask_can_be_plain() -> None:
    image = drawn(grid(30), 8)
    numbered, plain = TileData(image), TileData(image)
    Pipeline([NucleusDetectionHE()]).apply(numbered)
    Pipeline([NucleusDetectionHE(instances=False)]).apply(plain)
    assert numbered.masks["nuclei"].dtype == np.int32
    assert plain.masks["nuclei"].dtype == bool
    assert np.array_equal(numbered.masks["nuclei"] > 0, plain.masks["nuclei"])


def test_that_asking_for_clearer_nuclei_finds_fewer() -> None:
    image = drawn(grid(24), 7)
    image[80:] = 255 - (255 - image[80:]) // 4
    counts = [int(nuclei(image, min_quality=q).max()) for q in (0.0, 0.05, 0.3, 1.0)]
    assert counts == sorted(counts, reverse=True)
    assert counts[-1] < counts[0]


def f1(truth: np.ndarray, found: np.ndarray) -> float:
    """F1 of nuclei whose intersection over union is above one half."""
    truth = np.unique(truth, return_inverse=True)[1].reshape(truth.shape)
    rows, columns = int(truth.max()) + 1, int(found.max()) + 1
    shared = np.bincount(
        truth.ravel() * columns + found.ravel(), minlength=rows * columns
    ).reshape(rows, columns)
    union = shared.sum(1)[:, None] + shared.sum(0)[None] - shared
    hits = np.count_nonzero((shared / np.maximum(union, 1))[1:, 1:] > 0.5)
    return 2 * hits / max(rows + columns - 2, 1)


def test_that_real_nuclei_are_found_better_than_by_otsu_and_watershed(
    data: Path,
) -> None:
    scores = []
    for file in sorted((data / "annotated/dsb2018_nuclei").glob("*.png")):
        truth = tifffile.imread(file.with_name(file.stem + "_labels.tif")).astype(int)
        image = np.asarray(Image.open(file).convert("RGB"))
        scores.append(f1(truth, nuclei(image)))
    assert min(scores) > 0.5
    assert np.mean(scores[0::2]) > 0.65
    assert np.mean(scores[1::2]) > 0.65
