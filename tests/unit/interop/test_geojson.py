"""QuPath GeoJSON, in and out."""

import gzip
import json
import math

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from pathgui.errors import InteropError
from pathgui.interop import (
    Annotation,
    mask_polygons,
    read_geojson,
    tile_annotations,
    tissue_annotations,
    write_geojson,
)
from pathgui.tiling import Frame, TileGrid


@pytest.mark.parametrize("name", ["brush", "ellipse", "polygon", "rectangle"])
def test_that_annotations_of_qupath_are_read(data, name):
    folder = data / "interop" / "qupath_geojson"
    read = read_geojson(folder / f"qupath-{name}.json")
    (found,) = read.annotations
    assert read.warnings == ()
    assert found.kind == "annotation"
    assert found.geometry.area > 1000


def test_that_names_classes_and_colours_of_older_files_are_read(data):
    folder = data / "interop" / "qupath_geojson"
    found = read_geojson(folder / "qupath-polygon-cell-classified.json").annotations
    assert {item.classification for item in found} == {"Cell", "Nucleus"}
    assert found[0].name == "Erythrocytes 2"
    assert found[0].color == (127, 220, 58)


def test_that_a_polygon_keeps_its_hole(data):
    (found,) = read_geojson(data / "interop" / "histoqc" / "holed.geojson").annotations
    assert len(found.geometry.interiors) >= 1


@pytest.mark.parametrize("name", ["truncated.geojson", "nan_coords.geojson"])
def test_that_broken_json_is_refused_and_named(data, name):
    with pytest.raises(InteropError, match=name):
        read_geojson(data / "broken" / name)


def test_that_a_bow_tie_is_mended_and_told(data):
    read = read_geojson(data / "broken" / "self_intersecting.geojson")
    assert "mended" in read.warnings[0]
    assert read.annotations[0].geometry.is_valid
    assert read.annotations[0].classification == "Tumor"


def test_that_a_feature_without_geometry_is_left_out_and_told(data):
    read = read_geojson(data / "broken" / "out_of_bounds.geojson")
    assert len(read.annotations) == 1
    assert "no geometry" in read.warnings[0]


@pytest.mark.parametrize(
    "text",
    [
        "[1]",
        "3",
        '{"type":"Feature","geometry":{"type":"Polygon","coordinates":[]}}',
        '{"type":"Feature","geometry":{"type":"Blob","coordinates":[]}}',
        '{"type":"Feature","geometry":{"type":"Point","coordinates":["a",1]}}',
        '{"type":"Feature","geometry":{"type":"Point","coordinates":[1e300,1]}}',
        "[" * 100_000,
    ],
)
def test_that_what_is_no_geojson_is_refused(tmp_path, text):
    path = tmp_path / "x.geojson"
    path.write_text(text)
    with pytest.raises(InteropError, match=r"x\.geojson"):
        read_geojson(path)


def test_that_a_gzip_bomb_is_refused(tmp_path, monkeypatch):
    from pathgui.interop import json_text

    path = tmp_path / "x.geojson.gz"
    path.write_bytes(gzip.compress(b" " * 1_000_000))
    with pytest.raises(InteropError, match="more than"):
        json_text.read_json(path, limit=1000)


@pytest.mark.parametrize("suffix", ["geojson", "geojson.gz"])
def test_that_annotations_survive_a_round_trip(tmp_path, suffix):
    square = shapely.box(10, 20, 30.5, 40)
    before = Annotation(
        square, "näme", "Tumor", "detection", (1, 2, 3),
        {"a": 1.5, "b": math.nan, "c": math.inf}, shapely.box(12, 22, 14, 24),
    )  # fmt: skip
    path = tmp_path / f"x.{suffix}"
    assert write_geojson(path, [before]) == 1
    (after,) = read_geojson(path).annotations
    assert after.geometry.equals(before.geometry)
    assert after.nucleus.equals(before.nucleus)
    assert (after.name, after.classification, after.kind, after.color) == (
        before.name, before.classification, before.kind, before.color,
    )  # fmt: skip
    assert after.measurements["a"] == 1.5
    assert math.isnan(after.measurements["b"])
    assert math.isinf(after.measurements["c"])


def test_that_tiles_lie_where_the_grid_says(tmp_path):
    frame = Frame(1, 4.001, 100, 80)
    grid = TileGrid.regular(frame, 32)
    white = np.arange(len(grid)) % 2 == 0
    path = tmp_path / "tiles.geojson"
    write_geojson(path, tile_annotations(grid, {"white": white}))
    features = json.loads(path.read_text())["features"]
    assert len(features) == len(grid) == 6
    assert features[1]["properties"]["objectType"] == "tile"
    assert features[1]["properties"]["measurements"] == {"white": 0.0}
    found = read_geojson(path).annotations[4].geometry.bounds
    assert found == pytest.approx((32 * 4.001, 32 * 4.001, 64 * 4.001, 64 * 4.001))


@settings(max_examples=60, deadline=None)
@given(arrays(bool, st.tuples(st.integers(1, 9), st.integers(1, 9))))
def test_that_outlines_cover_exactly_the_mask(mask):
    polygons = mask_polygons(mask, 4.0)
    assert sum(p.area for p in polygons) == pytest.approx(16 * mask.sum())
    whole = shapely.union_all(polygons)
    rows, columns = np.indices(mask.shape)
    inside = shapely.contains_xy(whole, (columns + 0.5) * 4, (rows + 0.5) * 4)
    assert np.array_equal(inside, mask)


def test_that_a_ring_of_tissue_is_one_annotation_with_a_hole():
    mask = np.ones((5, 5), bool)
    mask[2, 2] = False
    (found,) = tissue_annotations(mask, 8)
    assert len(found.geometry.interiors) == 1
    assert found.classification == "Tissue"


def test_that_lists_without_number_are_refused_before_they_are_made(
    tmp_path, monkeypatch
):
    from pathgui.interop import json_text

    monkeypatch.setattr(json_text, "MAX_ITEMS", 1000)
    path = tmp_path / "bomb.geojson.gz"
    with gzip.open(path, "wt") as file:
        file.write('{"features":[' + "[]," * 2000 + "[]]}")
    with pytest.raises(InteropError, match="too many to be read"):
        read_geojson(path)
