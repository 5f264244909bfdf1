"""Annotations leave the project in the frame that QuPath counts in."""

import json

import pytest
import shapely

from pathgui.cli import main
from pathgui.errors import ProjectError
from pathgui.interop import Annotation, read_geojson
from pathgui.project import Edit, Project
from pathgui.workflows import annotations
from pathgui.workflows.annotation_export import annotated, export_annotations
from pathgui.workflows.synthetic import SlideLook, make_slide

DRAWN = Annotation(shapely.box(1100, 1200, 1500, 1600), "spot", "Tumour")


@pytest.fixture
def project(tmp_path, data):
    plain = make_slide(tmp_path / "plain.tif", SlideLook(512, seed=1, pieces=1))
    paths = {
        "cropped": data / "slides" / "derived" / "cmu1_leica.scn",
        "plain": plain,
        "gone": tmp_path / "gone.svs",
        "bare": plain,
    }
    with Project.create(tmp_path / "p") as made:
        rows = [
            {"slide_id": name, "path": str(path), "cohort": "c"}
            for name, path in paths.items()
        ]
        made.apply(Edit("Add", added=made.manifest.new_rows(rows)))
        made.save()
        for name in ("cropped", "plain", "gone"):
            annotations.save(made, name, [DRAWN])
        yield made


def test_that_a_file_counts_from_the_corner_that_qupath_counts_from(project, tmp_path):
    assert annotated(project) == ["cropped", "plain", "gone"]
    report = export_annotations(project, tmp_path / "out")
    assert report.written == {"cropped": 1, "plain": 1}
    assert list(report.problems) == ["gone"]
    moved = read_geojson(tmp_path / "out" / "cropped.geojson")
    assert moved.frame == ""
    assert moved.annotations[0].geometry.bounds == (76, 176, 476, 576)
    same = read_geojson(tmp_path / "out" / "plain.geojson")
    assert same.annotations[0].geometry.bounds == DRAWN.geometry.bounds
    assert same.annotations[0].classification == "Tumour"


def test_that_what_went_out_comes_back_where_it_was(project, tmp_path):
    export_annotations(project, tmp_path / "out", ["cropped"])
    text = (tmp_path / "out" / "cropped.geojson").read_text()
    annotations.path_of(project, "cropped").write_text(text)
    (back,) = annotations.load(project, "cropped")
    assert back.geometry.equals(DRAWN.geometry)


def test_that_files_in_the_way_are_not_replaced_unasked(project, tmp_path):
    out = tmp_path / "out"
    export_annotations(project, out, ["plain"])
    with pytest.raises(ProjectError, match=r"plain\.geojson would be replaced"):
        export_annotations(project, out, ["plain"])
    assert export_annotations(project, out, ["plain"], replace=True).written
    own = project.folder("annotations")
    with pytest.raises(ProjectError, match="the project's own"):
        export_annotations(project, own, ["plain"], replace=True)


def test_that_the_command_line_lists_and_exports(project, tmp_path, capfd):
    root, out = str(project.root), tmp_path / "out"
    project.close()
    assert main(["annotations", "classes", root, "--json"]) == 0
    assert json.loads(capfd.readouterr().out) == {"classes": {"Tumour": 3}}
    words = ["annotations", "export", root, "--out", str(out), "--level-0"]
    assert main([*words, "--slides", "cropped,plain,bare"]) == 0
    assert "2 annotations of 2 slides" in capfd.readouterr().out
    found = read_geojson(out / "cropped.geojson")
    assert found.frame == "level-0"
    assert found.annotations[0].geometry.bounds == DRAWN.geometry.bounds
    assert main(words[:-1]) == 2
    assert "would be replaced" in capfd.readouterr().err
