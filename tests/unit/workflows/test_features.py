"""Features of a project: extracted, consolidated, asked for, exported."""

import json
import sys

import h5py
import numpy as np
import pandas as pd
import pytest

from pathgui.cli import main
from pathgui.errors import (
    Cancelled,
    ExpressionError,
    MissingExtraError,
    ModelError,
    ProjectError,
    RunError,
    StorageError,
)
from pathgui.features import ColourStatistics, Extractor
from pathgui.project import Edit, Project
from pathgui.storage import SlideMeta, SlideWriter
from pathgui.storage.features import FeatureFile, FeatureOptions, open_features
from pathgui.workflows.features import (
    ExtractOptions,
    consolidate,
    export,
    extract,
    open_memmap,
    query,
    to_anndata,
    to_frame,
)
from pathgui.workflows.qc.tiles import log_tiles

SIDE = 16
SLIDES = {"a1": ("A", 5), "a2": ("A", 3), "b1": ("B", 4), "b2": ("B", 0)}


def write_result(project, slide_id, count, seed=0, **options):
    rng = np.random.default_rng(seed)
    path = project.result_path(slide_id)
    meta = SlideMeta(slide_id, level=1, downsample=4.0, mpp=0.25, tile_size=SIDE)
    with SlideWriter(path, meta, **options) as writer:
        for k in range(count):
            image = rng.integers(0, 256, (SIDE, SIDE, 3), dtype=np.uint8)
            corner = k * SIDE, 0
            writer.add(k, image, (corner[0] * 4, 0), corner, {}, {})
    return path


@pytest.fixture
def project(tmp_path):
    with Project.create(tmp_path / "study") as opened:
        manifest, clinical = opened.manifest, opened.clinical
        rows = [
            {"slide_id": s, "path": f"raw_slides/{s}.svs", "cohort": cohort}
            for s, (cohort, _) in SLIDES.items()
        ]
        told = [
            {"slide_id": "a1", "stage": "II", "age": "61"},
            {"slide_id": "a2", "stage": "IV", "age": "47"},
            {"slide_id": "b1", "stage": "III", "age": ""},
        ]
        added = (*manifest.new_rows(rows), *clinical.new_rows(told))
        opened.apply(Edit("Add", added=added))
        opened.save()
        for number, (slide_id, (_, count)) in enumerate(SLIDES.items()):
            if count:
                write_result(opened, slide_id, count, number)
        yield opened


@pytest.fixture
def extracted(project):
    extract(project, ColourStatistics())
    return project


def test_that_features_are_extracted_once_from_all_finished_tiles(project):
    told = []
    report = extract(
        project,
        ColourStatistics(),
        options=ExtractOptions(threads=2, batch=2),
        progress=lambda *call: told.append(call),
    )
    assert report.done == ["a1", "a2", "b1"]
    assert report.without_result == ["b2"]
    assert report.tiles == 12
    assert not report.problems
    assert told[-1] == ("Slides", 4, 4)
    assert ("a1", 5, 5) in told
    path = project.root / "features" / "a1_features.h5"
    with open_features(path) as file:
        slide = file.slide()
        assert slide.contiguous
        assert slide.shape == (5, 25)
        assert slide.meta.model == "colour-statistics"
        assert slide.meta.feature_names == ColourStatistics.feature_names
        assert (slide.meta.level, slide.meta.mpp, slide.meta.downsample) == (1, 1.0, 4)
        np.testing.assert_array_equal(slide.coords[:, 0], np.arange(5) * SIDE * 4)
        rng = np.random.default_rng(0)
        image = rng.integers(0, 256, (SIDE, SIDE, 3), dtype=np.uint8)
        expected = ColourStatistics().extract(image[None])[0]
        np.testing.assert_allclose(slide[0], expected)
    stamp = path.stat().st_mtime_ns
    assert extract(project, ColourStatistics()).up_to_date == ["a1", "a2", "b1"]
    assert path.stat().st_mtime_ns == stamp
    write_result(project, "a1", 2, seed=9)
    assert extract(project, ColourStatistics()).done == ["a1"]
    half = ExtractOptions(store=FeatureOptions("float16", "fast"))
    assert extract(project, ColourStatistics(), cohort="B", options=half).done == ["b1"]


class Fussy(Extractor):
    """Refuses one of the tiles."""

    name = "fussy"
    feature_names = ("mean",)

    def extract(self, images):
        if len(images) == 3:
            raise ModelError("three is too many", "take two")
        return images.mean(axis=(1, 2, 3), keepdims=True)[:, :, 0, 0].astype("f4")


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


def test_that_slides_that_fail_are_named_and_the_others_go_on(project):
    project.result_path("b1").write_bytes(b"no HDF5")
    report = extract(project, Fussy())
    assert report.done == ["a1"]
    assert [item["slide_id"] for item in report.problems] == ["a2", "b1"]
    assert report.problems[0]["reason"] == "three is too many"
    assert report.problems[0]["hint"] == "take two"
    assert [p.name for p in (project.root / "features").iterdir()] == ["a1_features.h5"]
    named = extract(project, Fussy(), slides=["b2"])
    assert "no tiles yet" in named.problems[0]["reason"]


def test_that_tiles_without_pixels_are_told(project):
    write_result(project, "a1", 2, images="reference")
    report = extract(project, ColourStatistics(), slides=["a1"])
    assert "holds no pixels" in report.problems[0]["reason"]


def test_that_a_stopped_extraction_leaves_whole_files_only(project):
    calls = iter([False, False, False, True])
    with pytest.raises(Cancelled):
        extract(
            project,
            ColourStatistics(),
            options=ExtractOptions(batch=1),
            cancelled=lambda: next(calls),
        )
    assert not list((project.root / "features").iterdir())


@pytest.mark.parametrize("links", [False, True])
def test_that_databases_follow_their_cohort(extracted, links):
    done = consolidate(extracted, cohort="A", links=links)
    assert done.report.path.name == "A_features.h5"
    assert done.report.added == ("a1", "a2")
    done = consolidate(extracted, links=links)
    assert done.report.path.name == "all_features.h5"
    assert done.without_features == ["b2"]
    assert not consolidate(extracted, links=links).report.changed

    manifest = extracted.manifest
    cell = manifest.cell(manifest.find("a2"), "cohort", "B")
    extracted.apply(Edit("Move", (cell,)))
    assert consolidate(extracted, cohort="A", links=links).report.dropped == ("a2",)
    (extracted.root / "features" / "a1_features.h5").write_bytes(b"")
    done = consolidate(extracted)
    assert done.problems[0]["slide_id"] == "a1"
    assert done.report.dropped == (("a1",) if links else ())
    with pytest.raises(ProjectError):
        consolidate(extracted, cohort="Z")


@pytest.mark.parametrize(
    ("expression", "slides"),
    [
        ('cohort == "A" and stage in ["II", "III"]', ["a1"]),
        ('stage in ["II", "III"]', ["a1", "b1"]),
        ("age >= 47 and age < 61", ["a2"]),
        ("age == missing", ["b1"]),
        ('cohort == "A"', ["a1", "a2"]),
        ('join == "matched" and not stage == "II"', ["a2", "b1"]),
        ("", ["a1", "a2", "b1"]),
        ("age > 200", []),
    ],
)
def test_that_slides_are_found_by_both_tables(extracted, expression, slides):
    with query(extracted, expression) as found:
        assert list(found.slides) == slides
        bags = list(found)
    assert [bag.slide_name for bag in bags] == slides
    for bag in bags:
        count = SLIDES[bag.slide_name][1]
        assert bag.features.shape == (count, 25)
        assert bag.coords.shape == (count, 2)


def test_that_an_unknown_column_is_an_error_that_lists_the_known(extracted):
    with pytest.raises(ExpressionError, match="grade") as caught:
        query(extracted, "grade == 3")
    assert "cohort" in caught.value.hint
    assert "stage" in caught.value.hint
    with pytest.raises(ProjectError, match="nobody"):
        query(extracted, slides=["nobody"])
    with pytest.raises(RunError), Project.create(extracted.root.parent / "p2") as empty:
        query(empty)


def test_that_features_are_found_in_databases_when_the_files_are_gone(extracted):
    consolidate(extracted, cohort="A")
    consolidate(extracted)
    for path in extracted.root.glob("features/[ab][12]_*"):
        path.unlink()
    with query(extracted) as found:
        assert found.without_features == ("b2",)
        assert found.place("a1").name == "A_features.h5"
        assert found.place("b1").name == "all_features.h5"
        assert [len(bag.coords) for bag in found] == [5, 3, 4]
    assert not consolidate(extracted, cohort="A").report.changed


def test_that_a_table_has_a_row_for_each_tile(extracted, tmp_path):
    with query(extracted, 'cohort == "A"') as found:
        frame = to_frame(found)
        out = export(found, tmp_path / "out" / "a.csv")
    assert list(frame.columns[:4]) == ["slide_id", "x", "y", "red_mean"]
    assert frame["slide_id"].tolist() == ["a1"] * 5 + ["a2"] * 3
    again = pd.read_csv(out, dtype={"slide_id": str})
    pd.testing.assert_frame_equal(again, frame, check_dtype=False, rtol=1e-6)
    assert [p.name for p in out.parent.iterdir()] == ["a.csv"]


def test_that_a_memmap_tells_its_shape_beside_it(extracted, tmp_path):
    with query(extracted) as found:
        path = export(found, tmp_path / "features.mmap")
        bags = list(found)
    facts = json.loads((tmp_path / "features.mmap.json").read_text())
    assert facts["shape"] == [12, 25]
    assert (facts["dtype"], facts["order"]) == ("<f4", "C")
    plain = np.memmap(path, facts["dtype"], "r", shape=tuple(facts["shape"]))
    np.testing.assert_array_equal(plain[5:8], bags[1].features)
    mapped = open_memmap(path)
    np.testing.assert_array_equal(mapped.features[mapped.slides["b1"]], plain[8:])
    np.testing.assert_array_equal(mapped.coords[:5], bags[0].coords)
    path.write_bytes(b"short")
    with pytest.raises(StorageError, match="damaged"):
        open_memmap(path)
    for wrong in ("{}", "[" * 10, '{"format": "pathgui-memmap"}'):
        (tmp_path / "features.mmap.json").write_text(wrong)
        with pytest.raises(StorageError):
            open_memmap(path)


def test_that_features_of_different_models_are_not_mixed(extracted, tmp_path):
    extract(extracted, Fussy(), slides=["b1"])
    with query(extracted) as found, pytest.raises(StorageError, match="fussy"):
        export(found, tmp_path / "x.csv")
    assert not list(tmp_path.glob("*x.csv*"))


def test_that_forms_that_need_more_say_so(extracted, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "anndata", None)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with query(extracted) as found:
        with pytest.raises(MissingExtraError, match="anndata"):
            to_anndata(found)
        with pytest.raises(MissingExtraError, match="pyarrow"):
            export(found, tmp_path / "x.parquet")
        with pytest.raises(StorageError, match=r"x\.txt"):
            export(found, tmp_path / "x.txt")


def test_that_parquet_and_anndata_hold_the_same(extracted, tmp_path):
    pytest.importorskip("pyarrow")
    anndata = pytest.importorskip("anndata")
    with query(extracted) as found:
        frame = to_frame(found)
        export(found, tmp_path / "x.parquet")
        export(found, tmp_path / "x.h5ad")
    again = pd.read_parquet(tmp_path / "x.parquet")
    pd.testing.assert_frame_equal(again, frame, check_dtype=False)
    data = anndata.read_h5ad(tmp_path / "x.h5ad")
    np.testing.assert_array_equal(data.X, frame.iloc[:, 3:].to_numpy())
    np.testing.assert_array_equal(data.obsm["spatial"], frame[["x", "y"]].to_numpy())


def run(capfd, *words):
    status = main([str(word) for word in words])
    out, err = capfd.readouterr()
    assert "Traceback" not in err
    return status, out, err


def test_that_the_command_line_goes_all_the_way(project, capfd, tmp_path):
    root = project.root
    project.close()
    status, out, err = run(capfd, "features", "extract", root, "--json")
    assert status == 0
    assert json.loads(out)["done"] == ["a1", "a2", "b1"]
    assert "b2" in err
    status, out, _ = run(capfd, "features", "consolidate", root, "--cohort", "A")
    assert status == 0
    assert "2 added" in out
    status, out, _ = run(capfd, "features", "query", root, 'stage == "III"', "--json")
    assert status == 0
    assert json.loads(out)["slides"][0]["slide_id"] == "b1"
    target = tmp_path / "f.mmap"
    status, out, _ = run(capfd, "features", "export", root, "--out", target)
    assert status == 1  # one slide has no features
    assert target.exists()
    words = ["features", "query", root, 'stage == "II"', "--out", tmp_path / "f.csv"]
    assert run(capfd, *words)[0] == 0
    project_file = root / "processed" / "A" / "a1.h5"
    project_file.write_bytes(b"x")
    assert run(capfd, "features", "extract", root, "--force")[0] == 1


@pytest.mark.parametrize(
    "words",
    [
        ["query", "{root}", "stage = 2"],
        ["query", "{root}", "nonsense == 2"],
        ["query", "{root}", "age > 200", "--out", "x.csv"],
        ["query", "{root}", "age > 20", "--out", "x.doc"],
        ["extract", "{root}", "--model", "nowhere.onnx"],
        ["extract", "{root}", "--dtype", "int8"],
        ["extract", "{root}", "--cohort", "Z"],
        ["consolidate", "{root}"],
        ["export", "nowhere", "--out", "x.csv"],
    ],
)
def test_that_what_cannot_be_done_is_one_sentence(project, capfd, words):
    status, out, err = run(
        capfd, "features", *[word.format(root=project.root) for word in words]
    )
    assert status == 2
    assert out == ""
    assert err
