"""What an edit of the manifest brings with it."""

import pytest

from pathgui.project import Edit, Project
from pathgui.workflows.add_slides import add
from pathgui.workflows.overrides import completed
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
