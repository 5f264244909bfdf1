"""Two programs changed one table: nobody's work is lost."""

import errno

import pytest

from pathgui.errors import ProjectError, TableError
from pathgui.project import (
    Column,
    Edit,
    Project,
    add_column,
    define_column,
    delete_column,
    rename_column,
)

MANIFEST = "metadata/slide_manifest.csv"


@pytest.fixture
def shared(project, root, fill):
    """A saved project, and a way to change its file behind its back."""
    fill(project, "a", "b", "c", "d")
    project.save()

    def change(*pairs, drop="", add=""):
        file = root / MANIFEST
        lines = file.read_text().splitlines()
        lines = [line for line in lines if not drop or not line.startswith(drop)]
        for key, old, new in pairs:
            lines = [
                line.replace(f",{old},", f",{new},") if line.startswith(key) else line
                for line in lines
            ]
        if add:
            width = lines[0].count(",")
            lines.insert(1, add + "," * (width - add.count(",")))
        file.write_text("\n".join(lines) + "\n")

    return change


def cohorts(project):
    table = project.manifest
    return {table.text(row, "slide_id"): table.text(row, "cohort") for row in table.ids}


def test_that_edits_of_different_cells_are_both_kept(project, root, put, shared):
    put(project, "a", "cohort", "ours")
    put(project, "b", "staining", "HE")
    shared(("b", "lung", "theirs"), ("c", "lung", "theirs"))
    assert project.merge("manifest", "cell") == []
    assert cohorts(project) == {"a": "ours", "b": "theirs", "c": "theirs", "d": "lung"}
    project.save()
    with Project.open(root, write=False) as reader:
        assert cohorts(reader) == cohorts(project)
        assert reader.manifest.text(reader.manifest.find("b"), "staining") == "HE"


def test_that_a_cell_changed_by_both_is_a_conflict_and_ours_stands(
    project, put, shared
):
    put(project, "a", "cohort", "ours")
    shared(("a", "lung", "theirs"))
    (conflict,) = project.merge("manifest", "cell")
    assert (conflict.key, conflict.column) == ("a", "cohort")
    assert (conflict.base, conflict.ours, conflict.theirs) == ("lung", "ours", "theirs")
    assert cohorts(project)["a"] == "ours"
    other = project.manifest.cell(conflict.row, conflict.column, conflict.theirs)
    project.apply(Edit("Take theirs", (other,)))
    assert cohorts(project)["a"] == "theirs"
    assert not project.dirty


def test_that_theirs_drops_our_edits_and_ours_drops_theirs(project, put, shared):
    put(project, "a", "cohort", "ours")
    shared(("b", "lung", "theirs"))
    project.merge("manifest", "ours")
    assert cohorts(project) == {"a": "ours", "b": "lung", "c": "lung", "d": "lung"}
    project.reload("manifest")
    assert cohorts(project) == {"a": "lung", "b": "theirs", "c": "lung", "d": "lung"}
    assert not project.dirty


def test_that_rows_added_and_removed_by_either_are_merged(project, fill, shared):
    fill(project, "ours")
    table = project.manifest
    project.apply(Edit("gone", removed=table.gone_rows([table.find("b")])))
    shared(drop="c,", add="theirs,x/theirs,lung")
    assert project.merge("manifest", "cell") == []
    assert list(cohorts(project)) == ["theirs", "a", "d", "ours"]


def test_that_an_edit_of_a_row_they_removed_is_not_lost(project, put, shared):
    put(project, "c", "cohort", "ours")
    shared(drop="c,")
    (conflict,) = project.merge("manifest", "cell")
    assert conflict.theirs is None
    assert cohorts(project)["c"] == "ours"


def test_that_a_row_they_changed_is_not_removed_by_us(project, shared):
    table = project.manifest
    project.apply(Edit("gone", removed=table.gone_rows([table.find("c")])))
    shared(("c", "lung", "theirs"))
    (conflict,) = project.merge("manifest", "cell")
    assert conflict.theirs == "theirs"
    assert cohorts(project)["c"] == "theirs"


def test_that_a_slide_both_added_is_one_row(project, fill, shared):
    fill(project, "e", cohort="ours", staining="HE")
    shared(add="e,elsewhere/e.svs,theirs")
    conflicts = project.merge("manifest", "cell")
    assert {c.column for c in conflicts} == {"path", "cohort"}
    assert project.manifest.find_all("e") == [project.manifest.find("e")]
    assert project.manifest.text(project.manifest.find("e"), "staining") == "HE"


def test_that_older_edits_can_still_be_undone_after_a_merge(project, fill, shared):
    table = project.manifest
    edit = Edit("cohort", (table.cell(table.find("b"), "cohort", "ours"),))
    project.apply(edit)
    shared(drop="a,", add="new,x/new,lung")
    project.merge("manifest", "cell")
    assert cohorts(project)["b"] == "ours"
    project.apply(edit.inverse())
    assert cohorts(project)["b"] == "lung"
    assert not project.dirty


@pytest.mark.parametrize("choice", ["ours", "theirs", "cell"])
def test_that_a_crash_after_a_merge_brings_back_the_merge(
    project, root, put, shared, choice
):
    put(project, "a", "cohort", "ours")
    shared(("b", "lung", "theirs"))
    project.merge("manifest", choice)
    put(project, "d", "cohort", "later")
    expected = cohorts(project)
    project.close()
    with Project.open(root) as again:
        assert again.warnings == []
        assert cohorts(again) == expected


def test_that_a_damaged_file_is_not_merged_and_our_edits_stay(
    project, root, put, shared
):
    put(project, "a", "cohort", "ours")
    (root / MANIFEST).write_text("slide_id,path\na\n")
    with pytest.raises(TableError, match="line 2"):
        project.merge("manifest", "cell")
    assert cohorts(project)["a"] == "ours"


def test_that_a_deleted_file_is_written_again_on_request(project, root, put, shared):
    put(project, "a", "cohort", "ours")
    (root / MANIFEST).unlink()
    assert project.changed_on_disk() == ["manifest"]
    project.merge("manifest", "ours")
    project.save()
    with Project.open(root, write=False) as reader:
        assert cohorts(reader) == {"a": "ours", "b": "lung", "c": "lung", "d": "lung"}


def test_that_rows_without_key_and_doubled_keys_are_merged_in_order(project, root):
    rows = [{"age": "1"}, {"age": "2"}, {"patient_id": "P", "age": "3"}]
    rows += [{"patient_id": "P", "age": "4"}]
    project.apply(Edit("rows", added=project.clinical.new_rows(rows)))
    project.save()
    project.apply(Edit("age", (project.clinical.cell(3, "age", "40"),)))
    file = root / "metadata/clinical_data.csv"
    file.write_text(file.read_text().replace(",,1,", ",,10,"))
    assert project.merge("clinical", "cell") == []
    assert project.clinical.texts("age").tolist() == ["10", "2", "3", "40"]


def test_that_a_column_and_its_type_are_merged(project, root, put, shared):
    project.ensure_column("manifest", Column("block", "integer"))
    put(project, "a", "block", "3")
    shared(("b", "lung", "theirs"))
    assert project.merge("manifest", "cell") == []
    assert project.manifest.value(project.manifest.find("a"), "block") == 3
    project.save()
    project.ensure_column("manifest", "note")
    shared(("b", "theirs", "again"))
    project.merge("manifest", "ours")
    assert project.manifest.has_column("note")
    project.merge("manifest", "theirs")
    assert not project.manifest.has_column("note")
    assert project.manifest.column("block").kind == "integer"


def test_that_older_versions_give_back_columns_and_rows(project, fill, shared):
    before = project.manifest.columns
    project.ensure_column("manifest", "note")
    cell = project.manifest.cell(0, "note", "x")
    project.apply(Edit("note", (cell,), removed=project.manifest.gone_rows([1])))
    project.save()
    edit = project.restore("manifest", project.versions("manifest")[0])
    project.apply(edit)
    assert project.manifest.columns == before
    assert list(cohorts(project)) == ["a", "b", "c", "d"]
    project.apply(edit.inverse())
    assert project.manifest.text(0, "note") == "x"


@pytest.mark.parametrize(
    "theirs",
    [
        "slide_id,path",
        "slide_id,new,path,c3,more,c1,last",
        "first,slide_id,path,c1,c2,c3",
        "x",
    ],
)
def test_that_columns_stand_where_they_stood_when_their_table_is_taken_back(
    project, root, fill, theirs
):
    fill(project, "a", "b")
    for name in ("c1", "c2", "c3"):
        project.ensure_column("manifest", name)
    project.save()
    header = tuple(project.manifest.store.header)
    rows = [key + "," * theirs.count(",") for key in ("a", "b")]
    (root / MANIFEST).write_text("\n".join([theirs, *rows]) + "\n")
    edit, _ = project.compare_with_disk("manifest")
    project.apply(edit)
    project.apply(edit.inverse())
    assert tuple(project.manifest.store.header) == header
    project.apply(edit)
    project.apply(edit.inverse())
    assert tuple(project.manifest.store.header) == header


def test_that_a_merge_that_cannot_be_journaled_leaves_our_edits(
    project, put, shared, monkeypatch
):
    put(project, "a", "cohort", "ours")
    shared(("b", "lung", "theirs"))

    def fail(*args):
        raise OSError(errno.ENOSPC, "No space left on device")

    for choice in ("cell", "theirs"):
        with monkeypatch.context() as patch:
            patch.setattr("pathgui.project.journal.append_durably", fail)
            with pytest.raises(ProjectError, match="No space"):
                project.merge("manifest", choice)
        assert cohorts(project)["a"] == "ours"
        assert cohorts(project)["b"] == "lung"
    assert project.merge("manifest", "cell") == []
    assert cohorts(project)["b"] == "theirs"


@pytest.fixture
def blocks(project, put, shared):
    """The same with a saved column of our own."""
    project.apply(add_column(project.manifest, Column("block")))
    for name in "abcd":
        put(project, name, "block", name.upper())
    project.save()
    return project


def test_that_a_column_renamed_here_keeps_its_texts_and_theirs(blocks, put, shared):
    blocks.apply(rename_column(blocks.manifest, "block", "piece"))
    put(blocks, "a", "piece", "A2")
    shared(("b", "lung", "theirs"))
    assert blocks.merge("manifest", "cell") == []
    assert blocks.manifest.texts("piece").tolist() == ["A2", "B", "C", "D"]
    assert not blocks.manifest.has_column("block")
    assert cohorts(blocks)["b"] == "theirs"


def test_that_a_definition_made_here_survives_a_merge(blocks, root, shared):
    column = Column("block", "category", choices=("A", "B", "C", "D"))
    blocks.apply(define_column(blocks.manifest, column))
    shared(("b", "lung", "theirs"))
    blocks.merge("manifest", "cell")
    assert blocks.manifest.column("block") == column
    blocks.save()
    with Project.open(root, write=False) as reader:
        assert reader.manifest.column("block") == column


def test_that_a_column_deleted_here_goes_unless_they_worked_on_it(blocks, root, shared):
    edit = delete_column(blocks.manifest, "block")
    blocks.apply(edit)
    shared(("b", "lung", "theirs"))
    assert blocks.merge("manifest", "cell") == []
    assert not blocks.manifest.has_column("block")
    file = root / MANIFEST
    lines = file.read_text().splitlines()
    lines[3] = lines[3].removesuffix("C") + "changed"
    file.write_text("\n".join(lines) + "\n")
    (conflict,) = blocks.merge("manifest", "cell")
    assert (conflict.key, conflict.base, conflict.theirs) == ("c", "C", "changed")
    assert blocks.manifest.texts("block").tolist() == ["A", "B", "changed", "D"]


def test_that_a_deletion_that_is_undone_leaves_nothing_to_save(blocks, shared):
    edit = delete_column(blocks.manifest, "block")
    blocks.apply(edit)
    blocks.apply(edit.inverse())
    assert not blocks.manifest.dirty
