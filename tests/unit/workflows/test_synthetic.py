"""Synthetic slides look like slides."""

import numpy as np
import openslide

from pathgui.workflows.synthetic import SlideLook, make_slide


def test_that_a_synthetic_slide_is_a_pyramid_with_mpp(synthetic):
    slide = openslide.OpenSlide(synthetic)
    assert slide.level_dimensions == ((2048, 2048), (512, 512))
    assert float(slide.properties["openslide.mpp-x"]) == 0.5


def test_that_it_has_white_glass_and_stained_tissue(synthetic):
    image = np.asarray(openslide.OpenSlide(synthetic).get_thumbnail((512, 512)))
    saturation = image.max(axis=2).astype(int) - image.min(axis=2)
    assert 0.1 < (saturation > 30).mean() < 0.7
    assert (image.min(axis=2) > 235).mean() > 0.2


def test_that_the_same_seed_gives_the_same_slide(synthetic, tmp_path):
    again = make_slide(tmp_path / "again.tif", SlideLook(2048, seed=3, pieces=1))
    one, two = openslide.OpenSlide(synthetic), openslide.OpenSlide(again)
    pictures = [
        np.asarray(s.read_region((700, 700), 0, (512, 512))) for s in (one, two)
    ]
    assert np.array_equal(*pictures)


def test_that_pen_and_blur_show(tmp_path):
    plain = make_slide(tmp_path / "plain.tif", SlideLook(1024, seed=4, pieces=1))
    pen = make_slide(
        tmp_path / "pen.tif", SlideLook(1024, seed=4, pieces=1, pen=(20, 120, 60))
    )
    blurred = make_slide(
        tmp_path / "blur.tif", SlideLook(1024, seed=4, pieces=1, blurred=True)
    )
    images = [
        np.asarray(openslide.OpenSlide(p).read_region((0, 0), 0, (1024, 1024)))[..., :3]
        for p in (plain, pen, blurred)
    ]
    ground, marked, soft = (image.astype(int) for image in images)
    green = (marked[..., 1] - marked[..., 0]) > 40
    assert green.mean() > 0.005
    assert not ((ground[..., 1] - ground[..., 0]) > 40).any()
    sharp = [np.abs(np.diff(image, axis=1)).mean() for image in (ground, soft)]
    assert sharp[1] < 0.6 * sharp[0]
