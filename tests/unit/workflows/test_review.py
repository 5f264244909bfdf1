"""Quality decisions."""

import csv

import pytest

from pathgui import settings
from pathgui.errors import ProjectError
from pathgui.project import Project
from pathgui.workflows.add_slides import add
from pathgui.workflows.review import Decision, decide, log_decision, reviewer


@pytest.fixture
def project(tmp_path, synthetic):
    with Project.create(tmp_path / "study") as opened:
        add(opened, [synthetic], "c1")
        yield opened


def test_that_a_decision_lands_in_the_manifest_and_can_be_undone(project):
    edit = decide(project, "synthetic", "flag", "pen mark")
    project.apply(edit)
    row = project.manifest.find("synthetic")
    assert project.manifest.text(row, "qc_status") == "flag"
    assert project.manifest.text(row, "qc_reason") == "pen mark"
    project.apply(edit.inverse())
    assert project.manifest.text(row, "qc_status") == ""


def test_that_the_same_decision_twice_changes_nothing(project):
    project.apply(decide(project, "synthetic", "pass"))
    assert decide(project, "synthetic", "pass") is None


def test_that_unknown_decisions_and_slides_are_refused(project):
    with pytest.raises(ProjectError, match="maybe"):
        decide(project, "synthetic", "maybe")
    with pytest.raises(ProjectError, match="nobody"):
        decide(project, "nobody", "pass")


def test_that_every_decision_is_logged_with_its_reviewer(project):
    log_decision(project, Decision("synthetic", "flag", "pen, blue", "a\nb", "R 1"))
    log_decision(project, Decision("synthetic", "", reviewer="R 2"))
    with (project.root / "metadata" / "qc_decisions.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["qc_status"] for row in rows] == ["flag", "cleared"]
    assert rows[0]["qc_reason"] == "pen, blue"
    assert rows[0]["note"] == "a\nb"
    assert [row["reviewer"] for row in rows] == ["R 1", "R 2"]


def test_that_the_reviewer_comes_from_the_settings():
    settings.save(settings.Settings(reviewer="Dr. Who"))
    assert reviewer() == "Dr. Who"
