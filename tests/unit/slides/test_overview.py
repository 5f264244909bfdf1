"""The whole slide as one picture."""

import tracemalloc
from pathlib import Path

import numpy as np
import pytest
import tifffile

from pathgui.errors import TilingError
from pathgui.slides import open_slide


@pytest.mark.parametrize("side", [1, 100, 300, 1000, 4096])
def test_that_the_overview_covers_the_slide_within_the_side(
    side: int, any_path: Path
) -> None:
    with open_slide(any_path) as slide:
        image, downsample = slide.overview(side)
        width, height = slide.properties.dimensions
    assert max(image.shape[:2]) <= side
    assert image.shape[1] * downsample == pytest.approx(width, abs=2 * downsample)
    assert image.shape[0] * downsample == pytest.approx(height, abs=2 * downsample)


def test_that_unscanned_areas_show_the_background(data: Path) -> None:
    with open_slide(data / "slides" / "derived" / "cmu1_leica.scn") as slide:
        image, downsample = slide.overview(1024)
    assert downsample == 4
    outside = np.ones(image.shape[:2], bool)
    outside[256:768, 256:768] = False
    assert (image[outside] == 255).all()
    assert image[256:768, 256:768].mean() < 230


def test_that_a_level_that_cannot_be_read_is_replaced_by_a_finer_one(
    dicom_folder: Path,
) -> None:
    with open_slide(sorted(dicom_folder.iterdir())[0]) as slide:
        image, downsample = slide.overview(1000)
    assert downsample == 3  # level 0 shrunk; levels 1 and 2 have flaws at the edge
    assert image.shape == (989, 740, 3)


def test_that_the_overview_is_the_mean_of_the_level(data: Path) -> None:
    path = data / "slides" / "CMU-1-Small-Region.svs"
    with open_slide(path) as slide:
        image, downsample = slide.overview(750)
        pixels = slide.read(0, 0, 0, 2220, 2964).astype(float)
    assert downsample == 4
    expected = pixels.reshape(741, 4, 555, 4, 3).mean((1, 3))
    assert np.abs(image[:741] - expected).max() <= 0.5


def test_that_a_wide_single_level_needs_little_memory(tmp_path: Path) -> None:
    path, side = tmp_path / "wide.tif", 8192
    tile = np.full((256, 256, 3), 180, np.uint8)
    with tifffile.TiffWriter(path, bigtiff=True) as writer:
        writer.write(
            (tile for _ in range(32 * 32)),
            shape=(side, side, 3),
            dtype=np.uint8,
            tile=(256, 256),
            photometric="rgb",
            compression="jpeg",
        )
    with open_slide(path) as slide:
        slide.read(0, 0, 0, 9, 9)
        tracemalloc.start()
        image, downsample = slide.overview(512)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert downsample == 16
    assert (np.abs(image.astype(int) - 180) < 4).all()
    assert peak < 100e6  # the level itself is 201 MB


def test_that_an_overview_without_pixels_is_refused(aperio: Path) -> None:
    with open_slide(aperio) as slide, pytest.raises(TilingError, match="no pixels"):
        slide.overview(0)


def test_that_a_thumbnail_keeps_the_shape_of_the_slide(aperio: Path) -> None:
    with open_slide(aperio) as slide:
        thumbnail = slide.thumbnail(256)
    assert thumbnail.shape == (256, 192, 3)
