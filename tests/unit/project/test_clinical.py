"""Clinical tables are imported: keys found, rows updated or added, nothing lost."""

from pathlib import Path

import pytest

from pathgui.errors import TableError
from pathgui.project import Project, import_clinical


@pytest.fixture
def load(project, tmp_path):
    """Imports a table given as text."""

    def run(text, id_column=None, name="table.csv"):
        file = tmp_path / name
        file.write_text(text, "utf-8")
        return import_clinical(project, file, id_column)

    return run


def rows(project, *columns):
    table = project.clinical
    return list(zip(*(table.texts(name).tolist() for name in columns), strict=True))


def test_that_identifiers_and_na_stay_as_they_are(project, load):
    load("patient_id,stage\n00123,NA\n123,II\n")
    assert rows(project, "patient_id", "stage") == [("00123", "NA"), ("123", "II")]


def test_that_unknown_columns_keep_their_names_and_the_key_gets_one(project, load):
    report = load("slide_name,hospital\nnormal_001.tif,0.0\n")
    assert report.ok
    assert report.key_column == "slide_name"
    assert "names slides" in report.key_reason
    assert report.columns == ("slide_name", "hospital")
    assert rows(project, "slide_id", "slide_name", "hospital") == [
        ("normal_001", "normal_001.tif", "0.0")
    ]


@pytest.mark.parametrize(
    ("header", "key", "names"),
    [
        ("slide_id,patient_id", "slide_id", "slide"),
        ("PATIENT,AGE", "PATIENT", "patient"),
        ("case_id,slide", "slide", "slide"),
        ("pid,x", "pid", "patient"),
        ("FILENAME,PATIENT", "FILENAME", "slide"),
        ("Tumor_Sample_Barcode,x", "Tumor_Sample_Barcode", "patient"),
        ("Case ID,x", "Case ID", "patient"),
        ("x,number", "x", "patient"),
        ("Name,number", "Name", "slide"),
        ("Pat-Nr,x", "Pat-Nr", "patient"),
        ("x,Patientennummer", "Patientennummer", "patient"),
        ("Alter,Fall", "Fall", "patient"),
        ("âge,Numéro de dossier", "Numéro de dossier", "patient"),
        ("edad,Nº de paciente", "Nº de paciente", "patient"),
        ("x,dateiname", "dateiname", "slide"),
    ],
)
def test_that_the_key_column_is_guessed(load, header, key, names):
    report = load(f"{header}\nA-1,B-1\nA-2,B-2\n".replace("B-1,", "1,"))
    assert (report.key_column, report.key_names) == (key, names)


@pytest.mark.parametrize(
    ("text", "key", "why"),
    [
        (
            "Alter;Kuerzel;Stadium\n61;0012;II\n62;0013;III\n",
            "Kuerzel",
            "leading zeros",
        ),
        ("stage,tag\nII,AB-12\nIII,AB-13\n", "tag", "its texts look like ids"),
        ("stage,ref\nII,4402712\nIII,4402713\n", "ref", "its long numbers"),
        ("stage,word\nII,x\nIII,y\n", "stage", "a text of its own there"),
        ("fall,word\nyes,x\nyes,y\nno,z\nno,w\n", "word", "a text of its own there"),
    ],
)
def test_that_among_columns_of_unique_texts_ids_are_the_key(load, text, key, why):
    report = load(text.replace("stage", "grading"))
    assert report.key_column == key.replace("stage", "grading")
    assert why in report.key_reason


def test_that_columns_of_both_tables_are_told_with_what_they_are_called(project, load):
    report = load("patient_id,status,cohort,age\np1,alive,A,5\n")
    assert report.warnings == (
        "Both tables have status, cohort now: in conditions and joined tables the "
        "clinical table's are called status_clinical, cohort_clinical.",
    )
    assert load("patient_id,status\np2,dead\n").warnings == ()


def test_that_the_column_whose_texts_are_slides_here_wins(project, load, fill):
    fill(project, "s1", "s2")
    report = load("image,file\nx,s1.svs\ny,s2.svs\n")
    assert report.key_column == "file"
    assert project.clinical.texts("slide_id").tolist() == ["s1", "s2"]


def test_that_patients_win_where_no_slide_is_known(project, load, fill):
    fill(project, "TCGA-05-4418-01Z-00-DX1")
    report = load("patient,image\nTCGA-05-4418,7\n")
    assert report.key_names == "patient"


def test_that_a_person_may_name_the_key(load):
    report = load("a,b\nx,1\ny,2\n", id_column="A")
    assert report.key_column == "a"
    with pytest.raises(TableError, match="no column 'c'") as caught:
        load("a,b\nx,1\n", id_column="c")
    assert "a, b" in caught.value.hint


def test_that_slides_are_recognised_by_path_and_file_name(project, load, fill):
    fill(project, "s1_2", path="raw_slides/b/s1.svs")
    load("slide,x\nC:\\data\\s1.SVS,1\n")
    assert project.clinical.texts("slide_id").tolist() == ["s1_2"]


def test_that_a_later_import_updates_and_adds(project, load):
    load("patient_id,age,stage\nP1,61,II\nP2,58,I\n")
    project.save()
    report = load("patient_id,age,grade\nP2,59,3\nP3,70,1\nP1,61,\n")
    assert (report.updated, report.added, report.unchanged) == (1, 1, 1)
    assert rows(project, "patient_id", "age", "stage", "grade") == [
        ("P1", "61", "II", ""),
        ("P2", "59", "I", "3"),
        ("P3", "70", "", "1"),
    ]


def test_that_an_empty_cell_takes_nothing_away(project, load):
    load("patient_id,age\nP1,61\n")
    report = load("patient_id,age\nP1,\n")
    assert report.unchanged == 1
    assert project.clinical.text(0, "age") == "61"


def test_that_importing_twice_changes_nothing(project, load):
    text = "slide,label\nS1,a\nS1,b\nS2,a\n"
    load(text)
    project.save()
    report = load(text)
    assert (report.added, report.updated, report.unchanged) == (0, 0, 3)
    assert not project.dirty


def test_that_a_changed_row_among_several_of_one_key_is_the_one_updated(project, load):
    load("slide,x,y\nS1,1,a\nS1,2,b\nS2,3,c\nS2,4,d\n")
    report = load("slide,x,y\nS1,9,z\nS1,1,\nS2,3,c\nS2,4,d\n")
    assert (report.updated, report.unchanged, report.added) == (1, 3, 0)
    assert rows(project, "x", "y") == [("1", "a"), ("9", "z"), ("3", "c"), ("4", "d")]


def test_that_no_row_of_several_is_overwritten_by_guess(project, load):
    load("slide,cell\nS1,1\nS1,2\nS2,1\nS2,2\n")
    report = load("slide,age,cell\nS1,61,\nS2,,3\n")
    assert (report.updated, report.added) == (1, 1)
    assert rows(project, "slide_id", "cell", "age") == [
        ("S1", "1", "61"),
        ("S1", "2", "61"),
        ("S2", "1", ""),
        ("S2", "2", ""),
        ("S2", "3", ""),
    ]


def test_that_rows_of_one_file_that_share_a_key_are_kept_and_told(project, load):
    report = load("slide,label\nS1,tumour\nS1,normal\nS2,tumour\n")
    assert len(project.clinical) == 3
    assert report.duplicates == ("S1",)
    assert not report.ok
    assert "lines 2, 3" in str(report.problems[0])
    assert "label" in str(report.problems[0])


def test_that_a_table_of_many_rows_per_slide_is_no_fault(project, load):
    report = load("slide,cell\nS1,1\nS1,2\nS2,1\nS2,2\n")
    assert report.ok
    assert report.duplicates == ("S1", "S2")
    assert "kept" in report.warnings[0]


def test_that_slides_of_one_patient_are_no_duplicates_of_the_patient(project, load):
    report = load("patient,slide,x\nP1,S1,1\nP1,S2,2\nP2,S3,3\nP3,S4,4\n", "patient")
    assert report.ok
    assert rows(project, "slide_id", "patient_id")[1] == ("S2", "P1")


def test_that_a_file_of_which_no_row_is_taken_brings_no_columns(project, load):
    before = project.clinical.columns
    report = load("patient_id,label\nP1\n")
    assert (report.added, report.columns) == (0, ())
    assert project.clinical.columns == before


def test_that_a_patient_table_reaches_the_slides_of_the_patient(project, load):
    load("slide,patient\nS1,P1\nS2,P1\nS3,P2\n")
    report = load("patient,age\nP1,61\nP9,40\n", name="patients.csv")
    assert (report.updated, report.added) == (1, 1)
    assert rows(project, "slide_id", "patient_id", "age") == [
        ("S1", "P1", "61"),
        ("S2", "P1", "61"),
        ("S3", "P2", ""),
        ("", "P9", "40"),
    ]


def test_that_a_table_without_key_is_imported_unlinked_and_told(project, load):
    report = load("horTh,age\nno,70\nyes,56\nno,70\n")
    assert not report.ok
    assert report.key_column == ""
    assert "no column names slides or patients" in str(report.problems[0])
    assert len(project.clinical) == 3
    again = load("patient,age\nP1,33\n", name="later.csv")
    assert again.ok
    assert again.added == 1


def test_that_a_row_without_key_is_kept_and_told(project, load):
    report = load("patient_id,age\nP1,61\n,58\n")
    assert "line 3" in str(report.problems[0])
    assert rows(project, "patient_id", "age") == [("P1", "61"), ("", "58")]


def test_that_bad_lines_are_told_and_good_ones_imported(project, load):
    report = load('patient_id,age,x\nP1,61,a\nP2,58\n"P3,70,b\nP4,44,c\n')
    assert [problem.line for problem in report.problems] == [3, 4]
    assert project.clinical.texts("patient_id").tolist() == ["P1", "P4"]


def test_that_a_refused_import_leaves_the_table_as_it_was(project, load, root):
    load("patient_id,age\nP1,61\n")
    project.save()
    file = root / "metadata/clinical_data.csv"
    before = file.read_bytes(), project.clinical.columns
    for text in ("", "patient_id,age\n"):
        with pytest.raises(TableError):
            load(text)
    assert not load("patient_id,new\nP2\n").ok
    project.save()
    assert (file.read_bytes(), project.clinical.columns) == before


def test_that_formulas_stay_text_and_are_told(project, load):
    report = load("slide,note\nS1,=cmd|'/c calc'!A0\nS2,+\nS3,-2\nS4,@SUM(1)\n")
    assert [problem.line for problem in report.problems] == [2, 5]
    assert project.clinical.texts("note").tolist()[1:3] == ["+", "-2"]


def test_that_many_problems_of_one_kind_are_counted(load):
    text = "patient_id,age\n" + "".join(f"P{k},old\n" for k in range(30))
    report = load(text)
    assert len(report.problems) == 21
    assert "10 more like this" in str(report.problems[-1])


def test_that_headers_of_other_spelling_are_the_known_columns(project, load):
    report = load("Patient ID,AGE,os_days\nP1,61,100\n")
    assert report.columns == ("os_days",)
    assert rows(project, "patient_id", "age") == [("P1", "61")]


def test_that_decimal_commas_stay_and_mean_numbers(project, load, root):
    report = load("patient;age;mpp\nP1;61,5;0,25\nP2;58,0;0,5\n")
    assert report.ok
    assert project.clinical.text(0, "age") == "61,5"
    assert project.clinical.value(0, "age") == 61.5
    assert project.clinical.value(1, "mpp") == 0.5
    project.save()
    project.close()
    with Project.open(root) as again:
        assert again.clinical.value(0, "age") == 61.5


def test_that_an_import_is_one_edit_that_can_be_undone(project, load, monkeypatch):
    load("patient_id,age\nP1,61\n")
    applied = []
    real = project.apply
    monkeypatch.setattr(
        project, "apply", lambda edit: (applied.append(edit), real(edit))
    )
    load("patient_id,age,new\nP1,62,x\nP2,50,y\n")
    (edit,) = applied
    assert edit.label == "Import table.csv"
    project.apply(edit.inverse())
    assert rows(project, "patient_id", "age") == [("P1", "61")]
    assert not project.clinical.has_column("new")


def test_that_tcga_barcodes_name_patients(project, load):
    load("Tumor_Sample_Barcode,x\nTCGA-AB-2802-03A,1\nTCGA-AB-2803-03A,2\n")
    assert project.clinical.texts("patient_id").tolist() == [
        "TCGA-AB-2802",
        "TCGA-AB-2803",
    ]


def test_that_a_gdc_manifest_is_compared_with_the_slides(project, load, fill, root):
    fill(project, "s1", "s2", "s3", checksum="0" * 31 + "1")
    folder = root / "raw_slides/lung"
    folder.mkdir()
    (folder / "s1.svs").write_bytes(b"x" * 10)
    text = "id\tfilename\tmd5\tsize\tstate\n"
    good, other = "0" * 31 + "1", "0" * 31 + "2"
    text += f"1\ts1.svs\t{good}\t10\treleased\n2\ts2.svs\t{other}\t5\treleased\n"
    text += f"3\ts3.svs\t{'0' * 32}\t5\treleased\n4\ts1.svs\t{good}\t11\treleased\n"
    report = load(text, name="gdc.tsv")
    found = {(p.line, p.column) for p in report.problems if p.column}
    assert found == {(3, "md5"), (4, "md5"), (5, "size")}


@pytest.mark.parametrize(
    ("name", "ok", "count"),
    [
        ("broken/bad_manifest_md5.tsv", False, 1),
        ("broken/bad_types.csv", False, 4),
        ("broken/duplicate_patients.csv", False, 3),
        ("broken/formula_injection.csv", False, 2),
        ("broken/latin1.csv", True, 2),
        ("broken/ragged.csv", False, 0),
        ("broken/semicolon_decimal_comma.csv", True, 2),
        ("broken/utf16.csv", True, 1),
        ("tables/OS-2-ndpi_Ki67_qupath_results.tsv", True, 4),
        ("tables/camelyon16_labels_flamby.csv", True, 399),
        ("tables/gbsg2_survival_lifelines.csv", False, 686),
        ("tables/gdc_manifest_TARGET-CCSK.tsv", True, 141),
        ("tables/tcga_brca_survival_flamby.csv", True, 1096),
        ("tables/tcga_laml_clinical_maftools.tsv", True, 200),
        ("tables/tcga_lung_subtype_slideflow.csv", True, 941),
        ("tables/tcga_lung_subtype_slideflow_mini.csv", True, 20),
    ],
)
def test_that_shared_tables_import_without_hand_holding(
    project, data: Path, root, name, ok, count
):
    file = data / name
    report = import_clinical(project, file)
    assert (report.ok, len(project.clinical)) == (ok, count)
    for problem in report.problems:
        assert str(file) in str(problem)
    project.save()
    again = import_clinical(project, file)
    assert (again.added, again.updated, again.unchanged) == (0, 0, count)
    assert not project.dirty
    text = "\n".join(str(value) for value in report.as_dict().values())
    assert report.file in text
    assert report.text().startswith(report.file)


def test_that_a_later_import_with_a_key_names_the_rows(project, load, fill):
    fill(project, "s1")
    assert not load("age,grade\n61,2\n50,3\n").ok
    report = load("patient_id,age\np1,61\n")
    assert report.ok
    assert project.config.clinical_key == "patient_id"
    assert project.clinical.find("p1") is not None
    assert len(project.clinical) == 3
