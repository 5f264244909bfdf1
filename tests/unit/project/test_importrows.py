"""Rows of a file meet rows of a table: many at once, as one by one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pathgui.project import (
    ImportOptions,
    Project,
    apply_import,
    plan_import,
    table_from_text,
)


def take(project, text, **options):
    plan = plan_import(project, table_from_text(text), ImportOptions(**options))
    return apply_import(project, plan), plan


def rows(project, *columns):
    table = project.clinical
    return list(zip(*(table.texts(name).tolist() for name in columns), strict=True))


def test_that_a_later_import_with_another_key_finds_rows_without_one(project):
    text = "Fall,Alter,Stadium\nA1,61,II\nA2,50,I\nA2,50,I\n"
    report, _ = take(project, text, unlinked=True)
    assert not report.ok
    assert "as you wished" in str(report.problems[0])
    assert rows(project, "patient_id", "Alter") == [("", "61"), ("", "50"), ("", "50")]
    report, plan = take(project, text, id_column="Fall", key_names="patient")
    assert (report.added, report.updated) == (0, 3)
    assert any("3 rows that had no key" in words for words in report.warnings)
    assert rows(project, "patient_id", "Alter") == [
        ("A1", "61"),
        ("A2", "50"),
        ("A2", "50"),
    ]
    project.apply(plan.edit.inverse())
    assert rows(project, "patient_id") == [("",)] * 3


def test_that_a_key_that_comes_later_links_only_rows_that_say_the_same(project):
    take(project, "Alter,Stadium\n61,II\n50,I\n", unlinked=True)
    report, _ = take(project, "pid,Alter,Stadium\nP1,61,II\nP2,44,I\n")
    assert (report.added, report.updated) == (1, 1)
    assert rows(project, "patient_id", "Alter") == [
        ("P1", "61"),
        ("", "50"),
        ("P2", "44"),
    ]
    # One cell alone does not tell whose it is: the row there says more.
    report, _ = take(project, "pid,Alter\nP9,50\n")
    assert report.added == 1


def test_that_a_row_never_loses_its_slide_to_one_that_is_not_here(project, fill):
    fill(project, "S1", "S2", "S3")
    take(project, "slide_id,patient_id,age\nS1,P1,50\nS2,P2,60\n")
    text = "slide,patient,age\nS1-long.f38,P1,51\nS3,P2,61\n"
    report, _ = take(project, text, id_column="patient")
    assert rows(project, "slide_id", "age") == [("S1", "51"), ("S3", "61")]
    assert any("1 row keeps its slide_id" in words for words in report.warnings)


@pytest.mark.parametrize("known", ["update", "fill", "leave"])
def test_that_rows_met_one_to_one_keep_the_rules_for_known_rows(project, known):
    take(project, "pid,age,note\nP1,61,\nP2,50,old\n")
    report, plan = take(project, "pid,age,note\nP2,51,new\nP1,,seen\n", known=known)
    changed = {
        "update": [("P1", "61", "seen"), ("P2", "51", "new")],
        "fill": [("P1", "61", "seen"), ("P2", "50", "old")],
        "leave": [("P1", "61", ""), ("P2", "50", "old")],
    }[known]
    assert rows(project, "patient_id", "age", "note") == changed
    assert report.updated == {"update": 2, "fill": 1, "leave": 0}[known]
    assert report.updated + report.unchanged == 2
    assert len(plan.changes) == {"update": 3, "fill": 1, "leave": 0}[known]


cell = st.sampled_from(["", "a", "b"])
table = st.lists(st.tuples(st.sampled_from(["P1", "P2", "P3"]), cell, cell), max_size=5)


@settings(deadline=None, max_examples=60)
@given(table, table)
def test_that_an_import_loses_no_row_and_says_nothing_new_the_second_time(
    tmp_path_factory, first, second
):
    root = tmp_path_factory.mktemp("study") / "p"
    with Project.create(root) as project:
        for rows_ in (first, second):
            if not rows_:
                continue
            text = "pid,x,y\n" + "".join(f"{','.join(row)}\n" for row in rows_)
            take(project, text)
            report, plan = take(project, text)
            assert report.added == 0
            assert not plan.edit.cells
        keys = {key for key, _, _ in (*first, *second)}
        assert set(project.clinical.texts("patient_id").tolist()) == keys
