"""Tables on the command line: import as wanted, export, restore."""

import io
import json
import shutil

import pytest

from pathgui.cli import main
from pathgui.project import Edit, Project


@pytest.fixture
def run(capfd):
    def call(*words):
        status = main([str(word) for word in words])
        out, err = capfd.readouterr()
        assert "Traceback" not in err
        return status, out, err

    return call


@pytest.fixture
def study(tmp_path):
    root = tmp_path / "study"
    with Project.create(root) as project:
        rows = [
            {"slide_id": s, "path": f"/slides/{s}.svs", "cohort": "lung"}
            for s in ("s1", "s2")
        ]
        project.apply(Edit("Add", added=project.manifest.new_rows(rows)))
        project.save()
    return root


def texts(root, column, table="clinical"):
    with Project.open(root, write=False) as project:
        return project.table(table).texts(column).tolist()


def test_that_a_dry_run_says_what_an_import_would_do(run, study, tmp_path):
    file = tmp_path / "t.csv"
    file.write_text("slide_id,age\ns1,61\n")
    assert run("clinical", "import", study, file)[0] == 0
    file.write_text("slide_id,age\ns1,62\ns2,50\n")
    status, out, _ = run("clinical", "import", study, file, "--dry-run", "--json")
    assert status == 0
    data = json.loads(out)
    assert (data["added"], data["updated"]) == (1, 1)
    assert data["changes"] == [{"key": "s1", "column": "age", "old": "61", "new": "62"}]
    assert texts(study, "age") == ["61"]
    status, out, _ = run("clinical", "import", study, file, "--dry-run")
    assert status == 0
    assert "s1, age: '61' → '62'" in out
    assert "Nothing was changed." in out


def test_that_commas_among_points_are_told(run, study, tmp_path):
    file = tmp_path / "t.csv"
    file.write_text("slide_id,dose\ns1,61.5\n")
    assert run("clinical", "import", study, file)[0] == 0
    file.write_text('slide_id;dose\ns2;"60,5"\n')
    status, _, err = run("clinical", "import", study, file, "--decimal", ",")
    assert status == 0
    assert "with a point already" in err
    assert run("clinical", "import", study, file, "--decimal", ";")[0] == 2


def test_that_a_column_is_renamed_and_defined_at_once(run, study, tmp_path):
    file = tmp_path / "t.csv"
    file.write_text("slide_id,dose\ns1,61\n")
    run("clinical", "import", study, file)
    words = ["--rename", "drug", "--unit", "mg", "--table", "clinical"]
    assert run("table", "column", study, "dose", *words)[0] == 0
    with Project.open(study, write=False) as project:
        assert project.clinical.column("drug").unit == "mg"


def test_that_an_import_takes_what_a_person_says(run, study, tmp_path):
    file = tmp_path / "t.txt"
    file.write_bytes("Liste\nFall|Größe|x\ns1|1,5|1\ns1|2,5|2\n".encode("latin-1"))
    words = ["--rename", "Fall=slide_id", "--skip", "x", "--duplicates", "last"]
    words += ["--encoding", "latin-1", "--separator", "|", "--header-line", "2"]
    assert run("clinical", "import", study, file, *words)[0] == 0
    assert texts(study, "Größe") == ["2,5"]


@pytest.mark.parametrize(
    "words", [["--duplicates", "x"], ["--rename", "ab"], ["--skip", "nix"]]
)
def test_that_options_that_make_no_sense_end_with_2(run, study, tmp_path, words):
    file = tmp_path / "t.csv"
    file.write_text("slide_id,age\ns1,61\n")
    status, _, err = run("clinical", "import", study, file, *words)
    assert status == 2
    assert words[1] in err


def test_that_tables_are_exported(run, study, tmp_path):
    file = tmp_path / "t.csv"
    file.write_text("slide_id,stage\ns1,II\ns2,=1+1\n")
    run("clinical", "import", study, file)
    out = tmp_path / "out.csv"
    words = ["--columns", "slide_id,stage", "--where", "stage != missing", "--json"]
    status, text, err = run("clinical", "export", study, out, *words)
    assert status == 0
    assert json.loads(text)["rows"] == 2
    assert "quoted" in err
    assert out.read_text().startswith("slide_id,stage,pathgui_quoted\ns1,II,\n")
    status, _, err = run("clinical", "export", study, out)
    assert status == 2
    assert "already" in err
    words = ["--format", "slideflow", "--label", "stage", "--force"]
    assert run("clinical", "export", study, out, *words)[0] == 0
    assert out.read_text().startswith("patient,slide,stage")
    salt = tmp_path / "salt"
    salt.write_text("a long secret")
    words = ["--deidentify", "hash", "--salt-file", salt, "--force"]
    assert run("clinical", "export", study, out, *words)[0] == 0
    assert "s1" not in out.read_text()


def test_that_moved_slides_are_found_and_relinked(run, tmp_path, synthetic):
    root, old, new = tmp_path / "study", tmp_path / "old", tmp_path / "new"
    old.mkdir()
    shutil.copy(synthetic, old / "a.tif")
    assert run("new", root)[0] == 0
    assert run("add", root, old)[0] == 0
    old.rename(new)
    status, out, err = run("rescan", root, "--json")
    assert status == 1
    assert json.loads(out)["missing"] == ["a"]
    assert "relink" in err
    status, out, _ = run("rescan", root, new, "--apply", "--json")
    assert status == 0
    assert json.loads(out)["moved"][0]["new"] == str(new / "a.tif")
    assert texts(root, "path", "manifest") == [str(new / "a.tif")]
    new.rename(old)
    assert run("relink", root, "a", old / "a.tif", "--follow")[0] == 0
    assert texts(root, "path", "manifest") == [str(old / "a.tif")]
    assert run("relink", root, "a", old / "nix.tif")[0] == 2
    status, out, _ = run("autofill", root, "--json")
    assert (status, json.loads(out)["problems"]) == (0, {})


@pytest.mark.parametrize("separator", [";;", '"', "\n"])
def test_that_a_separator_is_one_character(run, study, tmp_path, separator):
    file = tmp_path / "t.csv"
    file.write_text("slide_id;stage\ns1;II\n")
    status, _, err = run("clinical", "import", study, file, "--separator", separator)
    assert status == 2
    assert "one character" in err


def test_that_conditions_name_columns_with_their_table(run, study, tmp_path):
    file = tmp_path / "t.csv"
    file.write_text("slide_id,status\ns1,alive\ns2,dead\n")
    run("clinical", "import", study, file)
    assert run("cohort", "save", study, "living", 'clinical.status == "alive"')[0] == 0
    _, out, _ = run("cohort", "slides", study, "living", "--json")
    assert json.loads(out)["slides"] == ["s1"]
    out, where = tmp_path / "out.csv", ("--where", 'clinical.status == "dead"')
    for table in ("joined", "clinical"):
        words = ["--table", table, *where, "--columns", "slide_id", "--force"]
        assert run("clinical", "export", study, out, *words)[0] == 0
        assert out.read_text("utf-8-sig").split() == ["slide_id", "s2"]


def test_that_conditions_are_saved_as_cohorts(run, study, tmp_path):
    file = tmp_path / "t.csv"
    file.write_text("slide_id,stage\ns1,II\ns2,III\n")
    run("clinical", "import", study, file)
    status, out, _ = run("cohort", "save", study, "late", 'stage == "III"')
    assert (status, out) == (0, "Saved late: 1 slide now.\n")
    _, out, _ = run("cohort", "slides", study, "late", "--json")
    assert json.loads(out)["slides"] == ["s2"]
    _, out, _ = run("cohort", "list", study, "--json")
    data = json.loads(out)
    assert data["cohorts"] == {"lung": 2}
    assert data["saved"]["late"]["expression"] == 'stage == "III"'
    out = tmp_path / "late.csv"
    words = ["--cohort", "late", "--where", 'cohort == "lung"', "--columns", "slide_id"]
    assert run("clinical", "export", study, out, *words)[0] == 0
    assert out.read_text() == "slide_id\ns2\n"
    words = ["--cohort", "lung", "--columns", "slide_id", "--force"]
    assert run("clinical", "export", study, out, *words)[0] == 0
    assert out.read_text() == "slide_id\ns1\ns2\n"
    assert run("clinical", "export", study, out, "--cohort", "nix", "--force")[0] == 2
    status, _, err = run("cohort", "save", study, "x", "nix == 1")
    assert status == 2
    assert "nix" in err
    for wrong in ('size_mb == "big"', "size_mb", "size_mb > missing", 'True == "yes"'):
        assert run("cohort", "save", study, "x", wrong)[0] == 2
    assert list(json.loads(run("cohort", "list", study, "--json")[1])["saved"]) == [
        "late"
    ]
    assert run("cohort", "forget", study, "late")[0] == 0
    assert run("cohort", "slides", study, "late")[0] == 2


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("bad_manifest_md5.tsv", 1),
        ("bad_types.csv", 1),
        ("duplicate_patients.csv", 1),
        ("empty.csv", 2),
        ("formula_injection.csv", 1),
        ("header_only.csv", 2),
        ("latin1.csv", 0),
        ("ragged.csv", 1),
        ("semicolon_decimal_comma.csv", 0),
        ("utf16.csv", 0),
    ],
)
def test_that_broken_tables_end_with_a_status_and_a_reason(
    run, study, data, name, status
):
    found, _, err = run("clinical", "import", study, data / "broken" / name)
    assert found == status
    told = ("latin1.csv", "semicolon_decimal_comma.csv")  # encoding; a name of both
    assert bool(err) == (status > 0 or name in told)
    if status:
        assert name in err
    assert run("clinical", "report", study)[0] == 0


def test_that_columns_are_made_checked_and_changed(run, study):
    words = ["--table", "manifest", "--kind", "integer", "--max", "9"]
    status, out, _ = run("table", "column", study, "block", *words)
    assert (status, out) == (0, "Add column block.\n")
    with Project.open(study) as project:
        table = project.manifest
        row = table.row_ids[0]
        project.apply(Edit("Fill", (table.cell(row, "block", "12"),)))
        project.save()
    status, out, err = run("table", "check", study)
    assert (status, out) == (1, "1 error.\n")
    assert "row s1, block: 12 is above 9" in err
    assert run("table", "column", study, "block", "--max", "20")[0] == 0
    assert run("table", "check", study, "--table", "manifest", "--json")[0] == 0
    assert run("table", "column", study, "block", "--rename", "cut")[0] == 0
    assert texts(study, "cut", "manifest") == ["12", ""]
    assert run("table", "column", study, "path", "--delete")[0] == 2
    assert run("table", "column", study, "cut", "--delete")[0] == 0
    assert run("table", "column", study, "x", "--kind", "nix")[0] == 2


def test_that_versions_are_listed_compared_and_restored(run, study):
    for text in ("a", "b"):
        with Project.open(study) as project:
            table = project.manifest
            cell = table.cell(table.row_ids[0], "staining", text)
            project.apply(Edit("Edit staining", (cell,)))
            project.save()
    _, out, _ = run("table", "versions", study, "--json")
    versions = json.loads(out)["versions"]
    assert [v["rows"] for v in versions] == [2] * (len(versions) - 1) + [0]
    assert versions[-1]["before"] == ["Add"]
    assert all(v["user"] for v in versions)
    assert [v["number"] for v in versions] == list(range(1, len(versions) + 1))
    _, out, _ = run("table", "diff", study, "1", "--json")
    (found,) = json.loads(out)["differences"]
    assert (found["key"], found["before"], found["after"]) == ("s1", "b", "a")
    assert run("table", "restore", study, "1")[1] == "1 cell changes.\n"
    assert texts(study, "staining", "manifest") == ["a", ""]
    _, out, _ = run("table", "history", study, "s1", "staining", "--json")
    changes = json.loads(out)["changes"]
    assert [(c["before"], c["after"]) for c in changes[:2]] == [("b", "a"), ("a", "b")]
    assert all(c["who"] and c["when"] for c in changes)
    assert run("table", "restore", study, "99")[0] == 2


def test_that_the_history_of_a_clinical_cell_is_found_without_its_table(
    run, study, tmp_path
):
    file = tmp_path / "t.csv"
    file.write_text("patient_id,ki67\nP1,7\n")
    run("clinical", "import", study, file)
    status, out, _ = run("table", "history", study, "P1", "ki67")
    assert (status, "Import t.csv" in out) == (0, True)
    assert "manifest" in run("table", "history", study, "P1", "nix")[2]


def test_that_choices_may_hold_commas_and_ends_are_numbers(run, study):
    words = ("table", "column", study, "block")
    assert run(*words, "--choices", 'A, "B, C",D')[0] == 0
    with Project.open(study, write=False) as project:
        assert project.manifest.column("block").choices == ("A", "B, C", "D")
    for wrong in ("nan", "inf"):
        assert run("table", "column", study, "size", "--max", wrong)[0] == 2


def test_that_the_join_report_is_written_beside_the_joined_table(run, study, tmp_path):
    file = tmp_path / "t.csv"
    file.write_text("slide_id,stage\ns1,II\nS-2,III\n")
    run("clinical", "import", study, file)
    out = tmp_path / "joined.csv"
    status, _, err = run("clinical", "report", study, "--out", out)
    assert status == 0
    assert str(out) in err
    assert "near miss,S-2,s2" in (tmp_path / "joined_report.csv").read_text("utf-8-sig")


def test_that_cells_from_a_pipe_are_a_table(run, study, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("slide_id\tage\ns1\t061\n"))
    assert run("clinical", "import", study, "-")[0] == 0
    assert texts(study, "age") == ["061"]
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    status, _, err = run("clinical", "import", study, "-")
    assert status == 2
    assert "standard input is empty" in err


def test_that_a_manifest_is_imported_and_missing_slides_are_told(run, study, tmp_path):
    file = tmp_path / "slides.csv"
    file.write_text("slide_id,path,staining\ns1,,HE\ns9,/gone/s9.svs,IHC\n")
    status, out, _ = run("manifest", "import", study, file, "--dry-run", "--json")
    assert (status, json.loads(out)["missing"]) == (1, ["s9"])
    assert texts(study, "slide_id", "manifest") == ["s1", "s2"]
    status, out, err = run("manifest", "import", study, file, "--cohort", "new")
    assert status == 1
    assert "s9 is missing" in err
    assert "1 row added, 1 updated" in out
    assert texts(study, "slide_id", "manifest") == ["s1", "s2", "s9"]
    assert texts(study, "cohort", "manifest")[-1] == "new"
    assert texts(study, "staining", "manifest") == ["HE", "", "IHC"]
    file.write_text("age,sex\n61,m\n61,m\n")
    status, _, err = run("manifest", "import", study, file)
    assert status == 2
    assert "names slides" in err


def test_that_rows_come_without_a_key_and_get_one_later(run, study, tmp_path):
    file = tmp_path / "t.csv"
    file.write_text("slide_id,case,age\ns1,A,61\ns2,B,50\n")
    status, _, err = run(
        "clinical", "import", study, file, "--no-key", "--skip", "slide_id"
    )
    assert status == 1
    assert "without a link" in err
    status, out, _ = run("clinical", "import", study, file, "--id-column", "case")
    assert status == 0
    assert "0 rows added, 2 updated" in out
    assert texts(study, "patient_id") == ["A", "B"]
    assert texts(study, "slide_id") == ["s1", "s2"]
    words = ("--no-key", "--id-column", "case")
    assert run("clinical", "import", study, file, *words)[0] == 2


def test_that_a_rule_from_slide_to_patient_is_taken_and_kept(run, study, tmp_path):
    file = tmp_path / "t.csv"
    file.write_text("patient,age\ns,61\n")
    words = ("clinical", "import", study, file, "--rule", "^([a-z]+)")
    assert run(*words)[0] == 0
    with Project.open(study, write=False) as project:
        assert project.config.patient_rule == "^([a-z]+)"
    _, out, _ = run("clinical", "report", study, "--json")
    assert json.loads(out)["matched"] == ["s1", "s2"]
    assert run(*words[:-1], "^[a-z]+")[0] == 2


def test_that_the_rule_from_slide_to_patient_is_shown_and_changed(run, study):
    status, out, _ = run("clinical", "rule", study, "^([a-z])", "--json")
    assert status == 0
    assert json.loads(out) == {"rule": "^([a-z])", "patients": {"s1": "s", "s2": "s"}}
    _, out, _ = run("clinical", "rule", study)
    assert "2 of 2 slides give a patient" in out
    assert run("clinical", "rule", study, "^[a-z]")[0] == 2
    assert run("clinical", "rule", study)[1] == out


def test_that_a_slip_in_a_rename_makes_and_changes_nothing(run, study):
    assert run("table", "column", study, "block", "--kind", "text")[0] == 0
    for words in (("blok", "--rename", "b"), ("block", "--rename", "b", "--kind", "x")):
        status, _, err = run("table", "column", study, *words)
        assert status == 2
        assert err
    with Project.open(study) as project:
        assert project.recovered == 0
        assert project.manifest.has_column("block")
        assert not {"blok", "b"} & {c.name for c in project.manifest.columns}


def test_that_edits_of_a_lost_session_are_told_by_the_next_command(run, study):
    with Project.open(study) as project:
        cells = tuple(
            project.manifest.cell(row, "staining", "HE")
            for row in project.manifest.row_ids
        )
        project.apply(Edit("Stain", cells))
    journal = study / "metadata/.history/journal.jsonl"
    journal.write_bytes(journal.read_bytes() + b"torn\n")
    status, out, err = run("table", "column", study, "block")
    assert status == 0
    assert "1 unsaved edit of a session that ended early came back" in err
    assert "is damaged" in err
    assert "came back" not in out
    assert "came back" not in run("table", "column", study, "part")[2]


def test_that_blanks_after_commas_are_no_part_of_a_choice(run, study):
    words = ("--kind", "category", "--choices", "A, B,C")
    assert run("table", "column", study, "block", *words)[0] == 0
    with Project.open(study, write=False) as project:
        assert project.manifest.column("block").choices == ("A", "B", "C")
