"""How much of a tile lies in what people drew, exactly."""

import math
import time

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from pathgui.tiling.shares import areas, centres_in, shape_shares


def squares(side: float, count: int) -> np.ndarray:
    edges = np.arange(count) * side
    left, upper = (axis.ravel() for axis in np.meshgrid(edges, edges))
    return np.stack([left, upper, left + side, upper + side], axis=1)


def one_by_one(shape, boxes: np.ndarray) -> np.ndarray:
    tiles = shapely.box(*boxes.T)
    return shapely.area(shapely.intersection(shape, tiles)) / shapely.area(tiles)


corner = st.tuples(st.floats(-50, 450), st.floats(-50, 450))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(corner, min_size=3, max_size=9), min_size=1, max_size=4))
def test_that_shares_are_those_of_every_tile_cut_alone(rings):
    shape = areas(shapely.Polygon(ring) for ring in rings)
    boxes = squares(37.5, 11)
    found = shape_shares(shape, boxes)
    assert np.allclose(found, one_by_one(shape, boxes), atol=1e-9)


def test_that_a_hole_takes_its_area_away():
    ring = shapely.Polygon(
        [(0, 0), (200, 0), (200, 200), (0, 200)],
        [[(50, 50), (150, 50), (150, 150), (50, 150)]],
    )
    boxes = np.array([[0, 0, 100, 100], [50, 50, 150, 150], [0, 0, 50, 50.0]])
    assert shape_shares(ring, boxes).tolist() == [0.75, 0.0, 1.0]


def test_that_tiles_may_overlap_and_lie_beside_the_shape():
    boxes = np.array([[0, 0, 10, 10], [5, 0, 15, 10], [90, 90, 99, 99], [1, 1, 1, 5.0]])
    assert shape_shares(shapely.box(0, 0, 10, 5), boxes).tolist() == [0.5, 0.25, 0, 0]


def test_that_an_annotation_of_many_corners_costs_little_more_than_a_plain_one():
    angles = np.linspace(0, 2 * math.pi, 60_000, endpoint=False)
    radius = 18_000 + 400 * np.sin(angles * 900)
    circle = np.stack([np.cos(angles) * radius, np.sin(angles) * radius], axis=1)
    shape = shapely.Polygon(circle + 20_000)
    boxes = squares(256, 156)
    begun = time.process_time()
    found = shape_shares(shape, boxes)
    assert time.process_time() - begun < 3
    assert found.sum() * 256**2 == pytest.approx(
        shape.intersection(shapely.box(0, 0, 156 * 256, 156 * 256)).area, rel=1e-9
    )


def test_that_outlines_are_mended_and_lines_have_no_area():
    bow = shapely.Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
    line = shapely.LineString([(0, 0), (100, 100)])
    nested = shapely.GeometryCollection([line, shapely.MultiPolygon([bow.buffer(0)])])
    assert areas([bow, line, nested]).area == 50
    assert areas([line]).is_empty
    assert areas([]).is_empty


boxes_of = st.tuples(
    st.integers(-5, 90), st.integers(-5, 90), st.integers(1, 30), st.integers(1, 30)
)


@settings(max_examples=60, deadline=None)
@given(st.lists(boxes_of, max_size=6))
def test_that_a_tile_is_excluded_by_its_centre(boxes):
    tiles = squares(8, 12)
    x, y = (tiles[:, :2] + 4).T
    wanted = np.zeros(len(tiles), bool)
    for left, upper, width, height in boxes:
        across = (x >= left) & (x < left + width)
        wanted |= across & (y >= upper) & (y < upper + height)
    assert (centres_in(boxes, tiles) == wanted).all()


def test_that_thousands_of_boxes_on_a_large_grid_are_found_at_once():
    tiles = squares(256, 300)
    boxes = [(int(x), int(y), 256, 256) for x, y, *_ in tiles[::9]]
    begun = time.process_time()
    hit = centres_in(boxes, tiles)
    assert time.process_time() - begun < 1.5
    assert hit.nonzero()[0].tolist() == list(range(0, len(tiles), 9))
