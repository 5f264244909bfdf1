"""What was exported comes back by an import, and nothing is changed by that."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pathgui.project import (
    Column,
    Edit,
    Project,
    add_column,
    apply_import,
    plan_import,
    read_table,
)
from pathgui.project.export.deidentify import Deidentify
from pathgui.workflows.export_tables import ExportOptions, export_table
from pathgui.workflows.import_manifest import plan_manifest

SLIDES = st.lists(st.integers(0, 9), min_size=1, max_size=7, unique=True)
TEXTS = st.sampled_from(["", "II", "0061", "=1+1", "5.5", "a | b", "naïve", 'x,"y"'])
CLINICAL = st.lists(
    st.tuples(st.sampled_from(["", "own", "lost"]), st.integers(-1, 3), TEXTS, TEXTS),
    min_size=1,
    max_size=9,
)


@pytest.fixture
def project(tmp_path):
    with Project.create(tmp_path / "study") as made:
        # A name in both tables, and columns called like those of the joined one.
        for name in ("status", "join", "note"):
            made.apply(add_column(made.clinical, Column(name)))
        made.apply(add_column(made.manifest, Column("block")))
        yield made


def fill(project, slides, clinical):
    rows = [
        {
            "slide_id": f"TCGA-05-000{n % 4}-0{n}Z",
            "path": f"/slides/{n}.svs",
            "cohort": "lung",
            "status": "ready",
            "mpp": "0.25",
            "block": f"B{n}",
        }
        for n in slides
    ]
    ids = [row["slide_id"] for row in rows]
    lines = [
        {
            "slide_id": {"": "", "own": ids[k % len(ids)], "lost": f"gone{k}"}[kind],
            "patient_id": f"TCGA-05-000{patient}" if patient >= 0 else "",
            "stage": stage,
            "note": note,
            "status": note,
        }
        for k, (kind, patient, stage, note) in enumerate(clinical)
    ]
    project.apply(Edit("slides", added=project.manifest.new_rows(rows)))
    project.apply(Edit("clinical", added=project.clinical.new_rows(lines)))


def back(project, tmp_path, ending, source, plan=plan_import):
    file = tmp_path / f"{source}.{ending}"
    export_table(project, file, ExportOptions(source=source), replace=True)
    return plan(project, read_table(file))


@pytest.mark.parametrize("source", ["joined", "clinical", "manifest", "patients"])
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(slides=SLIDES, clinical=CLINICAL)
def test_that_an_export_that_comes_back_changes_nothing(
    project, tmp_path, source, slides, clinical
):
    before = project.manifest.frame(), project.clinical.frame()
    fill(project, slides, clinical)
    plan = plan_manifest if source == "manifest" else plan_import
    try:
        found = back(project, tmp_path, "csv", source, plan)
        assert not found.edit, found.edit
        if source == "joined":
            assert not back(project, tmp_path, "csv", source, plan_manifest).edit
    finally:
        for table in (project.manifest, project.clinical):
            project.apply(Edit("empty", removed=table.gone_rows(table.row_ids)))
    assert len(before[0]) == len(project.manifest) == 0


@pytest.fixture
def study(project):
    rows = [("own", 0, "II", "=1+1"), ("", 1, "0061", "5.5"), ("lost", 2, "I", "")]
    fill(project, [0, 1, 5, 2], rows)
    return project


@pytest.mark.parametrize("source", ["joined", "clinical", "patients"])
def test_that_a_workbook_comes_back_too(study, tmp_path, source):
    pytest.importorskip("openpyxl")
    found = back(study, tmp_path, "xlsx", source)
    assert not found.edit
    assert found.report.updated == len(found.report.columns) == 0


def test_that_a_joined_table_says_what_it_is_and_what_is_left_out(study, tmp_path):
    found = back(study, tmp_path, "csv", "joined")
    told = next(w for w in found.report.warnings if "joined table" in w)
    assert "path" in told
    assert "block" in told
    assert "stage" not in told
    names = [column.column.name for column in found.columns]
    assert "status" in names
    assert "status_clinical" not in names


def edited(study, tmp_path, old, new):
    file = tmp_path / "joined.csv"
    export_table(study, file, ExportOptions(), replace=True)
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))
    return plan_import(study, read_table(file))


def test_that_an_edit_of_a_joined_table_reaches_the_row_that_is_shown(study, tmp_path):
    found = edited(study, tmp_path, "0061", "62")
    # Two slides show the one row of their patient.
    assert [(c.cell.old, c.cell.new) for c in found.changes] == [("0061", "62")]
    assert (found.report.added, found.report.updated) == (0, 1)
    apply_import(study, found)
    assert study.clinical.texts("stage").tolist() == ["II", "62", "I"]


def test_that_what_is_typed_beside_a_slide_becomes_its_clinical_row(study, tmp_path):
    file = tmp_path / "joined.csv"
    export_table(study, file, ExportOptions())
    lines = file.read_text().splitlines()
    place = next(k for k, line in enumerate(lines) if "no clinical row" in line)
    cells = lines[place].split(",")
    cells[lines[0].split(",").index("stage")] = "IV"
    file.write_text("\n".join([*lines[:place], ",".join(cells), *lines[place + 1 :]]))
    found = plan_import(study, read_table(file))
    rows = [change.values for change in found.edit.added]
    assert [(r["slide_id"], r["stage"]) for r in rows] == [("TCGA-05-0002-02Z", "IV")]
    assert not found.changes


def test_that_a_row_added_to_a_joined_table_is_added_alone(study, tmp_path):
    file = tmp_path / "joined.csv"
    export_table(study, file, ExportOptions())
    names = file.read_text().splitlines()[0].split(",")
    cells = {"slide_id": "new slide", "note": "seen"}
    with file.open("a") as stream:
        stream.write(",".join(cells.get(name, "") for name in names) + "\n")
    found = plan_import(study, read_table(file))
    assert [change.values["slide_id"] for change in found.edit.added] == ["new slide"]
    assert found.report.unchanged == 5
    assert not found.changes


def test_that_a_joined_table_of_another_project_brings_its_clinical_rows(
    study, tmp_path
):
    file = tmp_path / "joined.csv"
    export_table(study, file, ExportOptions())
    with Project.create(tmp_path / "other") as other:
        found = plan_import(other, read_table(file))
        assert found.report.added == 4
        assert "path" not in found.report.columns


def test_that_a_de_identified_export_is_told_as_what_it_is(study, tmp_path):
    file = tmp_path / "shared.csv"
    strip = Deidentify("a secret of ours")
    for source, plan in (("joined", plan_import), ("manifest", plan_manifest)):
        options = ExportOptions(source=source, deidentify=strip)
        export_table(study, file, options, replace=True)
        found = plan(study, read_table(file))
        assert any("de-identified export" in str(p) for p in found.report.problems)
        assert not found.report.ok
