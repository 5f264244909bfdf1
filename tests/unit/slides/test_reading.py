"""Pixels: equal to OpenSlide, a level's own elsewhere, and honest about damage."""

import pickle
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import openslide
import pytest
import tifffile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pathgui.errors import ResolutionError, SlideError, TilingError
from pathgui.slides import open_slide

TIFF_LEVELS = {  # pages of the levels, level 0 first
    "cmu1_aperio_3level.svs": (0, 2, 3, 4),
    "cmu1_generic_pyramid.tif": (0, 1, 2, 3),
    "cmu1_philips.tiff": (0, 1, 2),
    "cmu1_trestle.tif": (0, 1, 2),
    "cmu1_ventana.tif": (1, 2, 3),
    "cmu1_generic_nompp_bigtiff_deflate.tif": (0, 1, 2),
}


def reference(
    path: Path, level: int, corner: tuple[int, int], size: tuple[int, int]
) -> np.ndarray | None:
    """OpenSlide's pixels; None where it fails. A new handle: errors stay in it."""
    with openslide.OpenSlide(path) as slide:
        try:
            return np.asarray(slide.read_region(corner, level, size).convert("RGB"))
        except openslide.OpenSlideError:
            return None


def exact_corners(length: int, downsample: float) -> list[int]:
    """Level pixels that lie on a whole pixel of level 0: all, or every so-manieth."""
    places = np.arange(length) * downsample
    return np.flatnonzero(places == np.rint(places)).tolist()


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(draw=st.data())
def test_that_reads_equal_openslide_wherever_it_does_not_interpolate(
    openslide_path: Path, draw: st.DataObject
) -> None:
    with open_slide(openslide_path) as slide:
        facts = slide.properties
        level = draw.draw(st.integers(0, facts.level_count - 1), "level")
        width, height = facts.level_dimensions[level]
        downsample = facts.level_downsamples[level]
        x = draw.draw(st.sampled_from(exact_corners(width, downsample)), "x")
        y = draw.draw(st.sampled_from(exact_corners(height, downsample)), "y")
        size = (
            draw.draw(st.integers(1, min(400, width - x)), "width"),
            draw.draw(st.integers(1, min(400, height - y)), "height"),
        )
        corner = int(x * downsample), int(y * downsample)
        expected = reference(openslide_path, level, corner, size)
        if expected is None:
            with pytest.raises(SlideError, match="damaged at level"):
                slide.read(level, x, y, *size)
        else:
            assert np.array_equal(slide.read(level, x, y, *size), expected)


@pytest.mark.parametrize("name", TIFF_LEVELS)
def test_that_each_level_gives_its_own_pixels_everywhere(name: str, data: Path) -> None:
    path = data / "slides" / "derived" / name
    random = np.random.default_rng(5)
    with open_slide(path) as slide, tifffile.TiffFile(path) as file:
        for level, page in enumerate(TIFF_LEVELS[name]):
            pixels = file.pages[page].asarray()
            height, width = pixels.shape[:2]
            for _ in range(4):
                x, y = (int(v) for v in random.integers((0, 0), (width, height)))
                part = pixels[y : y + 300, x : x + 300]
                size = part.shape[1], part.shape[0]
                assert np.array_equal(slide.read(level, x, y, *size), part)


@pytest.mark.parametrize("name", TIFF_LEVELS)
def test_that_plain_tiff_slides_are_decoded_directly(name: str, data: Path) -> None:
    with open_slide(data / "slides" / "derived" / name) as slide:
        for level in range(slide.properties.level_count):
            assert slide.direct(level) is not None  # type: ignore[attr-defined]


def test_that_slides_openslide_must_compose_stay_with_it(data: Path) -> None:
    for name in ("cmu1_leica.scn", "cmu1_mirax.mrxs"):
        with open_slide(data / "slides" / "derived" / name) as slide:
            assert slide.direct(0) is None  # type: ignore[attr-defined]


def test_that_a_dicom_level_gives_its_own_pixels_without_direct_decoding(
    dicom_folder: Path,
) -> None:
    path = sorted(dicom_folder.iterdir())[0]
    with open_slide(path) as slide:
        whole = slide.read(1, 0, 0, 900, 900)
        assert np.array_equal(
            slide.read(1, 611, 503, 200, 100), whole[503:603, 611:811]
        )


def test_that_pixels_outside_a_level_are_zero(any_path: Path) -> None:
    with open_slide(any_path) as slide:
        width, height = slide.properties.dimensions
        inner = slide.read(0, width - 10, height - 10, 10, 10)
        image = slide.read(0, width - 10, height - 10, 30, 20)
        assert image.shape == (20, 30, 3)
        assert np.array_equal(image[:10, :10], inner)
        assert not image[10:].any()
        assert not image[:, 10:].any()
        before = slide.read(0, -5, -7, 20, 20)
        assert np.array_equal(before[7:, 5:], slide.read(0, 0, 0, 15, 13))
        assert not before[:7].any()
        assert not slide.read(0, width + 50, 0, 8, 8).any()


def test_that_unscanned_areas_are_zero(data: Path) -> None:
    with open_slide(data / "slides" / "derived" / "cmu1_leica.scn") as slide:
        assert not slide.read(0, 0, 0, 900, 900).any()
        assert slide.read(0, 1024, 1024, 64, 64).any()


@pytest.mark.parametrize("level", [-1, 4, 99])
def test_that_a_level_out_of_range_names_the_levels_there_are(
    level: int, aperio: Path
) -> None:
    with open_slide(aperio) as slide:
        with pytest.raises(ResolutionError, match=f"no level {level}") as caught:
            slide.read(level, 0, 0, 10, 10)
        assert caught.value.hint == "its levels are 0 to 3"


def test_that_an_empty_region_is_refused(aperio: Path) -> None:
    with open_slide(aperio) as slide, pytest.raises(TilingError, match="no pixels"):
        slide.read(0, 0, 0, 0, 10)


@pytest.fixture
def damaged(aperio: Path, tmp_path: Path) -> Path:
    """A copy with bytes changed in the middle of tile (3, 2) of level 0."""
    path = tmp_path / "damaged 日本.svs"
    content = bytearray(aperio.read_bytes())
    with tifffile.TiffFile(aperio) as file:
        page = file.pages[0]
        k = 2 * -(-page.imagewidth // 256) + 3
        start, count = page.dataoffsets[k], page.databytecounts[k]
    content[start + count // 3 : start + count // 2] = bytes(count // 2 - count // 3)
    path.write_bytes(content)
    return path


def test_that_a_damaged_tile_is_reported_with_file_level_and_place(
    damaged: Path,
) -> None:
    with open_slide(damaged) as slide:
        with pytest.raises(SlideError, match="level 0, x 768, y 512") as caught:
            slide.read(0, 768, 512, 256, 256)
        assert damaged.name in str(caught.value)
        assert caught.value.hint


def test_that_a_slide_reads_on_after_an_error(damaged: Path, aperio: Path) -> None:
    with open_slide(damaged) as slide, open_slide(aperio) as good:
        for _ in range(2):
            with pytest.raises(SlideError):
                slide.read(0, 700, 500, 300, 300)
            expected = good.read(0, 0, 0, 700, 500)
            assert np.array_equal(slide.read(0, 0, 0, 700, 500), expected)


def test_that_an_openslide_handle_is_opened_again_after_an_error(
    dicom_folder: Path,
) -> None:
    path = sorted(dicom_folder.iterdir())[0]
    with open_slide(path) as slide:
        before = slide.read(0, 0, 0, 200, 200)
        with pytest.raises(SlideError):
            slide.read(1, 1000, 1400, 100, 80)
        assert np.array_equal(slide.read(0, 0, 0, 200, 200), before)


def test_that_threads_meet_no_foreign_errors(dicom_folder: Path) -> None:
    path = sorted(dicom_folder.iterdir())[0]
    with open_slide(path) as slide, ThreadPoolExecutor(4) as pool:
        good = slide.read(0, 300, 300, 128, 128)

        def work(k: int) -> bool:
            if k % 3 == 0:
                with pytest.raises(SlideError):
                    slide.read(1, 1000, 1400, 100, 80)
                return True
            return np.array_equal(slide.read(0, 300, 300, 128, 128), good)

        assert all(pool.map(work, range(24)))


def test_that_many_threads_read_one_slide_alike(any_path: Path) -> None:
    with open_slide(any_path) as slide, ThreadPoolExecutor(4) as pool:
        width, height = slide.properties.dimensions
        random = np.random.default_rng(3)
        corners = random.integers((0, 0), (width, height), (12, 2)).tolist()
        expected = [slide.read(0, x, y, 90, 70) for x, y in corners]
        found = pool.map(lambda c: slide.read(0, c[0], c[1], 90, 70), corners)
        assert all(map(np.array_equal, found, expected))


def test_that_a_slide_pickles_as_its_path(any_path: Path) -> None:
    with open_slide(any_path, mpp=0.7) as slide:
        packed = pickle.dumps(slide)
        assert len(packed) < 1000
        with pickle.loads(packed) as again:
            assert again.path == slide.path
            assert again.properties == slide.properties
            same = again.read(0, 5, 5, 40, 40)
            assert np.array_equal(same, slide.read(0, 5, 5, 40, 40))


def test_that_a_closed_slide_opens_again_when_read(any_path: Path) -> None:
    slide = open_slide(any_path)
    first = slide.read(0, 0, 0, 50, 50)
    slide.close()
    slide.close()
    assert np.array_equal(slide.read(0, 0, 0, 50, 50), first)
    slide.close()
