"""Tables are exported for spreadsheets, scripts and neighbours, and to be shared."""

import csv
import stat
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pathgui.errors import TableError
from pathgui.project import (
    Column,
    Edit,
    Project,
    add_column,
    apply_import,
    plan_import,
    read_table,
    table_from_text,
)
from pathgui.project.export.deidentify import Deidentify
from pathgui.project.export.formulas import restore
from pathgui.project.export.writers import sheet_from, write_sheet
from pathgui.workflows.export_join import export_join
from pathgui.workflows.export_tables import ExportOptions, export_table, project_salt


@pytest.fixture
def study(tmp_path):
    with Project.create(tmp_path / "study") as project:
        rows = [
            {
                "slide_id": f"s{n}",
                "path": f"/slides/file {n}.svs",
                "cohort": "lung",
                "status": "done" if n == 1 else "ready",
                "qc_status": "exclude" if n == 4 else "",
            }
            for n in (1, 2, 3, 4)
        ]
        project.apply(Edit("Add", added=project.manifest.new_rows(rows)))
        text = "slide_id,patient_id,age,stage,note\n"
        text += "s1,p1,0061,II,=1+1\ns2,p1,61,II,\ns3,p2,x,,\ns4,p3,5.5,I,\n"
        apply_import(project, plan_import(project, table_from_text(text)))
        yield project


def rows(file):
    with file.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def test_that_the_joined_table_is_written_as_csv(study, tmp_path):
    report = export_table(study, tmp_path / "out.csv", ExportOptions())
    found = rows(tmp_path / "out.csv")
    assert [row["slide_id"] for row in found] == ["s1", "s2", "s3", "s4"]
    assert found[0]["age"] == "0061"
    assert found[0]["join"] == "matched"
    assert found[0]["note"] == "'=1+1"
    assert "1 cell a spreadsheet could run" in report.warnings[0]
    assert report.rows == 4


def test_that_an_import_of_our_export_gives_formulas_back(study, tmp_path):
    file = tmp_path / "out.csv"
    options = ExportOptions(source="clinical")
    export_table(study, file, options)
    plan = plan_import(study, read_table(file))
    assert not plan.edit
    assert plan.report.unchanged == 4
    foreign = tmp_path / "foreign.csv"
    foreign.write_text("slide_id,note\ns1,'=1+1\n")
    plan = plan_import(study, read_table(foreign))
    assert [(c.cell.old, c.cell.new) for c in plan.changes] == [("=1+1", "'=1+1")]


def test_that_rows_and_columns_are_chosen(study, tmp_path):
    options = ExportOptions(
        source="clinical", columns=("stage", "slide_id"), where='stage == "II"'
    )
    export_table(study, tmp_path / "out.tsv", options)
    text = (tmp_path / "out.tsv").read_text()
    assert text == "stage\tslide_id\nII\ts1\nII\ts2\n"


def test_that_csv_for_excel_begins_with_its_mark(study, tmp_path):
    options = ExportOptions(source="clinical", bom=True, raw=True)
    export_table(study, tmp_path / "out.csv", options)
    data = (tmp_path / "out.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    assert b",=1+1" in data


def test_that_a_workbook_keeps_texts_and_comes_back_as_it_was(study, tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    file = tmp_path / "out.xlsx"
    export_table(study, file, ExportOptions(source="clinical"))
    page = openpyxl.load_workbook(file).active
    cells = {cell.value: cell for row in page.iter_rows() for cell in row}
    assert cells["=1+1"].data_type == "s"
    assert cells["=1+1"].quotePrefix
    assert cells[5.5].data_type == "n"
    assert cells["0061"].data_type == "s"
    table = read_table(file)
    for name, texts in table.columns.items():
        assert texts.tolist() == study.clinical.texts(name).tolist()


def test_that_parquet_is_typed(study, tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    study.apply(add_column(study.clinical, Column("born", "date")))
    file = tmp_path / "out.parquet"
    report = export_table(study, file, ExportOptions(source="clinical"))
    table = parquet.read_table(file)
    assert table["age"].to_pylist() == [61.0, 61.0, None, 5.5]
    assert table["stage"].to_pylist() == ["II", "II", "", "I"]
    assert str(table.schema.field("born").type) == "date32[day]"
    assert "1 cell not of" in report.warnings[0]


def test_that_patients_are_a_table_of_their_own(study, tmp_path):
    options = ExportOptions(source="patients")
    export_table(study, tmp_path / "out.csv", options)
    found = rows(tmp_path / "out.csv")
    assert [(r["patient_id"], r["n_slides"], r["slides"]) for r in found] == [
        ("p1", "2", "s1 s2"),
        ("p2", "1", "s3"),
        ("p3", "1", "s4"),
    ]
    assert found[0]["age"] == "0061 | 61"
    assert found[0]["stage"] == "II"


def test_that_clam_gets_a_list_of_files(study, tmp_path):
    options = ExportOptions(kind="clam-process-list")
    export_table(study, tmp_path / "list.csv", options)
    found = rows(tmp_path / "list.csv")
    assert [tuple(row.values()) for row in found] == [
        ("file 1.svs", "1", "processed"),
        ("file 2.svs", "1", "tbp"),
        ("file 3.svs", "1", "tbp"),
        ("file 4.svs", "0", "tbp"),
    ]


def test_that_clam_gets_labels(study, tmp_path):
    options = ExportOptions(kind="clam-labels", labels=("stage",))
    report = export_table(study, tmp_path / "labels.csv", options)
    assert (tmp_path / "labels.csv").read_text() == (
        "case_id,slide_id,label\np1,s1,II\np1,s2,II\n"
    )
    assert report.warnings == (
        "excluded by review and left out: s4",
        "without a label and left out: s3",
    )
    with pytest.raises(TableError, match="one label"):
        export_table(study, tmp_path / "x.csv", ExportOptions(kind="clam-labels"))


def test_that_stamp_gets_patients_and_slides(study, tmp_path):
    options = ExportOptions(kind="stamp", labels=("stage", "age"))
    report = export_table(study, tmp_path / "stamp", options)
    clini = rows(tmp_path / "stamp" / "clini.csv")
    slide = rows(tmp_path / "stamp" / "slide.csv")
    assert [row["PATIENT"] for row in clini] == ["p1", "p2"]
    assert clini[0]["stage"] == "II"
    assert [tuple(row.values()) for row in slide] == [
        ("p1", "s1.h5"),
        ("p1", "s2.h5"),
        ("p2", "s3.h5"),
    ]
    assert report.problems == ("patient p1 has several texts in age",)


def test_that_slideflow_gets_annotations(study, tmp_path):
    options = ExportOptions(kind="slideflow", labels=("stage",))
    export_table(study, tmp_path / "a.csv", options)
    assert rows(tmp_path / "a.csv")[0] == {
        "patient": "p1",
        "slide": "file 1",
        "stage": "II",
    }


def test_that_an_export_without_rows_is_refused_and_writes_nothing(study, tmp_path):
    for kind in ("csv", "clam-process-list"):
        out = tmp_path / f"{kind}.csv"
        with pytest.raises(TableError):
            export_table(study, out, ExportOptions(kind=kind, where='slide_id == "no"'))
        assert not out.exists()


PEER_LABELS = [
    ("clam-process-list", ()),
    ("clam-labels", ("stage",)),
    ("stamp", ("stage",)),
    ("slideflow", ("stage",)),
]


@pytest.mark.parametrize(("kind", "labels"), PEER_LABELS)
def test_that_an_export_for_training_says_which_slides_have_no_file(
    study, tmp_path, kind, labels
):
    manifest, options = study.manifest, ExportOptions(kind=kind, labels=labels)
    two = manifest.row_ids[1]
    cells = [manifest.cell(two, "path", ""), manifest.cell(two, "status", "missing")]
    study.apply(Edit("Lose a file", tuple(cells)))
    report = export_table(study, tmp_path / "one", options)
    assert "without a file and left out: s2" in report.warnings
    cells = [manifest.cell(row, "path", "") for row in manifest.row_ids if row != two]
    study.apply(Edit("Lose all files", tuple(cells)))
    with pytest.raises(TableError) as caught:
        export_table(study, tmp_path / "none", options)
    assert "4 without a file and left out (s1, s2, s3 and 1 more)" in str(caught.value)
    assert "Relink missing" in caught.value.hint


@pytest.mark.parametrize(("kind", "labels"), PEER_LABELS)
def test_that_an_export_for_training_tells_files_that_are_gone(
    study, tmp_path, kind, labels
):
    manifest = study.manifest
    cell = manifest.cell(manifest.row_ids[0], "status", "missing")
    study.apply(Edit("Missing", (cell,)))
    report = export_table(
        study, tmp_path / "x", ExportOptions(kind=kind, labels=labels)
    )
    assert any(w.endswith("relink them before training: s1") for w in report.warnings)


def test_that_an_export_of_slides_without_label_says_so(study, tmp_path):
    options = ExportOptions(kind="clam-labels", labels=("stage",))
    for where, words in (
        ('slide_id == "s3"', "1 without a label and left out (s3)"),
        ('slide_id == "s4"', "1 excluded by review and left out (s4)"),
        ('slide_id == "no"', "none of the rows chosen is a slide"),
    ):
        with pytest.raises(TableError) as caught:
            export_table(study, tmp_path / "x", replace(options, where=where))
        assert words in str(caught.value)


def test_that_formulas_are_made_harmless_for_neighbours_too(study, tmp_path):
    row = study.clinical.row_ids[0]
    study.apply(Edit("Risk", (study.clinical.cell(row, "stage", "=1+1"),)))
    out = tmp_path / "flow.csv"
    options = ExportOptions(kind="slideflow", labels=("stage",))
    report = export_table(study, out, options)
    assert not any(cell.startswith("=") for row in rows(out) for cell in row.values())
    assert any("spreadsheet could run" in words for words in report.warnings)
    export_table(study, out, replace(options, raw=True), replace=True)
    assert any(cell == "=1+1" for row in rows(out) for cell in row.values())


def test_that_a_shared_table_names_nobody(study, tmp_path):
    how = Deidentify(project_salt(study))
    report = export_table(study, tmp_path / "o.csv", ExportOptions(deidentify=how))
    found = rows(tmp_path / "o.csv")
    assert found[0]["patient_id"] == found[1]["patient_id"] == how.pseudonym("p1")
    assert "path" not in found[0]
    assert report.as_dict()["hashed"] == ["slide_id", "patient_id"]
    options = ExportOptions(kind="stamp", deidentify=how)
    with pytest.raises(TableError, match="do not fit"):
        export_table(study, tmp_path / "stamp", options)


def test_that_all_dates_of_a_patient_move_alike_whatever_is_exported(study, tmp_path):
    manifest = study.manifest
    study.apply(add_column(manifest, Column("cut", "date")))
    cells = [manifest.cell(row, "cut", "2020-05-01") for row in manifest.row_ids]
    study.apply(Edit("Dates", tuple(cells)))
    how = Deidentify("a long secret")
    options = ExportOptions(source="manifest", columns=("cut",), deidentify=how)
    report = export_table(study, tmp_path / "o.csv", options)
    dates = [row["cut"] for row in rows(tmp_path / "o.csv")]
    assert dates[0] == dates[1]  # two slides of p1, whom only the clinical table knows
    assert len(set(dates)) == 3
    assert "" not in dates
    assert not report.warnings


def test_that_the_secret_of_a_project_stays_and_is_its_owners(study):
    salt = project_salt(study)
    assert project_salt(study) == salt
    assert len(salt) == 64
    (file,) = (study.root / ".pathgui").glob("*.salt")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_that_nothing_is_overwritten_by_mistake(study, tmp_path):
    file = tmp_path / "out.csv"
    file.write_text("precious")
    with pytest.raises(TableError, match="there already"):
        export_table(study, file, ExportOptions())
    export_table(study, file, ExportOptions(), replace=True)
    assert "precious" not in file.read_text()
    own = study.root / "metadata" / "clinical_data.csv"
    with pytest.raises(TableError, match="of the project itself"):
        export_table(study, own, ExportOptions(), replace=True)
    with pytest.raises(TableError, match="tells no format"):
        export_table(study, tmp_path / "out.doc", ExportOptions())


def test_that_what_a_workbook_cannot_hold_is_said(study, tmp_path):
    pytest.importorskip("openpyxl")
    clinical = study.clinical
    row = clinical.row_ids[0]
    study.apply(Edit("x", (clinical.cell(row, "note", "a\x01b"),)))
    options = ExportOptions(source="clinical")
    with pytest.raises(TableError, match="control character"):
        export_table(study, tmp_path / "out.xlsx", options)
    study.apply(Edit("x", (clinical.cell(row, "note", "a" * 40_000),)))
    with pytest.raises(TableError, match="32,767 letters"):
        export_table(study, tmp_path / "out.xlsx", options)
    assert not (tmp_path / "out.xlsx").exists()


CELLS = st.text(
    st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from("\n\r\t,;\"'=@"),
    max_size=8,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=5), st.booleans())
def test_that_any_cell_survives_export_and_import(tmp_path, rows, bom):
    file = tmp_path / "any.csv"
    columns = {
        "slide_id": [f"s{k}" for k in range(len(rows))],
        "=note": [a for a, _ in rows],
        "b": [b for _, b in rows],
    }
    sheet = sheet_from("clinical", columns)
    write_sheet(sheet, file, "csv", bom=bom)
    again, _ = restore(read_table(file).columns)
    assert {k: v.tolist() for k, v in again.items()} == columns


def test_that_no_slide_and_no_file_of_the_project_is_written_over(study, tmp_path):
    slide = study.root / "raw_slides" / "a.svs"
    log = study.root / "metadata" / "qc_decisions.csv"
    for file in (slide, log):
        file.write_text("precious")
        with pytest.raises(TableError, match=r"is no table|belongs to the project"):
            export_table(study, file, ExportOptions(kind="csv"), replace=True)
        assert file.read_text() == "precious"


@pytest.mark.parametrize(
    ("source", "kept"),
    [("manifest", 2), ("clinical", 2), ("joined", 2), ("patients", 1)],
)
def test_that_any_table_goes_out_for_some_slides_however_many(
    study, tmp_path, source, kept
):
    chosen = ("s1", "s2", *(f"none-{n:0>50}" for n in range(500)))
    options = ExportOptions(source=source, slides=chosen)
    report = export_table(study, tmp_path / "some.csv", options)
    assert report.rows == kept


def test_that_an_empty_secret_is_made_anew(study):
    file = study.root / ".pathgui" / "deidentification.salt"
    file.write_text("")
    assert len(project_salt(study)) == 64


def test_that_a_join_report_takes_the_place_of_an_earlier_one_alone(study, tmp_path):
    out, beside = tmp_path / "joined.csv", tmp_path / "joined_report.csv"
    beside.write_text("my own notes\n")
    with pytest.raises(TableError, match="there already"):
        export_join(study, out, replace=True)
    assert beside.read_text() == "my own notes\n"
    assert not out.exists()
    beside.unlink()
    export_join(study, out)
    assert export_join(study, out, replace=True).files == (out, beside)
