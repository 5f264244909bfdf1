"""The library as scripts use it."""

import json
import pickle
import subprocess
import sys

import numpy as np
import openslide
import pytest

from pathgui.core import SlideData
from pathgui.errors import ResolutionError, SlideError, StorageError, TilingError
from pathgui.preprocessing import (
    GaussianBlur,
    LabelWhiteSpaceHE,
    Pipeline,
    TissueDetectionHE,
)
from pathgui.utils import adaptive_tile_generation


@pytest.fixture
def wsi(synthetic):
    with SlideData.from_slide(synthetic) as slide:
        slide.generate_tiles(level=0, tile_size=256, stride=256, pad=False)
        yield slide


@pytest.fixture
def pipeline():
    return Pipeline([TissueDetectionHE("tissue"), LabelWhiteSpaceHE("white")])


def test_that_importing_the_library_loads_no_window_and_no_table():
    code = (
        "import sys, pathgui.core, pathgui.preprocessing, pathgui.utils;"
        "bad = {'PySide6', 'napari', 'distributed', 'pandas', 'skimage', 'scipy'};"
        "sys.exit(', '.join(bad & set(sys.modules)) or 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()


def test_that_tiles_are_the_levels_own_pixels(data):
    path = data / "slides" / "CMU-1-Small-Region.svs"
    reference = openslide.OpenSlide(path)
    with SlideData.from_slide(path) as slide:
        slide.generate_tiles(tile_size=200, stride=333)
        for tile in slide.tiles:
            region = reference.read_region(tile.coords, 0, (200, 200)).convert("RGB")
            assert np.array_equal(tile.image, np.asarray(region))


def test_that_tiles_keep_what_a_script_sets(wsi):
    for tile in wsi.tiles:
        tile.prediction = tile.index / 10
    assert [t.prediction for t in wsi.tiles] == [i / 10 for i in range(len(wsi.tiles))]


def test_that_a_pipeline_never_drops_tiles_and_fits_once(wsi, pipeline):
    before = len(wsi.tiles)
    pipeline.run(wsi)
    assert len(wsi.tiles) == before
    assert wsi.masks["tissue"].array.any()
    tile = max(wsi.tiles, key=lambda t: t.masks["tissue"].mean())
    assert tile.masks["tissue"].dtype == bool
    assert tile.masks["tissue"].shape == (256, 256)
    assert tile.labels["white"] is False


def test_that_transforms_apply_when_a_tile_is_read(wsi):
    tile = wsi.tiles[len(wsi.tiles) // 2]
    before = tile.image
    Pipeline([GaussianBlur(5, 2)]).run(wsi)
    assert tile.image.dtype == np.uint8
    assert tile.image.std() < before.std()


def test_that_min_tissue_detects_tissue_and_keeps_tiles_with_it(synthetic):
    with SlideData.from_slide(synthetic) as slide:
        slide.generate_tiles(tile_size=128, min_tissue=0.5)
        kept = {tile.coords for tile in slide.tiles}
        assert 0 < len(kept) < 256
        assert "tissue" in slide.masks
        again = adaptive_tile_generation(slide, tile_size=128, min_tissue=0.5)
        assert {tile.coords for tile in again} == kept


def test_that_tiles_inside_and_outside_annotations_share_out_the_slide(
    synthetic, tmp_path
):
    path = tmp_path / "a.geojson"
    ring = [[500, 500], [1500, 500], [1500, 1500], [500, 1500], [500, 500]]
    hole = [[800, 800], [1200, 800], [1200, 1200], [800, 1200], [800, 800]]
    geometry = {"type": "Polygon", "coordinates": [ring, hole]}
    feature = {"type": "Feature", "geometry": geometry, "properties": {}}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    with SlideData.from_slide(synthetic) as slide:
        whole = {t.coords for t in slide.generate_tiles(tile_size=128)}
        inside = {t.coords for t in slide.generate_tiles(tile_size=128, inside=path)}
        outside = {t.coords for t in slide.generate_tiles(tile_size=128, outside=path)}
        polygon = np.array(ring)
        filled = {
            t.coords for t in slide.generate_tiles(tile_size=128, inside=[polygon])
        }
    assert inside | outside == whole
    assert not inside & outside
    assert (640, 640) in inside
    assert (896, 896) in outside
    assert (896, 896) in filled


def test_that_a_slide_survives_a_round_trip_through_hdf5(wsi, pipeline, tmp_path):
    pipeline.run(wsi)
    path = wsi.to_hdf5(tmp_path / "new" / "folder" / "processed.h5")
    with SlideData.from_hdf5(path) as again:
        assert len(again.tiles) == len(wsi.tiles)
        assert again.level_dimensions == wsi.level_dimensions
        for a, b in zip(again.tiles[:20], wsi.tiles[:20], strict=True):
            assert a.coords == b.coords
            assert np.array_equal(a.image, b.image)
            assert np.array_equal(a.masks["tissue"], b.masks["tissue"])
            assert a.labels == b.labels


def test_that_chosen_tiles_come_in_the_order_asked_for(wsi, tmp_path):
    path = wsi.to_hdf5(tmp_path / "p.h5")
    tiles = wsi.load_tiles_from_hdf5(path, indices=[10, 0, 20])
    assert [tile.index for tile in tiles] == [10, 0, 20]
    assert np.array_equal(tiles[0].image, wsi.tiles[10].image)
    with pytest.raises(TilingError, match="there is no tile 999"):
        wsi.load_tiles_from_hdf5(path, indices=[999])


def test_that_a_filtered_list_and_changed_pixels_are_written(wsi, pipeline, tmp_path):
    pipeline.run(wsi)
    wsi.tiles = [tile for tile in wsi.tiles if tile.masks["tissue"].mean() > 0.5]
    wsi.tiles[1].image = np.zeros((256, 256, 3), np.uint8)
    wsi.tiles[2].labels["grade"] = 3
    count = len(wsi.tiles)
    path = wsi.to_hdf5(tmp_path / "p.h5")
    with SlideData.from_hdf5(path) as again:
        assert len(again.tiles) == count
        assert not again.tiles[1].image.any()
        assert again.tiles[2].labels["grade"] == 3
        assert "grade" not in again.tiles[3].labels


def test_that_coordinates_alone_read_pixels_from_the_slide(wsi, tmp_path):
    path = wsi.to_hdf5(tmp_path / "p.h5", images="reference")
    assert path.stat().st_size < 1_000_000
    with SlideData.from_hdf5(path) as again:
        assert np.array_equal(again.tiles[30].image, wsi.tiles[30].image)


def test_that_coordinates_of_another_slide_are_refused(synthetic, tmp_path):
    from pathgui.workflows.synthetic import SlideLook, make_slide

    copy = tmp_path / "copy.tif"
    copy.write_bytes(synthetic.read_bytes())
    with SlideData.from_slide(copy) as slide:
        slide.generate_tiles()
        path = slide.to_hdf5(tmp_path / "p.h5", images="reference")
    make_slide(copy, SlideLook(1024, seed=9, pieces=1))
    with pytest.raises(StorageError, match="another slide"):
        SlideData.from_hdf5(path)


def test_that_tiles_by_mpp_have_that_resolution(wsi):
    wsi.generate_tiles(mpp=1.1, tile_size=128)
    tile = wsi.tiles[3]
    assert tile.downsample == pytest.approx(2.2)
    assert tile.coords == tuple(round(c * tile.downsample) for c in tile.level_coords)
    assert tile.image.shape == (128, 128, 3)


def test_that_nonsense_is_refused_with_its_cause(wsi):
    with pytest.raises(ResolutionError, match="level 7"):
        wsi.generate_tiles(level=7)
    with pytest.raises(TilingError, match="stride"):
        wsi.generate_tiles(stride=0)
    with pytest.raises(TilingError, match="does not fit"):
        wsi.generate_tiles(tile_size=100_000)
    with pytest.raises(TilingError, match="only one"):
        wsi.generate_tiles(level=0, mpp=0.5)
    with pytest.raises(TilingError, match="Tile objects"):
        wsi.tiles = [1, 2]


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"level": "1"}, "level"),
        ({"level": 1.5}, "level"),
        ({"level": True}, "level"),
        ({"stride": 1.5}, "stride"),
        ({"tile_size": 256.5}, "tile_size"),
        ({"tile_size": "256"}, "tile_size"),
        ({"tile_size": None}, "tile_size"),
        ({"mpp": "0.5"}, "mpp"),
        ({"mpp": float("inf")}, "mpp"),
        ({"tile_um": -1}, "tile_um"),
        ({"min_tissue": "much"}, "min_tissue"),
        ({"min_tissue": float("nan")}, "min_tissue"),
        ({"pad": "no"}, "pad"),
        ({"inside": 5}, "annotations"),
        ({"tile_size": 20_000, "pad": True}, "memory"),
    ],
)
def test_that_wrong_kinds_of_values_are_refused_before_anything_is_cut(
    wsi, wrong, word
):
    before = wsi.tiles
    with pytest.raises(TilingError, match=word):
        wsi.generate_tiles(**wrong)
    assert wsi.tiles is before


@pytest.mark.parametrize("images", ["reference", "none"])
def test_that_the_size_of_a_file_is_told_before_it_is_written(
    wsi, tmp_path, monkeypatch, images
):
    with monkeypatch.context() as patch:
        for name in ("read", "iter_tiles", "overview"):
            patch.setattr(type(wsi.slide), name, None)
        wsi.generate_tiles()
        expected = wsi.expected_bytes(images=images, layout="stacked")
    path = wsi.to_hdf5(tmp_path / "p.h5", images=images, layout="stacked")
    assert expected == pytest.approx(path.stat().st_size, rel=0.4)


def test_that_a_doubtful_mpp_is_told(synthetic):
    with SlideData.from_slide(synthetic, mpp=50.0) as wsi:
        assert "outside" in wsi.warnings[0]


def test_that_numpy_numbers_are_as_good_as_pythons(wsi, tmp_path):
    wsi.generate_tiles(
        level=np.int64(0), tile_size=np.int32(256), stride=np.uint16(512)
    )
    wsi.to_hdf5(tmp_path / "p.h5")
    (tile,) = wsi.load_tiles_from_hdf5(tmp_path / "p.h5", np.array([3]))
    assert tile.index == 3
    with pytest.raises(TilingError, match="no number of a tile"):
        wsi.load_tiles_from_hdf5(tmp_path / "p.h5", [0.5])


def test_that_tiles_lie_where_the_scanner_scanned(data, tmp_path):
    with SlideData.from_slide(data / "slides" / "derived" / "cmu1_leica.scn") as wsi:
        left, upper, width, height = wsi.properties.bounds
        for level in range(3):
            wsi.generate_tiles(level=level, tile_size=200, pad=True)
            assert wsi.tiles[0].coords == (left, upper)
            corners = wsi.grid.coords
            assert (corners < (left + width, upper + height)).all()
        share = 1 - (wsi.thumbnail(1024) == 255).all(axis=2).mean()
        assert share < 0.3
        wsi.to_hdf5(tmp_path / "p.h5")
        valid = [tile.valid_size for tile in wsi.tiles]
    with SlideData.from_hdf5(tmp_path / "p.h5") as again:
        assert [tile.valid_size for tile in again.tiles] == valid
        stored = [
            (tile.labels["valid_width"], tile.labels["valid_height"])
            for tile in again.tiles
        ]
        assert stored == valid
        assert min(valid) < (200, 200)


def test_that_tiles_of_an_earlier_tiling_are_not_mixed_in(wsi, tmp_path):
    old = list(wsi.tiles)
    wsi.generate_tiles(tile_size=128)
    wsi.tiles = old
    with pytest.raises(TilingError, match="earlier tiling"):
        wsi.to_hdf5(tmp_path / "p.h5")
    assert list(tmp_path.iterdir()) == []


def test_that_a_file_without_its_slide_still_gives_tiles(synthetic, tmp_path):
    copy = tmp_path / "copy.tif"
    copy.write_bytes(synthetic.read_bytes())
    with SlideData.from_slide(copy) as slide:
        slide.generate_tiles()
        expected = slide.tiles[5].image
        path = slide.to_hdf5(tmp_path / "p.h5")
    copy.unlink()
    with SlideData.from_hdf5(path) as again:
        assert np.array_equal(again.tiles[5].image, expected)
        with pytest.raises(SlideError, match=r"copy\.tif"):
            _ = again.level_dimensions


def test_that_loaded_tiles_can_be_pickled(wsi, tmp_path):
    path = wsi.to_hdf5(tmp_path / "p.h5")
    (tile,) = wsi.load_tiles_from_hdf5(path, [7])
    again = pickle.loads(pickle.dumps(tile))
    assert np.array_equal(again.image, tile.image)


def test_that_slides_and_tiles_pickle_for_the_workers_of_a_data_loader(
    wsi, pipeline, tmp_path
):
    pipeline.run(wsi)
    wsi.tiles[9].prediction = 0.5
    image, path = wsi.tiles[9].image, wsi.to_hdf5(tmp_path / "p.h5")
    with SlideData.from_hdf5(path) as stored:
        for data in (wsi, stored):
            for again in (
                pickle.loads(pickle.dumps(data)).tiles[9],
                pickle.loads(pickle.dumps(data.tiles))[9],
                pickle.loads(pickle.dumps(data.tiles[9])),
            ):
                assert np.array_equal(again.image, image)
                assert again.coords == wsi.tiles[9].coords
    assert pickle.loads(pickle.dumps(wsi.tiles))[9].prediction == 0.5


def test_that_a_mask_is_cut_only_for_those_who_ask(wsi, monkeypatch):
    Pipeline([TissueDetectionHE("tissue")]).run(wsi)
    cut = []
    monkeypatch.setattr(
        "pathgui.preprocessing.slide_transform.mask_on_tile",
        lambda *both: cut.append(both) or np.ones((256, 256), bool),
    )
    image = wsi.tiles[3].image
    assert cut == []
    assert wsi.tiles[3].masks["tissue"].all()
    assert len(cut) == 1
    assert wsi.tiles[3].image is image
