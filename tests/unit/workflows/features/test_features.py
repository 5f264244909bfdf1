"""Features of a project: extracted, consolidated, asked for, exported."""

import json
import sys

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
from pathgui.storage.features import FeatureOptions, open_features
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

SIDE = 16
SLIDES = {"a1": ("A", 5), "a2": ("A", 3), "b1": ("B", 4), "b2": ("B", 0)}


def test_that_features_are_extracted_once_from_all_finished_tiles(
    project, write_result
):
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


def test_that_tiles_without_pixels_are_told(project, write_result):
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
