"""`features …`: from a model's file to a matrix, by words alone."""

import json
import shutil

import numpy as np
import pytest

from pathgui.cli import main
from pathgui.engine import parse_recipe, process_slide
from pathgui.storage.features import open_features
from pathgui.workflows.features import open_memmap


@pytest.fixture
def run(capfd):
    def call(*words):
        status = main([str(word) for word in words])
        out, err = capfd.readouterr()
        assert "Traceback" not in err
        return status, out, err

    return call


@pytest.fixture(scope="module")
def result(synthetic, recipe_text, tmp_path_factory):
    out = tmp_path_factory.mktemp("result") / "s.h5"
    process_slide(synthetic, parse_recipe(recipe_text), out)
    return out


@pytest.fixture
def project(run, tmp_path, synthetic, result):
    root = tmp_path / "study"
    other = shutil.copy(synthetic, tmp_path / "other.tif")
    assert run("new", root)[0] == 0
    assert run("add", root, synthetic, "--cohort", "A")[0] == 0
    assert run("add", root, other, "--cohort", "B")[0] == 0
    table = tmp_path / "clinical.csv"
    table.write_text("slide_id,age,stage\nsynthetic,61,II\nother,50,I\n")
    assert run("clinical", "import", root, table)[0] == 0
    for cohort, name in (("A", "synthetic"), ("B", "other")):
        folder = root / "processed" / cohort
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(result, folder / f"{name}.h5")
    return root


def test_that_a_model_turns_tiles_into_features_once(run, project, data):
    model = data / "models" / "efficientnet_lite0_imagenet.onnx"
    words = ["features", "extract", project, "--model", model, "--json"]
    status, out, err = run(*words)
    report = json.loads(out)
    assert (status, sorted(report["done"])) == (0, ["other", "synthetic"]), err
    assert json.loads(run(*words)[1])["up_to_date"] == ["synthetic", "other"]
    with open_features(project / "features" / "other_features.h5") as file:
        slide = file.slide()
        assert slide.shape == (report["tiles"] // 2, 1280)
        assert len(slide.meta.model_hash) == 64
        assert slide.dtype == np.float32
    assert run("h5", "validate", project / "features" / "other_features.h5")[0] == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--model", "nothing.onnx"], "nothing.onnx"),
        (["--model", "frob"], "frob"),
        (["--dtype", "float8"], "float8"),
        (["--cohort", "Z"], "Z"),
        (["--slides", "nobody"], "nobody"),
    ],
)
def test_that_what_cannot_be_extracted_has_status_2(run, project, words, said):
    status, out, err = run("features", "extract", project, *words)
    assert (status, out) == (2, "")
    assert said in err


def test_that_a_model_for_other_pictures_is_refused(run, project, data):
    model = data / "models" / "mnist_wrong_domain.onnx"
    status, _, err = run("features", "extract", project, "--model", model)
    assert status == 2
    assert "RGB" in err


def test_that_slides_are_gathered_found_and_written(run, project, tmp_path):
    assert run("features", "extract", project)[0] == 0
    for words in ([], ["--cohort", "A", "--links"]):
        status, out, _ = run("features", "consolidate", project, *words, "--json")
        assert (status, len(json.loads(out)["added"])) == (0, 1 if words else 2)
    for name in ("all", "A"):
        database = project / "features" / f"{name}_features.h5"
        assert run("h5", "validate", database)[0] == 0
        assert run("h5", "repack", database)[0] == 0
        assert run("h5", "validate", database)[0] == 0
    condition = 'cohort == "A" and stage in ["II", "III"]'
    status, out, _ = run("features", "query", project, condition, "--json")
    assert [row["slide_id"] for row in json.loads(out)["slides"]] == ["synthetic"]
    target = tmp_path / "q.mmap"
    status, out, _ = run("features", "query", project, "age < 55", "--out", target)
    assert (status, "1 slide to" in out) == (0, True)
    mapped = open_memmap(target)
    with open_features(project / "features" / "other_features.h5") as file:
        assert np.array_equal(mapped.features, file.slide().read())
    assert run("features", "export", project, "--out", tmp_path / "all.csv")[0] == 0
    assert (tmp_path / "all.csv").read_text().startswith("slide_id,x,y,")


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ("age > 200", "no slide meets the condition age > 200"),
        ("frob == 1", "frob"),
        ("age >", "understood"),
        ("__import__('os')", "function"),
    ],
)
def test_that_a_condition_that_finds_nothing_writes_nothing(
    run, project, tmp_path, condition, said
):
    target = tmp_path / "q.csv"
    status, out, err = run("features", "query", project, condition, "--out", target)
    assert (status, out) == (2, "")
    assert said in err
    assert not target.exists()


def test_that_slides_without_features_are_named(run, project, tmp_path):
    assert run("features", "extract", project, "--cohort", "A")[0] == 0
    target = tmp_path / "all.csv"
    status, _, err = run("features", "export", project, "--out", target)
    assert status == 1
    assert "1 slide has no features yet: other" in err
    assert target.exists()


def test_that_a_broken_file_of_features_is_named_and_harms_no_other(run, project):
    assert run("features", "extract", project)[0] == 0
    broken = project / "features" / "other_features.h5"
    broken.write_bytes(broken.read_bytes()[:2000])
    status, out, err = run("features", "consolidate", project, "--json")
    assert (status, json.loads(out)["added"]) == (1, ["synthetic"])
    assert "other" in err
