"""A whole table is held against its schema; what does not fit says where and why."""

import pytest

from pathgui.errors import TableError
from pathgui.project import Column, Edit
from pathgui.project.columns import add_column
from pathgui.project.validation import Finding, preview_column, summary, validate_table


@pytest.fixture
def clinical(project):
    table = project.clinical
    rows = [
        {"slide_id": "s1", "patient_id": "p1", "age": "61", "stage": "II"},
        {"slide_id": "s2 ", "patient_id": "p1", "age": "-4", "stage": "ii"},
        {"slide_id": "s3", "patient_id": "p2", "age": "old", "stage": "II"},
        {"slide_id": "", "patient_id": "p3", "age": "", "stage": "=1+1"},
    ]
    project.apply(Edit("Add", added=table.new_rows(rows)))
    return table


def test_that_errors_name_row_key_column_and_reason(clinical):
    found = validate_table(clinical, warnings=False)
    assert found == [
        Finding("clinical", 1, "s2 ", "age", "-4", "-4 is outside 0 to 125", "error"),
        Finding("clinical", 2, "s3", "age", "old", "'old' is not a number", "error"),
    ]


def test_that_likely_slips_are_warnings(clinical):
    found = [f for f in validate_table(clinical) if f.severity == "warning"]
    assert [(f.row, f.column) for f in found] == [
        (1, "slide_id"),
        (1, "stage"),
        (3, "stage"),
    ]
    assert found[1].reason == "'ii' is mostly written 'II' in this column"
    assert "formula" in found[2].reason
    assert summary(validate_table(clinical)) == "2 errors, 3 warnings"


def test_that_single_columns_can_be_checked(clinical):
    assert {f.column for f in validate_table(clinical, ("stage",))} == {"stage"}


def test_that_required_unique_choices_and_patterns_are_checked(project, clinical):
    column = Column("code", required=True, unique=True, pattern=r"[A-Z]\d")
    project.apply(add_column(clinical, column))
    texts = ("A1", "A1", "b", "")
    cells = tuple(
        clinical.cell(row, "code", text)
        for row, text in zip(clinical.row_ids, texts, strict=True)
    )
    project.apply(Edit("Fill", cells))
    reasons = [f.reason for f in validate_table(clinical, ("code",))]
    assert reasons == [
        "'A1' stands in 2 rows",
        "'A1' stands in 2 rows",
        r"'b' does not match [A-Z]\d",
        "a value is required",
    ]


def test_that_a_definition_can_be_tried_first(clinical):
    column = Column("stage", "category", choices=("II", "ii"))
    (found,) = preview_column(clinical, column)
    assert (found.row, found.text) == (3, "=1+1")
    assert not clinical.column_problems("stage")
    with pytest.raises(TableError, match="no column 'nix'"):
        preview_column(clinical, Column("nix"))


def test_that_ids_that_some_disks_take_for_one_are_pointed_at(project, fill):
    fill(project, "S1", "s1", "M\u00fcller", "Mu\u0308ller", "other")
    found = [f for f in validate_table(project.manifest) if f.column == "slide_id"]
    assert [(f.key, f.severity) for f in found] == [
        ("s1", "warning"),
        ("Mu\u0308ller", "warning"),
    ]
    assert "is one with 'S1'" in found[0].reason
