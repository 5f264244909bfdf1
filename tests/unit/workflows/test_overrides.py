"""Values of single slides, and what an edit of the manifest brings with it."""

import pytest

from pathgui.errors import TableError
from pathgui.project import Edit, Project
from pathgui.workflows.add_slides import add
from pathgui.workflows.overrides import (
    completed,
    set_mpp,
    set_objective,
    set_parameter,
    shared_overrides,
)
from pathgui.workflows.run_recipe import mpp_of


@pytest.fixture
def project(tmp_path, synthetic):
    with Project.create(tmp_path / "study") as opened:
        add(opened, [synthetic], "c1")
        yield opened


def test_that_an_mpp_set_by_a_person_says_so_and_counts(project):
    row = project.manifest.find("synthetic")
    edit = Edit("Set mpp", (project.manifest.cell(row, "mpp", "0.3"),))
    project.apply(completed(project, edit))
    assert project.manifest.text(row, "mpp_source") == "user"
    assert mpp_of(project, row) == 0.3


def test_that_undo_brings_the_old_source_back(project):
    row = project.manifest.find("synthetic")
    edit = Edit("Set mpp", (project.manifest.cell(row, "mpp", "0.3"),))
    whole = completed(project, edit)
    project.apply(whole)
    project.apply(whole.inverse())
    assert project.manifest.text(row, "mpp_source") == "tiff"
    assert project.manifest.text(row, "mpp") == "0.5"


def test_that_other_edits_stay_as_they_are(project):
    row = project.manifest.find("synthetic")
    edit = Edit("Set staining", (project.manifest.cell(row, "staining", "HE"),))
    assert completed(project, edit) is edit


def test_that_a_cohort_rule_fills_in_where_slide_and_manifest_are_silent(
    tmp_path, data
):
    slide = data / "slides" / "derived" / "cmu1_generic_nompp_bigtiff_deflate.tif"
    with Project.create(tmp_path / "ruled") as project:
        project.configure(defaults={"mpp": {"c2": 0.25}})
        add(project, [slide], "c2")
        row = project.manifest.row_ids[0]
        assert project.manifest.text(row, "mpp") == "0.25"
        assert project.manifest.text(row, "mpp_source") == "cohort"
        assert mpp_of(project, row) == 0.25


def test_that_slides_get_an_mpp_of_their_own_and_lose_it_again(project):
    project.apply(set_mpp(project, ["synthetic"], 0.25))
    assert shared_overrides(project, ["synthetic"])["mpp"] == "0.25"
    project.apply(set_mpp(project, ["synthetic"], None))
    assert shared_overrides(project, ["synthetic"])["mpp"] == ""
    assert project.manifest.texts("mpp").tolist() == [""]
    with pytest.raises(TableError, match="no mpp"):
        set_mpp(project, ["synthetic"], -1)
    with pytest.raises(TableError, match="no slide nix"):
        set_mpp(project, ["nix"], 0.5)


def test_that_slides_get_a_recipe_parameter_of_their_own(project):
    edit = set_parameter(project, ["synthetic"], "tiling.min_tissue", " 0.8 ")
    assert edit.label == "Set tiling.min_tissue of 1 slide"
    project.apply(edit)
    assert shared_overrides(project, ["synthetic"])["tiling.min_tissue"] == "0.8"
    assert not set_parameter(project, ["synthetic"], "tiling.min_tissue", "0.8")
    project.apply(set_parameter(project, ["synthetic"], "tiling.min_tissue", ""))
    assert "tiling.min_tissue" not in shared_overrides(project, ["synthetic"])
    project.apply(edit.inverse())


@pytest.mark.parametrize("name", ["", "min_tissue", "output.name", "a.b.c.d", "a. b"])
def test_that_a_name_that_is_no_parameter_is_refused(project, name):
    with pytest.raises(TableError, match="no parameter"):
        set_parameter(project, ["synthetic"], name, "1")


def test_that_an_objective_of_ones_own_is_a_power_that_lenses_have(project):
    project.apply(set_objective(project, ["synthetic"], "20"))
    assert project.manifest.texts("magnification").tolist() == ["20"]
    for text in ("-1", "1e9", "x"):
        with pytest.raises(TableError, match="objective power"):
            set_objective(project, ["synthetic"], text)
