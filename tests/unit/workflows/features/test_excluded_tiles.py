"""Tiles that were excluded in review, in what is made of results and features."""

import json

import h5py
import numpy as np
import pytest

from pathgui.cli import main
from pathgui.features import ColourStatistics
from pathgui.storage import SlideMeta, SlideWriter
from pathgui.storage.features import FeatureFile, FeatureOptions
from pathgui.workflows.features import (
    ExtractOptions,
    consolidate,
    export,
    extract,
    open_memmap,
    query,
    to_frame,
)
from pathgui.workflows.qc.tiles import log_tiles

SIDE = 16


def test_that_tiles_excluded_in_review_get_no_features(project, capfd):
    extract(project, ColourStatistics(), options=ExtractOptions(batch=2))
    side = SIDE * 4
    log_tiles(project, "a1", [(side, 0, side, side)])
    log_tiles(project, "a2", [(k * side, 0, side, side) for k in range(3)])
    assert main(["features", "query", str(project.root), ""]) == 0
    told = capfd.readouterr()
    assert "4 tiles of 2 slides are left out, excluded in review" in told.err
    assert "3 slides, 8 tiles." in told.out
    assert main(["features", "query", str(project.root), "", "--all-tiles"]) == 0
    assert "3 slides, 12 tiles." in capfd.readouterr().out
    again = extract(project, ColourStatistics(), options=ExtractOptions(batch=2))
    assert (again.done, again.up_to_date) == (["a1", "a2"], ["b1"])
    assert (again.tiles, again.excluded) == (4, 4)
    assert "4 excluded in review" in again.text()
    with query(project) as found:
        bags = {bag.slide_name: bag.coords[:, 0].tolist() for bag in found}
    assert bags["a1"] == [0, 2 * side, 3 * side, 4 * side]
    assert bags["a2"] == []
    log_tiles(project, "a1", [(side, 0, side, side)], restore=True)
    third = extract(project, ColourStatistics(), options=ExtractOptions(batch=2))
    assert (third.done, third.tiles) == (["a1"], 5)


def places(path):
    """The x of each slide's tiles in a file of features, in tiles."""
    with FeatureFile(path) as file:
        return {s.name: (s.coords[:, 0] // (SIDE * 4)).tolist() for s in file}


@pytest.mark.parametrize("links", [False, True])
@pytest.mark.parametrize("way", ["none", "fast"])
def test_that_a_database_follows_what_is_excluded_after_extraction(project, links, way):
    store = FeatureOptions("float32", way)
    extract(project, ColourStatistics(), options=ExtractOptions(store=store))
    first = consolidate(project, links=links).report
    assert first.excluded_tiles == {}
    box = SIDE * 4, 0, SIDE * 4, SIDE * 4
    log_tiles(project, "a1", [box])
    done = consolidate(project, links=links).report
    assert (done.replaced, done.kept) == (("a1",), ("a2", "b1"))
    assert done.excluded_tiles == {"a1": 1}
    assert places(done.path)["a1"] == [0, 2, 3, 4]
    with FeatureFile(done.path) as file, query(project, slides=["a1"]) as found:
        np.testing.assert_array_equal(file.slide("a1").read(), next(iter(found))[2])
        assert file.is_linked("a2") == links
        assert not file.is_linked("a1")
    with h5py.File(done.path) as file:
        assert file["slide_0"].attrs["excluded_tiles"] == 1
        assert file["slide_0"].attrs["num_tiles"] == 4
    again = consolidate(project, links=links).report
    assert (again.changed, again.excluded_tiles) == (False, {"a1": 1})

    # As many tiles, but others.
    log_tiles(project, "a1", [box], restore=True)
    log_tiles(project, "a1", [(0, 0, *box[2:])])
    assert consolidate(project, links=links).report.replaced == ("a1",)
    assert places(done.path)["a1"] == [1, 2, 3, 4]

    whole = consolidate(project, links=links, all_tiles=True).report
    assert (whole.replaced, whole.excluded_tiles) == (("a1",), {})
    assert places(whole.path)["a1"] == [0, 1, 2, 3, 4]


def test_that_a_database_drops_tiles_whose_own_file_is_gone(extracted):
    path = consolidate(extracted).report.path
    (extracted.root / "features" / "a1_features.h5").unlink()
    for k in (1, 3):
        log_tiles(extracted, "a1", [(SIDE * 4 * k, 0, SIDE * 4, SIDE * 4)])
        done = consolidate(extracted).report
        assert done.replaced == ("a1",)
    assert done.excluded_tiles == {"a1": 2}
    assert places(path)["a1"] == [0, 2, 4]
    with h5py.File(path) as file:
        name = file["slide_0"].attrs["file_name"]
    assert name == "a1_features.h5"


def test_that_exports_leave_excluded_tiles_out_and_tell_how_many(extracted, tmp_path):
    log_tiles(extracted, "a2", [(SIDE * 4, 0, SIDE * 4, SIDE * 4)])
    with query(extracted) as found:
        export(found, tmp_path / "f.mmap")
        frame = to_frame(found)
        assert found.excluded_tiles() == {"a2": 1}
    facts = json.loads((tmp_path / "f.mmap.json").read_text())
    assert facts["shape"] == [11, 25]
    assert facts["excluded_tiles"] == {"a2": 1}
    assert frame["slide_id"].tolist().count("a2") == 2
    features = open_memmap(tmp_path / "f.mmap").features
    np.testing.assert_array_equal(features, frame.iloc[:, 3:].to_numpy())


@pytest.mark.parametrize(
    ("to", "out"),
    [
        *(("clam", "x.h5"), ("trident", "x.h5"), ("stamp", "x.h5")),
        *(("h5path", "x.h5path"), ("geojson", "x.geojson")),
    ],
)
def test_that_files_of_others_are_made_without_excluded_tiles(
    extracted, tmp_path, capfd, to, out
):
    source = extracted.result_path("a1")
    if to == "stamp":
        source = extracted.root / "features" / "a1_features.h5"
    log_tiles(extracted, "a1", [(SIDE * 4, 0, SIDE * 4, SIDE * 4)])
    words = ["h5", "convert", str(source), "--to", to, "--out", str(tmp_path / out)]
    assert main([*words, "--json"]) == 0
    told = capfd.readouterr()
    assert json.loads(told.out)["excluded_tiles"] == {"a1": 1}
    assert "1 tile of 1 slide is left out, excluded in review" in told.err
    assert count_tiles(tmp_path / out) == (4, 1)
    assert main([*words, "--all-tiles"]) == 0
    assert "excluded" not in capfd.readouterr().err
    assert count_tiles(tmp_path / out) == (5, 0)


def count_tiles(path):
    """How many tiles a file of another program holds, and how many it says it lacks."""
    if path.suffix == ".geojson":
        found = json.loads(path.read_text())["features"]
        names = [f["properties"]["name"] for f in found]
        return len(names), int("tile 1" not in names)
    with h5py.File(path) as file:
        if "tiles" in file:
            told = file["fields/labels"].attrs
            return len(file["tiles"]), told.get("excluded_tiles", 0)
        told = {**file.attrs, **file["coords"].attrs}
        return len(file["coords"]), told.get("excluded_tiles", 0)


def test_that_excluded_tiles_leave_a_gap_in_a_stitched_map(project, capfd):
    path = project.result_path("a1")
    meta = SlideMeta("a1", level=1, downsample=4.0, tile_size=SIDE,
                     dimensions=(320, 64), level_size=(80, 16))  # fmt: skip
    with SlideWriter(path, meta) as writer:
        for k in range(5):
            image = np.zeros((SIDE, SIDE, 3), np.uint8)
            corner = k * SIDE, 0
            writer.add(k, image, (corner[0] * 4, 0), corner, {}, {"score": k / 4})
    log_tiles(project, "a1", [(SIDE * 4, 0, SIDE * 4, SIDE * 4)])
    assert main(["stitch", str(path), "score"]) == 0
    with h5py.File(path) as file:
        found = file["slide_0/maps/score"]
        level = found[next(iter(found))][:] if hasattr(found, "keys") else found[:]
        told = dict(found.attrs)
    assert np.isnan(level[:, SIDE : 2 * SIDE]).all()
    assert (level[:, 2 * SIDE : 3 * SIDE] == 0.5).all()
    assert told["excluded_tiles"] == 1
    everywhere = [(0, 0, 400, 400)]
    log_tiles(project, "a1", everywhere)
    assert main(["stitch", str(path), "score", "--to", "png"]) == 0
    log_tiles(project, "a1", everywhere, restore=True)
    assert main(["stitch", str(path), "score", "--all-tiles"]) == 0
    with h5py.File(path) as file:
        found = file["slide_0/maps/score"]
        level = found[next(iter(found))][:] if hasattr(found, "keys") else found[:]
    assert not np.isnan(level).any()
