"""`pathgui qc`: import, export, report, agreement."""

import json

import pytest

from pathgui.cli.app import main
from pathgui.project import Edit, Project
from pathgui.workflows.review import Decision, decide, log_decision


@pytest.fixture
def root(tmp_path):
    with Project.create(tmp_path / "study") as project:
        rows = [
            {"slide_id": f"S{k}", "path": f"S{k}.svs", "cohort": "c"} for k in range(3)
        ]
        project.apply(Edit("rows", added=project.manifest.new_rows(rows)))
        project.apply(decide(project, "S0", "exclude", "fold"))
        project.save()
        log_decision(project, Decision("S0", "exclude", "fold", reviewer="Ada"))
        log_decision(project, Decision("S0", "flag", "fold", reviewer="Bo"))
    return tmp_path / "study"


def test_that_export_and_import_of_decisions_work_from_the_shell(root, capsys):
    out = root.parent / "q.csv"
    assert main(["qc", "export", str(root), "--out", str(out)]) == 0
    assert out.read_text().splitlines()[1].startswith("S0,c,exclude,fold,")
    out.write_text(out.read_text().replace("S1,c,,", "S1,c,pass,") + "X,c,pass\n")
    assert main(["qc", "import", str(root), str(out), "--json"]) == 1
    told = capsys.readouterr()
    assert json.loads(told.out[told.out.index("{") :])["slides"] == ["S1"]
    assert "line 5" in told.err
    with Project.open(root, write=False) as project:
        assert project.manifest.text(project.manifest.find("S1"), "qc_status") == "pass"


@pytest.mark.parametrize("suffix", ["html", "pdf"])
def test_that_a_report_is_written(root, suffix, capsys):
    if suffix == "pdf":
        pytest.importorskip("PySide6")
    out = root.parent / f"report.{suffix}"
    assert main(["qc", "report", str(root), "--out", str(out), "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["cohorts"]["c"]["excluded"] == ["S0"]
    head = {"html": b"<!DOCTYPE html>", "pdf": b"%PDF-"}
    assert out.read_bytes().startswith(head[suffix])


def test_that_agreement_of_reviewers_is_told(root, capsys):
    assert main(["qc", "agreement", str(root)]) == 0
    assert capsys.readouterr().out.startswith("Ada and Bo: 0 of 1 alike (0 %)")


def test_that_missing_metrics_lead_to_the_recipe(root, capsys):
    assert main(["qc", "metrics", str(root)]) == 0
    assert "qc_metrics" in capsys.readouterr().err


def test_that_a_cohort_that_is_not_there_is_refused(root, capsys):
    assert main(["qc", "report", str(root), "--cohort", "z"]) == 2
    assert "no cohort z" in capsys.readouterr().err
