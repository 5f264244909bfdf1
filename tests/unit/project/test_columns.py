"""Columns are added, defined, renamed and deleted; all of it can be undone."""

import pytest

from pathgui.errors import TableError
from pathgui.project import Column, Edit, Project, columns
from pathgui.project.columns import (
    add_column,
    choices_of,
    define_column,
    definition_reason,
    delete_column,
    rename_column,
)
from pathgui.project.config import load


@pytest.fixture
def filled(project, fill):
    fill(project, "s1", "s2")
    project.apply(add_column(project.manifest, Column("block", "integer", unit="no")))
    rows = project.manifest.row_ids
    texts = zip(rows, ("7", "eight"), strict=True)
    cells = tuple(project.manifest.cell(row, "block", text) for row, text in texts)
    project.apply(Edit("Fill", cells))
    return project


def header(project):
    return [column.name for column in project.manifest.columns]


def test_that_a_new_column_is_typed_and_stands_in_the_configuration(filled, root):
    filled.save()
    column = load(root).columns["manifest"]["block"]
    assert (column.kind, column.unit) == ("integer", "no")
    filled.close()
    with Project.open(root) as again:
        assert again.manifest.column("block").kind == "integer"
        assert again.manifest.texts("block").tolist() == ["7", "eight"]


def test_that_a_column_comes_where_it_is_wanted(filled):
    filled.apply(add_column(filled.manifest, Column("rack"), 1))
    assert header(filled)[1] == "rack"


def test_that_another_definition_keeps_the_texts_and_marks_what_does_not_fit(filled):
    table = filled.manifest
    assert set(table.column_problems("block").values()) == {
        "'eight' is not a whole number"
    }
    edit = define_column(table, Column("block", "category", choices=("7", "eight")))
    assert edit.label == "Define column block"
    filled.apply(edit)
    assert not table.column_problems("block")
    filled.apply(edit.inverse())
    assert table.column("block").kind == "integer"
    assert len(table.column_problems("block")) == 1


def test_that_a_renamed_column_takes_texts_type_and_place_along(filled, root):
    place = header(filled).index("block")
    edit = rename_column(filled.manifest, "block", "Block no.")
    filled.apply(edit)
    assert header(filled)[place] == "Block no."
    assert filled.manifest.column("Block no.").kind == "integer"
    filled.save()
    assert "Block no." in load(root).columns["manifest"]
    assert "block" not in load(root).columns["manifest"]
    filled.apply(edit.inverse())
    assert filled.manifest.texts("block").tolist() == ["7", "eight"]


def test_that_a_deleted_column_comes_back_with_its_texts(filled):
    place = header(filled).index("block")
    edit = delete_column(filled.manifest, "block")
    filled.apply(edit)
    assert "block" not in header(filled)
    filled.apply(edit.inverse())
    assert header(filled)[place] == "block"
    assert filled.manifest.texts("block").tolist() == ["7", "eight"]
    assert filled.manifest.column("block").kind == "integer"


def test_that_column_edits_survive_a_crash(filled, root):
    filled.save()
    filled.apply(rename_column(filled.manifest, "block", "cut"))
    filled.apply(add_column(filled.manifest, Column("x", "date")))
    filled.close()
    with Project.open(root) as again:
        assert again.recovered == 2
        assert again.manifest.texts("cut").tolist() == ["7", "eight"]
        assert again.manifest.column("cut").kind == "integer"
        assert again.manifest.column("x").kind == "date"


@pytest.mark.parametrize(
    ("name", "args", "match"),
    [
        ("add_column", (Column("Slide_ID"),), "'slide_id' already"),
        ("add_column", (Column(" x"),), "blank"),
        ("add_column", (Column("a\nb"),), "line break"),
        ("rename_column", ("block", "COHORT"), "'cohort' already"),
        ("rename_column", ("path", "file"), "every project has it"),
        ("rename_column", ("nix", "nox"), "no column 'nix'"),
        ("delete_column", ("slide_id",), "every project has it"),
        ("define_column", (Column("nix"),), "no column 'nix'"),
        ("define_column", (Column("mpp", "number", computed=True),), "by the program"),
    ],
)
def test_that_what_makes_no_sense_is_refused(filled, name, args, match):
    with pytest.raises(TableError, match=match):
        getattr(columns, name)(filled.manifest, *args)


@pytest.mark.parametrize(
    ("column", "why"),
    [
        (Column("a", minimum=1), "a column of kind text has no range"),
        (Column("a", "number", minimum=2, maximum=1), "the range 2 to 1 holds nothing"),
        (Column("a", "date", choices=("x",)), "has no choices"),
        (Column("a", "category", choices=("x", "x")), "a choice is named twice"),
        (Column("a", pattern="(a+)+"), "ages"),
        (Column("a", "integer", minimum=0, required=True, unique=True), ""),
    ],
)
def test_that_a_definition_says_what_is_wrong_with_it(column, why):
    assert why in definition_reason(column)
    assert bool(why) == bool(definition_reason(column))


def test_that_an_edit_never_merges_two_columns(filled):
    table = filled.manifest
    edit = rename_column(table, "block", "cut")
    filled.apply(add_column(table, Column("cut")))
    with pytest.raises(TableError, match="'cut' already"):
        filled.apply(edit)
    assert table.texts("block").tolist() == ["7", "eight"]


def test_that_cells_are_offered_what_their_column_may_hold(filled):
    table = filled.manifest
    assert choices_of(table, "qc_status") == ("pass", "flag", "exclude")
    assert choices_of(table, "cohort") == ("lung",)
    assert choices_of(table, "block") == ("7",)
    filled.apply(add_column(table, Column("seen", "yesno")))
    assert choices_of(table, "seen") == ("yes", "no")
