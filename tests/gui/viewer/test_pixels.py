"""What the canvas reads is what the slide holds."""

from threading import Thread

import numpy as np
import pytest
from PIL import Image

from pathgui.errors import SlideError
from pathgui.gui.viewer.levels import plan_levels
from pathgui.gui.viewer.overview import overview
from pathgui.gui.viewer.pixels import SlidePixels
from pathgui.slides import open_slide
from pathgui.slides.slide import Slide
from pathgui.tiling import TileCache


class Damaged(Slide):
    """A slide that cannot be read in its lower half."""

    def __init__(self, slide):
        self.path, self.properties, self._slide = slide.path, slide.properties, slide

    def read(self, level, x, y, width, height):
        if y >= 512:
            raise SlideError("the slide is damaged", "copy it again")
        return self._slide.read(level, x, y, width, height)

    def overview(self, max_side=4096):
        return self._slide.overview(max_side)

    def iter_tiles(self, grid, indices=None, threads=1):
        return self._slide.iter_tiles(grid, indices, threads)

    def associated(self, name):
        return self._slide.associated(name)

    def close(self):
        self._slide.close()


@pytest.fixture
def slide(project):
    with open_slide(project.slide_path("first")) as slide:
        yield slide


def make(slide, told=None):
    picture = overview(slide, None)
    facts = slide.properties
    levels = plan_levels(
        facts.level_dimensions,
        facts.level_downsamples,
        (picture.shape[1], picture.shape[0]),
    )
    told = [] if told is None else told
    return SlidePixels(slide, levels, picture, TileCache(0.1), told.append)


def test_that_level_0_is_the_slides_own_pixels(slide):
    array = make(slide).arrays()[0]
    assert array.shape == (2048, 2048, 3)
    part = array[700:1300, 500:1100]
    assert np.array_equal(part, slide.read(0, 500, 700, 600, 600))


def test_that_a_level_between_is_the_mean_of_the_finer_one(slide):
    pixels = make(slide)
    number = next(k for k, lv in enumerate(pixels.levels) if lv.factor == 2)
    part = pixels.arrays()[number][100:200, 300:450]
    fine = slide.read(0, 600, 200, 300, 200)
    assert np.array_equal(part, np.asarray(Image.fromarray(fine).reduce(2)))


def test_that_indexing_follows_numpy(slide):
    array = make(slide).arrays()[-1]
    whole = np.asarray(array)
    assert whole.shape == array.shape
    assert np.array_equal(array[10], whole[10])
    assert np.array_equal(array[10:50:5, 7, 1], whole[10:50:5, 7, 1])
    assert np.array_equal(array[..., 0], whole[..., 0])
    assert np.array_equal(array[-3:, -2:], whole[-3:, -2:])
    assert array[5:5].shape == (0, whole.shape[1], 3)


def test_that_damage_is_told_once_and_shows_as_background(slide):
    told = []
    pixels = make(Damaged(slide), told)
    part = pixels.region(0, 0, 0, 1024, 2048)
    assert np.array_equal(part[:512], slide.read(0, 0, 0, 1024, 512))
    assert (part[512:] == 255).all()
    assert len(told) == 1
    assert "damaged" in told[0].message


def test_that_blocks_are_read_once(slide):
    cache = TileCache(0.1)
    pixels = make(slide)
    pixels._cache = cache
    pixels.region(0, 0, 0, 1024, 1024)
    pixels.region(0, 0, 0, 1024, 1024)
    assert cache.stats.hits == 4


def test_that_a_closed_slide_gives_background_to_a_late_reader(slide):
    pixels = make(slide)
    pixels.close()
    assert (pixels.region(0, 0, 0, 10, 10) == 255).all()


def test_that_closing_waits_for_readers(slide):
    pixels = make(slide)
    parts = []
    threads = [
        Thread(target=lambda: parts.append(pixels.region(0, 0, 0, 2048, 2048)))
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    pixels.close()
    for thread in threads:
        thread.join()
    assert len(parts) == 3


def test_that_areas_the_scanner_left_out_have_the_slides_background(data):
    with open_slide(data / "slides/derived/cmu1_leica.scn") as slide:
        pixels = make(slide)
        corner = pixels.region(0, 0, 0, 64, 64)
    assert (corner == slide.properties.background).all()
