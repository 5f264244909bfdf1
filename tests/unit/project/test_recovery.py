"""A session that ended without saving comes back with all its finished cells."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pathgui.project import (
    Column,
    ColumnChange,
    Edit,
    Project,
    add_column,
    rename_column,
)

MANIFEST = "metadata/slide_manifest.csv"
JOURNAL = "metadata/.history/journal.jsonl"


anything = st.text(st.characters(exclude_categories=["Cs"]))


def crash(project):
    """End a session as a crash does: nothing is saved, the lock is gone."""
    project.close()


def test_that_unsaved_edits_come_back_and_are_counted(project, root, fill, put):
    fill(project, "a", "b")
    put(project, "b", "cohort", "liver")
    crash(project)
    with Project.open(root) as again:
        assert again.recovered == 2
        assert again.dirty
        assert again.cohorts() == {"lung": ["a"], "liver": ["b"]}
        again.save()
    with Project.open(root) as third:
        assert third.recovered == 0
        assert not third.dirty
        assert third.cohorts() == {"lung": ["a"], "liver": ["b"]}


@settings(max_examples=25, deadline=None)
@given(st.lists(anything, min_size=3, max_size=3), anything)
def test_that_any_text_survives_crash_and_save(tmp_path_factory, cells, label):
    root = tmp_path_factory.mktemp("any") / "p"
    with Project.create(root) as project:
        rows = [{"diagnosis": text} for text in cells]
        project.apply(Edit(label, added=project.clinical.new_rows(rows)))
    with Project.open(root) as again:
        assert again.clinical.texts("diagnosis").tolist() == cells
        again.save()
    with Project.open(root) as third:
        assert third.recovered == 0
        assert third.clinical.texts("diagnosis").tolist() == cells


def test_that_edits_go_on_after_a_crash_and_survive_the_next(project, root, fill, put):
    fill(project, "a")
    crash(project)
    with Project.open(root) as again:
        put(again, "a", "cohort", "liver")
    with Project.open(root) as third:
        assert third.recovered == 2
        assert third.cohorts() == {"liver": ["a"]}
        third.save()
    history = (root / "metadata/history.jsonl").read_text().splitlines()
    assert [json.loads(line)["label"] for line in history] == [
        "Add slides",
        "Edit cohort",
    ]


def test_that_rows_keep_their_identity_over_saves_and_crashes(project, root, fill):
    fill(project, "a", "b", "c")
    project.apply(Edit("remove", removed=project.manifest.gone_rows([0])))
    project.save()
    cell = project.manifest.cell(2, "cohort", "liver")
    project.apply(Edit("cohort of c", (cell,)))
    crash(project)
    with Project.open(root) as again:
        assert again.cohorts() == {"lung": ["b"], "liver": ["c"]}


def test_that_removed_rows_and_new_columns_come_back(project, root, fill):
    fill(project, "a", "b")
    project.save()
    project.apply(Edit("remove", removed=project.manifest.gone_rows([0])))
    project.ensure_column("manifest", Column("block", "integer"))
    project.apply(Edit("block", (project.manifest.cell(1, "block", "3"),)))
    crash(project)
    with Project.open(root) as again:
        assert again.manifest.row_ids == [1]
        assert again.manifest.value(1, "block") == 3
        again.save()
    with Project.open(root) as third:
        assert third.manifest.column("block").kind == "integer"


def test_that_both_tables_come_back_whichever_was_opened_first(project, root, fill):
    fill(project, "a")
    project.save()
    project.apply(Edit("m", (project.manifest.cell(0, "cohort", "liver"),)))
    project.apply(Edit("c", added=project.clinical.new_rows([{"age": "61"}])))
    crash(project)
    with Project.open(root) as again:
        assert again.warnings == []
        assert again.cohorts() == {"liver": ["a"]}
        assert again.clinical.text(0, "age") == "61"


@pytest.mark.parametrize("cut", [1, 5, 40])
def test_that_a_torn_last_line_costs_only_itself(project, root, fill, put, cut):
    fill(project, "a")
    project.save()
    put(project, "a", "staining", "HE")
    put(project, "a", "cohort", "liver")
    crash(project)
    journal = root / JOURNAL
    journal.write_bytes(journal.read_bytes()[:-cut])
    with Project.open(root) as again:
        assert again.manifest.text(0, "staining") == "HE"
        assert again.cohorts() == {"lung": ["a"]}
        assert again.warnings == []
        put(again, "a", "cohort", "kidney")
    with Project.open(root) as third:
        assert third.cohorts() == {"kidney": ["a"]}


def test_that_a_journal_torn_at_every_byte_opens(project, root, fill, put):
    fill(project, "a")
    put(project, "a", "cohort", "liver")
    crash(project)
    journal = root / JOURNAL
    whole = journal.read_bytes()
    for size in range(0, len(whole) + 1, 7):
        journal.write_bytes(whole[:size])
        with Project.open(root) as again:
            assert again.recovered in (0, 1, 2)


def test_that_a_damaged_journal_is_set_aside_and_told(project, root, fill, put):
    fill(project, "a")
    put(project, "a", "cohort", "liver")
    put(project, "a", "staining", "HE")
    crash(project)
    journal = root / JOURNAL
    lines = journal.read_bytes().split(b"\n")
    lines[1] = b"{garbage"
    journal.write_bytes(b"\n".join(lines))
    with Project.open(root) as again:
        assert again.cohorts() == {"lung": ["a"]}
        assert "damaged" in again.warnings[0]
        kept = list((root / "metadata/.history").glob("journal-*.jsonl"))
        assert str(kept[0]) in again.warnings[-1]
    with Project.open(root) as third:
        assert third.cohorts() == {"lung": ["a"]}


def test_that_edits_find_their_rows_in_a_file_that_changed_after_the_crash(
    project, root, fill, put
):
    fill(project, "a", "b", "c")
    project.save()
    put(project, "a", "staining", "HE")
    put(project, "b", "cohort", "liver")
    put(project, "c", "cohort", "skin")
    fill(project, "d")
    crash(project)
    file = root / MANIFEST
    lines = file.read_text().splitlines()
    theirs = [lines[0], lines[3].replace("lung", "kidney"), lines[1], lines[2]]
    file.write_text("\n".join(theirs) + "\n")
    with Project.open(root) as again:
        table = again.manifest
        assert table.text(table.find("a"), "staining") == "HE"
        assert table.text(table.find("b"), "cohort") == "liver"
        assert table.text(table.find("c"), "cohort") == "kidney"
        assert table.find("d") is not None
        assert any("'kidney'" in warning for warning in again.warnings)
    with Project.open(root) as third:
        assert third.manifest.find("d") is not None
        assert third.cohorts().keys() == {"lung", "liver", "kidney"}
        third.save()


def test_that_a_reader_sees_what_a_writer_has_not_saved(project, root, fill):
    fill(project, "a")
    with Project.open(root, write=False) as reader:
        assert reader.cohorts() == {"lung": ["a"]}
        assert project.dirty
    project.save()
    with Project.open(root, write=False) as reader:
        assert reader.cohorts() == {"lung": ["a"]}


def test_that_a_retyped_column_comes_back(project, root):
    project.save()
    old = project.clinical.column("stage")
    new = Column("stage", "category", choices=("I", "II"))
    project.apply(Edit("type", columns=(ColumnChange("clinical", old, new),)))
    crash(project)
    with Project.open(root) as again:
        assert again.clinical.column("stage") == new
        again.save()
    with Project.open(root) as third:
        assert third.clinical.column("stage") == new


def test_that_rows_and_columns_of_a_lost_session_fit_a_changed_file(
    project, root, fill, put
):
    fill(project, "a", "b", "c")
    project.save()
    project.ensure_column("manifest", "block")
    put(project, "a", "block", "3")
    put(project, "b", "cohort", "liver")
    fill(project, "d", "e")
    put(project, "e", "cohort", "skin")
    table = project.manifest
    gone = [table.find("c"), table.find("d")]
    project.apply(Edit("remove", removed=table.gone_rows(gone)))
    crash(project)
    file = root / MANIFEST
    lines = [line for line in file.read_text().splitlines() if line[0] != "b"]
    lines.append("e,elsewhere,lung" + "," * (lines[0].count(",") - 2))
    file.write_text("\n".join(lines) + "\n")
    with Project.open(root) as again:
        table = again.manifest
        assert table.text(table.find("a"), "block") == "3"
        assert table.text(table.find("e"), "cohort") == "skin"
        assert table.find("c") is not None
        assert table.find("d") is None
        told = " ".join(again.warnings)
        assert "no row 'b' any more" in told
        assert "the row 'c' was kept" in told


def test_that_a_column_gone_from_a_changed_file_is_told(project, root, fill, put):
    project.ensure_column("manifest", "block")
    fill(project, "a")
    project.save()
    put(project, "a", "block", "3")
    crash(project)
    file = root / MANIFEST
    file.write_text("slide_id,path,cohort\na,x,lung\n")
    with Project.open(root) as again:
        assert "no column 'block'" in again.warnings[0]
        assert not again.manifest.has_column("block")


def test_that_a_journal_damaged_from_its_first_line_is_set_aside(
    project, root, fill, put
):
    fill(project, "a")
    project.save()
    put(project, "a", "cohort", "liver")
    put(project, "a", "staining", "HE")
    crash(project)
    journal = root / JOURNAL
    lines = journal.read_bytes().split(b"\n")
    lines[0] = b"\0" * len(lines[0])
    journal.write_bytes(b"\n".join(lines))
    with Project.open(root) as again:
        assert again.recovered == 0
        (kept,) = (root / "metadata/.history").glob("journal-*.jsonl")
        assert str(kept) in again.warnings[0]
        assert b'"HE"' in kept.read_bytes()


def renamed_twice(project, root, fill, put):
    """A crashed session that renamed a saved column, and edited it in between."""
    fill(project, "a", "b")
    project.apply(add_column(project.manifest, Column("block")))
    put(project, "a", "block", "A1")
    put(project, "b", "block", "B1")
    project.save()
    project.apply(rename_column(project.manifest, "block", "part"))
    put(project, "a", "part", "A2")
    project.apply(rename_column(project.manifest, "part", "piece"))
    crash(project)
    return root / MANIFEST


def test_that_a_renamed_column_is_found_in_a_file_that_changed(
    project, root, fill, put
):
    file = renamed_twice(project, root, fill, put)
    file.write_text(file.read_text().replace("lung/b.svs", "lung/moved.svs"))
    with Project.open(root) as again:
        assert again.warnings == []
        assert again.manifest.texts("piece").tolist() == ["A2", "B1"]
        assert not again.manifest.has_column("block")
        assert again.manifest.text(1, "path").endswith("moved.svs")


def test_that_a_renamed_column_gone_from_the_file_does_not_lock_people_out(
    project, root, fill, put
):
    file = renamed_twice(project, root, fill, put)
    file.write_text(file.read_text().replace(",block", ",other"))
    with Project.open(root) as again:
        assert "no column 'block' any more" in again.warnings[0]
        assert again.manifest.texts("other").tolist() == ["A1", "B1"]
