"""From where the pixels of annotations count, on slides that QuPath crops."""

import json

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from pathgui.core import SlideData
from pathgui.errors import InteropError
from pathgui.interop import Annotation, read_geojson, write_geojson
from pathgui.interop.convert import convert
from pathgui.preprocessing import Pipeline, TissueDetectionHE
from pathgui.slides import open_slide

BOUNDS = (1024, 512, 2048, 2048)
CELL = Annotation(
    shapely.box(1100, 600, 1200, 700), "a", "Tumour", "cell", (1, 2, 3),
    {"size": 2.5}, shapely.box(1110, 610, 1120, 620), "some-id",
)  # fmt: skip


@pytest.fixture
def leica(data):
    return data / "slides" / "derived" / "cmu1_leica.scn"


@pytest.fixture
def drawn(tmp_path):
    """What QuPath exports of a shape 100 pixels right of its slide's corner."""
    ring = [[100, 100], [900, 100], [900, 900], [100, 900], [100, 100]]
    geometry = {"type": "Polygon", "coordinates": [ring]}
    feature = {"type": "Feature", "geometry": geometry, "properties": {}}
    path = tmp_path / "drawn.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    return path


def test_that_a_file_for_qupath_counts_from_the_corner_of_the_bounds(tmp_path):
    path = tmp_path / "x.geojson"
    write_geojson(path, [CELL], BOUNDS)
    (written,) = read_geojson(path).annotations
    assert written.geometry.bounds == (76, 88, 176, 188)
    assert written.nucleus.bounds == (86, 98, 96, 108)
    assert "pathgui" not in json.loads(path.read_text())


def test_that_a_file_of_qupath_is_moved_to_level_0_and_told(tmp_path):
    path = tmp_path / "x.geojson"
    write_geojson(path, [CELL], BOUNDS)
    read = read_geojson(path).on(BOUNDS)
    (found,) = read.annotations
    assert found.geometry.equals(CELL.geometry)
    assert found.nucleus.equals(CELL.nucleus)
    assert (found.name, found.classification, found.kind, found.color, found.id) == (
        "a", "Tumour", "cell", (1, 2, 3), "some-id",
    )  # fmt: skip
    assert "x.geojson is taken as QuPath's" in read.warnings[-1]
    assert "moved by 1024, 512 pixels" in read.warnings[-1]
    assert read.on(BOUNDS).annotations == read.annotations


@pytest.mark.parametrize("bounds", [None, (0, 0, 100, 100)])
def test_that_nothing_is_moved_where_the_slide_has_no_corner(tmp_path, drawn, bounds):
    (before,) = read_geojson(drawn).annotations
    read = read_geojson(drawn).on(bounds)
    assert read.annotations[0].geometry.equals(before.geometry)
    assert read.warnings == ()
    write_geojson(tmp_path / "y.geojson", [before], bounds)
    (after,) = read_geojson(tmp_path / "y.geojson").annotations
    assert after.geometry.equals(before.geometry)


COORDINATES = st.floats(-1e5, 1e5, allow_nan=False)
POINTS = st.lists(st.tuples(COORDINATES, COORDINATES), min_size=1, max_size=6)
CORNERS = st.tuples(st.integers(0, 10**5), st.integers(0, 10**5))


@settings(max_examples=60, deadline=None)
@given(POINTS, CORNERS)
def test_that_our_own_file_comes_back_exactly_whatever_the_bounds(
    tmp_path_factory, points, corner
):
    path = tmp_path_factory.mktemp("own") / "x.geojson"
    shape = shapely.MultiPoint(points)
    write_geojson(path, [Annotation(shape)])
    read = read_geojson(path).on((*corner, 10, 10))
    assert read.annotations[0].geometry.equals_exact(shape, 0)
    assert read.warnings == ()


@settings(max_examples=60, deadline=None)
@given(POINTS, CORNERS)
def test_that_a_way_through_qupath_ends_where_it_began(
    tmp_path_factory, points, corner
):
    path, bounds = tmp_path_factory.mktemp("way") / "x.geojson", (*corner, 10, 10)
    shape = shapely.MultiPoint(points)
    write_geojson(path, [Annotation(shape)], bounds)
    written = shapely.get_coordinates(read_geojson(path).annotations[0].geometry)
    assert np.allclose(written + corner, points, rtol=0, atol=1e-6)
    read = read_geojson(path).on(bounds)
    assert read.annotations[0].geometry.equals_exact(shape, 1e-6)


def test_that_heights_survive_the_move():
    moved = Annotation(shapely.Point(1, 2, 3)).moved(10, 20)
    assert shapely.get_coordinates(moved.geometry, include_z=True).tolist() == [
        [11, 22, 3]
    ]


@pytest.mark.parametrize("mark", [3, [], {}, {"frame": None}, "level-0"])
def test_that_what_is_no_mark_says_nothing(drawn, mark):
    data = json.loads(drawn.read_text()) | {"pathgui": mark}
    drawn.write_text(json.dumps(data))
    assert read_geojson(drawn).frame == ""


@pytest.mark.parametrize("frame", ["level-1", "", 0, ["level-0"]])
def test_that_an_unknown_frame_is_refused(drawn, frame):
    data = json.loads(drawn.read_text()) | {"pathgui": {"frame": frame}}
    drawn.write_text(json.dumps(data))
    with pytest.raises(InteropError, match="counts its pixels in the frame"):
        read_geojson(drawn)


def test_that_tiles_of_a_script_follow_a_file_of_qupath(leica, drawn, tmp_path):
    with SlideData.from_slide(leica) as wsi:
        left, upper = wsi.properties.bounds[:2]
        assert (left, upper) != (0, 0)

        def inside(annotations):
            tiles = wsi.generate_tiles(tile_size=128, inside=annotations)
            return [tile.coords for tile in tiles]

        ring = np.array([[100, 100], [900, 100], [900, 900], [100, 900]])
        given_as_array = inside([ring + np.array([left, upper])])
        assert inside(drawn) == inside(drawn) == given_as_array
        (told,) = [words for words in wsi.warnings if "QuPath" in words]
        assert f"moved by {left}, {upper} pixels" in told
        marked = tmp_path / "marked.geojson"
        write_geojson(marked, read_geojson(drawn).on(wsi.properties.bounds).annotations)
        assert inside(marked) == given_as_array
        outside = wsi.generate_tiles(tile_size=128, outside=drawn)
        assert not set(given_as_array) & {tile.coords for tile in outside}


def test_that_a_result_is_converted_to_where_qupath_shows_it(leica, tmp_path):
    with SlideData.from_slide(leica) as wsi:
        left, upper, width, height = wsi.properties.bounds
        wsi.generate_tiles(level=1, tile_size=128)
        Pipeline([TissueDetectionHE("tissue")]).run(wsi)
        corners = [tile.coords for tile in wsi.tiles]
        wsi.to_hdf5(tmp_path / "r.h5")
    (path,) = convert(tmp_path / "r.h5", "geojson", tmp_path / "r.geojson")
    found = read_geojson(path)
    tiles = [a.geometry.bounds[:2] for a in found.annotations if a.kind == "tile"]
    assert tiles == [(x - left, y - upper) for x, y in corners]
    assert tiles[0] == (0, 0)
    tissue = [a.geometry for a in found.annotations if a.kind == "annotation"]
    assert tissue
    near = shapely.box(-64, -64, width + 64, height + 64)
    assert near.covers(shapely.union_all(tissue))
    back = found.on((left, upper, width, height)).annotations
    assert [a.geometry.bounds[:2] for a in back if a.kind == "tile"] == corners


def test_that_a_slide_without_bounds_is_converted_as_it_is(data, tmp_path):
    mirax = data / "slides" / "derived" / "cmu1_mirax.mrxs"
    with open_slide(mirax) as slide:
        assert slide.properties.bounds is None
    with SlideData.from_slide(mirax) as wsi:
        wsi.generate_tiles(tile_size=256)
        corners = [tile.coords for tile in wsi.tiles]
        wsi.to_hdf5(tmp_path / "r.h5")
    (path,) = convert(tmp_path / "r.h5", "geojson", tmp_path / "r.geojson")
    found = read_geojson(path)
    assert found.frame == "level-0"
    assert [a.geometry.bounds[:2] for a in found.annotations] == corners
