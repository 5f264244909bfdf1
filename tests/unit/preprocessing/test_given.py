"""Masks and regions that people gave."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from pathgui.errors import TransformError
from pathgui.preprocessing import AUTOMATIC, DrawnRegions, Overview, ReviewedMask
from pathgui.preprocessing.given import mask_from_text, mask_to_text, rasterized
from pathgui.preprocessing.transform import SlideMask


def overview(mask: np.ndarray | None = None) -> Overview:
    image = np.zeros((20, 30, 3), np.uint8)
    found = Overview(image, 10.0, 0.5, lambda _: image.reshape(-1, 3))
    if mask is not None:
        found.masks["tissue"] = SlideMask(mask, 10.0)
    return found


corner = st.tuples(st.floats(-50, 350), st.floats(-50, 250))


@given(st.lists(corner, min_size=3, max_size=12))
@settings(max_examples=60, deadline=None)
def test_that_a_region_covers_the_pixels_whose_centre_lies_in_it(corners):
    hull = shapely.MultiPoint(corners).convex_hull
    if hull.geom_type != "Polygon" or hull.area < 1:
        return
    made = rasterized([[list(hull.exterior.coords)[:-1]]], (20, 30), 10.0)
    rows, columns = np.mgrid[:20, :30]
    x, y = columns * 10.0 + 5, rows * 10.0 + 5
    sure = shapely.contains_xy(hull.buffer(-1e-6), x, y)
    may = shapely.contains_xy(hull.buffer(1e-6), x, y)
    assert not (sure & ~made).any()
    assert not (made & ~may).any()


def test_that_holes_stay_out_of_a_region():
    ring = [(0, 0), (100, 0), (100, 100), (0, 100)]
    hole = [(40, 40), (60, 40), (60, 60), (40, 60)]
    made = rasterized([[ring, hole]], (20, 30), 10.0)
    assert made.sum() == 100 - 4
    assert not made[4:6, 4:6].any()


def test_that_overlapping_regions_are_joined():
    left = [[(0, 0), (60, 0), (60, 60), (0, 60)]]
    right = [[(40, 0), (100, 0), (100, 60), (40, 60)]]
    assert rasterized([left, right], (20, 30), 10.0).sum() == 60


@pytest.mark.parametrize(
    "ring", [[(0, 0), (1, 1)], [(0, 0), (1, 1), (0, float("nan"))]]
)
def test_that_a_ring_that_is_none_is_refused(ring):
    with pytest.raises(TransformError):
        rasterized([[ring]], (20, 30), 10.0)


def test_that_a_mask_survives_the_text_of_a_recipe():
    mask = np.random.default_rng(3).random((37, 53)) > 0.5
    assert (mask_from_text(mask_to_text(mask)) == mask).all()


@pytest.mark.parametrize("text", ["!!!", "aGVsbG8="])
def test_that_a_text_that_is_no_mask_is_refused(text):
    with pytest.raises(TransformError, match="reviewed mask"):
        mask_from_text(text)


def test_that_a_reviewed_mask_takes_the_place_of_the_automatic_one():
    automatic, drawn = np.zeros((20, 30), bool), np.zeros((10, 15), bool)
    automatic[:5], drawn[5:] = True, True
    seen = overview(automatic)
    ReviewedMask("tissue", mask_to_text(drawn), 20.0, "Ada").fit(seen)
    assert (seen.masks["tissue"].array == drawn).all()
    assert seen.masks["tissue"].downsample == 20.0
    assert (seen.masks["tissue" + AUTOMATIC].array == automatic).all()


def test_that_only_the_inside_of_drawn_regions_stays():
    mask = np.zeros((20, 30), bool)
    mask[:, :10] = True
    region = [[(0, 0), (300, 0), (300, 50), (0, 50)]]
    seen = overview(mask)
    DrawnRegions(keep="inside", regions=(region,)).fit(seen)
    assert seen.masks["tissue"].array.sum() == 50
    seen = overview(mask)
    DrawnRegions(keep="outside", regions=(region,)).fit(seen)
    assert seen.masks["tissue"].array.sum() == 150


def test_that_a_slide_without_annotations_keeps_nothing_inside_and_all_outside():
    inside, outside = overview(), overview()
    DrawnRegions(keep="inside").fit(inside)
    DrawnRegions(keep="outside").fit(outside)
    assert not inside.masks["tissue"].array.any()
    assert inside.warnings
    assert outside.masks["tissue"].array.all()
