"""The command line: words, statuses, sentences."""

import json
import sys

import pytest

from pathgui.cli import main


def run(capfd, *words):
    status = main([str(word) for word in words])
    out, err = capfd.readouterr()
    assert "Traceback" not in err
    return status, out, err


def test_that_the_version_is_printed(capfd):
    status, out, _ = run(capfd, "--version")
    assert status == 0
    assert out.startswith("pathgui ")


def test_that_a_missing_argument_is_one_sentence_and_status_2(capfd):
    status, out, err = run(capfd, "new")
    assert status == 2
    assert out == ""
    assert "directory" in err


@pytest.mark.parametrize(
    "words",
    [
        ["status", "nowhere"],
        ["run", "nowhere", "recipe.toml"],
        ["add", "nowhere", "x.svs"],
        ["verify", "nowhere"],
        ["process-slide", "nowhere.svs", "nowhere.toml", "--out", "x.h5"],
    ],
)
def test_that_what_is_not_there_is_named_with_status_2(capfd, words):
    status, out, err = run(capfd, *words)
    assert status == 2
    assert out == ""
    assert "nowhere" in err


@pytest.mark.parametrize("words", [["verfy", "study"], ["verfy"]])
def test_that_a_mistyped_command_is_told_with_the_one_meant(capfd, words):
    status, out, err = run(capfd, *words)
    assert status == 2
    assert out == ""
    assert "no command and no folder called verfy" in err
    assert "pathgui verify?" in err


def test_that_a_folder_that_is_not_there_is_told_with_what_to_do_now(capfd):
    status, _, err = run(capfd, "somewhere/study")
    assert status == 2
    assert "somewhere/study" in err
    assert "pathgui new" in err


def test_that_doctor_always_ends_well_and_speaks_json(capfd):
    status, out, _ = run(capfd, "doctor", "--json")
    assert status == 0
    report = json.loads(out)
    names = {item["name"] for item in report["findings"]}
    assert {"Python", "OpenSlide", "extra gui"} <= names


@pytest.fixture
def project(tmp_path, capfd):
    root = tmp_path / "study"
    assert run(capfd, "new", root)[0] == 0
    return root


def test_that_a_new_project_is_empty_and_has_recipes(capfd, project):
    status, out, _ = run(capfd, "status", project, "--json")
    report = json.loads(out)
    assert status == 0
    assert report["slides"] == 0
    assert "tissue_tiles" in report["recipes"]


def test_that_a_second_project_in_the_same_folder_is_refused(capfd, project):
    status, _, err = run(capfd, "new", project)
    assert status == 2
    assert str(project) in err


def test_that_the_main_job_runs_from_words_alone(capfd, project, synthetic, tmp_path):
    status, out, err = run(capfd, "add", project, synthetic, "--cohort", "c1", "--json")
    assert status == 0, err
    assert json.loads(out)["added"] == ["synthetic"]

    table = tmp_path / "clinical.csv"
    table.write_text("slide_id,age,stage\nsynthetic,61,II\nother,50,I\n")
    assert run(capfd, "clinical", "import", project, table)[0] == 0
    status, out, _ = run(capfd, "clinical", "report", project, "--json")
    report = json.loads(out)
    assert status == 0
    assert report["matched"] == ["synthetic"]
    assert report["clinical_without_slide"] == ["other"]

    assert run(capfd, "checksum", project)[0] == 0
    words = ["run", project, "tissue_tiles", "--workers", "1", "--json"]
    status, out, err = run(capfd, *words)
    assert status == 0, err
    assert json.loads(out)["done"] == 1
    assert (project / "processed" / "c1" / "synthetic.h5").exists()

    status, out, _ = run(capfd, *words)
    assert status == 0
    assert json.loads(out)["skipped"] == 1
    assert run(capfd, "verify", project)[0] == 0
    status, out, _ = run(capfd, "status", project, "--json")
    assert json.loads(out)["status"] == {"done": 1}


def test_that_a_changed_byte_is_found(capfd, project, synthetic, tmp_path):
    copy = tmp_path / "copy.tif"
    copy.write_bytes(synthetic.read_bytes())
    assert run(capfd, "add", project, copy)[0] == 0
    assert run(capfd, "checksum", project)[0] == 0
    with copy.open("r+b") as file:
        file.seek(5000)
        byte = file.read(1)[0]
        file.seek(5000)
        file.write(bytes([byte ^ 1]))
    status, _, err = run(capfd, "verify", project)
    assert status == 1
    assert "copy.tif" in err


def test_that_a_broken_slide_is_refused_and_harms_nothing(
    capfd, project, synthetic, data
):
    broken = data / "broken" / "truncated.svs"
    status, out, err = run(capfd, "add", project, broken, synthetic, "--json")
    assert status == 1
    assert "truncated.svs" in err
    assert json.loads(out)["added"] == ["synthetic"]


def test_that_a_failed_slide_is_named_and_ends_with_status_1(
    capfd, project, synthetic, tmp_path
):
    copy = tmp_path / "going.tif"
    copy.write_bytes(synthetic.read_bytes())
    assert run(capfd, "add", project, synthetic, copy, "--cohort", "c")[0] == 0
    copy.unlink()
    words = ["run", project, "tissue_tiles", "--workers", "1", "--json"]
    status, out, err = run(capfd, *words)
    assert status == 1
    assert "going" in err
    report = json.loads(out)
    assert (report["done"], report["failed"]) == (1, 1)
    status, out, _ = run(capfd, "status", project, "--json")
    assert json.loads(out)["status"] == {"done": 1, "missing": 1}


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is a display")
def test_that_the_window_without_a_display_is_one_sentence(capfd, monkeypatch):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    status, out, err = run(capfd, "open")
    assert (status, out) == (2, "")
    assert "there is no display" in err
