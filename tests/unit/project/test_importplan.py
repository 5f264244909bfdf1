"""An import is planned first: people see, choose, and nothing changes before."""

import pytest

from pathgui.errors import ProjectError, TableError
from pathgui.project import (
    Column,
    ImportOptions,
    ReadOptions,
    apply_import,
    patients_by_rule,
    plan_import,
    preview_table,
    read_table,
    table_from_text,
)


@pytest.fixture
def plan(project):
    def make(text, **options):
        return plan_import(project, table_from_text(text), ImportOptions(**options))

    return make


@pytest.fixture
def known(project, plan):
    apply_import(project, plan("patient_id,age,note\np1,61,\np2,50,old\np3,40,x\n"))
    project.save()
    return project


def test_that_a_plan_changes_nothing(project, plan):
    found = plan("patient_id,age\np1,61\n")
    assert not len(project.clinical)
    assert not project.dirty
    assert found.key.column == "patient_id"
    assert [(c.source, c.column.kind, c.is_new) for c in found.columns] == [
        ("patient_id", "text", False),
        ("age", "number", False),
    ]
    assert len(found.added) == 1


def test_that_each_new_column_says_what_it_seems_to_hold_and_why(plan):
    rows = "".join(f"p{n},{n / 4},{'ab'[n % 2]}\n" for n in range(8))
    found = {c.source: c for c in plan("pid,Ki 67,grade\n" + rows).columns}
    assert found["Ki 67"].column.kind == "number"
    assert found["Ki 67"].why == "it holds numbers"
    assert found["grade"].column.kind == "category"
    assert found["grade"].is_new


def test_that_a_person_corrects_a_guess(project, plan):
    chosen = {"code": Column("code", "text", pattern=r"\d+")}
    found = plan("pid,code\np1,1\np2,2\n", columns=chosen)
    assert found.columns[1].why == "you chose it"
    apply_import(project, found)
    assert project.clinical.column("code") == chosen["code"]
    with pytest.raises(TableError, match="ages"):
        plan("pid,code\np1,1\n", columns={"code": Column("code", pattern="(a+)+")})


def test_that_columns_are_mapped_and_left_out(project, plan):
    found = plan(
        "Fall,Alter,Rest\nA1,61,x\n",
        id_column="Fall",
        names={"Fall": "patient_id", "Alter": "age"},
        skip=frozenset({"Rest"}),
    )
    apply_import(project, found)
    row = project.clinical.row(0)
    assert (row["patient_id"], row["age"]) == ("A1", "61")
    assert not {"Fall", "Alter", "Rest"} & set(row)
    assert [(c.source, c.column.name) for c in found.columns] == [
        ("Fall", "patient_id"),
        ("Alter", "age"),
    ]


def test_that_a_mapping_that_does_not_fit_is_refused(plan):
    with pytest.raises(TableError, match="no column 'x'"):
        plan("a,b\n1,2\n", names={"x": "y"})
    with pytest.raises(TableError, match="cannot both be 'b'"):
        plan("a,b\n1,2\n", names={"a": "b"})


def test_that_changes_are_shown_with_old_and_new_text(known, plan):
    found = plan("patient_id,age,note\np1,62,new\np4,1,\n")
    shown = [(c.key, c.cell.column, c.cell.old, c.cell.new) for c in found.changes]
    assert shown == [("p1", "age", "61", "62"), ("p1", "note", "", "new")]
    assert [c.replaces for c in found.changes] == [True, False]


def test_that_only_accepted_changes_are_made(known, plan):
    found = plan("patient_id,age,note\np1,62,new\np4,1,\np5,2,\n")
    kept = found.only(
        lambda change: not change.replaces,
        lambda row: row.values["patient_id"] == "p5",
    )
    report = apply_import(known, kept)
    assert known.clinical.texts("age").tolist() == ["61", "50", "40", "2"]
    assert known.clinical.texts("note").tolist() == ["new", "old", "x", ""]
    assert (report.added, report.updated) == (1, 1)
    none = plan("patient_id,age\np2,1\n").only(lambda _: False)
    assert none.report.updated == 0
    assert not none.edit


@pytest.mark.parametrize(
    ("policy", "age", "notes", "counts"),
    [
        ("update", "62", ["a", "b", "x"], (2, 0)),
        ("fill", "61", ["a", "old", "x"], (1, 1)),
        ("leave", "61", ["", "old", "x"], (0, 2)),
    ],
)
def test_that_known_rows_are_updated_filled_or_left(
    known, plan, policy, age, notes, counts
):
    found = plan("patient_id,age,note\np1,62,a\np2,50,b\n", known=policy)
    report = apply_import(known, found)
    assert known.clinical.texts("age")[0] == age
    assert known.clinical.texts("note").tolist() == notes
    assert (report.updated, report.unchanged) == counts


@pytest.mark.parametrize(
    ("policy", "ages"),
    [("keep", ["1", "2", "3"]), ("first", ["1", "3"]), ("last", ["2", "3"])],
)
def test_that_rows_that_share_a_key_are_treated_as_wanted(project, plan, policy, ages):
    text = "patient_id,age\np1,1\np1,2\np2,3\n"
    found = plan(text, duplicates=policy)
    apply_import(project, found)
    assert sorted(project.clinical.texts("age").tolist()) == ages
    assert found.report.duplicates == ("p1",)
    assert found.report.ok == (policy != "keep")


def test_that_rows_that_share_a_key_can_be_refused(plan):
    with pytest.raises(TableError, match="several rows of 'p1'"):
        plan("patient_id,age\np1,1\np1,2\np2,3\n", duplicates="refuse")


def test_that_what_was_done_with_rows_that_share_a_key_is_said(plan):
    text = "patient_id,age\np1,61\np1,62\n"
    assert "1 key with several rows, all kept" in plan(text).report.text()
    first = plan(text, duplicates="first").report.text()
    assert "1 key with several rows, of each one was taken" in first


def test_that_an_import_that_takes_no_row_adds_no_column(known, plan):
    nothing = plan("patient_id,age,extra\np1,99,\n", known="leave")
    assert plan("patient_id,age,extra\np1,61,\n").report.columns == ("extra",)
    refused = plan("patient_id,age,extra\np7,61,x\n").only(added=lambda _row: False)
    assert not refused.edit
    assert refused.report.columns == ()
    assert nothing.report.unchanged == 1


def test_that_a_plan_of_yesterday_does_not_overwrite(known, plan, put):
    found = plan("patient_id,age\np1,62\n")
    put(known, "p1", "age", "70", table="clinical")
    with pytest.raises(TableError, match="changed since"):
        apply_import(known, found)
    assert known.clinical.texts("age")[0] == "70"


def test_that_a_person_says_how_numbers_are_written(project, plan):
    text = "pid;x\np1;1,234\np2;2,500\n"
    kinds = [plan(text, decimal=sign).columns[1].column for sign in (",", ".")]
    assert (kinds[0].kind, kinds[0].decimal) == ("number", ",")
    assert kinds[1].kind == "text"


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Our patients\n\npid,age\np1,61\np2,3\n", 4),
        ("# made by us\n# on Monday\npid,age\np1,61\n", 4),
        ("Ward 3,\npid,age\np1,61\np2,3\n", 3),
        ("#pid,age\np1,61\n", 2),
        ("pid\np1\np2\n", 2),
        ("a\tb\n1\tx\ty\n2\tz\tw\n", 2),
    ],
)
def test_that_the_header_is_found_below_titles_and_remarks(tmp_path, text, first):
    file = tmp_path / "t.csv"
    file.write_text(text)
    table = read_table(file)
    assert table.lines[0] == first
    assert not table.bad


def test_that_the_header_of_a_workbook_is_found_below_a_title(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for row in (["Our patients"], [], ["pid", "age"], ["p1", 61], ["p2", 3]):
        book.active.append(row)
    book.save(tmp_path / "t.xlsx")
    table = read_table(tmp_path / "t.xlsx")
    assert list(table.columns) == ["pid", "age"]
    assert table.lines.tolist() == [4, 5]
    assert len(preview_table(tmp_path / "t.xlsx", rows=1)) == 1


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "latin-1"])
def test_that_a_preview_reads_only_the_head_of_a_file(tmp_path, encoding):
    file = tmp_path / "t.csv"
    text = "patient_id;Größe\n" + "".join(f"p{n:06d};{n},5\n" for n in range(120_000))
    file.write_bytes(text.encode(encoding))
    table = preview_table(file, rows=50)
    assert len(table) == 50
    assert table.columns["Größe"][1] == "1,5"
    assert not table.bad
    assert preview_table(file, ReadOptions(header_line=2), 5).lines[0] == 3


def test_that_a_patient_rule_is_tried_before_it_is_kept():
    ids = ["P01-a", "P02-b", "x"]
    assert patients_by_rule(ids, r"^(P\d+)") == {
        "P01-a": "P01",
        "P02-b": "P02",
        "x": "",
    }
    with pytest.raises(ProjectError, match="no group"):
        patients_by_rule(ids, r"^P\d+")
    with pytest.raises(ProjectError, match="ages"):
        patients_by_rule(ids, r"^((\w+)+)$")


@pytest.mark.parametrize(("kept", "words"), [("keep", "all kept"), ("first", "taken")])
def test_that_the_report_says_what_became_of_rows_of_one_key(project, kept, words):
    table = table_from_text("slide_id,x\nS1,1\nS1,2\n")
    plan = plan_import(project, table, ImportOptions(duplicates=kept))
    assert words in plan.report.text()
    assert ("all kept" in plan.report.text()) == (kept == "keep")
